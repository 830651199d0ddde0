"""The smallest set of endpoints that shows what all of them show."""

from datetime import UTC, datetime

import pytest

from crawler.coverage import choose
from storage.endpoints import Endpoint
from storage.records import EndpointKind

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FEED, LISTING, SITEMAP = EndpointKind.FEED, EndpointKind.LISTING, EndpointKind.SITEMAP


def shows(number: int, kind: EndpointKind, recent: str, old: str = "", origin: str = "link rel") -> Endpoint:
    """An endpoint that listed recent articles a, b, c ... and old ones."""
    listed = [*(f"{name}+" for name in recent), *old]
    return Endpoint(number, f"https://daily.example/{number}", kind, origin, None, None, None, NOW, 0, 0, NOW, None,
                    "active", listed=listed)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "needed"),
    [
        pytest.param([shows(1, FEED, "abc")], {1}, id="one is needed"),
        pytest.param([shows(1, FEED, "abc"), shows(2, FEED, "abc")], {1}, id="of two alike the first"),
        pytest.param([shows(1, FEED, "ab"), shows(2, FEED, "abc")], {2}, id="the larger of two"),
        pytest.param([shows(1, FEED, "ab"), shows(2, FEED, "bc")], {1, 2}, id="both where both add"),
        pytest.param(
            [shows(1, FEED, "abd"), shows(2, FEED, "abc"), shows(3, FEED, "cd"), shows(4, FEED, "abcd")],
            {4},
            id="one for all",
        ),
        pytest.param([shows(1, SITEMAP, "abcd"), shows(2, FEED, "abcd")], {2}, id="a feed before a sitemap"),
        pytest.param([shows(1, SITEMAP, "ab", "xyz"), shows(2, FEED, "ab")], {2}, id="archives need no watching"),
        pytest.param([shows(1, LISTING, "ab"), shows(2, FEED, "a")], {1}, id="a feed that a needed page covers is spare"),
        pytest.param(
            [shows(1, LISTING, "abc", origin="configured"), shows(2, FEED, "ab")], {1}, id="what is named stays"
        ),
        pytest.param([shows(1, SITEMAP, ""), shows(2, FEED, "ab")], {1, 2}, id="of an index of sitemaps nothing tells"),
        pytest.param([], set(), id="none of none"),
    ],
)  # fmt: skip
def test_the_smallest_set_is_chosen(known: list[Endpoint], needed: set[int]) -> None:
    choice = choose(known)
    assert choice.needed == needed
    assert choice.standing_by == {entry.endpoint_id for entry in known} - needed


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_chosen_shows_everything_recent(seed: int) -> None:
    names = "abcdefghijkl"
    known = [
        shows(
            number,
            (FEED, LISTING, SITEMAP)[number % 3],
            "".join(names[(seed * 7 + number * step) % 12] for step in range(1, 6)),
        )
        for number in range(8)
    ]
    choice = choose(known)
    everything = {name for entry in known for name in entry.listed or ()}
    seen = {name for entry in known if entry.endpoint_id in choice.needed for name in entry.listed or ()}
    assert seen == everything
    assert choice.covered == choice.found == len(everything)
