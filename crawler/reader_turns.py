"""Whose page is read next: who has cost the readers least so far, and never all readers for heavy pages.

    take(asker, weight) -> wait for a turn -> [a reader reads] -> give

Without it one source of pages that burn their five seconds of CPU each stands before all others in the queue. What a
page may cost is guessed by its size: the first pages of fifty strangers do not stand before the second of a modest one.
Decided from what is waiting and running; the clock is the caller's.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

#: bytes above which a page is heavy: longer ones are rare (a page of news has 200 KB), and each may take 5 s of CPU
HEAVY = 1_000_000
#: bytes that a reader reads in a second, about
PACE = 1_000_000
#: seconds of readers after which all pages of an asker count as heavy while others wait
BURNT = 2.0


@dataclass(slots=True, eq=False)
class _Waiting:
    asker: str
    weight: int
    turn: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class ReaderTurns:
    """As many turns as there are readers; one of them (of two and more) is never given to a heavy page."""

    def __init__(self, readers: int) -> None:
        self._readers = readers
        self._heavy_limit = max(readers - 1, 1)
        self._running: list[_Waiting] = []
        self._waiting: list[_Waiting] = []
        #: seconds that each asker has cost since somebody last had to wait
        self._spent: defaultdict[str, float] = defaultdict(float)

    @asynccontextmanager
    async def turn(self, asker: str, weight: int) -> AsyncIterator[None]:
        """Hold a reader for one page of `weight` bytes."""
        mine = _Waiting(asker, weight)
        self._waiting.append(mine)
        self._hand_out()
        try:
            await mine.turn
            began = monotonic()
            try:
                yield
            finally:
                self._spent[asker] += monotonic() - began
        finally:
            self._leave(mine)

    def end(self, error: Exception) -> None:
        """Answer all that wait with an error: there are no more turns."""
        for each in self._waiting:
            if not each.turn.done():
                each.turn.set_exception(error)

    def _leave(self, mine: _Waiting) -> None:
        for place in (self._running, self._waiting):
            if mine in place:
                place.remove(mine)
        self._hand_out()
        if not self._waiting:
            self._spent.clear()

    def _hand_out(self) -> None:
        while len(self._running) < self._readers and (chosen := self._next()) is not None:
            self._waiting.remove(chosen)
            self._running.append(chosen)
            chosen.turn.set_result(None)

    def _next(self) -> _Waiting | None:
        heavy = sum(self._is_heavy(each) for each in self._running)
        free = [each for each in self._waiting if not each.turn.done()]
        free = [each for each in free if heavy < self._heavy_limit or not self._is_heavy(each)]
        return min(free, key=lambda each: self._spent[each.asker] + each.weight / PACE, default=None)

    def _is_heavy(self, each: _Waiting) -> bool:
        return each.weight > HEAVY or self._spent[each.asker] > BURNT
