"""Scrapy's own lines of log, short: an item is not printed whole (60 KB each), and what we record is not said twice."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class ShortItems(LogFormatter):
    """Log formatter that leaves the content of items out."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> LogFormatterResult:
        """Kept articles stand in the line of the visit."""
        return _unsaid()

    def crawled(self, request: Any, response: Response, spider: Spider) -> LogFormatterResult:
        """Requests are counted in the line of the visit."""
        return _unsaid()

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> LogFormatterResult:
        """Why an item was dropped, without the item."""
        return {"level": logging.WARNING, "msg": "dropped: %(reason)s", "args": {"reason": str(exception)}}

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> LogFormatterResult:
        """That an item could not be processed, without the item."""
        return {"level": logging.ERROR, "msg": "item error: %(reason)s", "args": {"reason": repr(exception)[:300]}}

    def download_error(
        self, failure: Failure, request: Any, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        """Errors of downloads are recorded with their link."""
        return {"level": logging.DEBUG, "msg": "not fetched: %(url)s", "args": {"url": request.url}}


def _unsaid() -> LogFormatterResult:
    return {"level": logging.DEBUG, "msg": "", "args": {}}
