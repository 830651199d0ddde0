"""How much of other people's bytes this process holds at once: the host gate bounds requests, this bounds memory.

    begin: wait for room -> [bytes come] -> over LARGE: a ticket, of few -> kept, read -> done: given back

64 visits with six answers of 10 MB each under way would be 4 GB. Small answers are let in while the sum is below a
limit, and above it still for a source that has none in hand: else five sources whose pages are read for seconds would
hold up all others. A large one needs a ticket. When none is free, its download is broken off and begun again when there
is one: a download that merely paused would hold what it has, and time out.
"""

import asyncio

from scrapy import Request
from scrapy.exceptions import StopDownload

from crawler.allocator import give_back_now

#: bytes of an answer, packed or unpacked, from which on it needs a ticket; a page of news has 200 KB
LARGE = 512_000
#: large answers at once: with the default `max_body` they are 20 MB, and each is copied on its way
TICKETS = 2
#: bytes of all other answers in hand above which no new download of a source begins that has one in hand, and of any
IN_HAND, MOST_IN_HAND = 12_000_000, 24_000_000
#: request.meta key: bytes that have come
TAKEN = "newswatch_taken"


class Room:
    """The answers in hand of one process, by `errand_of` their request."""

    def __init__(self) -> None:
        self._held: dict[int, int] = {}
        #: whose answer it is
        self._askers: dict[int, str] = {}
        self._large: set[int] = set()
        self._left = asyncio.Event()

    async def begin(self, asker: str = "", errand: int | None = None) -> None:
        """Wait until there is room for one more download of a source."""
        while self._is_full(asker):
            await self._someone_leaves()
        if errand is not None:
            self._askers[errand] = asker

    def _is_full(self, asker: str) -> bool:
        small = [errand for errand in self._held if errand not in self._large]
        has_one = any(self._askers.get(errand) == asker for errand in small)
        return sum(self._held[errand] for errand in small) > (IN_HAND if has_one else MOST_IN_HAND)

    def grows(self, errand: int) -> bool:
        """Whether an answer may be large: it has a ticket, or takes one that is free."""
        if errand not in self._large and len(self._large) < TICKETS:
            self._large.add(errand)
        return errand in self._large

    async def ticket(self, errand: int) -> None:
        """Wait for a ticket."""
        while not self.grows(errand):
            await self._someone_leaves()

    def hold(self, errand: int, size: int) -> None:
        """An answer is here, so large."""
        self._held[errand] = size

    def leave(self, errand: int) -> None:
        """An answer is done with."""
        self._held.pop(errand, None)
        self._askers.pop(errand, None)
        if errand in self._large:
            self._large.discard(errand)
            give_back_now()
        self._left.set()

    async def _someone_leaves(self) -> None:
        self._left.clear()
        await self._left.wait()


def errand_of(request: Request) -> int | None:
    """What a request is for, over its redirects; None: robots.txt, or a single look at a page."""
    errand = request.meta.get("errand")
    return id(errand) if errand is not None else None


def watch(room: Room, data: bytes, request: Request) -> None:
    """Take note of bytes that come. Raises StopDownload when an answer grows large and has no ticket."""
    errand = errand_of(request)
    if errand is None:
        return
    request.meta[TAKEN] = request.meta.get(TAKEN, 0) + len(data)
    if request.meta[TAKEN] > LARGE and not room.grows(errand):
        raise StopDownload
