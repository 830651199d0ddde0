"""The smallest set of endpoints that shows what all of them show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.coverage import choose, is_to_review
from crawler.errands import Answer
from storage.endpoints import Endpoint
from storage.records import EndpointKind
from tests.support.pages import FEED_TYPE, SITE, answer, rss
from tests.support.visits import newsdesk, source

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
    assert choose(known) == {entry.endpoint_id for entry in known} - needed


@pytest.mark.parametrize(
    ("read_before", "reviewed"),
    [
        pytest.param(None, True, id="never: its first answer"),
        pytest.param(timedelta(minutes=20), True, id="yesterday, twenty minutes ago"),
        pytest.param(timedelta(minutes=5), False, id="today"),
        pytest.param(timedelta(days=3), True, id="three days ago"),
    ],
)
def test_the_choice_is_reviewed_with_the_first_answer_of_a_day(read_before: timedelta | None, reviewed: bool) -> None:
    now = NOW + timedelta(minutes=10)
    entry = replace(shows(1, FEED, "abc"), last_success_at=None if read_before is None else now - read_before)
    assert is_to_review(entry, now) is reviewed


def of(feed: str, letters: str | None) -> Answer:
    """A feed of ships, one for each letter; None: it is what it was."""
    if letters is None:
        return answer("", feed, status=304)
    ships = rss(*(f"/ship-{letter}-arrives" for letter in letters), published=NOW)
    return answer(ships, feed, content_type=FEED_TYPE, etag='"1"')


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(("fabcdex", "fex"), id="both have changed"),
        pytest.param((None, None), id="both say not modified"),
    ],
)
async def test_a_feed_that_another_one_came_to_cover_stands_by_from_the_next_day_on(
    sqlite_url: str, last: tuple[str | None, str | None]
) -> None:
    feeds, moment, states = (f"{SITE}/feed/all", f"{SITE}/feed/harbour"), NOW + timedelta(hours=20), []
    shown = (("abcd", "ex"), ("abcdex", "ex"), last)
    async with newsdesk(sqlite_url, source(*feeds)) as desk:
        desk.station.clock = lambda: moment
        for letters in shown:
            desk.make_due()
            begun = await desk.begin(due=True)
            begun.is_survey = True
            await desk.follow(begun, {feed: of(feed, each) for feed, each in zip(feeds, letters, strict=True)})
            await begun.finish()
            desk.write("UPDATE endpoint SET origin = 'link rel' WHERE url = :url", url=feeds[1])
            ((state,),) = desk.rows("SELECT state FROM endpoint WHERE url = :url", url=feeds[1])
            states.append(state)
            moment += timedelta(hours=3)
    assert states == ["active", "active", "standby"]


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
    standing_by = choose(known)
    everything = {name for entry in known for name in entry.listed or ()}
    seen = {name for entry in known if entry.endpoint_id not in standing_by for name in entry.listed or ()}
    assert seen == everything
