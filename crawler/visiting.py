"""How a visit begins, and how it becomes a Scrapy crawl in the running loop.

lease ─> run ─> crawl ─(crawler.extension)─> begin ─> Visit ─> ... ─> Report
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from scrapy import Spider
from sqlalchemy import Connection

from config_blocks import Source
from crawler import cadence_books
from crawler.cadence_price import Market
from crawler.errands import Budget, Report
from crawler.extract.memory import memory_of
from crawler.project import new_crawler
from crawler.sites import sites_of
from crawler.station import Station
from crawler.traps import Shapes, Tries
from crawler.urls import fetch_key
from crawler.visit import Visit
from storage import endpoints, leases, market, memory, shapes, sources
from storage.endpoints import EndpointEntry
from storage.errors import StorageError
from storage.leases import Lease
from storage.records import EndpointKind
from storage.sources import SourceState

#: visits in a row that may begin and never end before the next one waits for the timetable
UNFINISHED_LIMIT = 5
#: how long a source waits that the process which got it does not know
UNKNOWN_WAIT = timedelta(minutes=1)

log = logging.getLogger(__name__)


async def begin(station: Station, source: Source, lease: Lease) -> Visit:
    """Open a visit: its state is read, its endpoints are made.

    Until it is finished the source stays due for the same instant, so that whoever comes after a kill goes on at once.
    A source whose visits end the process each time is the exception: its next visit is written down before.
    """
    now = station.now()
    fires_at = station.timetable(source.every or station.config.schedule.every, source.cron, source.timezone, now)
    entries = [EndpointEntry(url, fetch_key(url), EndpointKind.UNKNOWN, "configured") for url in source.url]

    def prepare(connection: Connection) -> tuple[SourceState, str | None, Market | None, dict[str, Tries]]:
        """One transaction behind the check of the lease: endpoints, state, memory, price, shapes."""
        state = _state(connection, lease, fires_at)
        endpoints.retire_unconfigured(connection, lease.source_id, [entry.fetch_key for entry in entries])
        endpoints.add(connection, lease.source_id, entries, now)
        price = cadence_books.read(market.load(connection)).market if source.is_learned else None
        met = {shape: Tries(*counts) for shape, counts in shapes.load(connection, lease.source_id).items()}
        return state, memory.load(connection, lease.source_id), price, met

    (state, learned, price, met), manners = await station.writer.run(prepare), station.config.crawl
    remembered = memory_of(learned)
    return Visit(
        station=station,
        source=source,
        lease=lease,
        state=state,
        sites=sites_of(source),
        started_at=now,
        fires_at=fires_at,
        budget=Budget(manners.visit_requests, manners.visit_time, manners.visit_bytes),
        report=Report(source.key),
        memory=remembered,
        market=price,
        learned=remembered,
        shapes=Shapes(met),
    )


def _state(connection: Connection, lease: Lease, fires_at: datetime) -> SourceState:
    """What is remembered of the source; one whose visits are never finished waits for its timetable."""
    leases.check(connection, lease)
    state = sources.state(connection, lease.source_id)
    if state.unfinished > UNFINISHED_LIMIT:
        sources.postpone(connection, lease, fires_at, f"{state.unfinished - 1} visits in a row were never finished")
    return state


async def run(station: Station, lease: Lease) -> Report:
    """Visit the source of a lease: one Scrapy crawl in the running loop."""
    source = station.source(lease.source_key)
    if source is None:
        return await _decline(station, lease)
    spider = await crawl(source.spider or "news", source=source.key, lease=lease)
    visit: Visit | None = getattr(spider, "visit", None)
    return visit.report if visit is not None else Report(source.key, broken_off="could not begin")


async def _decline(station: Station, lease: Lease) -> Report:
    """Give back a source that the configuration of this process does not name (any more)."""
    reason, later = f"{station.leases.owner} does not know this source", station.now() + UNKNOWN_WAIT
    log.warning("%s: not configured here: all machines need the same newswatch.toml", lease.source_key)

    def decline(connection: Connection) -> None:
        """Later, and by somebody else."""
        sources.postpone(connection, lease, later, reason)
        station.leases.give_back(connection, lease)

    with suppress(StorageError):
        await station.writer.run(decline)
    return Report(lease.source_key, broken_off="not configured any more")


async def crawl(name: str, more_settings: Mapping[str, Any] = MappingProxyType({}), **arguments: Any) -> Spider | None:
    """Run a spider by its name to its end, in the running loop; further settings stand above those of the project."""
    crawler = new_crawler(name, more_settings)
    await crawler.crawl_async(**arguments)
    return crawler.spider
