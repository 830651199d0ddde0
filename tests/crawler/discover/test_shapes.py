"""What is learned of the shapes of a site's addresses, and how much better its listings are read then."""

import pytest

from benchmarks.simulated_sites import SITES, after, measured
from crawler.discover.shapes import OTHER_PAGES, Shapes, counts_of, weights_of
from crawler.discover.traits import shape_of
from crawler.endpoint_answers import shapes_of
from crawler.extract import kind
from crawler.obstacles import obstacle
from tests.support.pages import FEED_TYPE, SITE, answer, page, rss
from tests.support.visits import newsdesk, source


def corrected(odds: float, shapes: Shapes, shape: str, first: str) -> float:
    """What a look at the page becomes by what was fetched."""
    share, evidence = weights_of(shapes, shape, first)
    return odds * share + evidence


@pytest.mark.parametrize(
    ("path", "shape", "first"),
    [
        ("/news/man-bites-dog-again", "w/S", "news"),
        ("/story/76595", "w/N", "story"),
        ("/2026/11/man-bites-dog-again", "n/n/S", "2026"),
        ("/?p=76595", "w/N", "p"),
        ("/dog", "w", ""),
    ],
)
def test_the_shape_of_an_address(path: str, shape: str, first: str) -> None:
    assert shape_of(f"https://daily.example{path}") == (shape, first)


def test_no_wall_and_no_error_page_tells_of_another_page() -> None:
    told = {*(name for name, _ in kind._WALLS), "maintenance", "soft 404", "paywall", "empty page", "unreadable markup"}
    assert told.isdisjoint(OTHER_PAGES)
    assert {name for name, _ in kind._PLACES} <= OTHER_PAGES
    assert not [reason for reason in OTHER_PAGES if obstacle(reason)]


async def test_walled_articles_do_not_teach_that_a_site_has_none(sqlite_url: str) -> None:
    feed, paths = f"{SITE}/feed", tuple(f"/news/harbour-opens-again-{number}" for number in range(4))
    wall = "<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1></body></html>"
    async with newsdesk(sqlite_url, source(feed)) as desk:
        walled = {f"{SITE}{path}": answer(wall, f"{SITE}{path}") for path in paths}
        shown = answer(page("Harbour opens again"), f"{SITE}{paths[0]}")
        begun = await desk.begin()
        await desk.follow(
            begun, {feed: answer(rss(*paths), feed, content_type=FEED_TYPE), **walled, shown.page.url: shown}
        )
        assert desk.rows("SELECT state, count(*) FROM link GROUP BY state") == [("skipped", 3), ("stored", 1)]
        assert await shapes_of(begun) == {"news w/S": (1, 0), "w/S": (1, 0)}


def test_shapes_are_counted_as_a_whole_and_by_their_first_step() -> None:
    site = "https://daily.example"
    counts = counts_of([(f"{site}/news/a-b-c", True), (f"{site}/news/d-e-f", True), (f"{site}/video/g-h-i", False)])
    assert counts == {"news w/S": (2, 0), "video w/S": (0, 1), "w/S": (2, 1)}


def test_what_was_fetched_counts_the_more_the_more_it_is() -> None:
    grown = [corrected(-5.0, {"w/N": (count, 0)}, "w/N", "story") for count in (0, 1, 5, 20)]
    assert grown[0] == -5
    assert grown == sorted(grown)
    assert grown[-1] > 2
    assert corrected(5.0, {"w/N": (0, 20)}, "w/N", "story") < -2


def test_a_first_step_counts_for_itself_when_enough_was_fetched() -> None:
    counts = {"w/S": (50, 0), "video w/S": (0, 3), "sport w/S": (0, 1)}
    assert corrected(0.0, counts, "w/S", "video") < 0
    assert corrected(0.0, counts, "w/S", "sport") > 0, "one page says too little"


@pytest.mark.parametrize("name", SITES)
def test_after_twenty_pages_a_simulated_site_is_read_right(name: str) -> None:
    assert after(name, 20) >= 0.99


def test_what_was_learned_makes_no_simulated_site_worse() -> None:
    for _, cold, learned, _ in measured(20):
        assert learned >= cold


def test_of_what_comes_between_two_looks_more_is_recognised_than_cold() -> None:
    for name, cold, _, news in measured(0):
        assert news >= cold, name
