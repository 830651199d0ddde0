"""What all visits of one process share: configuration, store, leases, gate, readers, and the rules of sites.

The crawler names what stands beside it by string (settings of crawler.settings): the timetable of the scheduler and
the rules in `spiders.sites`. A station is opened once for each process: by `newswatch` commands, or by the extension
of the first crawl under plain `scrapy crawl`.
"""

import importlib
import pkgutil
from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from config import Config
from config_blocks import Source
from crawler.extract.rules import Rules
from crawler.fetch.gate import Gate
from crawler.fetch.room import Room
from crawler.readers import Readers
from crawler.render.shared import SharedBrowser
from crawler.sites import sites_of
from crawler.urls import fetch_key, site_of
from guard.addresses import AddressRule
from storage import sources, turned_back
from storage.database import Database
from storage.errors import StorageError
from storage.leases import Lease, Leases
from storage.pages import PageFolder, page_folder
from storage.sources import SourceEntry
from storage.store import open_database
from storage.writer import Writer

#: when a source fires next: (seconds between visits or None, cron line or None, zone name, after) -> instant
Timetable = Callable[[float | None, str | None, str | None, datetime], datetime]
#: opens the database at a URL for processes whose leases last so many seconds
Opens = Callable[[str, float], Database]
#: product token that robots.txt knows us by
AGENT = "Newswatch"


@dataclass(slots=True)
class Station:
    """The shared parts of one process. `close` gives everything back."""

    config: Config
    database: Database
    writer: Writer
    leases: Leases
    gate: Gate
    readers: Readers
    rules: Mapping[str, Sequence[Rules]]
    timetable: Timetable
    address_rule: AddressRule
    browser: SharedBrowser
    #: what is in hand of all visits together
    room: Room = field(default_factory=Room)
    #: None: pages are not kept
    pages: PageFolder | None = None
    agent: str = AGENT
    #: what time it is; tests of weeks have a clock of their own
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    #: what ends each visit that is under way, by the key of its source
    endings: dict[str, Callable[[str], None]] = field(default_factory=dict)
    #: what runs beside the visits and must not be lost to the garbage collector
    tasks: set[Future[None]] = field(default_factory=set)

    def now(self) -> datetime:
        """The present moment in UTC."""
        return self.clock()

    def source(self, key: str) -> Source | None:
        """The configured source of that key, or None."""
        return next((source for source in self.config.sources if source.key == key), None)

    async def sync_sources(self) -> None:
        """Make the store agree with the configuration, and free what a killed process of this machine held."""
        entries, now = [_entry(source) for source in self.config.sources], self.now()
        await self.writer.run(lambda connection: sources.sync(connection, entries, now))
        await self.free_dead()

    async def free_dead(self) -> None:
        """Free what a killed process of this machine held."""
        await self.writer.run(self.leases.void_dead)
        await self.follow_clock()

    async def follow_clock(self) -> None:
        """Where the clock was set back the plans are, too: else nothing would be visited for as long."""
        now = self.now()
        await self.writer.run(lambda connection: turned_back.mend(connection, now))

    async def excuse(self, lease: Lease) -> None:
        """Say of a visit that lost its lease that it did not end its process: for that unfinished ones are counted."""
        with suppress(StorageError):
            await self.writer.run(lambda connection: sources.excuse(connection, lease.source_id))

    def hold(self, task: Future[None]) -> None:
        """Keep a task that nobody awaits until it is done."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def end_visits(self, reason: str) -> None:
        """Break off all visits that are under way."""
        for end in list(self.endings.values()):
            end(reason)

    def reload(self, config: Config) -> None:
        """Take another configuration for what comes; the database stays the one that is open."""
        self.config = replace(config, database=self.config.database)
        self.gate.manners = config.crawl
        self.pages = page_folder(config.pages, self.config.database)
        self.address_rule = AddressRule(tuple(config.safety.allow_networks))
        self.browser.settings, self.browser.rule = config.render, self.address_rule

    def close(self) -> None:
        """Writer, readers, database: in this order (visits and beats have ended before)."""
        self.writer.close()
        self.readers.close()
        self.database.dispose()


_stations: list[Station] = []


def open_station(config: Config, timetable: str, sites: str, opens: Opens = open_database) -> Station:
    """Open the store and the shared parts; from now on this is the `current` station."""
    database = opens(config.database, config.schedule.lease)
    writer = Writer(database)
    address_rule = AddressRule(tuple(config.safety.allow_networks))
    station = Station(
        config=config,
        database=database,
        writer=writer,
        leases=Leases(database, config.schedule.lease),
        gate=Gate(writer, config.crawl, lambda: datetime.now(UTC)),
        readers=Readers(config.crawl.readers, config.crawl.reader_cpu, config.crawl.reader_memory),
        rules=site_rules(sites),
        timetable=_load(timetable),
        address_rule=address_rule,
        browser=SharedBrowser(config.render, address_rule),
        pages=page_folder(config.pages, config.database),
    )
    _stations[:] = [station]
    return station


def current() -> Station:
    """The station of this process. Raises LookupError when none is open."""
    if not _stations:
        message = "no station is open: crawls run under the commands of Newswatch or its Scrapy settings"
        raise LookupError(message)
    return _stations[0]


def is_open() -> bool:
    """Whether this process has a station."""
    return bool(_stations)


def close_station() -> None:
    """Close the station of this process, if one is open."""
    while _stations:
        _stations.pop().close()


def site_rules(package: str) -> dict[str, Sequence[Rules]]:
    """The dated rules of all modules of a package: SITE -> RULES."""
    root = importlib.import_module(package)
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(root.__path__)]
    return {module.SITE: module.RULES for module in modules}


def _entry(source: Source) -> SourceEntry:
    first = site_of(fetch_key(source.url[0]))
    return SourceEntry(source.key, source.name, first, source.enabled, sites_of(source), source.render)


def _load(path: str) -> Timetable:
    module, name = path.rsplit(".", 1)
    loaded: Timetable = getattr(importlib.import_module(module), name)
    return loaded
