"""Requests and answers as Scrapy and the visit see them."""

from datetime import UTC, datetime
from typing import Any

from scrapy.http import Response

from crawler.clean import URL_LIMIT
from crawler.errands import IS_ALONE, Answer, Errand, drawn_answer
from crawler.fetch import freshness
from crawler.visit import Visit
from storage.records import Page

#: characters of an ETag or Last-Modified that is sent back; real ones have 10 to 80, and each link keeps its own
LONGEST_VALIDATOR = 1000
#: statuses of redirections that hold for good (RFC 9110)
PERMANENT = (301, 308)


def headers_of(visit: Visit) -> dict[str, str]:
    """Headers of every request of a visit."""
    return {"User-Agent": visit.station.config.crawl.user_agent}


def meta_of(visit: Visit) -> dict[str, Any]:
    """Limits of every request of a visit."""
    manners = visit.station.config.crawl
    return {"download_timeout": manners.timeout, "download_maxsize": manners.max_body}


def answer_of(response: Response) -> Answer:
    """What the visit takes from a response; validators stay as they were sent."""
    errand: Errand | None = response.meta.get("errand")
    if errand is not None and errand.plain is not None:
        return drawn_answer(errand.plain, response.body, is_alone=response.meta[IS_ALONE])
    page = Page(response.url, response.body, _header(response, "Content-Type") or "", response.status)
    via = tuple(response.meta.get("redirect_urls", ()))
    said = {name: value for name in freshness.HEADERS if (value := _header(response, name)) is not None}
    fresh = freshness.fresh_for(said, datetime.now(UTC))
    reasons = response.meta.get("redirect_reasons", ())
    moved = bool(via) and all(reason in PERMANENT for reason in reasons) and len(page.url) <= URL_LIMIT
    etag, modified = _validator(response, "ETag"), _validator(response, "Last-Modified")
    return Answer(page, etag, modified, via, is_moved=moved, fresh_for=fresh)


def _validator(response: Response, name: str) -> str | None:
    """A header that is sent back byte for byte; None for one that no server means so: endless, or with controls."""
    value = _header(response, name)
    return value if value and len(value) <= LONGEST_VALIDATOR and value.isprintable() else None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
