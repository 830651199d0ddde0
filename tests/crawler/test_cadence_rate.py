"""What is learned of an endpoint: its rate, its day, its weekend, and how much of it can be believed."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cadence_rate import CELLS, DAY, ECHO, HOUR, STEPS, WEEK, Answer, Common, Rate, in_common, spread

#: Monday, 2026-11-23 00:00 UTC
MONDAY = 1_795_392_000.0
SATURDAY = MONDAY + 5 * DAY
COMMON = Common()


def at_hours(hours: tuple[float, ...], days: range, start: float = MONDAY) -> list[float]:
    """Items at the same hours of each day."""
    return sorted(start + day * DAY + hour * HOUR for day in days for hour in hours)


def watched(items: list[float], begin: float, end: float, every: float = HOUR) -> Rate:
    """The rate of an endpoint that was visited at regular times and dates its items."""
    rate, moment = Rate(), begin
    while moment <= end:
        rate.learn(Answer(moment, [item for item in items if moment - every < item <= moment] if rate.until else []))
        moment += every
    return rate


def at(rate: Rate, moment: float, common: Common = COMMON) -> float:
    """Items a day expected at one instant."""
    return float(rate.ahead(np.array([moment]), common)[0]) * DAY


def test_the_monday_of_these_tests_is_a_monday() -> None:
    assert np.datetime64(int(MONDAY), "s") == np.datetime64("2026-11-23T00:00:00")


def test_an_unknown_endpoint_is_believed_to_publish_a_little() -> None:
    rate = Rate()
    assert rate.per_day() == pytest.approx(0.5)
    assert rate.per_second() * DAY > rate.per_day(), "doubt makes it worth a visit"


@pytest.mark.parametrize("per_day", [2, 12, 96])
def test_the_rate_of_a_regular_endpoint_is_found(per_day: int) -> None:
    hours = tuple(24 / per_day * number for number in range(per_day))
    rate = watched(at_hours(hours, range(14)), MONDAY, MONDAY + 14 * DAY)
    assert rate.per_day() == pytest.approx(per_day, rel=0.17)


def test_the_first_answer_teaches_from_the_dates_that_it_shows() -> None:
    shown = at_hours((6, 12, 18, 23), range(7), MONDAY - WEEK)
    rate = Rate()
    rate.learn(Answer(MONDAY, shown, shown))
    assert rate.per_day() == pytest.approx(4, rel=0.12)


def test_a_full_list_tells_only_of_the_time_that_it_reaches_back() -> None:
    shown = [MONDAY - HOUR * number / 10 for number in range(20, 0, -1)]
    full, short = Rate(), Rate()
    full.learn(Answer(MONDAY, shown, shown, is_full=True))
    short.learn(Answer(MONDAY, shown, shown))
    assert full.per_day() > 10
    assert short.per_day() == pytest.approx(20.5 / 8), "all of a week: 20 items in 7 days"


def test_what_lies_long_back_in_the_first_answer_counts_for_nothing() -> None:
    shown = [MONDAY - 300 * DAY, MONDAY - 2 * DAY, MONDAY - DAY]
    rate = Rate()
    rate.learn(Answer(MONDAY, shown, shown))
    assert (rate.items, rate.seconds) == (2.0, 14 * DAY)


def test_an_empty_first_answer_is_a_day_without_items() -> None:
    rate = Rate()
    rate.learn(Answer(MONDAY, []))
    assert (rate.items, rate.seconds) == (0.0, DAY)
    assert rate.per_day() == pytest.approx(0.25)


def test_an_endpoint_that_falls_silent_is_forgotten_by_halves() -> None:
    rate = watched(at_hours(tuple(range(24)), range(14)), MONDAY, MONDAY + 14 * DAY)
    before = rate.per_day()
    for hour in range(1, 5 * 24 + 1):
        rate.learn(Answer(MONDAY + 14 * DAY + hour * HOUR, []))
    assert 0.4 < rate.per_day() / before < 0.7
    for hour in range(1, 40 * 24 + 1):
        rate.learn(Answer(MONDAY + 19 * DAY + hour * HOUR, []))
    assert rate.per_day() < 1


def test_an_endpoint_that_wakes_is_noticed_within_a_day() -> None:
    rate = watched([], MONDAY, MONDAY + 14 * DAY)
    assert rate.per_day() < 0.2
    for hour in range(1, 25):
        moment = MONDAY + 14 * DAY + hour * HOUR
        rate.learn(Answer(moment, spread(4, moment - HOUR, moment)))
    assert rate.per_day() > 10


def test_the_hours_of_the_day_are_learned() -> None:
    rate = watched(at_hours((9, 9.5, 10, 10.5, 11, 11.5), range(10)), MONDAY, MONDAY + 10 * DAY)
    thursday = MONDAY + 10 * DAY
    assert at(rate, thursday + 10 * HOUR) > 8 * at(rate, thursday + 22 * HOUR)


def test_the_profile_passes_midnight_without_a_step() -> None:
    rate = watched(at_hours((23.75,), range(20)), MONDAY, MONDAY + 20 * DAY)
    late, early, noon = (at(rate, MONDAY + 21 * DAY + hour * HOUR) for hour in (23.2, 24.3, 36))
    assert late > 3 * noon
    assert early > 3 * noon


def test_a_profile_moves_items_and_makes_none() -> None:
    rate = watched(at_hours((9, 10, 11), range(14)), MONDAY, MONDAY + 14 * DAY)
    week = MONDAY + 15 * DAY + np.arange(0.0, WEEK, 60.0)
    assert float(rate.ahead(week, COMMON).mean()) == pytest.approx(rate.per_second(), rel=0.02)
    half_hours = float(rate.roughly(week[::30], COMMON).mean())
    assert half_hours == pytest.approx(rate.per_second(), rel=0.02), "and by half hours, too"


def test_the_minutes_of_the_hour_are_learned() -> None:
    rate = watched(at_hours(tuple(hour + 0.01 for hour in range(24)), range(10)), MONDAY, MONDAY + 10 * DAY)
    noon = MONDAY + 10 * DAY + 12 * HOUR
    assert at(rate, noon + 30) > 5 * at(rate, noon + 1830)


def bulletin(days: int) -> Rate:
    """An endpoint that has a bulletin at 6:32 of each day, and 48 items beside, whenever they come."""
    scattered = MONDAY + np.random.default_rng(7).uniform(0.0, days * DAY, 48 * days)
    return watched(sorted([*scattered, *at_hours((6.54,), range(days))]), MONDAY, MONDAY + days * DAY)


def test_a_habit_is_seen_beside_the_smooth_day() -> None:
    rate, tuesday = bulletin(15), MONDAY + 15 * DAY
    before, then, after = (at(rate, tuesday + 6 * HOUR + minute * 60) for minute in (23, 32, 43))
    assert then > 2 * max(before, after)


def test_what_happened_once_is_no_habit() -> None:
    rate = Rate()
    rate.learn(Answer(MONDAY + 7 * HOUR, [], [MONDAY + 6.54 * HOUR]))
    tuesday = MONDAY + DAY + 6 * HOUR
    assert at(rate, tuesday + 31 * 60) < 1.5 * at(rate, tuesday + 37 * 60)


def test_a_newsroom_that_moved_its_morning_is_followed() -> None:
    items = at_hours((6, 7, 8), range(200)) + at_hours((18, 19, 20), range(200, 300))
    rate, end = watched(items, MONDAY, MONDAY + 300 * DAY, every=4 * HOUR), MONDAY + 300 * DAY
    assert at(rate, end + 19 * HOUR) > 3 * at(rate, end + 7 * HOUR)


def test_the_state_of_an_endpoint_that_publishes_all_day_stays_small() -> None:
    rate = watched(at_hours(tuple(minute / 12 for minute in range(288)), range(40)), MONDAY, MONDAY + 40 * DAY)
    assert len(json.dumps(rate.as_json())) < 5000


def test_a_new_endpoint_has_the_minutes_that_all_have() -> None:
    hour = np.full(CELLS, 0.5)
    hour[0] = CELLS - 0.5 * (CELLS - 1)
    common = Common(hour=hour)
    assert at(Rate(), MONDAY, common) == pytest.approx(hour[0] / hour[1] * at(Rate(), MONDAY + 600, common))


def test_a_quiet_weekend_is_learned() -> None:
    items = [item for item in at_hours((8, 10, 12, 14), range(28)) if (item - MONDAY) % WEEK < 5 * DAY]
    rate = watched(items, MONDAY, MONDAY + 28 * DAY)
    assert at(rate, SATURDAY + 28 * DAY + 12 * HOUR) < at(rate, MONDAY + 28 * DAY + 12 * HOUR) / 2


def test_an_item_makes_another_one_likelier_for_a_while() -> None:
    rate = watched(at_hours((0,), range(10)), MONDAY, MONDAY + 10 * DAY)
    rate.learn(Answer(MONDAY + 10.5 * DAY, [MONDAY + 10.5 * DAY - 60]))
    before, soon, later = (at(rate, MONDAY + day * DAY) for day in (9.4993, 10.5, 10.6))
    assert soon > before + ECHO
    assert later < soon


def test_only_the_latest_few_items_are_remembered_one_by_one() -> None:
    rate = watched(at_hours(tuple(range(24)), range(3)), MONDAY, MONDAY + 3 * DAY)
    assert rate.latest == tuple(MONDAY + 3 * DAY - HOUR * back for back in (5, 4, 3, 2, 1))


def test_little_known_endpoints_share_the_day_of_all() -> None:
    busy = [watched(at_hours((9, 9.5, 10, 10.5), range(10)), MONDAY, MONDAY + 10 * DAY) for _ in range(3)]
    common = in_common([*busy, Rate()])
    assert at(Rate(), MONDAY + 10 * HOUR, common) > 5 * at(Rate(), MONDAY + 22 * HOUR, common)


def test_the_common_day_has_the_mean_one_and_the_weekend_its_bounds() -> None:
    rates = [watched(at_hours((9, 21), range(14)), MONDAY, MONDAY + 14 * DAY)]
    common = in_common(rates)
    assert float(common.day.mean()) == pytest.approx(1.0)
    assert 0.2 <= common.weekend <= 1.5


def test_a_loud_endpoint_does_not_drown_the_others_in_the_common_day() -> None:
    loud = watched(at_hours(tuple(3 + number / 100 for number in range(100)), range(10)), MONDAY, MONDAY + 10 * DAY)
    others = [watched(at_hours((15,), range(10)), MONDAY, MONDAY + 10 * DAY) for _ in range(10)]
    day = in_common([loud, *others]).day
    assert day[30] > day[6] > 0


def test_of_nothing_nothing_is_common() -> None:
    common = in_common([])
    assert (common.day.tolist(), common.weekend) == ([1.0] * STEPS, 1.0)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(0, [], id="no find, no time"),
        pytest.param(1, [50.0], id="one find: in the middle"),
        pytest.param(2, [25.0, 75.0], id="two finds: evenly"),
    ],
)
def test_finds_without_dates_are_spread_between_two_visits(count: int, expected: list[float]) -> None:
    assert spread(count, 0, 100) == expected


def test_a_rate_learned_from_finds_is_that_of_the_dates() -> None:
    rate = Rate()
    for hour in range(24 * 14):
        moment = MONDAY + hour * HOUR
        rate.learn(Answer(moment, spread(2, moment - HOUR, moment)))
    assert rate.per_day() == pytest.approx(48, rel=0.17)


def test_the_state_lies_on_a_row_and_comes_back_as_it_was() -> None:
    rate = watched(at_hours((7, 8, 12), range(9)), MONDAY, MONDAY + 9 * DAY)
    text = json.dumps(rate.as_json())
    assert len(text) < 900
    again = Rate.from_json(json.loads(text))
    assert again.as_json() == rate.as_json()
    assert at(again, MONDAY + 10 * DAY) == pytest.approx(at(rate, MONDAY + 10 * DAY), rel=0.01)


GOOD = Rate(1.0, 2.0, 3.0).as_json()


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(None, id="none"),
        pytest.param({}, id="empty"),
        pytest.param({"items": 3}, id="half of it"),
        pytest.param(GOOD | {"items": "many"}, id="a word for a number"),
        pytest.param(GOOD | {"items": math.nan}, id="not a number"),
        pytest.param(GOOD | {"seconds": math.inf}, id="for ever"),
        pytest.param(GOOD | {"clock": [0.0] * 24}, id="a day of hours, from another time"),
        pytest.param(GOOD | {"clock": {"288": 1.0}}, id="five minutes after the end of the day"),
        pytest.param(GOOD | {"clock": {"noon": 1.0}}, id="a time of day in words"),
        pytest.param(GOOD | {"week": 7}, id="no list"),
        pytest.param(GOOD | {"latest": ["yesterday"]}, id="latest in words"),
    ],
)
def test_a_state_that_cannot_be_read_is_learned_anew(state: dict[str, object] | None) -> None:
    assert Rate.from_json(state).as_json() == Rate().as_json()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30 * DAY), st.integers(0, 60)), max_size=20))
def test_whatever_is_seen_the_rate_is_a_positive_number(visits: list[tuple[float, int]]) -> None:
    rate, moment = Rate(), MONDAY
    for pause, count in visits:
        rate.learn(Answer(moment + pause, spread(count, moment, moment + pause), is_full=count > 40))
        moment += pause
    ahead = rate.ahead(moment + np.arange(0.0, DAY, 1800.0), in_common([rate]))
    assert np.isfinite(ahead).all()
    assert (ahead > 0).all()


def test_an_answer_at_the_same_instant_or_before_counts_its_items_and_no_time() -> None:
    rate = watched([], MONDAY, MONDAY + DAY)
    seconds = rate.seconds
    rate.learn(Answer(MONDAY + DAY - 5, [MONDAY]))
    assert (rate.items, rate.seconds) == (1.0, seconds)
