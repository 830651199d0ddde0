"""The spider that visits any configured source: `scrapy crawl news -a source=KEY`."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers
from crawler.errands import Answer, Errand, FetchedArticle
from crawler.visit import Visit
from storage.leases import Lease
from storage.records import Page


class NewsSpider(Spider):
    """Fetches what the visit asks for, and hands back what came. All else is decided by the visit."""

    name = "news"
    visit: Visit

    def __init__(self, source: str = "", lease: Lease | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.lease = lease

    async def start(self) -> AsyncIterator[Request]:
        """All requests of the visit, as they become due."""
        async for errand in self.visit.errands():
            yield self._request(errand)

    async def answered(self, response: Response) -> AsyncIterator[FetchedArticle]:
        """An answer: an article is yielded, everything else is settled by the visit."""
        article = await answers.take(self.visit, response.meta["errand"], _answer(response))
        if article is not None:
            yield article

    async def failed(self, failure: Failure) -> None:
        """No answer: the reason is recorded."""
        errand = failure.request.meta["errand"]  # type: ignore[attr-defined]
        await answers.fail(self.visit, errand, failure.value)

    def _request(self, errand: Errand) -> Request:
        headers = {"User-Agent": self.visit.station.config.crawl.user_agent, **errand.conditions}
        manners = self.visit.station.config.crawl
        meta = {"errand": errand, "download_timeout": manners.timeout, "download_maxsize": manners.max_body}
        return Request(
            errand.url, callback=self.answered, errback=self.failed, headers=headers, meta=meta, dont_filter=True
        )


def _answer(response: Response) -> Answer:
    page = Page(response.url, response.body, _header(response, "Content-Type") or "", response.status)
    via = tuple(response.meta.get("redirect_urls", ()))
    return Answer(page, _header(response, "ETag"), _header(response, "Last-Modified"), via)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
