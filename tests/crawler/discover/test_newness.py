"""What came to a page while it was watched, and what has stood there from the first look on."""

import pytest

from crawler.discover.newness import DIGITS, FAMILIAR, MOST, NEW, newness, standing

MENU = [f"https://news.example/section-{number}" for number in range(8)]
STORIES = [f"https://news.example/story-{number}" for number in range(20)]


def watched(*looks: list[str]) -> list[str]:
    """What is remembered after some looks at a page."""
    before: list[str] = []
    for urls in looks:
        before = standing(urls, before)
    return before


def test_at_the_first_look_nothing_is_new() -> None:
    assert newness(MENU + STORIES[:4], ()) == [0.0] * 12


def test_what_came_since_is_new_and_the_menu_is_not() -> None:
    before = watched(MENU + STORIES[:4])
    assert newness(STORIES[4:6] + MENU + STORIES[:2], before) == [NEW] * 2 + [0.0] * 10


def test_what_came_stays_new_as_long_as_it_is_there() -> None:
    before = watched(MENU + STORIES[:4], STORIES[4:6] + MENU + STORIES[:2], STORIES[4:6] + MENU)
    assert newness(STORIES[4:6] + MENU, before) == [NEW] * 2 + [0.0] * 8


def test_when_all_news_has_changed_only_the_menu_is_old() -> None:
    before = watched(MENU + STORIES[:4], *(STORIES[at : at + 4] + MENU for at in range(1, 16)))
    assert newness(STORIES[16:] + MENU, before) == [NEW] * 4 + [0.0] * 8
    assert len(before) == len(MENU)


def test_a_link_that_went_and_came_again_is_new() -> None:
    before = watched(MENU + STORIES[:2], MENU + STORIES[:1])
    assert newness([*MENU, *STORIES[:2]], before) == [0.0] * 9 + [NEW]


@pytest.mark.parametrize(
    ("familiar", "others", "expected"),
    [
        pytest.param(1, 9, 0.0, id="a tenth was there before: the page was built anew"),
        pytest.param(3, 7, NEW, id="three in ten were there before: the others are news"),
        pytest.param(0, 10, 0.0, id="nothing was there before"),
    ],
)
def test_a_page_that_was_built_anew_begins_anew(familiar: int, others: int, expected: float) -> None:
    before = watched(MENU)
    page = MENU[:familiar] + STORIES[:others]
    assert newness(page, before)[familiar:] == [expected] * others
    assert (len(standing(page, before)) == len(page)) is (familiar <= FAMILIAR * len(page))


def test_an_empty_page_says_nothing_and_leaves_nothing() -> None:
    assert newness([], watched(MENU)) == []
    assert standing([], watched(MENU)) == []


def test_of_a_huge_page_the_first_links_are_compared() -> None:
    urls = [f"https://news.example/{number}" for number in range(MOST + 5)]
    before = watched(urls)
    assert len(before) == MOST
    said = newness(["https://news.example/late", *urls], before)
    assert (said[0], said[1:], len(said)) == (NEW, [0.0] * (MOST + 5), MOST + 6)


def test_what_is_remembered_of_a_link_is_short() -> None:
    assert {len(name) for name in standing([*MENU, "https://news.example/\udce4"], ())} == {DIGITS}
