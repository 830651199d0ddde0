"""Which version of a site's rules held on a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.rules import Rules, rules_for

OLD = Rules(select={"headline": "h1.old"})
SPRING = Rules(since=date(2024, 3, 1), select={"headline": "h1.spring"})
AUTUMN = Rules(since=date(2024, 9, 1), select={"headline": "h1.autumn"})

DAYS = [
    pytest.param(date(2020, 1, 1), OLD, id="long ago the undated rules held"),
    pytest.param(date(2024, 2, 29), OLD, id="the day before a change"),
    pytest.param(date(2024, 3, 1), SPRING, id="the day of a change"),
    pytest.param(date(2024, 8, 31), SPRING, id="the last day before the next"),
    pytest.param(date.max, AUTUMN, id="the last day that there is"),
    pytest.param(date.min, OLD, id="the first day that there is"),
]


@pytest.mark.parametrize(("day", "expected"), DAYS)
def test_the_rules_of_a_day(day: date, expected: Rules) -> None:
    assert rules_for([OLD, SPRING, AUTUMN], day) is expected


def test_no_rules_held_before_the_first() -> None:
    assert rules_for([SPRING, AUTUMN], date(2024, 1, 1)) is None
    assert rules_for([], date(2024, 1, 1)) is None


@given(st.permutations([OLD, SPRING, AUTUMN]), st.dates())
def test_the_order_in_the_file_does_not_matter(versions: list[Rules], day: date) -> None:
    assert rules_for(versions, day) is rules_for([OLD, SPRING, AUTUMN], day)


@given(st.lists(st.dates(), unique=True), st.dates())
def test_no_rules_from_the_future(starts: list[date], day: date) -> None:
    held = rules_for([Rules(since=start) for start in starts], day)
    assert (held.since if held else None) == max((start for start in starts if start <= day), default=None)
