"""When to come back, and the reason that is written beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler import cadence
from storage.records import EndpointKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("fires_in", "due_in", "left_over", "expected_in", "reason"),
    [
        pytest.param(15 * MINUTE, None, False, 15 * MINUTE, "on its schedule", id="nothing is due: when it fires"),
        pytest.param(15 * MINUTE, 5 * MINUTE, False, 15 * MINUTE, "on its schedule", id="due before: when it fires"),
        pytest.param(15 * MINUTE, HOUR, False, HOUR, "nothing is due before", id="due later: not before that"),
        pytest.param(15 * MINUTE, HOUR, True, SECOND, "the last visit left links over", id="left over: at once"),
        pytest.param(SECOND / 2, None, True, SECOND / 2, "the last visit left links over", id="no later than it fires"),
    ],
)
def test_after_success(
    fires_in: timedelta, due_in: timedelta | None, left_over: bool, expected_in: timedelta, reason: str
) -> None:
    due = NOW + due_in if due_in else None
    assert cadence.after_success(NOW, NOW + fires_in, due, left_over=left_over) == cadence.NextVisit(
        NOW + expected_in, reason
    )


@pytest.mark.parametrize(
    ("interval", "failures", "pause", "reason"),
    [
        pytest.param(15 * MINUTE, 0, 15 * MINUTE, "failed 1 time in a row", id="the first failure changes nothing"),
        pytest.param(15 * MINUTE, 1, 30 * MINUTE, "failed 2 times in a row", id="the second doubles"),
        pytest.param(15 * MINUTE, 4, 4 * HOUR, "failed 5 times in a row", id="and so on"),
        pytest.param(15 * MINUTE, 5, 6 * HOUR, "failed 6 times in a row", id="up to six hours"),
        pytest.param(15 * MINUTE, 10**6, 6 * HOUR, "failed 1000001 times in a row", id="for ever, without overflow"),
        pytest.param(DAY, 3, DAY, "failed 4 times in a row", id="never below its own interval"),
        pytest.param(2 * SECOND, 2, 8 * SECOND, "failed 3 times in a row", id="short intervals back off, too"),
    ],
)
def test_after_failure(interval: timedelta, failures: int, pause: timedelta, reason: str) -> None:
    assert cadence.after_failure(NOW, NOW + interval, failures) == cadence.NextVisit(NOW + pause, reason)


FEED, NEWS_SITEMAP, SITEMAP, LISTING = (
    EndpointKind.FEED,
    EndpointKind.NEWS_SITEMAP,
    EndpointKind.SITEMAP,
    EndpointKind.LISTING,
)


@pytest.mark.parametrize(
    ("kind", "idle", "floor", "configured", "expected"),
    [
        pytest.param(FEED, 100, None, False, 15 * MINUTE, id="a feed is asked each time, however idle"),
        pytest.param(NEWS_SITEMAP, 100, None, False, 15 * MINUTE, id="a news sitemap, too"),
        pytest.param(EndpointKind.UNKNOWN, 100, None, False, 15 * MINUTE, id="what it is must be found out first"),
        pytest.param(LISTING, 1, None, False, 15 * MINUTE, id="one idle visit says nothing"),
        pytest.param(LISTING, 2, None, False, 30 * MINUTE, id="an idle section is asked half as often"),
        pytest.param(SITEMAP, 4, None, False, HOUR, id="an idle sitemap is asked ever more rarely"),
        pytest.param(LISTING, 1000, None, False, 6 * HOUR, id="but four times a day"),
        pytest.param(LISTING, 1000, None, True, 15 * MINUTE, id="a configured one as the operator said"),
        pytest.param(FEED, 0, HOUR, False, HOUR, id="the publisher's floor counts"),
        pytest.param(FEED, 0, HOUR, True, HOUR, id="for configured ones, too"),
        pytest.param(FEED, 0, MINUTE, False, 15 * MINUTE, id="a floor below the interval changes nothing"),
        pytest.param(FEED, 0, 30 * DAY, False, DAY, id="a floor of a month is a day"),
    ],
)
def test_an_endpoint_that_answered_is_left_alone(
    kind: EndpointKind, idle: int, floor: timedelta | None, configured: bool, expected: timedelta
) -> None:
    assert cadence.endpoint_interval(15 * MINUTE, kind, idle, floor, configured=configured) == expected


def test_an_idle_section_of_a_daily_source_is_not_asked_more_often_than_daily() -> None:
    assert cadence.endpoint_interval(DAY, LISTING, 9, None, configured=False) == DAY


def reread_moments(interval: timedelta, ages: tuple[timedelta, ...] | None = None) -> list[timedelta]:
    """The distances from the first fetch at which an article is read again, each re-read exactly on its plan."""
    moments, now, rereads = [], NOW, 0
    while (again := cadence.next_reread(now, interval, rereads, ages)) is not None:
        moments.append(again - NOW)
        now, rereads = again, rereads + 1
    return moments


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        pytest.param(15 * MINUTE, [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY], id="a source of 15 minutes"),
        pytest.param(DAY, [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY], id="a daily source: the plan is not stretched"),
        pytest.param(MINUTE, [4 * MINUTE, 24 * MINUTE, 96 * MINUTE, 288 * MINUTE, 672 * MINUTE], id="a fast source"),
    ],
)
def test_rereads_of_a_stored_article(interval: timedelta, expected: list[timedelta]) -> None:
    assert reread_moments(interval) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        pytest.param((timedelta(minutes=30), timedelta(days=2)), [timedelta(minutes=30), timedelta(days=2)], id="two"),
        pytest.param(
            (timedelta(days=2), timedelta(hours=1)), [timedelta(hours=1), timedelta(days=2)], id="in any order"
        ),
        pytest.param((), [], id="never"),
    ],
)
def test_a_source_can_have_a_plan_of_its_own(ages: tuple[timedelta, ...], expected: list[timedelta]) -> None:
    assert reread_moments(timedelta(minutes=15), ages) == expected


def test_a_link_that_fails_is_tried_again_ever_later_and_given_up_at_last() -> None:
    pauses = []
    attempts = 0
    while (again := cadence.next_retry(NOW, attempts)) is not None:
        pauses.append(again - NOW)
        attempts += 1
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1], attempts) == (2 * SECOND, DAY, 6)


@pytest.mark.parametrize(
    ("status", "weight"),
    [(404, 1.0), (406, 1.0), (403, 0.5), (401, 0.5), (451, 0.5), (500, 0.5), (502, 0.5), (429, 0.25), (503, 0.25), (408, 0.25)],
)  # fmt: skip
def test_refusals_weigh_by_how_likely_they_pass(status: int, weight: float) -> None:
    assert cadence.weight_of_status(status) == weight
    assert cadence.may_pass(status) is (weight < 1), "what weighs less than all is tried again"


@pytest.mark.parametrize(
    ("trouble", "chance", "expected"),
    [
        pytest.param(0.0, 0.0, MINUTE * 15, id="the first failure: the interval"),
        pytest.param(1.0, 0.0, MINUTE * 30, id="a hard one before it: twice"),
        pytest.param(2.0, 0.0, HOUR, id="four soft ones: four times"),
        pytest.param(2.0, 1.0, MINUTE * 72, id="longer by a fifth at most, by chance"),
        pytest.param(40.0, 0.0, 6 * HOUR, id="never longer than six hours: nothing is given up silently"),
    ],
)
def test_the_pause_doubles_with_the_weight_of_failures(trouble: float, chance: float, expected: timedelta) -> None:
    assert cadence.backed_off(15 * MINUTE, trouble, chance) == expected


@pytest.mark.parametrize(
    ("hour", "hours", "days", "cap", "later"),
    [
        pytest.param(12, (), (), 24, 0, id="nothing is skipped"),
        pytest.param(12, (1, 2), (), 24, 0, id="other hours are"),
        pytest.param(12, (12, 13), (), 24, 1.5, id="until the first hour that is not"),
        pytest.param(12, (), (0,), 24, 11.5, id="until the next day"),
        pytest.param(12, (0, 1), (0,), 24, 13.5, id="and its first hours"),
        pytest.param(12, (), (0, 1, 2), 24, 24, id="a day at most"),
        pytest.param(12, (12, 13), (), 0, 0, id="not at all where the operator says so"),
    ],
)
def test_hours_and_days_without_visits(
    hour: int, hours: tuple[int, ...], days: tuple[int, ...], cap: float, later: float
) -> None:
    monday = NOW.replace(hour=hour, minute=30)
    assert cadence.after_quiet(monday, hours, days, cap * HOUR) == monday + later * HOUR


@pytest.mark.parametrize(
    ("endpoint_in", "retry_in", "reread_in", "expected"),
    [
        pytest.param(HOUR, None, 2 * HOUR, (HOUR, "12/day"), id="the first endpoint"),
        pytest.param(HOUR, MINUTE, 2 * HOUR, (MINUTE, "a link is tried again"), id="a retry before"),
        pytest.param(3 * HOUR, None, 2 * HOUR, (2 * HOUR, "stored articles are read again"), id="a re-read before"),
        pytest.param(3 * HOUR, None, None, (3 * HOUR, "12/day"), id="nothing to be read again"),
        pytest.param(-HOUR, None, 2 * HOUR, (0 * HOUR, "12/day"), id="never in the past"),
    ],
)
def test_when_a_source_without_timetable_comes_back(
    endpoint_in: timedelta, retry_in: timedelta | None, reread_in: timedelta | None, expected: tuple[timedelta, str]
) -> None:
    retry, reread = (None if pause is None else NOW + pause for pause in (retry_in, reread_in))
    upcoming = cadence.when_learned(NOW, cadence.NextVisit(NOW + endpoint_in, "12/day"), retry, reread)
    assert (upcoming.at - NOW, upcoming.reason) == expected


@pytest.mark.parametrize(
    ("span", "words"), [(47 * MINUTE, "47 min"), (2 * HOUR, "2 h"), (DAY, "24 h"), (MINUTE, "1 min")]
)
def test_spans_in_words(span: timedelta, words: str) -> None:
    assert cadence.words(span) == words
