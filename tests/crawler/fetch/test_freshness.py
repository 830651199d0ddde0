"""How long an answer stays true, as Cache-Control, Expires, Date and Age say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.freshness import HEADERS, fresh_for

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOON, ONE = "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 13:00:00 GMT"
HOUR = timedelta(hours=1)

PROMISED = [
    pytest.param({"Cache-Control": "max-age=600"}, timedelta(minutes=10), id="max-age is in seconds"),
    pytest.param({"Cache-Control": "public, MAX-AGE = 60"}, timedelta(minutes=1), id="case and blanks do not matter"),
    pytest.param({"Cache-Control": 'max-age="60"'}, timedelta(minutes=1), id="a quoted number is read"),
    pytest.param({"Cache-Control": "private, max-age=60"}, timedelta(minutes=1), id="private is about other people's caches"),
    pytest.param({"Cache-Control": "max-age=600", "Age": "120"}, timedelta(minutes=8), id="Age has passed already"),
    pytest.param({"Cache-Control": "max-age=60", "Expires": ONE, "Date": NOON}, timedelta(minutes=1), id="max-age wins over Expires"),
    pytest.param({"Expires": ONE, "Date": NOON}, HOUR, id="Expires less Date"),
    pytest.param({"Expires": ONE}, HOUR, id="without Date our clock stands in"),
    pytest.param({"Expires": "Sun, 01 Jan 2034 01:00:00 GMT", "Date": "Sun, 01 Jan 2034 00:00:00 GMT"}, HOUR, id="a server whose clock is wrong"),
    pytest.param({"Cache-Control": "max-age=60", "Age": "soon"}, timedelta(minutes=1), id="an Age that is no number"),
    pytest.param({"Cache-Control": "max-age=31536000"}, timedelta(days=365), id="a year is said as it is; who uses it caps it"),
]  # fmt: skip

NOTHING = [
    pytest.param({}, id="no header at all"),
    pytest.param({"Cache-Control": "max-age=0"}, id="zero"),
    pytest.param({"Cache-Control": "no-cache, max-age=600"}, id="no-cache asks for a look each time"),
    pytest.param({"Cache-Control": "no-store"}, id="no-store"),
    pytest.param({"Cache-Control": "s-maxage=600"}, id="a word to shared caches"),
    pytest.param({"Cache-Control": "max-age=600", "Age": "600"}, id="all of it is over"),
    pytest.param({"Expires": "0"}, id="Expires that is zero"),
    pytest.param({"Expires": "-1"}, id="Expires below zero"),
    pytest.param({"Expires": NOON, "Date": ONE}, id="Expires before Date"),
    pytest.param({"Expires": "Mon, 99 Foo 2026 99:00:00 GMT"}, id="a day that does not exist"),
    pytest.param({"Cache-Control": "max-age=-5"}, id="a negative age"),
]


@pytest.mark.parametrize(("headers", "span"), PROMISED)
def test_a_promise_is_a_span(headers: dict[str, str], span: timedelta) -> None:
    assert fresh_for(headers, NOW) == span


@pytest.mark.parametrize("headers", NOTHING)
def test_no_promise_is_none(headers: dict[str, str]) -> None:
    assert fresh_for(headers, NOW) is None


@given(st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=40)))
def test_whatever_a_server_writes_is_a_positive_span_or_none(headers: dict[str, str]) -> None:
    span = fresh_for(headers, NOW)
    assert span is None or span > timedelta(0)
