"""From a front page to the endpoints of its outlet."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from crawler import discovery
from crawler.fetch.robots_rules import parse_robots
from crawler.visit import Visit
from storage.endpoints import Endpoint, EndpointEntry
from storage.records import EndpointFound, EndpointKind, Found
from tests.support.pages import SITE, answer, listing
from tests.support.visits import newsdesk, source

FEED, LISTING, SITEMAP = EndpointKind.FEED, EndpointKind.LISTING, EndpointKind.SITEMAP
FRONT, PART = f"{SITE}/", f"{SITE}/world/"


@pytest.fixture
async def visit(sqlite_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """The first visit of a source given by its front page, whose robots.txt names two sitemaps."""
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await desk.begin()
        host = await desk.station.gate.host("daily.example", begun.lease.fence)
        text = f"Sitemap: {SITE}/map.xml\nSitemap: https://elsewhere.example/map.xml\n"
        host.robots = parse_robots(200, text.encode(), "text/plain", "Newswatch")
        yield begun


def entry(url: str = FRONT, origin: str = "configured") -> Endpoint:
    return Endpoint(
        1, url, LISTING, origin, None, None, None, None, 0, 0, datetime.max.replace(tzinfo=UTC), None, "active"
    )


def found(url: str, kind: EndpointKind = FEED) -> EndpointFound:
    return EndpointFound(url, kind, "link rel" if kind is FEED else "navigation")


async def urls(visit: Visit, of: Endpoint, *endpoints: EndpointFound, kind: EndpointKind = LISTING) -> list[str]:
    entries: list[EndpointEntry] = await discovery.endpoints_of(visit, of, Found(kind, endpoints=endpoints))
    return [item.url.removeprefix(SITE) for item in entries]


async def test_a_front_page_leads_to_feeds_announced_sitemaps_and_sections(visit: Visit) -> None:
    named = (found(f"{SITE}/rss"), found(f"{SITE}/world", LISTING), found(f"{SITE}/sport", LISTING))
    assert await urls(visit, entry(), *named) == ["/rss", "/map.xml", "/world", "/sport"]


async def test_a_feed_may_lie_elsewhere_sections_and_sitemaps_not(visit: Visit) -> None:
    named = (
        found("https://feeds.example/daily"),
        found("https://other.example/world", LISTING),
        found("https://[::1", FEED),
    )
    assert await urls(visit, entry(), *named) == ["https://feeds.example/daily", "/map.xml"]


async def test_common_places_are_tried_once_where_no_feed_is_named(visit: Visit) -> None:
    first = await urls(visit, entry())
    assert {"/map.xml", "/feed"} <= {url.rstrip("/") for url in first}
    visit.state = type(visit.state)(visit.state.source_id, visit.started_at, 0, "ok")
    assert await urls(visit, entry()) == ["/map.xml"]


async def test_sitemaps_are_looked_for_beside_named_feeds_where_robots_names_none(visit: Visit) -> None:
    (await visit.station.gate.host("daily.example", visit.lease.fence)).robots = None
    asked = await urls(visit, entry(), found(f"{SITE}/rss"))
    assert asked[0] == "/rss"
    assert {"/sitemap.xml", "/news-sitemap.xml"} <= set(asked)
    assert "/feed/" not in asked, "feeds are named"
    assert await urls(visit, entry(PART), found(f"{SITE}/world/rss")) == ["/world/rss"], "a part has what it needs"


async def test_a_source_that_is_a_part_of_a_site_stays_with_its_part(visit: Visit) -> None:
    named = (
        found(f"{SITE}/rss"), found(f"{SITE}/world/rss"), found(f"{SITE}/world/asia", LISTING), found(f"{SITE}/sport", LISTING),
    )  # fmt: skip
    assert await urls(visit, entry(PART), *named) == ["/world/rss", "/world/asia"]


async def test_a_part_without_a_feed_of_its_own_takes_that_of_the_site(visit: Visit) -> None:
    assert await urls(visit, entry(PART), found(f"{SITE}/rss")) == ["/rss"]


@pytest.mark.parametrize(
    ("origin", "kind", "leads_on"),
    [
        pytest.param("configured", LISTING, True, id="a configured front page"),
        pytest.param("front page", LISTING, True, id="a front page that stands in"),
        pytest.param("navigation", LISTING, False, id="a section that was found leads no further"),
        pytest.param("configured", FEED, False, id="a feed"),
        pytest.param("configured", SITEMAP, False, id="a sitemap"),
    ],
)
async def test_who_leads_to_endpoints(visit: Visit, origin: str, kind: EndpointKind, leads_on: bool) -> None:
    assert bool(await urls(visit, entry(origin=origin), found(f"{SITE}/rss"), kind=kind)) is leads_on


async def test_sections_have_a_limit(visit: Visit) -> None:
    sections = [found(f"{SITE}/section-{number}", LISTING) for number in range(50)]
    assert len([url for url in await urls(visit, entry(), *sections) if "section" in url]) == discovery.SECTION_LIMIT


@pytest.mark.parametrize(
    ("configured", "failed", "front"),
    [
        pytest.param([f"{SITE}/feed"], f"{SITE}/feed", [FRONT], id="of the site of the feed"),
        pytest.param([f"{SITE}/feed", FRONT], f"{SITE}/feed", [], id="not when it is configured itself"),
        pytest.param([FRONT], FRONT, [], id="not for itself"),
    ],
)
async def test_the_front_page_that_stands_in(
    sqlite_url: str, configured: list[str], failed: str, front: list[str]
) -> None:
    async with newsdesk(sqlite_url, source(*configured)) as desk:
        assert [item.url for item in discovery.front_page_of(await desk.begin(), entry(failed))] == front


async def test_a_guess_that_is_not_there_is_given_up_and_is_no_failure_of_the_source(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        report = await desk.visit(
            {FRONT: answer(listing(["/harbour-opens-again-1", "/lamps-are-bought-at-last-2"]), FRONT)}, most=20
        )
        assert (report.error, report.problem) == (None, None)
        states = dict(desk.rows("SELECT origin, min(state) || max(state) FROM endpoint GROUP BY origin"))
        assert states == {"configured": "activeactive", "common place": "gonegone"}


async def test_a_feed_that_its_site_names_is_not_given_up_without_a_word(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    front = listing(["/harbour-opens-again-1", "/lamps-are-bought-at-last-2"])
    named = front.replace("<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss">')
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        await desk.visit({FRONT: answer(named, FRONT)}, most=20)
        assert desk.rows("SELECT state, state_reason FROM endpoint WHERE origin = 'link rel'") == [("gone", "HTTP 404")]
        assert f"{SITE}/rss is asked no more: HTTP 404" in caplog.text
