"""The Scrapy extension that makes any crawl under our settings a visit: guard, lease, fence, report.

`newswatch run`, `newswatch crawl` and plain `scrapy crawl news -a source=KEY` all pass through here; the first two
bring a lease along, the third claims one.
"""

import asyncio
import logging
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

import config
from crawler import answers, second_crawl
from crawler.errands import Errand, FetchedArticle
from crawler.errors import CrawlError, GuardMissing, Refused
from crawler.fetch import guard
from crawler.keep import Identified
from crawler.station import Station, close_station, current, is_open, open_station
from crawler.visit import Visit
from crawler.visiting import begin
from storage.errors import StorageError
from storage.leases import Lease

log = logging.getLogger(__name__)


class VisitExtension:
    """Opens a visit when the spider opens, and finishes it when the spider has closed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._owns_station = not is_open()
        #: the visit was begun by another crawl, which finishes it
        self._continues = False
        station = _station_for(crawler)
        guard.install(station.address_rule)
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.closed, signals.spider_closed)
        crawler.signals.connect(self.lost, signals.spider_error)
        crawler.signals.connect(self.dropped, signals.item_dropped)
        crawler.signals.connect(self.unfit, signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def opened(self, spider: Spider) -> None:
        """Take or claim the lease. Closes the spider when the source is not ours to visit."""
        station = current()
        if self._is_second(spider):
            return
        if guard.installed() is None:
            raise CloseSpider(str(GuardMissing.__doc__))
        key = getattr(spider, "source", "")
        source = station.source(key)
        if source is None:
            known = ", ".join(item.key for item in station.config.sources)
            log.error("no source has the key %r: use -a source=KEY with one of: %s", key, known)
            raise CloseSpider("unknown source")
        lease = getattr(spider, "lease", None) or await _claim(station, key)
        if lease is None:
            log.warning("%s: another process visits it", key)
            raise CloseSpider("leased")
        try:
            visit = await begin(station, source, lease)
        except StorageError as error:
            log.warning("%s: not begun: %s", key, str(error) or error.__doc__)
            await station.excuse(lease)
            raise CloseSpider("not begun") from error
        visit.watch(self._stop)
        visit.is_survey = getattr(spider, "is_survey", False)
        station.endings[key] = visit.break_off
        spider.visit = visit  # type: ignore[attr-defined]

    async def closed(self, spider: Spider) -> None:
        """Write the end of the visit; give the shared parts back when this crawl opened them."""
        visit: Visit | None = getattr(spider, "visit", None)
        try:
            if visit is not None and not self._continues:
                await _end(visit)
        finally:
            if self._owns_station:
                await current().browser.close()
                close_station()

    def _is_second(self, spider: Spider) -> bool:
        """Whether this crawl goes on with the visit of another one; it stops when that visit is broken off."""
        visit: Visit | None = getattr(spider, "visit", None)
        if visit is None:
            return False
        self._continues = True
        visit.watch(self._stop)
        return True

    def _stop(self) -> None:
        current().hold(asyncio.ensure_future(self._crawler.stop_async()))

    def lost(self, failure: Failure, response: Response | None, spider: Spider) -> None:
        """A callback failed: that is our own fault; it costs this one link a try. Without one, the visit ends."""
        if response is None:
            return
        log.error("internal error at %s: %s", response.url, failure.getErrorMessage())
        reason = CrawlError(f"internal error: {failure.getErrorMessage()}")
        current().hold(asyncio.ensure_future(_fail(spider, response.meta.get("errand"), reason, ours=True)))

    async def dropped(self, item: Any, spider: Spider, exception: BaseException) -> None:
        """An item did not pass the pipelines: its link is skipped with the reason."""
        fetched = item.fetched if isinstance(item, Identified) else item
        errand = fetched.errand if isinstance(fetched, FetchedArticle) else None
        await _fail(spider, errand, Refused(str(exception)))

    async def unfit(self, item: Any, spider: Spider, failure: Failure) -> None:
        """A pipeline failed: our own fault; it costs this one link a try."""
        fetched = item.fetched if isinstance(item, Identified) else item
        errand = fetched.errand if isinstance(fetched, FetchedArticle) else None
        await _fail(spider, errand, CrawlError(f"internal error: {failure.getErrorMessage()}"), ours=True)


async def _end(visit: Visit) -> None:
    try:
        report = await second_crawl.bring_to_end(visit)
        log.info("%s", report.line())
    finally:
        current().endings.pop(visit.source.key, None)


async def _fail(spider: Spider, errand: Errand | None, reason: CrawlError, *, ours: bool = False) -> None:
    visit: Visit | None = getattr(spider, "visit", None)
    if visit is None or errand is None:
        return
    if ours:
        await answers.set_aside(visit, errand, str(reason))
    await answers.fail(visit, errand, reason)


def _station_for(crawler: Crawler) -> Station:
    if is_open():
        return current()
    settings = crawler.settings
    loaded = config.load()
    return open_station(loaded, settings["NEWSWATCH_TIMETABLE"], settings["NEWSWATCH_SITES"])


async def _claim(station: Station, key: str) -> Lease | None:
    await station.sync_sources()
    claimed = await station.writer.run(lambda connection: station.leases.claim_named(connection, [key]))
    return claimed[0] if claimed else None
