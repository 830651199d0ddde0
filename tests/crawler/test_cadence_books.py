"""The books of the market: settled every hour, corrected by what was spent, the same after a restart."""

import json
from dataclasses import replace

import numpy as np
import pytest

from crawler import cadence_books
from crawler.cadence_books import FORGOTTEN, LOOKED_BACK, PAID_BACK, PAID_MOST, SETTLED, Books, is_settled, settled
from crawler.cadence_price import CORRECTION_RANGE, Market
from crawler.cadence_rate import DAY, HOUR, Rate

#: Monday, 2026-11-23 00:00 UTC
NOW = 1_795_392_000.0
RATES = [Rate(items=rate * 10.0, seconds=10 * DAY, until=NOW) for rate in (1, 10, 50, 200)]
BUDGET = 4.0


def after_hours(books: Books, hours: int, visits_an_hour: float) -> Books:
    """The books after so many settlements, one an hour."""
    for hour in range(1, hours + 1):
        books = settled(books, RATES, BUDGET, NOW + hour * HOUR, hour * visits_an_hour)
    return books


def test_books_that_nobody_settled_are_no_price_to_go_by() -> None:
    assert not is_settled(Books(), 0, NOW)


@pytest.mark.parametrize(
    ("endpoints", "later", "stands"),
    [
        pytest.param(4, SETTLED - 1, True, id="the same endpoints within the hour"),
        pytest.param(4, SETTLED, False, id="an hour later"),
        pytest.param(5, 60.0, False, id="a quarter more endpoints"),
        pytest.param(3, 60.0, False, id="a quarter fewer"),
    ],
)
def test_a_price_stands_for_an_hour_and_for_its_endpoints(endpoints: int, later: float, stands: bool) -> None:
    assert is_settled(settled(Books(), RATES, BUDGET, NOW, 0.0), endpoints, NOW + later) is stands


def test_who_spends_what_was_planned_keeps_the_price() -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    assert after_hours(books, 24, BUDGET).correction == pytest.approx(1.0)


def test_who_spends_too_much_pays_more_and_who_spends_too_little_pays_less() -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    dear, cheap = after_hours(books, 24, 1.5 * BUDGET), after_hours(books, 24, 0.5 * BUDGET)
    assert dear.correction > 1.2
    assert cheap.correction < 0.8
    assert dear.market.price > cheap.market.price


def test_nothing_is_corrected_before_there_is_something_to_look_back_on() -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    assert after_hours(books, int(LOOKED_BACK / HOUR) - 1, 9 * BUDGET).correction == 1.0


@pytest.mark.parametrize(
    ("spent", "share"),
    [
        pytest.param(1.0, 1.0, id="as much as planned: as before"),
        pytest.param(3.0, 22 / 24, id="two hours too much: two of a day's visits fewer"),
        pytest.param(0.0, 25 / 24, id="an hour saved: one more"),
        pytest.param(99.0, 1 - PAID_MOST, id="far too much: not all at once"),
        pytest.param(-99.0, 25 / 24, id="a counter that went back has saved no more than the hour"),
    ],
)
def test_what_was_overspent_is_saved_again_within_a_day(spent: float, share: float) -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    later = settled(books, RATES, BUDGET, NOW + HOUR, spent * BUDGET)
    assert later.market.price == pytest.approx(books.market.price / share**2, rel=0.001)
    assert later.owed == pytest.approx(min(max(spent, 0.0) - 1, PAID_MOST * PAID_BACK) * BUDGET)


def test_visits_of_an_endpoint_that_takes_part_again_are_no_debt_for_weeks() -> None:
    books = settled(settled(Books(), RATES, BUDGET, NOW, 0.0), RATES, BUDGET, NOW + HOUR, 9_000.0)
    for hour in range(2, 27):
        books = settled(books, RATES, BUDGET, NOW + hour * HOUR, 9_000.0 + (hour - 1) * BUDGET * (1 - PAID_MOST))
    assert books.owed == pytest.approx(-0.2 * BUDGET)


def test_saving_again_is_no_reason_to_correct_the_price() -> None:
    books = replace(settled(Books(), RATES, BUDGET, NOW, 0.0), owed=2 * BUDGET)
    later = settled(books, RATES, BUDGET, NOW + LOOKED_BACK, LOOKED_BACK / HOUR * BUDGET * 22 / 24)
    assert later.correction == pytest.approx(1.0)


def test_a_budget_that_cannot_be_reached_is_not_chased_for_ever() -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    assert after_hours(books, 24 * 14, 0.0).correction >= CORRECTION_RANGE[0]
    assert after_hours(books, 24 * 14, 50 * BUDGET).correction <= CORRECTION_RANGE[1]


def test_a_machine_that_was_off_did_not_save_anything() -> None:
    books = settled(Books(), RATES, BUDGET, NOW, 0.0)
    later = NOW + FORGOTTEN + 7 * DAY
    again = settled(books, RATES, BUDGET, later, 0.0)
    assert (again.correction, again.since) == (1.0, later)


def test_books_are_the_same_after_a_restart() -> None:
    rates = [Rate(), *RATES]
    rates[0].clock[84:120], rates[0].hour[0] = 5.0, 9.0
    books = after_hours(settled(Books(), rates, BUDGET, NOW, 0.0), 9, 5.0)
    again = cadence_books.read(json.loads(json.dumps(cadence_books.as_json(books))))
    assert again.market.price == books.market.price
    assert np.allclose(again.market.common.day, books.market.common.day, atol=0.001)
    assert np.allclose(again.market.common.hour, books.market.common.hour, atol=0.001)
    assert replace(again, market=books.market) == books


def test_books_from_before_debts_were_kept_owe_nothing() -> None:
    state = cadence_books.as_json(after_hours(settled(Books(), RATES, BUDGET, NOW, 0.0), 9, 5.0))
    del state["owed"], state["visits"]
    books = cadence_books.read(state)
    assert (books.owed, books.visits) == (0.0, books.counted)


@pytest.mark.parametrize("state", [None, {}, {"day": [1.0], "price": 3.0}])
def test_books_of_another_form_are_begun_anew(state: dict[str, object] | None) -> None:
    books = cadence_books.read(state)
    assert (books.settled_at, books.market.price) == (None, Market().price)
