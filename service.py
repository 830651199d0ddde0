"""Putting the parts together: the daemon, one round for cron, and looks at single pages.

The commands of `cli` call what is here; nothing here prints.
"""

import asyncio
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from config import Config, ConfigError
from config_blocks import Source
from crawler import market, trial, visiting
from crawler.errands import Answer, Report
from crawler.fetch import guard
from crawler.fetch.reasons import reason_of
from crawler.loop import run_loop
from crawler.places import Places
from crawler.reprocess import Reread, Rereading
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.sites import sites_of
from crawler.station import Opens, Station, close_station, open_station
from crawler.urls import same_site
from delivery import health_chore, retention
from delivery.alerts import alarms, watching
from delivery.alerts.sending import Sender
from delivery.alerts.watching import WatchFollower
from delivery.followers import Follower, Following
from delivery.search import SearchFollower
from delivery.stories import StoryFollower
from spiders.probe import ProbeSpider
from storage import copies, endpoints
from storage.database import Database, is_connection_lost
from storage.endpoints import SurveyedEndpoint
from storage.errors import StorageError
from storage.kept import Selection
from storage.leases import Lease
from storage.records import Reading
from storage.store import open_database

T = TypeVar("T")

#: seconds between two looks at sources that others hold
LOOK_AGAIN = 0.25
#: where temporary stores lie when the machine has it: nothing is written to a disk
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done now and then."""

    #: says what is done, for the log
    name: str
    do: Callable[[], Awaitable[object]]
    #: every process does it for itself; else one in the cluster does it for all
    is_of_each: bool = False


@dataclass(slots=True)
class Round:
    """What one round of visits came to."""

    reports: list[Report] = field(default_factory=list)
    #: key -> who visits it now
    left: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> list[Report]:
        """Visits that brought nothing for a reason of their own."""
        return [report for report in self.reports if report.error or report.broken_off]


def crawl_once(config: Config, keys: Sequence[str], *, due: bool, wait: bool) -> Round:
    """Visit the named sources once (all enabled ones when none is named), or those that are due."""

    async def crawl() -> Round:
        """One round."""
        async with opened(config) as station:
            await station.sync_sources()
            stop = asyncio.Event()
            listen(station, stop, lambda: config, Signals(station.sync_sources))
            following = Following(station.database, followers(station))  # before the first article: it is news, too
            wanted = list(keys) or [source.key for source in config.sources if source.enabled]
            result = await _Rounds(station, stop, due=due, wait=wait).run(wanted)
            await following.catch_up(stop)
            await do_chores(chores(station))  # they can raise alarms
            await _send(station)
            return result

    return run_loop(crawl)


def try_page(config: Config, url: str) -> tuple[Answer | None, Reading | None, str | None]:
    """Fetch and read one page with all manners, in the browser where it needs one, storing nothing.

    Returns the answer, what was read, and why that is not all.
    """
    source = next((item for item in config.sources if same_site(url, sites_of(item))), None)
    source = source or Source(url=(url,), key="try")

    async def probe() -> tuple[Answer | None, Reading | None, str | None]:
        """The one request."""
        async with _temporary(config, source) as station:
            lease = await _lease(station, source)
            spider = await visiting.crawl("probe", url=url, source=source.key, lease=lease)
            if not isinstance(spider, ProbeSpider) or spider.answer is None:
                error = spider.error if isinstance(spider, ProbeSpider) else None
                return None, None, reason_of(error) if error else "not fetched"
            return await trial.read_tried(spider.visit, spider.answer)

    return run_loop(probe)


def survey(config: Config, source: Source) -> tuple[list[SurveyedEndpoint], Report]:
    """Ask the endpoints of a source without keeping anything: what would be found there."""

    async def look() -> tuple[list[SurveyedEndpoint], Report]:
        """The endpoints, asked once."""
        async with _temporary(config, source) as station:
            lease = await _lease(station, source)
            spider = await visiting.crawl("news", source=source.key, lease=lease, is_survey=True)
            report: Report = spider.visit.report  # type: ignore[union-attr]
            with station.database.read() as connection:
                return endpoints.surveyed(connection, lease.source_id), report

    return run_loop(look)


async def _send(station: Station) -> None:
    """Send what is due once, each message for as long as its way allows."""
    sender = Sender(station.database, lambda: station.config)
    await sender.round()
    await sender.finish()


def reprocess(config: Config, selection: Selection, show: Callable[[Reread], None], goes_on: Callable[[], bool]) -> int:
    """Read kept pages again and show what each gives; when it ``goes_on``, write it. Returns how many were written."""

    async def read_again() -> int:
        """Both rounds: a page is read twice, so that no more than some articles are held at once."""
        async with opened(config) as station:
            rereading, written = Rereading(station, selection), 0
            async for found in rereading.all():
                show(found)
            if not await asyncio.to_thread(goes_on):
                return 0
            async for found in rereading.all():
                written += await rereading.correct(found)
            return written

    return run_loop(read_again)


@asynccontextmanager
async def opened(config: Config, opens: Opens = open_database) -> AsyncIterator[Station]:
    """A station for as long as the block runs, with the guard in its place."""
    station = open_station(config, NEWSWATCH_TIMETABLE, NEWSWATCH_SITES, opens)
    guard.install(station.address_rule)
    try:
        yield station
    finally:
        await station.browser.close()
        close_station()


def _shared_memory() -> Path | None:
    return SHARED_MEMORY if SHARED_MEMORY.is_dir() else None


@asynccontextmanager
async def _temporary(config: Config, source: Source) -> AsyncIterator[Station]:
    parent = await asyncio.to_thread(_shared_memory)
    with tempfile.TemporaryDirectory(prefix="newswatch-", dir=parent) as folder:
        own = replace(config, database=f"sqlite:///{folder}/try.db", sources=(source,))
        async with opened(own) as station:
            yield station


async def _lease(station: Station, source: Source) -> Lease:
    await station.sync_sources()
    (lease,) = await station.writer.run(lambda connection: station.leases.claim_named(connection, [source.key]))
    return lease


def followers(station: Station) -> list[Follower[Any]]:
    """Who follows the changes in this process, in the order of their turns."""
    watching.begin(station.database)
    return [SearchFollower(), StoryFollower(), WatchFollower(lambda: station.config, station.timetable)]


def chores(station: Station) -> list[Chore]:
    """What the daemon does now and then, and a round of visits at its end."""
    return [
        Chore("hosts that nobody waits for are forgotten", station.gate.forget_idle, is_of_each=True),
        Chore("plans follow a clock that was set back", station.follow_clock),
        Chore("the price of visits is settled", lambda: market.settle(station)),
        Chore("kept pages that are too old or too many are deleted", lambda: _prune(station), is_of_each=True),
        Chore("fingerprints that are older than the window of copies are deleted", lambda: _forget_texts(station)),
        Chore("articles and changes that are old enough are deleted", lambda: _retain(station)),
        Chore("the health of sources is looked at", lambda: _examine(station)),
        Chore("old visits are deleted", lambda: _aside(health_chore.prune, station)),
        Chore("alerts that are older than a year are deleted", lambda: _aside(alarms.prune, station)),
    ]


async def _aside(chore: Callable[[Database, datetime], T], station: Station) -> T:
    """A chore of the database, in a thread beside the visits."""
    return await asyncio.to_thread(chore, station.database, station.now())


async def _retain(station: Station) -> None:
    rules, sources = station.config.retention, station.config.sources
    gone = await asyncio.to_thread(retention.apply, station.database, rules, sources, station.now())
    if gone != retention.Gone():
        log.info("retention: %d articles, %d texts and %d changes deleted", gone.articles, gone.bodies, gone.changes)


async def _examine(station: Station) -> None:
    for event in await _aside(health_chore.examine, station):
        log.warning("%s is %s (%s before): %s", event.source_key, event.state, event.before, event.evidence)
    await asyncio.to_thread(alarms.raise_alarms, station.database, station.config, station.timetable, station.now())


async def do_chores(due: Sequence[Chore]) -> None:
    """Do them one after another; one that fails is logged, and the next one is done all the same."""
    for chore in due:
        (outcome,) = await asyncio.gather(chore.do(), return_exceptions=True)
        if isinstance(outcome, BaseException):
            log.warning("not done (%s): %s", chore.name, outcome, exc_info=None if _is_passing(outcome) else outcome)


def _is_passing(error: BaseException) -> bool:
    """Whether it is the disk's or the database's fault: a line in the log says all there is to it."""
    return isinstance(error, OSError | StorageError) or (isinstance(error, Exception) and is_connection_lost(error))


async def _prune(station: Station) -> None:
    if station.pages is None:
        return
    gone = await asyncio.to_thread(station.pages.prune, station.now())
    if gone.files:
        log.info("%d kept pages deleted, %d bytes", gone.files, gone.size)


async def _forget_texts(station: Station) -> None:
    before, gone = station.now() - timedelta(seconds=station.config.copies.window), 0
    while some := await station.writer.run(lambda connection: copies.prune(connection, before)):
        gone += some
    if gone:
        log.info("%d fingerprints deleted", gone)


class _Rounds:
    """Visits each wanted source once, as leases and capacity allow."""

    def __init__(self, station: Station, stop: asyncio.Event, *, due: bool, wait: bool) -> None:
        self._station, self._stop = station, stop
        self._due, self._wait = due, wait
        self._places = Places(station.config.schedule.visits)
        #: visits whose report is not in the round yet
        self._running: set[asyncio.Task[Report]] = set()
        self._round = Round()

    async def run(self, wanted: list[str]) -> Round:
        """Visit them; what others hold is waited for when asked to, else named in the round."""
        open_keys = list(wanted)
        while not self._stop.is_set():
            claimed = await self._claim(open_keys)
            begun = {asyncio.ensure_future(visiting.run(self._station, lease)) for lease in claimed}
            self._running |= begun
            for visit in begun:
                self._places.take(visit)
            open_keys = [key for key in open_keys if key not in {lease.source_key for lease in claimed}]
            if not self._running and not await self._holders(open_keys):
                break
            await self._some_end()
        await self._all_end()
        return self._round

    async def _claim(self, keys: list[str]) -> Sequence[Lease]:
        leases, now = self._station.leases, self._station.now()
        room, places = self._places.room(), self._places.in_all()
        if not keys or not room:
            return ()
        if self._due:
            return await self._station.writer.run(lambda c: leases.claim_due(c, now, room, keys, places))
        return await self._station.writer.run(lambda c: leases.claim_named(c, keys, room, places))

    async def _holders(self, keys: list[str]) -> bool:
        """Whether to go on waiting for sources that others hold."""
        leases, now = self._station.leases, self._station.now()
        self._round.left = {}
        if not keys:
            return False
        due_by = now if self._due else None
        self._round.left = await self._station.writer.run(lambda c: leases.others(c, keys, due_by))
        return self._wait and bool(self._round.left)

    async def _some_end(self) -> None:
        if not self._running:
            await asyncio.sleep(LOOK_AGAIN)
            return
        done, self._running = await asyncio.wait(self._running, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        self._round.reports += [task.result() for task in done]

    async def _all_end(self) -> None:
        while self._running:
            await self._some_end()


@dataclass(frozen=True, slots=True)
class Signals:
    """What signals mean to a process."""

    #: done after another configuration was taken
    sync: Callable[[], Awaitable[None]]
    #: on a stop, visits are not broken off at once: others would have to make them again
    drains: bool = False


def listen(station: Station, stop: asyncio.Event, load: Callable[[], Config], signals: Signals) -> None:
    """First SIGTERM or SIGINT: stop cleanly; the second: at once. SIGHUP: another configuration."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        """First call: a clean end; second: at once."""
        if stop.is_set():
            os._exit(1)
        log.info("stopping")
        stop.set()
        if not signals.drains:
            station.end_visits("stopped")

    def reload() -> None:
        """Take the configuration as it stands now; keep the old one when it is wrong."""
        try:
            station.reload(load())
        except ConfigError as error:
            log.warning("configuration not taken: %s", error)
            return
        guard.install(station.address_rule)
        station.hold(asyncio.ensure_future(signals.sync()))
        log.info("configuration read again: %d sources", len(station.config.sources))

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, reload)
