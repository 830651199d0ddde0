"""A spider that fetches one page and keeps it in memory: for `newswatch try`."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.errands import Answer, Errand
from crawler.visit import Visit
from spiders.requests import answer_of, headers_of, meta_of
from storage.leases import Lease


class ProbeSpider(Spider):
    """Fetches one address with all manners of a visit, and stores nothing."""

    name = "probe"
    visit: Visit

    def __init__(
        self, url: str = "", source: str = "", lease: Lease | None = None, plain: Answer | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.url, self.source, self.lease = url, source, lease
        #: what the server sent, where a browser is to draw the page from there
        self.plain = plain
        self.answer: Answer | None = None
        self.error: BaseException | None = None

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        errand = {"errand": Errand(self.url, plain=self.plain, is_tried=True)} if self.plain is not None else {}
        yield Request(
            self.url,
            callback=self.answered,
            errback=self.failed,
            headers=headers_of(self.visit),
            meta={**meta_of(self.visit), **errand},
            dont_filter=True,
        )

    def answered(self, response: Response) -> None:
        """Keep the answer."""
        self.answer = answer_of(response)

    def failed(self, failure: Failure) -> None:
        """Keep the error."""
        self.error = failure.value
