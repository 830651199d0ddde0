"""Dates as publishers write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.dates import when, when_plain

MORNING = datetime(2024, 10, 29, 8, 15, tzinfo=UTC)
DAY = datetime(2024, 10, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Tue, 29 Oct 2024 10:15:00 +0200", MORNING),
        ("Tue, 29 Oct 2024 08:15:00 GMT", MORNING),
        ("29 Oct 24 08:15 UT", MORNING),
        ("Tue, 29 October 2024 04:15:00 EDT", MORNING),
        ("Tue, 29 Oct 2024 10:15:00 +02:00", MORNING),
        ("Tue, 29 Oct 2024 08:15:00 +0000 (UTC)", MORNING),
        ("Tue, 29 Oct 2024 10:15:00 GMT+0200", MORNING),
        ("Tue,29 Oct 2024 08:15:00", MORNING),
        ("2024-10-29T10:15:00+02:00", MORNING),
        ("2024-10-29T08:15:00Z", MORNING),
        ("2024-10-29T08:15:00.000Z", MORNING),
        ("2024-10-29 10:15:00 +0200", MORNING),
        ("2024-10-29T08:15", MORNING),
        ("2024-10-29", DAY),
        ("  2024-10-29\n", DAY),
        ("mar., 29 oct. 2024 10:15:00 +0200", MORNING),
        ("mardi 29 octobre 2024 08:15", MORNING),
        ("Di, 29 Okt 2024 10:15:00 +0200", MORNING),
        ("вт, 29 окт 2024 11:15:00 +0300", MORNING),
        ("29 de octubre", None),
        ("1730189700", MORNING),
        ("1730189700000", MORNING),
        ("2024年10月29日 08:15", MORNING),
        ("2024/10/29 08:15:00", MORNING),
        ("29.10.2024 08:15", MORNING),
        ("29/10/2024", DAY),
        ("10/29/2024", DAY),
        ("10/11/2024", None),
        ("Tue Oct 29 08:15:00 2024", MORNING),
        ("Tue, 31 Feb 2024 10:15:00 GMT", None),
        ("2024-13-29", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59+02:00", None),
        ("Fri, 31 Dec 9999 23:59:59 -0200", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(raw: str | None, moment: datetime | None) -> None:
    assert when(raw) == moment


@pytest.mark.parametrize("raw", ["2024年10月29日", "1730189700", "mar 29", "", "2024-02-30"])
def test_the_fast_lane_takes_standard_forms_only(raw: str) -> None:
    assert when_plain(raw) is None


@given(st.text(max_size=90) | st.from_regex(r"[\d :,/.TZ+-]{5,40}", fullmatch=True))
def test_no_text_makes_it_raise(raw: str) -> None:
    moment = when(raw)
    assert moment is None or moment.tzinfo is UTC
