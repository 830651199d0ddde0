"""How many visits one process makes at once, so that slow sites hold up no other.

    places taken: young visits, and those lasting ones for which there is no room beside them
    room = places - taken

A visit that waits for a site takes memory and hardly any CPU. Two hundred and thirty sources that answered slowly or
not at all held the 64 places of a daemon for minutes, and good ones waited (`tests/hostile/held_up.py`). So a visit
that lasts goes on beside the places, but no more than a quarter as many as there are: on a machine that is merely slow
all visits last, and without a bound each new one would make the others slower. Besides, a claim leaves some places to
sources that were quick at their last visit (`storage.leases`).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: seconds after which a visit counts as lasting: with nothing new it takes one, with some articles a few
LASTING = 10.0
#: of so many places, one lasting visit goes on beside them
PLACES_FOR_ONE_BESIDE = 4


@dataclass(slots=True)
class Places:
    """The visits under way in a process, and how many more there is room for."""

    capacity: int
    clock: Callable[[], float] = time.monotonic
    #: a visit -> when it began, in seconds of the clock
    _begun: "dict[asyncio.Task[Any], float]" = field(default_factory=dict)

    @property
    def running(self) -> "set[asyncio.Task[Any]]":
        """The visits under way."""
        return set(self._begun)

    def in_all(self) -> int:
        """How many places there are now."""
        before = self.clock() - LASTING
        lasting = sum(begun < before for begun in self._begun.values())
        return self.capacity + min(lasting, self.capacity // PLACES_FOR_ONE_BESIDE)

    def room(self) -> int:
        """How many more visits may begin."""
        return max(self.in_all() - len(self._begun), 0)

    def take(self, visit: "asyncio.Task[Any]") -> None:
        """A visit begins; it leaves its place when it ends."""
        self._begun[visit] = self.clock()
        visit.add_done_callback(lambda ended: self._begun.pop(ended, None))
