"""Followers of the change feed that write into this database: search index, stories, watches.

    follow, one step of one follower:   [cursor -> changes after it -> read] -> think -> [cursor moves, write]
    Following, all of them in turn:     follow, follow, ... until each is up to date -> a second's rest -> ...
    one that thinks for long:           a piece of its thinking -> the others -> a piece -> ...

The cursor moves in the transaction that writes: killed at any moment, a follower goes on where its writing stands.
Of two processes that run the same follower, the slower one of a step finds the cursor moved and writes nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from delivery.steps import Done, Steps, finished, taken
from storage import changes, consumers
from storage.changes import Change
from storage.database import Database, is_connection_lost
from storage.errors import CursorMoved

Work = TypeVar("Work")

#: changes of one step: its write transaction stays short, and what it costs to begin one is shared by many
STEP = 200
#: seconds between two looks for new changes: a look is one row of an index, and nobody reads news faster
PAUSE = 1.0
#: seconds that a follower thinks before the others have a turn, and that all rest then: what runs in the loop of this
#: process, visits above all, gets little of the interpreter while one thinks
PIECE, REST = 0.05, 0.02
#: how long a follower waits for the one that it stays behind; a leader that fails for good stops nobody for longer
PATIENCE = timedelta(minutes=10)
#: seconds until a follower that failed is tried again, doubled with each failure up to the second figure
RETRY_DELAY, RETRY_DELAY_MAX = 1.0, 300.0

log = logging.getLogger(__name__)


class Follower(Protocol[Work]):
    """Takes note of all changes, in their order, each exactly once as far as its own rows go.

    A change tells that something happened to an article, not how the article was then: `read` sees it as it is now, and
    sees it again with its later changes. One that wants to see what another follower writes (the story of an article)
    names it as its ``leader`` and stays behind it. One that computes for more than a moment does it in a generator
    ``think(work)``, between the two transactions: PostgreSQL ends one that stands still (`IDLE_IN_TRANSACTION`), and at
    each ``yield`` the others can have their turn.
    """

    #: of its cursor in the table `consumer`; begins with `consumers.OURS`
    name: str

    def read(self, connection: Connection, changes: Sequence[Change]) -> Work:
        """Look up what is to be written; a transaction that only reads, it holds up no writer."""
        ...

    def write(self, connection: Connection, work: Work) -> None:
        """Write it: short, for all other writers wait; one transaction with the move of the cursor."""
        ...


def follow(database: Database, follower: Follower[Any], most: int = STEP) -> int:
    """One step of a follower: return how many changes it took; 0: it is up to date, or another process took them."""
    return finished(following(database, follower, most))


def following(database: Database, follower: Follower[Any], most: int = STEP) -> Steps[int]:
    """The same, as far as it thinks in pieces; no transaction is open between two of them."""
    with database.read() as connection:
        place = consumers.place(connection, follower.name)
        found = changes.since(connection, place.change_seq if place else 0, most)
        found = _led(connection, getattr(follower, "leader", None), found)
        if not found:
            return 0
        work = follower.read(connection, found)
    if think := getattr(follower, "think", None):
        yield from think(work)
    with suppress(CursorMoved), database.write() as connection:
        consumers.take(connection, follower.name, place, found[-1].change_seq, datetime.now(UTC))
        follower.write(connection, work)
        return len(found)
    return 0


def _led(connection: Connection, leader: str | None, found: list[Change]) -> list[Change]:
    """The changes up to the first one that the leader has not done with, and has not left undone for too long."""
    place = consumers.place(connection, leader) if leader is not None else None
    if place is None:  # nobody leads here
        return found
    late = datetime.now(UTC) - PATIENCE
    return list(takewhile(lambda change: change.change_seq <= place.change_seq or change.at < late, found))


@dataclass(slots=True)
class _Turn:
    """A follower, and when it is tried again after it failed."""

    follower: Follower[Any]
    failures: int = 0
    #: on the clock of `time.monotonic`
    not_before: float = 0.0
    #: its step, when it thinks for longer than a piece
    under_way: Steps[int] | None = None

    def failed(self, error: BaseException, now: float) -> None:
        """Let it rest, and say so."""
        delay = min(RETRY_DELAY * 2.0**self.failures, RETRY_DELAY_MAX)
        self.failures += 1
        self.not_before = now + delay
        is_passing = isinstance(error, Exception) and is_connection_lost(error)
        reason = str(error).strip().partition("\n")[0]
        log.warning(
            "%s could not follow the changes, next try in %.0f s: %s: %s",
            *(self.follower.name, delay, type(error).__name__, reason),
            exc_info=None if is_passing else error,
        )


class Following:
    """Runs followers one after another in one thread; one that fails waits by itself, and none holds up another."""

    def __init__(
        self, database: Database, followers: Sequence[Follower[Any]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._clock = database, clock
        self._turns = [_Turn(follower) for follower in followers]
        self._thread = ThreadPoolExecutor(1, "newswatch-followers")

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop` is set; a piece that is under way is finished."""
        while not stop.is_set():
            await self.catch_up(stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)
        self._thread.shutdown(wait=False)

    async def catch_up(self, stop: asyncio.Event) -> int:
        """Follow until all are up to date but those that failed; return how many changes were taken in all."""
        count, ready = 0, self._ready()
        while ready and not stop.is_set():
            counts = [await self._step(turn) for turn in ready]
            count += sum(filter(None, counts))
            if None in counts:
                await asyncio.sleep(REST)
                ready = self._ready()
            else:
                ready = [turn for turn, each in zip(ready, counts, strict=True) if each]
        return count

    def _ready(self) -> list[_Turn]:
        return [turn for turn in self._turns if turn.not_before <= self._clock()]

    async def _step(self, turn: _Turn) -> int | None:
        """A step of a follower, or a piece of it; None: it is not at its end."""
        step = asyncio.get_running_loop().run_in_executor(self._thread, self._piece, turn)
        (outcome,) = await asyncio.gather(step, return_exceptions=True)
        if isinstance(outcome, BaseException):
            turn.under_way = None
            turn.failed(outcome, self._clock())
            return 0
        if outcome is None:
            return None
        turn.under_way, turn.failures = None, 0
        return outcome.result

    def _piece(self, turn: _Turn) -> Done[int] | None:
        turn.under_way = turn.under_way or following(self._database, turn.follower)
        return taken(turn.under_way, PIECE)
