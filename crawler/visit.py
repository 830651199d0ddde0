"""One visit of one source.

    begin ─> errands ─(spider, Scrapy)─> crawler.answers ─> article ─(pipelines)─> keep ─> finish
                └─────────────────< done <─────┴──────────────────────────────┘

Everything that is fetched comes out of the store (`errands`), everything that was found goes into it: callbacks hand
out no requests. So a visit that is killed at any moment goes on where its last commit stands.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from config_blocks import Source
from crawler import cadence
from crawler.cadence_price import Market
from crawler.due_links import choose
from crawler.errands import Budget, Errand, Report
from crawler.errors import NotNow
from crawler.extract.memory import SiteMemory
from crawler.obstacles import Evidence, obstacle_of
from crawler.render.need import Mark, Seen
from crawler.station import Station
from crawler.traps import Shapes
from crawler.urls import site_of
from storage import endpoints, frontier, leases, memory, shapes, sources
from storage.endpoints import Endpoint
from storage.errors import LeaseLost, StorageError
from storage.frontier import Origin
from storage.leases import Lease
from storage.sources import SourceState, VisitSummary

T = TypeVar("T")

#: links under way at once in one visit: one is fetched (the host gate), the others are read or kept
UNDER_WAY = 6
#: endpoints of one source, configured ones apart
ENDPOINT_LIMIT = 30
#: a retry that is due within so many seconds is waited for
SHORT_WAIT = timedelta(seconds=5)
#: how long a link waits whose site another process visits
SITE_WAIT = timedelta(minutes=1)
#: how often a lease is renewed within its time
RENEWALS = 3
#: seconds before the end of a lease at which no request leaves any more
MARGIN = 10.0
#: a lease shorter than this (tests) has a margin of a sixth of it
MARGIN_SHARE = 6

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Visit:
    """The state of one visit, from its lease to its report."""

    station: Station
    source: Source
    lease: Lease
    state: SourceState
    sites: frozenset[str]
    started_at: datetime
    fires_at: datetime
    budget: Budget
    report: Report
    #: what earlier visits learned of the site's pages: the same for all pages of a visit, in whatever order they come
    memory: SiteMemory = field(default_factory=SiteMemory)
    #: the same with what this visit learns; the next one reads with it
    learned: SiteMemory = field(default_factory=SiteMemory)
    #: the price of a visit; None: the source has a timetable of its own
    market: Market | None = None
    #: what became of addresses of each shape
    shapes: Shapes = field(default_factory=Shapes)
    #: whether the source keeps us out
    evidence: Evidence = field(default_factory=Evidence)
    #: a survey asks the endpoints only
    is_survey: bool = False
    #: what needs a browser: drawn in a second crawl under the same lease, because handlers are fixed when one starts
    awaiting: list[Errand] = field(default_factory=list)
    #: whether this is that second crawl
    is_rendering: bool = False
    #: whether the source needs a browser, as far as it was known before, and what this visit has seen of that
    mark: Mark | None = None
    seen: Seen = field(default_factory=Seen)
    #: endpoints that showed nothing of what was known from them, and what each list showed
    rolled_past: set[int] = field(default_factory=set)
    shown: list[tuple[Origin, frozenset[str]]] = field(default_factory=list)
    #: what is to be done at the end, when all lists were read: by name, each once
    closing: dict[str, Callable[[Connection], None]] = field(default_factory=dict)
    met_hosts: set[str] = field(default_factory=set)
    under_way: "set[asyncio.Task[Any]]" = field(default_factory=set)
    _held_sites: set[str] = field(default_factory=set)
    _busy: dict[str, Errand] = field(default_factory=dict)
    _further: list[Errand] = field(default_factory=list)
    #: so few under way that the frontier is asked for more
    _refill_at: int = 0
    _asked: set[int] = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _renewal: "asyncio.Task[None] | None" = None
    _stop: Callable[[], None] | None = None

    @property
    def interval(self) -> timedelta:
        """Time between two visits, as the timetable has it now."""
        return self.fires_at - self.started_at

    @property
    def is_first(self) -> bool:
        """Whether the source was never visited to the end."""
        return self.state.first_visit_at is None

    async def commit(self, job: Callable[[Connection], T]) -> T:
        """Run a job in a transaction that begins with the check of our lease. Raises LeaseLost."""

        def fenced(connection: Connection) -> T:
            """The job behind the check of the lease."""
            leases.check(connection, self.lease)
            return job(connection)

        return await self.station.writer.run(fenced)

    async def errands(self) -> AsyncIterator[Errand]:
        """Everything that is to be fetched, as it becomes known: endpoints first, then links, until nothing is due."""
        parts = (self._due_endpoints,) if self.is_survey else (self._due_endpoints, self._due_links)
        for due in parts:
            try:
                async for errand in self._all(due):
                    yield errand
            except LeaseLost:
                self.break_off("lease lost")

    def go_on(self, errand: Errand) -> None:
        """Ask for a further page of an article before anything else; its link stays under way."""
        self._busy[errand.url] = errand
        self._further.append(errand)

    def done(self, errand: Errand) -> None:
        """An errand has its outcome committed (or was given up with the visit)."""
        self._busy.pop(errand.url, None)
        self.station.room.leave(id(errand))
        self._moved.set()

    def brought(self, url: str) -> None:
        """An address brought what was asked for."""
        self.shapes.note(url, kept=True)
        self.evidence.good += 1

    def in_vain(self, url: str, reason: str) -> None:
        """An address was fetched and brought nothing."""
        self.shapes.note(url, kept=False)
        self.evidence.note(reason)

    def check_time(self) -> None:
        """Raise LeaseLost when our time is over."""
        margin = min(MARGIN, self.station.leases.seconds / MARGIN_SHARE)
        if self.report.broken_off or self.lease.seconds_left() < margin:
            raise LeaseLost

    def spend_request(self) -> None:
        """Count a request that leaves now. Raises BudgetSpent, or LeaseLost when our time is over."""
        self.check_time()
        self.budget.spend_request()
        self.report.requests += 1

    async def take_site(self, url: str) -> None:
        """Take the site of an address that a redirect led to. Raises NotNow while another process visits it."""
        site = site_of(url)
        if site in self.sites or site in self._held_sites:
            return
        station, lease = self.station, self.lease
        holder = await station.writer.run(lambda connection: station.leases.hold_site(connection, lease, site))
        if holder is not None:
            message = f"{site} is visited by {holder}"
            raise NotNow(message, station.now() + SITE_WAIT)
        self._held_sites.add(site)

    def spend_bytes(self, count: int) -> None:
        """Count the bytes of an answer."""
        self.budget.volume -= count

    def break_off(self, reason: str) -> None:
        """End the visit now: nothing more is asked, what is under way is cancelled."""
        self.report.broken_off = self.report.broken_off or reason
        for task in list(self.under_way):
            task.cancel()
        self._moved.set()
        if self._stop is not None:
            self._stop()

    def watch(self, stop: Callable[[], None]) -> None:
        """Keep the lease alive until the end; `stop` ends the crawl (the second one, when there are two)."""
        self._stop = stop
        if self._renewal is None:
            self._renewal = asyncio.ensure_future(self._keep_lease())

    async def finish(self) -> Report:
        """Write when to come back, and give the lease back."""
        if self._renewal is not None:
            self._renewal.cancel()
        for errand in self._busy.values():
            self.station.room.leave(id(errand))
        self.report.seconds = time.monotonic() - self.budget.started
        try:
            await self.station.gate.save(self.met_hosts)
            await self.station.writer.run(self._finish)
        except LeaseLost:
            self.report.broken_off = self.report.broken_off or "lease lost"
            await self.station.excuse(self.lease)
        except StorageError as error:
            self.report.broken_off = self.report.broken_off or f"database: {error}"
        return self.report

    def _finish(self, connection: Connection) -> None:
        now = self.station.now()
        for close in self.closing.values() if not self.report.broken_off else ():
            close(connection)
        upcoming = self._next_visit(connection, now)
        self.report.next_visit = f"{upcoming.at:%H:%M:%S} UTC ({upcoming.reason})"
        summary = VisitSummary(
            finished_at=now,
            next_visit_at=upcoming.at,
            next_visit_reason=upcoming.reason,
            requests=self.report.requests,
            unchanged=self.report.endpoints_unchanged,
            new=self.report.new,
            error=self.report.error,
            obstacle=obstacle_of(self.evidence, self.shapes, self.state, now),
            seconds=self.report.seconds,
            unread=self.report.outcomes["failed"] + self.report.outcomes["skipped"],
        )
        sources.finish_visit(connection, self.lease, summary)
        fresh = {shape: (tries.tried, tries.kept) for shape, tries in self.shapes.fresh.items()}
        shapes.add(connection, self.lease.source_id, fresh, now)
        if self.learned is not self.memory:
            memory.save(connection, self.lease.source_id, self.learned.to_json(), self.learned.articles, now)

    def _next_visit(self, connection: Connection, now: datetime) -> cadence.NextVisit:
        if self.report.broken_off:
            return cadence.NextVisit(now, f"the last visit was broken off: {self.report.broken_off}")
        if self.report.error:
            return cadence.after_failure(now, max(self.fires_at, now), self.state.failures)
        left_over = frontier.pending(connection, self.lease.source_id, now) > 0
        links = frontier.next_due(connection, self.lease.source_id)
        known = endpoints.all_of(connection, self.lease.source_id)
        active = [entry for entry in known if entry.is_watched]
        if self.market is not None and not left_over:
            return self._when_learned(connection, now, active, links)
        due = [entry.next_visit_at for entry in active] + ([links] if links else [])
        return cadence.after_success(now, max(self.fires_at, now), min(due, default=None), left_over=left_over)

    def _when_learned(
        self, connection: Connection, now: datetime, active: list[Endpoint], links: datetime | None
    ) -> cadence.NextVisit:
        upcoming = [cadence.NextVisit(entry.next_visit_at, entry.next_visit_reason or "new") for entry in active]
        retry = frontier.next_retry(connection, self.lease.source_id)
        reread = max(links, self.fires_at) if links else None
        beat = cadence.NextVisit(self.fires_at, cadence.ON_SCHEDULE)
        return cadence.when_learned(now, min(upcoming, key=lambda one: one.at, default=beat), retry, reread)

    async def _all(self, due: "Callable[[], Any]") -> AsyncIterator[Errand]:
        while not self._is_over():
            self._moved.clear()
            batch = self._begun() or (await self._next(due) if len(self._busy) <= self._refill_at else [])
            for errand in batch:
                self._busy[errand.url] = errand
                yield errand
            # the next look is worth its query when half of them are done
            self._refill_at = len(self._busy) // 2
            if not batch and not self._busy and not await self._short_wait(due):
                return
            if self._busy:
                await self._moved.wait()

    def _begun(self) -> list[Errand]:
        begun, self._further = self._further, []
        return begun

    async def _next(self, due: "Callable[[], Any]") -> list[Errand]:
        """What is to be drawn stands before what is due: its plain answer is here and grows old."""
        if not self.is_rendering:
            return list(await due()) if due == self._due_endpoints or not self.awaiting else []
        drawn, self.awaiting = self.awaiting, []
        return drawn or list(await due())

    def _is_over(self) -> bool:
        return self.report.broken_off is not None or (self.budget.is_spent() and not self._busy)

    async def _short_wait(self, due: "Callable[[], Any]") -> bool:
        """Wait for a retry that is due in a moment; False when there is none."""
        if due != self._due_links or self.budget.is_spent() or self.awaiting:
            return False
        moment = await self.station.writer.run(lambda c: frontier.next_retry(c, self.lease.source_id))
        now = self.station.now()
        if moment is None or moment > now + SHORT_WAIT:
            return False
        await asyncio.sleep(max((moment - now).total_seconds(), 0.05))
        return True

    async def _due_endpoints(self) -> list[Errand]:
        known = await self.station.writer.run(lambda c: endpoints.all_of(c, self.lease.source_id))
        due = self._due_of(known, self.station.now())[: UNDER_WAY - len(self._busy)]
        if not due or not await self._put_off(due):
            return []
        self._asked.update(entry.endpoint_id for entry in due)
        return [Errand(entry.url, endpoint=entry) for entry in due]

    def _due_of(self, known: list[Endpoint], now: datetime) -> list[Endpoint]:
        troubled = any(entry.is_configured and entry.failures for entry in known)
        wanted = known if troubled else [entry for entry in known if not entry.is_stand_in]
        open_ones = [entry for entry in wanted if entry.endpoint_id not in self._asked and self._is_watched(entry)]
        return [entry for entry in open_ones if self._is_due(entry, now)]

    def _is_watched(self, entry: Endpoint) -> bool:
        # What ended (410) is asked once more when somebody names its source.
        return entry.is_watched or (self.lease.is_named and entry.is_configured)

    async def _put_off(self, due: list[Endpoint]) -> bool:
        """Whatever happens from here on, they are not asked again before the source would be."""
        asked = [entry.endpoint_id for entry in due]
        try:
            await self.commit(lambda connection: endpoints.postpone(connection, asked, self.fires_at))
        except LeaseLost:
            self.break_off("lease lost")
            return False
        return True

    def _is_due(self, entry: Endpoint, now: datetime) -> bool:
        # Who asks by name wants to know now; only what the publisher asked for is kept.
        rests_until = entry.last_success_at + entry.floor if entry.floor and entry.last_success_at else now
        return entry.next_visit_at <= now or (self.lease.is_named and rests_until <= now)

    async def _due_links(self) -> list[Errand]:
        if self.budget.is_spent():
            return []
        busy = [errand.link.link_id for errand in (*self._busy.values(), *self.awaiting) if errand.link]
        limit, now = UNDER_WAY - len(self._busy), self.station.now()
        shapes, source_id, moments = self.shapes, self.lease.source_id, (now, self.started_at)
        rows = await self.commit(lambda c: choose(c, shapes, source_id, moments, busy, limit))
        return [Errand(row.link.url, link=row) for row in rows if row.link.url not in self._busy]

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(min(self.station.leases.seconds / RENEWALS, max(self.lease.seconds_left(), 0.0)))
            renewal = self.station.writer.run(lambda c: self.station.leases.renew(c, self.lease))
            try:
                # A database that is away holds the writer up for minutes; at the end of the lease a request that is
                # under way is cut off all the same.
                self.lease = await asyncio.wait_for(renewal, self.lease.seconds_left())
            except (LeaseLost, TimeoutError):
                self.break_off("lease lost")
                return
            except StorageError as error:
                log.warning("%s: lease not renewed: %s", self.source.key, error)
