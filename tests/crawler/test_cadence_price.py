"""The price of a visit, the budget that it keeps, and what is told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.cadence_price import (
    CAP,
    FLOOR,
    Market,
    corrected,
    longest_wait,
    next_visit,
    reason,
    settle,
    wait_seconds,
)
from crawler.cadence_rate import DAY, HOUR, Answer, Rate

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
T = NOW.timestamp()
#: a price in the square-root law: 96 items a day are visited each 20 minutes
PRICE = 800.0


def steady(per_day: float, days: float = 200.0) -> Rate:
    """An endpoint that is well known to publish at a constant rate."""
    return Rate(items=per_day * days, seconds=days * DAY, until=T)


@pytest.mark.parametrize(
    ("per_day", "minutes"),
    [
        pytest.param(96, 20, id="96 a day: each 20 minutes"),
        pytest.param(24, 40, id="a quarter of the items: half as often"),
        pytest.param(6, 73, id="a sixteenth: beyond an hour a wait counts for more, or it would be 80"),
        pytest.param(1, 120, id="never more rarely than each two hours"),
        pytest.param(10_000, 5, id="never more often than each five minutes"),
    ],
)
def test_at_a_constant_rate_the_price_is_the_square_root_law(per_day: float, minutes: float) -> None:
    price = (20 * 60.0) ** 2 * (96 / DAY) / 2
    assert wait_seconds(steady(per_day), Market(price), T) == pytest.approx(minutes * 60, abs=90)


def test_a_higher_price_means_fewer_visits() -> None:
    waits = [wait_seconds(steady(48), Market(price), T) for price in (10.0, 100.0, 1000.0, 10_000.0)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_list_that_would_roll_past_is_asked_before() -> None:
    assert wait_seconds(steady(960), Market(1e8), T) == CAP.total_seconds()
    rate = steady(960)
    rate.window = 20
    assert wait_seconds(rate, Market(1e8), T) <= 20 * 60


def spent(rates: list[Rate], market: Market) -> float:
    """Visits an hour when all endpoints wait as they are told, over a day."""
    visits = 0
    for rate in rates:
        moment = T
        while moment < T + DAY:
            moment += wait_seconds(rate, market, moment)
            visits += 1
    return visits / 24


@pytest.mark.parametrize("minutes", [20, 60, 120])
def test_the_price_keeps_the_budget(minutes: float) -> None:
    rates = [steady(per_day) for per_day in (0.2, 1, 3, 10, 20, 30, 60, 100, 150, 200)]
    budget = len(rates) * 60 / minutes
    assert spent(rates, settle(rates, budget, T)) == pytest.approx(budget, rel=0.15)


def test_busy_hours_are_visited_more_often_than_quiet_ones() -> None:
    rate = Rate()
    for hour in range(24 * 20):
        moment = T - 20 * DAY + hour * HOUR
        is_morning = 6 <= moment % DAY / HOUR < 12
        rate.learn(Answer(moment, [moment - 600.0 * number for number in range(4, 0, -1)] if is_morning else []))
    market = settle([rate], 1.0, T)
    morning, evening = T + DAY - 4 * HOUR, T + DAY + 6 * HOUR
    assert wait_seconds(rate, market, morning) < wait_seconds(rate, market, evening) / 2


@pytest.mark.parametrize(
    ("endpoints", "budget", "hours"),
    [
        pytest.param(60, 60.0, 2.0, id="one visit an hour each: two hours"),
        pytest.param(60, 240.0, 2.0, id="four an hour: still two hours"),
        pytest.param(60, 15.0, 8.0, id="one in four hours: twice that"),
        pytest.param(0, 60.0, 2.0, id="no endpoint"),
    ],
)
def test_the_longest_wait_is_two_hours_or_twice_the_mean(endpoints: int, budget: float, hours: float) -> None:
    assert longest_wait(endpoints, budget) == hours * HOUR


def test_a_market_without_endpoints_has_a_price_all_the_same() -> None:
    market = settle([], 60.0, T)
    assert market.price > 0
    assert market.longest == CAP.total_seconds()


def test_endpoints_of_which_nothing_is_known_yet_get_an_equal_share() -> None:
    known = [steady(per_day) for per_day in (3, 10, 30, 100)]
    unknown = [Rate() for _ in known]
    assert settle([*known, *unknown], 8.0, T).price == pytest.approx(settle(known, 4.0, T).price)


def test_before_anything_is_known_the_price_is_that_of_a_new_market() -> None:
    assert settle([Rate(), Rate()], 1.0, T).price == Market().price


def test_a_budget_that_cannot_be_spent_makes_visits_cheap() -> None:
    rates = [steady(10)]
    assert wait_seconds(rates[0], settle(rates, 1e6, T), T) == FLOOR.total_seconds()


def test_a_budget_of_nothing_is_the_longest_wait() -> None:
    rates = [steady(10), steady(0.1)]
    market = settle(rates, 0.01, T)
    assert wait_seconds(rates[1], market, T) == market.longest


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param(100.0, 1.0, id="kept: nothing changes"),
        pytest.param(104.0, 1.02, id="a little over: a little dearer"),
        pytest.param(400.0, 1.1, id="far over: a tenth at a time"),
        pytest.param(10.0, 0.9, id="far under: a tenth cheaper"),
        pytest.param(0.0, 1.0, id="nothing spent says nothing"),
    ],
)
def test_the_price_follows_what_was_really_spent(visits: float, expected: float) -> None:
    assert corrected(1.0, visits, 100.0) == pytest.approx(expected, abs=0.001)


def test_without_a_budget_nothing_is_corrected() -> None:
    assert corrected(1.3, 5.0, 0.0) == 1.3


def test_the_next_visit_comes_with_a_reason_for_people() -> None:
    assert next_visit(steady(12), Market(PRICE), NOW).reason == "12/day, usual hours"


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        pytest.param(8, "busy hours", id="when it publishes most"),
        pytest.param(20, "quiet hours", id="when it publishes nothing"),
        pytest.param(5 * 24 + 20, "quiet weekend", id="on Saturday evening"),
    ],
)
def test_the_reason_names_the_hours(hour: int, expected: str) -> None:
    rate = steady(24)
    rate.clock[84:120] = 70.0
    moment = NOW.replace(hour=0) + timedelta(hours=hour)
    assert f", {expected}" in reason(rate, Market(PRICE), moment, 1800.0)


def test_a_rare_endpoint_is_told_with_two_digits() -> None:
    assert reason(steady(0.25), Market(PRICE), NOW, 7200.0) == "0.25/day, usual hours"
