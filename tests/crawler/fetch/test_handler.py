"""The download handler at real sites: every way in which a download can end has its recorded reason."""

import bz2
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.server import Answer, Wire
from tests.crawler.fetch.conftest import ARTICLE, Crawled, Site, crawled, text
from tests.support.pages import page

HTML = page("Harbour opens again")


def moved(to: str) -> Answer:
    return Answer(status=302, headers=(("Location", to),))


LINKS: dict[str, tuple[Site, tuple[str, str | None]]] = {
    "whole": ({}, ("stored", None)),
    "moved": ({ARTICLE: moved("/news/harbour-2"), "/news/harbour-2": text(HTML, kind="text/html")}, ("stored", None)),
    "loop": ({ARTICLE: moved(ARTICLE)}, ("pending", "too many redirects")),
    "script": ({ARTICLE: moved("javascript:alert(1)")}, ("pending", None)),
    "front": ({ARTICLE: moved("/feed")}, ("skipped", "redirected to the front page")),
    "file": ({ARTICLE: moved("file:///etc/passwd")}, ("pending", "HTTP 302")),
    "pdf": ({ARTICLE: text("%PDF-1.7", kind="application/pdf")}, ("skipped", "not a page: application/pdf")),
    "large": (
        {ARTICLE: text(HTML + " " * 400_000, kind="text/html")},
        ("pending", "answer larger than [crawl] max_body"),
    ),
    "bomb": (
        {ARTICLE: text(HTML + " " * 3_000_000, kind="text/html", wire=Wire.PACKED)},
        ("pending", "answer larger than [crawl] max_body after unpacking"),
    ),
    "cut": ({ARTICLE: text(HTML, kind="text/html", wire=Wire.CUT_LENGTH)}, ("pending", "answer cut off")),
    "cut-chunked": ({ARTICLE: text(HTML, kind="text/html", wire=Wire.CUT_CHUNKED)}, ("pending", "answer cut off")),
    "cut-gzip": ({ARTICLE: text(HTML, kind="text/html", wire=Wire.CUT_GZIP)}, ("pending", "answer cut off")),
    "hanging": ({ARTICLE: Answer(wire=Wire.HANG)}, ("pending", "no whole answer in time")),
    "dripping": ({ARTICLE: text(HTML, kind="text/html", wire=Wire.DRIP)}, ("pending", "no whole answer in time")),
    "later": ({ARTICLE: text("later", 429, headers=(("Retry-After", "3600"),))}, ("pending", None)),
    "gone": ({ARTICLE: text("gone", 410)}, ("failed", "HTTP 410")),
}
FEEDS: dict[str, tuple[Site, str]] = {
    "feed-broken": ({"/feed": text("oops", 500)}, "/feed: HTTP 500"),
    "feed-empty": ({"/feed": text("")}, "/feed: empty answer"),
    "feed-bzip2": ({"/feed": Answer(bz2.compress(b"<rss/>"), 200, "application/x-bzip2")}, "/feed: packed with bzip2"),
    "feed-binary": ({"/feed": Answer(gzip.compress(bytes(500)), 200, "application/zip")}, "/feed: "),
}


@pytest.fixture(scope="module")
def sites(folder: Path) -> Iterator[Crawled]:
    """Crawled twice, by two processes."""
    cases = {key: site for key, (site, _) in [*LINKS.items(), *FEEDS.items()]}
    yield from crawled(folder, cases, times=2, timeout="2s", max_body="300KB")


@pytest.mark.parametrize("key", LINKS)
def test_the_outcome_of_a_link(sites: Crawled, key: str) -> None:
    state, reason = LINKS[key][1]
    now = sites.link(key)
    assert now[0] == state
    assert now[1] == reason if reason or state == "stored" else now[1]


@pytest.mark.parametrize("key", FEEDS)
def test_a_feed_that_cannot_be_read_says_so(sites: Crawled, key: str) -> None:
    assert str(sites.state(key)).startswith(FEEDS[key][1])


def test_a_retry_after_is_kept_by_the_next_process(sites: Crawled) -> None:
    assert sites.asked("later") == ["/robots.txt", "/feed", ARTICLE]
    ((rest,),) = sites.room.rows(
        "SELECT julianday(retry_after_until) - julianday(robots_fetched_at) FROM host WHERE host = :host",
        host=sites.web.url("later", "").removeprefix("http://"),
    )
    assert rest * 24 == pytest.approx(1, abs=0.05)


def test_a_redirected_article_is_stored_under_its_last_address(sites: Crawled) -> None:
    urls = [url for (url,) in sites.room.rows("SELECT url FROM v1_article WHERE source_key = 'moved'")]
    assert urls == [sites.web.url("moved", "/news/harbour-2")]


def test_nothing_but_http_was_fetched_and_nothing_else_stored(sites: Crawled) -> None:
    stored = sites.room.rows("SELECT source_key FROM v1_article")
    assert sorted(key for (key,) in stored) == ["moved", "whole"]


def test_one_request_at_a_time(sites: Crawled) -> None:
    assert {key: sites.web.max_at_once(key) for key in LINKS} == dict.fromkeys(LINKS, 1)
