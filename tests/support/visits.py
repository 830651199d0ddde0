"""Visits without a network: store, lease, readers and pipelines are real; what servers say is handed in.

async with newsdesk(database_url, Source(...)) as desk:
    report = await desk.visit({"https://daily.example/feed": answer(rss("/a"), ...), ...})
    assert desk.rows("SELECT state FROM link") == [("stored",)]
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from sqlalchemy import ColumnElement, select, text

from config import Config
from config_blocks import Crawl, Schedule, Source
from crawler import answers, visiting
from crawler.errands import Answer, Errand, FetchedArticle, Report
from crawler.errors import CrawlError, Refused
from crawler.pipelines import CleanPipeline, IdentifyPipeline, KeepPipeline
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station, close_station, open_station
from crawler.visit import Visit
from storage.errors import LeaseLost
from storage.leases import Lease
from storage.records import Article, Page

Said = Answer | BaseException
#: what each address says: one answer for ever, or an answer for each errand
Says = Mapping[str, Said] | Callable[[Errand], Said]


@dataclass(slots=True)
class Newsdesk:
    """One open station and the visits of its first source."""

    station: Station
    #: addresses in the order in which they were asked for
    asked: list[str] = field(default_factory=list)

    async def lease(self, *, due: bool = False) -> Lease:
        """A lease of the first source, asked for by its key or because it is due."""
        await self.station.sync_sources()
        leases, key, now = self.station.leases, self.station.config.sources[0].key, self.station.now()
        if due:
            (lease,) = await self.station.writer.run(lambda c: leases.claim_due(c, now, 1, [key]))
        else:
            (lease,) = await self.station.writer.run(lambda c: leases.claim_named(c, [key]))
        return lease

    async def begin(self, *, due: bool = False) -> Visit:
        """Open a visit of the first source."""
        return await visiting.begin(self.station, self.station.config.sources[0], await self.lease(due=due))

    async def visit(self, says: Says, *, due: bool = False, most: int = 1000) -> Report:
        """One visit from its lease to its report, cut short after so many errands."""
        begun = await self.begin(due=due)
        await self.follow(begun, says, most)
        return await begun.finish()

    async def follow(self, begun: Visit, says: Says, most: int = 1000) -> None:
        """Do what the spider does with the errands of a visit."""
        async with aclosing(cast("AsyncGenerator[Errand, None]", begun.errands())) as errands:
            async for errand in errands:
                self.asked.append(errand.url)
                await settle(begun, errand, _fetched(begun, errand, says))
                most -= 1
                if not most:
                    return

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with self.station.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def values(self, *columns: ColumnElement[Any]) -> list[tuple[Any, ...]]:
        """What the database holds in these columns of a table, as the program reads them."""
        with self.station.database.read() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]

    def write(self, statement: str, **values: object) -> None:
        """Change rows, as time or another process would."""
        with self.station.database.write() as connection:
            connection.execute(text(statement), values)

    def make_due(self) -> None:
        """Let all that is planned be due now."""
        self.write("UPDATE endpoint SET next_visit_at = '2000-01-01 00:00:00.000000'")
        self.write("UPDATE link SET next_try_at = '2000-01-01 00:00:00.000000' WHERE next_try_at IS NOT NULL")
        self.write("UPDATE source SET next_visit_at = '2000-01-01 00:00:00.000000'")


async def settle(begun: Visit, errand: Errand, said: Said) -> None:
    """Hand the visit what came back for one errand, and an article to the pipelines."""
    if isinstance(said, BaseException):
        fetched = await answers.fail(begun, errand, said)
    else:
        fetched = await answers.take(begun, errand, said)
    if fetched is not None:
        await keep(begun, fetched)


async def keep(begun: Visit, item: FetchedArticle | Article) -> None:
    """Send an item through the pipelines; what they drop is skipped, as the extension does it."""
    crawler = cast("Crawler", SimpleNamespace(spider=SimpleNamespace(visit=begun)))
    try:
        cleaned = CleanPipeline(crawler).process_item(item)
        await KeepPipeline(crawler).process_item(IdentifyPipeline(crawler).process_item(cleaned))
    except DropItem as error:
        if isinstance(item, FetchedArticle) and item.errand is not None:
            await answers.fail(begun, item.errand, Refused(str(error)))


def source(*urls: str, **settings: Any) -> Source:
    """A source "daily" with these endpoints."""
    return Source.model_validate({"key": "daily", "url": urls, **settings})


@asynccontextmanager
async def newsdesk(database_url: str, *sources: Source, lease: float = 60.0, **manners: Any) -> AsyncIterator[Newsdesk]:
    """A station of these sources; ``manners`` are settings of [crawl]."""
    crawl = Crawl.model_validate({"readers": 1, **manners})
    config = Config(database_url, crawl=crawl, schedule=Schedule(lease=lease), sources=sources)
    station = open_station(config, NEWSWATCH_TIMETABLE, NEWSWATCH_SITES)
    try:
        yield Newsdesk(station)
    finally:
        await asyncio.sleep(0)
        close_station()


def _fetched(begun: Visit, errand: Errand, says: Says) -> Said:
    """What the download handler would give: an answer, or the error that no request left."""
    try:
        begun.spend_request()
    except (CrawlError, LeaseLost) as error:
        return error
    return says(errand) if callable(says) else _said(says, errand.url)


def _said(says: Mapping[str, Said], url: str) -> Said:
    return says.get(url) or Answer(Page(url, b"not here", "text/html", 404))
