"""robots.txt at real sites: no page before it, none that it forbids, and "not now" while it cannot be had."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from demo.server import Answer, Wire
from tests.crawler.fetch.conftest import ARTICLE, Crawled, Site, crawled, text

SITES: dict[str, Site] = {
    "none": {},
    "rules": {"/robots.txt": text(f"User-agent: *\nDisallow: /private\nAllow: {ARTICLE}")},
    "page": {"/robots.txt": text("<!DOCTYPE html><html><body>Not here</body></html>", kind="text/html")},
    "all": {"/robots.txt": text("User-agent: *\nDisallow: /")},
    "us": {"/robots.txt": text("User-agent: newswatch\nDisallow: /\n\nUser-agent: *\nDisallow:")},
    "article": {"/robots.txt": text(f"User-agent: *\nDisallow: {ARTICLE}")},
    "moved": {
        "/robots.txt": Answer(status=301, headers=(("Location", "/rules.txt"),)),
        "/rules.txt": text("User-agent: *\nDisallow: /"),
    },
    "target": {
        "/robots.txt": text("User-agent: *\nDisallow: /inner"),
        ARTICLE: Answer(status=302, headers=(("Location", "/inner/harbour-1"),)),
    },
    "broken": {"/robots.txt": text("oops", 500)},
    "busy": {"/robots.txt": text("later", 429)},
    "hanging": {"/robots.txt": Answer(wire=Wire.HANG)},
    "slow": {"/robots.txt": text("User-agent: *\nCrawl-delay: 0.7")},
}


@pytest.fixture(scope="module")
def sites(folder: Path) -> Iterator[Crawled]:
    """Crawled twice, by two processes."""
    yield from crawled(folder, SITES, times=2, timeout="2s")


@pytest.mark.parametrize("key", ["none", "rules", "page", "slow"])
def test_what_is_allowed_is_stored(sites: Crawled, key: str) -> None:
    assert sites.link(key) == ("stored", None)
    assert sites.asked(key)[:3] == ["/robots.txt", "/feed", ARTICLE]


@pytest.mark.parametrize("key", ["all", "us"])
def test_a_site_that_refuses_us_is_asked_for_nothing_else(sites: Crawled, key: str) -> None:
    assert sites.asked(key) == ["/robots.txt"]
    assert sites.state(key) == "/feed: robots.txt forbids it"


def test_a_robots_txt_that_moved_is_obeyed(sites: Crawled) -> None:
    assert sites.asked("moved") == ["/robots.txt", "/rules.txt"]
    assert sites.state("moved") == "/feed: robots.txt forbids it"


@pytest.mark.parametrize("key", ["article", "target"])
def test_a_page_that_is_forbidden_is_skipped_by_redirect_too(sites: Crawled, key: str) -> None:
    assert sites.link(key) == ("skipped", "robots.txt forbids it")
    assert not [path for path in sites.asked(key) if path.startswith("/inner")]
    assert sites.state(key) is None


@pytest.mark.parametrize(
    ("key", "why"), [("broken", "HTTP 500"), ("busy", "HTTP 429"), ("hanging", "no whole answer in time")]
)
def test_a_robots_txt_that_cannot_be_had_means_not_now(sites: Crawled, key: str, why: str) -> None:
    host = sites.web.url(key, "").removeprefix("http://")
    assert set(sites.asked(key)) == {"/robots.txt"}
    assert f"robots.txt of {host} cannot be had ({why})" in str(sites.state(key))
    ((again,),) = sites.room.rows(
        "SELECT e.next_visit_at > e.last_attempt_at FROM endpoint e JOIN source s USING (source_id)"
        " WHERE s.key = :key AND e.origin = 'configured'",
        key=key,
    )
    assert again


@pytest.mark.parametrize("key", ["none", "rules", "all", "article", "slow"])
def test_it_is_asked_for_once_a_day_by_all_processes_together(sites: Crawled, key: str) -> None:
    assert sites.asked(key).count("/robots.txt") == 1


def test_its_delay_is_kept_within_a_process_and_between_two(sites: Crawled) -> None:
    requests = sites.web.requests("slow")
    pauses = [later.started - earlier.started for earlier, later in pairwise(requests[1:])]
    assert len(pauses) >= 2
    assert min(pauses) >= 0.7


def test_every_request_says_who_asks(sites: Crawled) -> None:
    agents = {request.headers.get("user-agent", "") for request in sites.web.requests()}
    assert len(agents) == 1
    assert agents.pop().startswith("Newswatch/")
    assert not [request for request in sites.web.requests() if {"referer", "cookie"} & set(request.headers)]
