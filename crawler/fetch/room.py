"""How much of other people's bytes this process holds at once: the host gate bounds requests, this bounds memory.

    begin: wait for room -> [bytes come] -> over LARGE: a ticket, of few -> kept, read -> done: given back

64 visits with six answers of 10 MB each under way would be 4 GB. Small answers are let in while the sum is below a
limit, and above it still for a source that has none in hand: else five sources whose pages are read for seconds would
hold up all others. A large one needs a ticket. When none is free, its download is broken off and begun again when there
is one: a download that merely paused would hold what it has, and time out. One that has a ticket and merely drips loses
it when another waits: two servers that send 600 KB and then a byte a second would hold both tickets, time and again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from scrapy import Request
from scrapy.exceptions import StopDownload

from crawler.allocator import give_back_now
from crawler.errors import TooSlow

#: bytes of an answer, packed or unpacked, from which on it needs a ticket; a page of news has 200 KB
LARGE = 512_000
#: large answers at once: with the default `max_body` they are 20 MB, and each is copied on its way
TICKETS = 2
#: bytes a second of an answer that has a ticket while another waits for one: with less than LARGE in the 20 s that a
#: download has (`[crawl] timeout`) no large answer becomes whole
SLOWEST = 25_000
#: seconds over which that is looked at (our choice: a pause of a good server, or of a lossy line, is shorter)
WINDOW = 5.0
#: bytes of all other answers in hand above which no new download of a source begins that has one in hand, and of any
IN_HAND, MOST_IN_HAND = 12_000_000, 24_000_000
#: request.meta key: bytes that have come
TAKEN = "newswatch_taken"


@dataclass(slots=True)
class Coming:
    """A download under way: what ends it, and how much has come since when."""

    limit: asyncio.Timeout
    since: float
    size: int = 0

    def begin(self, now: float) -> None:
        """Begin a window: with the ticket, and when the one before is over."""
        self.since, self.size = now, 0

    def drips(self, now: float) -> bool:
        """Whether too little came in a window that is over; then the next one begins."""
        span = now - self.since
        if span < WINDOW:
            return False
        is_slow = self.size < SLOWEST * span
        self.begin(now)
        return is_slow


class Room:
    """The answers in hand of one process, by `errand_of` their request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._coming: dict[int, Coming] = {}
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
            if errand in self._coming:
                self._coming[errand].begin(self._clock())
        return errand in self._large

    async def ticket(self, errand: int) -> None:
        """Wait for a ticket."""
        while not self.grows(errand):
            self.turn_out_slow()
            with suppress(TimeoutError):
                async with asyncio.timeout(WINDOW):
                    await self._someone_leaves()

    @asynccontextmanager
    async def coming(self, errand: int | None) -> AsyncIterator[None]:
        """A download while it lasts. Raises TooSlow when it had a ticket, dripped, and another waits for one."""
        limit = asyncio.timeout(None)
        try:
            async with limit:
                if errand is not None:
                    self._coming[errand] = Coming(limit, self._clock())
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            message = f"a large answer below {SLOWEST // 1000} KB a second while others waited for its place"
            raise TooSlow(message) from None
        finally:
            self._coming.pop(errand or 0, None)

    def came(self, errand: int, size: int) -> None:
        """So many bytes of an answer have come."""
        if errand in self._coming:
            self._coming[errand].size += size

    def turn_out_slow(self) -> None:
        """End the downloads that have a ticket and drip."""
        now = self._clock()
        for errand in self._large & self._coming.keys():
            coming = self._coming[errand]
            if coming.drips(now) and not coming.limit.expired():
                coming.limit.reschedule(asyncio.get_running_loop().time())

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
    room.came(errand, len(data))
    request.meta[TAKEN] = request.meta.get(TAKEN, 0) + len(data)
    if request.meta[TAKEN] > LARGE and not room.grows(errand):
        raise StopDownload
