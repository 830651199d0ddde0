"""The spider that visits any configured source: `scrapy crawl news -a source=KEY`."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers
from crawler.errands import Errand, FetchedArticle
from crawler.errors import CrawlError
from crawler.visit import Visit
from spiders.requests import answer_of, headers_of, meta_of
from storage.leases import Lease


class NewsSpider(Spider):
    """Fetches what the visit asks for, and hands back what came. All else is decided by the visit."""

    name = "news"
    visit: Visit

    def __init__(self, source: str = "", lease: Lease | None = None, *, is_survey: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.lease = lease
        self.is_survey = is_survey

    async def start(self) -> AsyncIterator[Request]:
        """All requests of the visit, as they become due."""
        async for errand in self.visit.errands():
            yield self._request(errand)

    async def answered(self, response: Response) -> AsyncIterator[FetchedArticle]:
        """An answer: an article is yielded, everything else is settled by the visit."""
        article = await answers.take(self.visit, response.meta["errand"], answer_of(response))
        if article is not None:
            yield article

    async def failed(self, failure: Failure) -> AsyncIterator[FetchedArticle]:
        """No answer: the reason is recorded."""
        errand = failure.request.meta["errand"]  # type: ignore[attr-defined]
        article = await answers.fail(self.visit, errand, failure.value or CrawlError("no answer"))
        if article is not None:
            yield article

    def _request(self, errand: Errand) -> Request:
        return Request(
            errand.plain.page.url if errand.plain else errand.url,
            callback=self.answered,
            errback=self.failed,
            headers={**headers_of(self.visit), **({} if errand.plain else errand.conditions)},
            meta={**meta_of(self.visit), "errand": errand},
            dont_filter=True,
        )
