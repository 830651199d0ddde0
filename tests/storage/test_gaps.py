"""Lists that rolled past: noted, filled where another list goes back, told as unknown where none does."""

import pytest
from sqlalchemy import Connection

from storage import gaps
from storage.gaps import Gaps
from storage.records import LinkState
from tests.storage.facts import DAILY, HOUR, NOW, WEEKLY, endpoint_of, listed, record

FEED, MAP = "https://daily.example/feed", "https://daily.example/map.xml"


def key(name: str) -> str:
    """The fetch key of a link."""
    return f"https://daily.example/{name}"


def roll_past(writing: Connection) -> tuple[int, int]:
    """Old links are known, an hour later the feed shows new ones only; ids of feed and sitemap."""
    feed, sitemap = endpoint_of(writing, FEED).endpoint_id, endpoint_of(writing, MAP).endpoint_id
    record(writing, listed("old"), at=NOW, endpoint_id=feed)
    record(writing, listed("new"), at=NOW + HOUR, endpoint_id=feed)
    gaps.note(writing, DAILY, feed, NOW, NOW + HOUR)
    return feed, sitemap


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(["missed", "old"], Gaps("daily", 1, 1, 0), id="a list that goes back to what was known fills it"),
        pytest.param(
            ["missed", "new"], Gaps("daily", 1, 1, 1), id="one that does not leaves it open what else there was"
        ),
        pytest.param([], Gaps("daily", 1, 1, 1), id="without another list nobody knows"),
    ],
)
def test_a_gap_is_filled_or_unknown(writing: Connection, shown: list[str], expected: Gaps) -> None:
    _, sitemap = roll_past(writing)
    record(writing, listed("missed"), at=NOW + HOUR, endpoint_id=sitemap)
    gaps.settle(writing, DAILY, [key(name) for name in shown])
    assert gaps.summary(writing) == [expected]


@pytest.mark.parametrize(
    ("shown", "goes_on"),
    [
        pytest.param(["missed", "new"], True, id="it does not go back far enough"),
        pytest.param(["missed", "old"], False, id="it shows what was known before"),
        pytest.param([], False, id="it shows nothing: so will the next"),
    ],
)
def test_a_list_goes_on_while_the_gap_is_open_below_it(writing: Connection, shown: list[str], goes_on: bool) -> None:
    assert not gaps.is_open_below(writing, DAILY, [key(name) for name in shown])
    _, sitemap = roll_past(writing)
    record(writing, listed("missed"), at=NOW + HOUR, endpoint_id=sitemap)
    assert gaps.is_open_below(writing, DAILY, [key(name) for name in shown]) == goes_on
    assert not gaps.is_open_below(writing, WEEKLY, [key(name) for name in shown])
    gaps.settle(writing, DAILY, [])
    assert not gaps.is_open_below(writing, DAILY, [key(name) for name in shown])


def test_a_gap_that_nobody_closed_is_unknown(writing: Connection) -> None:
    roll_past(writing)
    assert gaps.summary(writing) == [Gaps("daily", 1, 0, 1)]


def test_what_was_skipped_or_came_from_the_list_itself_is_not_recovered(writing: Connection) -> None:
    _, sitemap = roll_past(writing)
    record(writing, listed("ad", LinkState.SKIPPED, "off-site"), at=NOW + HOUR, endpoint_id=sitemap)
    gaps.settle(writing, DAILY, [key("old")])
    assert gaps.summary(writing) == [Gaps("daily", 1, 0, 0)]


def test_further_pages_of_the_list_itself_recover(writing: Connection) -> None:
    feed, _ = roll_past(writing)
    record(writing, listed("missed"), at=NOW + HOUR, endpoint_id=feed, depth=1)
    gaps.settle(writing, DAILY, [key("old")])
    assert gaps.summary(writing) == [Gaps("daily", 1, 1, 0)]


def test_a_closed_gap_stays_as_it_was_closed(writing: Connection) -> None:
    feed, sitemap = roll_past(writing)
    gaps.settle(writing, DAILY, [key("old")])
    gaps.note(writing, DAILY, feed, NOW + HOUR, NOW + 2 * HOUR)
    record(writing, listed("later"), at=NOW + 2 * HOUR, endpoint_id=sitemap)
    gaps.settle(writing, DAILY, [])
    assert gaps.summary(writing) == [Gaps("daily", 2, 1, 1)]


def test_gaps_of_another_source_are_left_alone(writing: Connection) -> None:
    roll_past(writing)
    gaps.settle(writing, WEEKLY, [key("old")])
    assert gaps.summary(writing) == [Gaps("daily", 1, 0, 1)]
