"""The host gate: one request at a time for each host in this process, robots.txt and redirects included.

Scrapy's slots belong to one crawl, that is to one visit; five visits made ten requests at once to one host. The gate
belongs to the process; across processes the lease does the same, which takes all sites of its source along, and each
site that a redirect leads to (`Visit.take_site`). It also keeps the pauses: our own
(`delay`, and as long as the last answer took), the host's Crawl-delay, and Retry-After, which outlive the process.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import inf

from config_blocks import Crawl
from crawler.errors import NotNow
from crawler.fetch.robots_rules import RobotsRules
from storage import hosts
from storage.hosts import HostState
from storage.writer import Writer

#: a Retry-After is kept, but not longer than this
RETRY_AFTER_CAP = timedelta(hours=24)
#: pause after "429 Too Many Requests" that names no time
TOO_MANY_PAUSE = timedelta(seconds=30)
#: seconds after which an idle host is dropped from memory
FORGET_AFTER = 86_400.0
#: pause after the second "403 Forbidden" in a row, doubled with each further one; a single one may be a paywall
FORBIDDEN_PAUSE, FORBIDDEN_PAUSE_MOST = timedelta(seconds=5), timedelta(minutes=5)
FORBIDDEN, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE = 403, 429, 503


@dataclass(slots=True)
class Host:
    """What this process knows of one host."""

    state: HostState
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots_turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: RobotsRules | None = None
    #: earliest start of the next request, seconds of the monotonic clock
    ready_at: float = 0.0
    #: fence of the visit for which the stored state was read last
    read_for: int = -1
    changed: bool = False
    #: answers 403 in a row
    forbidden: int = 0

    @property
    def name(self) -> str:
        """Name and port, as in the URL."""
        return self.state.host


class Gate:
    """The hosts of this process and their turns."""

    def __init__(self, writer: Writer, manners: Crawl, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self.manners = manners
        self._now = now
        self._hosts: dict[str, Host] = {}

    async def host(self, name: str, visit: int) -> Host:
        """The host of that name, with what other processes have stored of it (read once for each visit)."""
        host = self._hosts.setdefault(name, Host(HostState(name)))
        async with host.reading:  # whoever comes second must not go on before the state is there
            if host.read_for != visit:
                stored = await self._writer.run(lambda connection: hosts.load(connection, name))
                self._merge(host, stored)
                host.read_for = visit
        return host

    @asynccontextmanager
    async def turn(self, host: Host, patience: float, longest_delay: float = inf) -> AsyncIterator[None]:
        """Hold the host for one request. Raises NotNow when it wants more than `patience` seconds of rest.

        `longest_delay`: so much of its Crawl-delay is kept, in seconds.
        """
        async with host.turn:
            wait = host.ready_at - time.monotonic()
            if wait > patience:
                until = self._now() + timedelta(seconds=wait)
                message = f"{host.name} asks to wait until {until:%Y-%m-%d %H:%M:%S} UTC"
                raise NotNow(message, until)
            if wait > 0:
                await asyncio.sleep(wait)
            started = time.monotonic()
            try:
                yield
            finally:
                self.rest(host, self._pause(host, time.monotonic() - started, longest_delay))

    def rest(self, host: Host, seconds: float) -> None:
        """No request to this host for so many seconds from now."""
        host.ready_at = max(host.ready_at, time.monotonic() + seconds)
        host.changed = True

    def heed(self, host: Host, status: int, retry_after: str | None, longest: timedelta = RETRY_AFTER_CAP) -> None:
        """Take an answer's wish to be left alone, up to `longest`: Retry-After, a bare 429, one 403 behind another."""
        host.forbidden = host.forbidden + 1 if status == FORBIDDEN else 0
        if status not in (FORBIDDEN, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE):
            return
        pause = parse_retry_after(retry_after, self._now())
        pause = _unasked_pause(status, host.forbidden) if pause is None else pause
        if pause is not None:
            pause = min(pause, longest)
            host.state = replace(host.state, retry_after_until=self._now() + pause)
            self.rest(host, pause.total_seconds())

    async def save(self, names: Collection[str]) -> None:
        """Write what has changed about these hosts, for other processes and the next start."""
        changed = [host for host in map(self._hosts.get, names) if host is not None and host.changed]
        if changed:
            states = [self._stored_form(host) for host in changed]
            await self._writer.run(lambda connection: hosts.save(connection, states))
            for host in changed:
                host.changed = False

    async def forget_idle(self) -> None:
        """Drop hosts that were not asked for a day: what is worth remembering stands in the store."""
        old = time.monotonic() - FORGET_AFTER
        idle = [name for name, host in self._hosts.items() if host.ready_at < old and not host.turn.locked()]
        await self.save(idle)
        for name in idle:
            del self._hosts[name]

    def _pause(self, host: Host, latency: float, longest_delay: float = inf) -> float:
        own = max(self.manners.delay, min(latency * self.manners.delay_factor, self.manners.max_delay))
        return max(own, min(host.state.crawl_delay or 0.0, longest_delay))

    def _merge(self, host: Host, stored: HostState) -> None:
        newer = (stored.robots_fetched_at or datetime.min.replace(tzinfo=UTC)) > (
            host.state.robots_fetched_at or datetime.min.replace(tzinfo=UTC)
        )
        if newer:
            host.state, host.robots = stored, None
        for moment in (stored.next_request_at, stored.retry_after_until):
            if moment is not None:
                rest = min((moment - self._now()).total_seconds(), RETRY_AFTER_CAP.total_seconds())
                host.ready_at = max(host.ready_at, time.monotonic() + rest)

    def _stored_form(self, host: Host) -> HostState:
        rest = max(host.ready_at - time.monotonic(), 0.0)
        return replace(host.state, next_request_at=self._now() + timedelta(seconds=rest))


def _unasked_pause(status: int, forbidden: int) -> timedelta | None:
    """The pause that a status stands for by itself."""
    if status == TOO_MANY_REQUESTS:
        return TOO_MANY_PAUSE
    if forbidden < 2:
        return None
    return min(FORBIDDEN_PAUSE * (1 << min(forbidden - 2, 10)), FORBIDDEN_PAUSE_MOST)


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The pause that a Retry-After header asks for (seconds or a date), at most a day; None when it asks for none."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(timedelta(seconds=min(int(value.strip()[:9]), 10**9)), RETRY_AFTER_CAP)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # "Mon, 01 Jan 2024 00:00:00 +99999999999999"
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), RETRY_AFTER_CAP)
