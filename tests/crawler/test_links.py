"""From what an endpoint listed to what the frontier keeps: keys, site, horizon."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from crawler.links import ADVERTISING, OFF_SITE, PAGE_DEPTH, PAGES_PER_ANSWER, is_sold, link_entries, page_entries
from crawler.visit import Visit
from storage.frontier import BEFORE_HORIZON
from storage.records import EndpointKind, Found, Link, LinkKind, LinkState
from tests.support.pages import FEED_TYPE, SITE, answer, rss
from tests.support.visits import newsdesk, source

FEED, NEWS_SITEMAP, SITEMAP, LISTING = (
    EndpointKind.FEED,
    EndpointKind.NEWS_SITEMAP,
    EndpointKind.SITEMAP,
    EndpointKind.LISTING,
)
DAY = timedelta(days=1)


@pytest.fixture
async def visit(sqlite_url: str) -> AsyncIterator[Visit]:
    """The first visit of a source that follows links of another host, too."""
    async with newsdesk(sqlite_url, source(f"{SITE}/feed", also=["media.example"]), page_links=5) as desk:
        yield await desk.begin()


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        pytest.param(f"{SITE}/a", (LinkState.PENDING, None), id="its own host"),
        pytest.param("http://www.daily.example/a", (LinkState.PENDING, None), id="its own site"),
        pytest.param("https://news.media.example/a", (LinkState.PENDING, None), id="a host that the operator named"),
        pytest.param("https://other.example/a", (LinkState.SKIPPED, OFF_SITE), id="another site"),
        pytest.param("https://daily.example.evil.example/a", (LinkState.SKIPPED, OFF_SITE), id="a site named alike"),
        pytest.param("mailto:desk@daily.example", None, id="no web address"),
        pytest.param("https://[::1/a", None, id="an address that cannot be"),
    ],
)
def test_whose_link_it_is(visit: Visit, url: str, outcome: tuple[LinkState, str | None] | None) -> None:
    entries = link_entries(visit, Found(FEED, (Link(url),)), is_first_read=True)
    assert [(entry.state, entry.reason) for entry in entries] == ([outcome] if outcome else [])


@pytest.mark.parametrize(
    ("link", "sold"),
    [
        pytest.param(Link(f"{SITE}/sponsored/why-our-mattress"), True, id="a folder of its own"),
        pytest.param(Link(f"{SITE}/Paid-Post/bank/saving"), True, id="however it is written"),
        pytest.param(Link(f"{SITE}/a", section="Sponsored Content"), True, id="a section of its own"),
        pytest.param(Link(f"{SITE}/a", section="ANZEIGE"), True, id="a section of one word"),
        pytest.param(Link(f"{SITE}/anzeige/a"), True, id="a folder of one word"),
        pytest.param(Link(f"{SITE}/a", keywords=("Travel", "PAID  Post")), True, id="a category"),
        pytest.param(Link(f"{SITE}/a", keywords=("Advertorial",)), True, id="a category of one word"),
        pytest.param(Link(f"{SITE}/a", keywords=("Polizei", "Anzeige")), False, id="what was filed with the police"),
        pytest.param(Link(f"{SITE}/a", keywords=("Publicidad", "Advertisement")), False, id="a trade"),
        pytest.param(Link(f"{SITE}/sport/club-finds-sponsored-shirt"), False, id="the word in a slug"),
        pytest.param(
            Link(f"{SITE}/a", keywords=("sponsor", "advertising industry")), False, id="news about advertising"
        ),
        pytest.param(Link(f"{SITE}/a", title="Sponsored walk ends in rain"), False, id="the word in a headline"),
        pytest.param(Link(f"{SITE}/a?from=/sponsored/"), False, id="where a reader came from"),
    ],
)
def test_what_somebody_paid_for_says_so(visit: Visit, link: Link, sold: bool) -> None:
    assert is_sold(link) is sold
    (entry,) = link_entries(visit, Found(FEED, (link,)), is_first_read=True)
    assert (entry.state, entry.reason) == ((LinkState.SKIPPED, ADVERTISING) if sold else (LinkState.PENDING, None))


@pytest.mark.parametrize(
    ("kind", "published", "modified", "is_kept"),
    [
        pytest.param(FEED, None, None, True, id="a feed without dates is read whole"),
        pytest.param(LISTING, None, None, True, id="a listing, too"),
        pytest.param(NEWS_SITEMAP, None, None, True, id="a news sitemap, too"),
        pytest.param(SITEMAP, None, None, False, id="a plain sitemap without dates is an archive at first"),
        pytest.param(FEED, 6 * DAY, None, True, id="within seven days"),
        pytest.param(FEED, 8 * DAY, None, False, id="older"),
        pytest.param(SITEMAP, None, 6 * DAY, True, id="lastmod within seven days"),
        pytest.param(SITEMAP, None, 8 * DAY, False, id="lastmod older"),
        pytest.param(NEWS_SITEMAP, 8 * DAY, 1 * DAY, True, id="old, but changed yesterday"),
        pytest.param(NEWS_SITEMAP, 8 * DAY, 9 * DAY, False, id="changed before it was published: nonsense, old"),
        pytest.param(FEED, -1 * DAY, None, True, id="dated ahead"),
    ],
)
def test_the_horizon(
    visit: Visit, kind: EndpointKind, published: timedelta | None, modified: timedelta | None, is_kept: bool
) -> None:
    now = visit.started_at
    link = Link(
        f"{SITE}/a", published=now - published if published else None, modified=now - modified if modified else None
    )
    (entry,) = link_entries(visit, Found(kind, (link,)), is_first_read=True)
    expected = (LinkState.PENDING, None) if is_kept else (LinkState.SKIPPED, BEFORE_HORIZON)
    assert (entry.state, entry.reason) == expected


async def test_what_a_plain_sitemap_shows_for_the_first_time_later_is_news(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        await desk.visit({f"{SITE}/feed": answer(rss(), f"{SITE}/feed", content_type=FEED_TYPE)})
        later = await desk.begin()
        (entry,) = link_entries(later, Found(SITEMAP, (Link(f"{SITE}/a"),)), is_first_read=False)
        assert entry.state is LinkState.PENDING


def test_a_page_gives_so_many_links(visit: Visit) -> None:
    found = Found(FEED, tuple(Link(f"{SITE}/{number}") for number in range(9)))
    assert [entry.link.url for entry in link_entries(visit, found, is_first_read=True)] == [
        f"{SITE}/{number}" for number in range(5)
    ]


def test_keys_are_those_of_the_address(visit: Visit) -> None:
    (entry,) = link_entries(
        visit, Found(FEED, (Link("HTTPS://Daily.example/amp/a?utm_source=x#top"),)), is_first_read=True
    )
    assert entry.fetch_key.startswith("https://daily.example/")
    assert "utm_source" not in entry.article_key


def pages(visit: Visit, *found: Link, depth: int = 0, kind: EndpointKind = SITEMAP) -> list[str]:
    return [entry.link.url.rpartition("/")[2] for entry in page_entries(visit, Found(kind, pages=found), depth)]


def page(name: str, modified: timedelta | None, visit: Visit) -> Link:
    return Link(f"{SITE}/{name}", LinkKind.PAGE, modified=visit.started_at - modified if modified else None)


def test_the_newest_further_pages_come_first_and_none_before_the_horizon(visit: Visit) -> None:
    children = (
        page("old", 30 * DAY, visit),
        page("week", 6 * DAY, visit),
        page("today", DAY, visit),
        page("undated", None, visit),
    )
    assert pages(visit, *children) == ["undated", "today", "week"]


def test_an_index_of_years_gives_so_many_pages(visit: Visit) -> None:
    children = [page(f"{number}", timedelta(hours=number), visit) for number in range(200)]
    assert pages(visit, *children) == [f"{number}" for number in range(PAGES_PER_ANSWER)]


@pytest.mark.parametrize(("depth", "count"), [(0, 1), (PAGE_DEPTH - 1, 1), (PAGE_DEPTH, 0)])
def test_pages_are_followed_so_deep(visit: Visit, depth: int, count: int) -> None:
    assert len(pages(visit, page("next", None, visit), depth=depth, kind=LISTING)) == count


def test_a_further_page_that_only_grows_is_recorded_as_the_trap_that_it_is(visit: Visit) -> None:
    (entry,) = page_entries(visit, Found(LISTING, pages=(page("more/more/more", None, visit),)), 0)
    assert (entry.state, entry.reason) == (LinkState.SKIPPED, "trap: the address repeats 'more' 3 times")


def test_pages_of_other_sites_are_not_followed(visit: Visit) -> None:
    assert pages(visit, Link("https://other.example/page/2", LinkKind.PAGE)) == []
