"""The item pipelines: clean ─> identify ─> keep. A custom spider that yields an Article goes the same way."""

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from sqlalchemy import Connection

from crawler.clean import clean_article
from crawler.errands import FetchedArticle
from crawler.keep import Identified, Kept, identified, keep
from crawler.rereading import compared
from crawler.traps import SAME_LOOKED
from crawler.urls import AddressError, fetch_key
from crawler.visit import Visit
from storage import shapes
from storage.errors import LeaseLost, StorageError
from storage.pages import page_name
from storage.records import Article

log = logging.getLogger(__name__)


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    @property
    def visit(self) -> Visit:
        """The visit that this crawl is."""
        visit: Visit = self._crawler.spider.visit  # type: ignore[union-attr]
        return visit


class CleanPipeline(_Pipeline):
    """The border that text, dates and sizes cross."""

    def process_item(self, item: Any) -> FetchedArticle:
        """Take a FetchedArticle or a bare Article; drop one that has no headline or no address."""
        fetched = FetchedArticle(item) if isinstance(item, Article) else item
        if not isinstance(fetched, FetchedArticle):
            message = f"not an article: {type(item).__name__}"
            raise DropItem(message)
        article = clean_article(fetched.article, self.visit.station.now())
        if (obstacle := _obstacle(article)) is not None:
            raise DropItem(obstacle)
        key = article.source_key or self.visit.source.key
        return replace(fetched, article=replace(article, source_key=key))


class IdentifyPipeline(_Pipeline):
    """Address keys and fingerprints."""

    def process_item(self, item: FetchedArticle) -> Identified:
        """Compute what the article is told apart by."""
        name = page_name(item.answer.page) if self.visit.station.pages and item.answer else None
        return identified(item, name)


class KeepPipeline(_Pipeline):
    """The commit: awaited, so that nothing counts as kept before it is."""

    async def process_item(self, item: Identified) -> Identified:
        """Store the article in the next group commit."""
        visit, now = self.visit, self.visit.station.now()
        try:
            judged = await compared(visit, item)
            kept = await visit.station.writer.run(lambda connection: keep(connection, visit, judged, now))
            if kept.outcome in ("stored", "revised"):
                await _keep_page(visit, item.fetched)
            visit.report.outcomes[kept.outcome] += 1
            _note(visit, item.fetched, kept)
        except LeaseLost:
            visit.break_off("lease lost")
        except StorageError as error:
            visit.break_off(f"database: {error}")
        finally:
            if item.fetched.errand is not None:
                visit.done(item.fetched.errand)
        return item


def _note(visit: Visit, fetched: FetchedArticle, kept: Kept) -> None:
    """What the address was worth; a known article is none, under whatever address it stands."""
    link = fetched.errand.link if fetched.errand else None
    if link is not None and not link.is_reread and kept.outcome == "duplicate":
        visit.shapes.note(link.link.url, kept=False)
        visit.shapes.same[kept.article_id] += 1
        visit.closing["addresses"] = partial(_meet_again, visit=visit)
        visit.evidence.good += 1
    elif link is not None:
        visit.brought(link.link.url)


def _meet_again(connection: Connection, visit: Visit) -> None:
    """Whether the articles that this visit met under further addresses have such without end."""
    often = [article_id for article_id, _ in visit.shapes.same.most_common(SAME_LOOKED)]
    visit.shapes.meet_again(shapes.addresses_of(connection, visit.lease.source_id, often))


async def _keep_page(visit: Visit, fetched: FetchedArticle) -> None:
    """Write the page that a version was read from; after the commit, because most pages bring no new version."""
    if visit.station.pages is None or fetched.answer is None:
        return
    try:
        await asyncio.to_thread(visit.station.pages.keep, fetched.answer.page)
    except OSError as error:  # a full disk costs the page, never the article
        log.warning("%s: page not kept: %s", visit.source.key, error)


def _obstacle(article: Article) -> str | None:
    """Why an article cannot be kept."""
    if not article.headline:
        return "an article without a headline"
    try:
        fetch_key(article.url)
    except AddressError as error:
        return f"an article without a web address: {error}"
    return None
