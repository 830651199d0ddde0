"""Where pages without an article lead on without end, and honest pages that are merely empty."""

import pytest

from crawler.discover.listing import read_listing
from crawler.discover.nowhere import MOST_BYTES, MOST_LOOKED, grows, leads_on
from crawler.reading import article
from storage.records import Page

BASE = "https://daily.example"
STORY = "/more/stories/index-1"


def at(*places: str) -> list[str]:
    return [BASE + place for place in places]


@pytest.mark.parametrize(
    ("url", "linked", "pages", "words"),
    [
        pytest.param(STORY, ["/more/stories/more/stories/index-1"], [], "repeat the address", id="a path that grows"),
        pytest.param("/a/", ["/a/a/"], [], "repeat the address", id="one part again"),
        pytest.param(STORY, ["/more/stories/more/x", "/world"], [], "repeat the address", id="half of the links grow"),
        pytest.param("/", ["/calendar/2031/07", "/about"], [], "a calendar: /calendar/2031/07", id="months"),
        pytest.param("/", ["/list?month=7"], [], "a calendar: /list?month=7", id="a month in the query"),
        pytest.param("/", [], ["/list?page=1"], "one more page behind it: /list?page=1", id="pages behind pages"),
        pytest.param("/", ["/about"], ["/list?page=1"], "one more page", id="a menu, and pages behind pages"),
    ],
)
def test_a_list_that_only_leads_on(url: str, linked: list[str], pages: list[str], words: str) -> None:
    found = leads_on(BASE + url, at(*linked), at(*pages))
    assert found is not None
    assert words in found


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        pytest.param("/", [], id="an empty page"),
        pytest.param("/", ["/about", "/weather", "/calendar"], id="a menu"),
        pytest.param("/news/", ["/news/politics", "/news/2026/11/28/harbour"], id="what stands below a section"),
        pytest.param("/news/", ["/news/news/x", "/a", "/b"], id="one broken link in a menu"),
        pytest.param("/2026/11/", ["/2026/11/2026/11/x"], id="numbers that repeat"),
        pytest.param("/more/stories/x", ["/world/more/stories/x"], id="the same parts elsewhere"),
    ],
)
def test_an_honest_page_without_articles_leads_nowhere(url: str, linked: list[str]) -> None:
    assert leads_on(BASE + url, at(*linked), []) is None


def test_links_to_other_hosts_do_not_count() -> None:
    assert leads_on(BASE + "/", ["https://tickets.example/events/2031/07", BASE + "/about"], []) is None
    assert leads_on(BASE + "/", ["https://a.example/x", BASE + "/events/2031/07"], []) is not None


def test_the_example_is_short() -> None:
    found = leads_on(BASE + "/", [], [f"{BASE}/{'x' * 500}?page=2"])
    assert found is not None
    assert len(found) < 150


def test_an_empty_page_of_a_path_that_grows_is_told_by_its_links() -> None:
    html = '<a href="more/stories/index-1">On</a> <A HREF=deeper/news/x-2>Down</A> <a href="javascript:go()">x</a>'
    assert grows(html, BASE + STORY) == (
        "no article, and links that repeat the address they stand at: /more/stories/more/stories/index-1"
    )


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("", id="nothing"),
        pytest.param("<p>Nothing here</p>", id="no links"),
        pytest.param('<a href="/calendar/2031/07">July</a>', id="a calendar is no path that grows"),
        pytest.param('<a href="/">Home</a> <a href="/world">World</a>', id="a menu"),
        pytest.param("<a href='http://[bad'>x</a>", id="no address"),
    ],
)
def test_an_empty_page_that_does_not_grow(html: str) -> None:
    assert grows(html, BASE + STORY) is None


def test_the_links_of_an_empty_page_are_looked_at_up_to_a_number() -> None:
    menu = "<a href='/about'>About</a>" * MOST_LOOKED
    assert grows(menu + "<a href='more/stories/y'>On</a>", BASE + STORY) is None


def test_a_listing_says_where_it_leads_only_when_it_lists_nothing() -> None:
    months = "".join(f"<a href='/calendar/2031/{month}'>Month {month}</a>" for month in range(1, 12))
    stories = "".join(
        f"<h2><a href='/news/harbour-board-hears-residents-{n}'>Harbour board hears residents, day {n}</a></h2>"
        for n in range(3)
    )
    empty, full = read_listing(months, BASE + "/"), read_listing(stories + months, BASE + "/")
    assert empty.leads_on == "no article, and links into a calendar: /calendar/2031/1"
    assert (len(full.links), full.leads_on) == (3, None)


def test_a_bomb_without_text_is_not_looked_through_to_its_end() -> None:
    step = Page(BASE + STORY, b"<a href=more/stories/index-1>On</a>", "text/html")
    bomb = Page(BASE + STORY, b"<!-- " + b"x" * MOST_BYTES + b" -->" + step.body, "text/html")
    assert [article(page, None, None, None, None).reason for page in (step, bomb)] == ["no text", "no text"]
    assert article(step, None, None, None, None).leads_on is not None
    assert article(bomb, None, None, None, None).leads_on is None
