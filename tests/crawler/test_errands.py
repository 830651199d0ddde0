"""The values of a visit: conditions of a request, what may be spent, what came of it."""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from crawler.errands import Answer, Budget, Errand, Report
from crawler.errors import BudgetSpent
from storage.endpoints import Endpoint
from storage.frontier import LinkRow
from storage.records import EndpointKind, Link, LinkState, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://daily.example/a"


def endpoint(etag: str | None, modified: str | None) -> Errand:
    known = Endpoint(1, URL, EndpointKind.FEED, "configured", etag, modified, "e" * 64, None, 0, 0, NOW, None, "active")
    return Errand(URL, endpoint=known)


def link(etag: str | None, modified: str | None) -> Errand:
    row = LinkRow(1, Link(URL), URL, URL, LinkState.STORED, 1, 0, NOW, 0, 0, etag, modified, "e" * 64, 1, 1)
    return Errand(URL, link=row)


@pytest.mark.parametrize("of", [endpoint, link], ids=["an endpoint", "a link"])
@pytest.mark.parametrize(
    ("etag", "modified", "headers"),
    [
        pytest.param(None, None, {}, id="nothing is known"),
        pytest.param('W/"a b"', None, {"If-None-Match": 'W/"a b"'}, id="a weak tag, byte for byte"),
        pytest.param(None, "yesterday", {"If-Modified-Since": "yesterday"}, id="a date is not read, only repeated"),
        pytest.param('"1"', "x", {"If-None-Match": '"1"', "If-Modified-Since": "x"}, id="both"),
    ],
)
def test_conditions(of: object, etag: str | None, modified: str | None, headers: dict[str, str]) -> None:
    errand = of(etag, modified)  # type: ignore[operator]
    assert errand.conditions == headers
    assert errand.known_hash == "e" * 64


def test_an_address_that_was_never_asked_has_no_conditions() -> None:
    assert (Errand(URL).conditions, Errand(URL).known_hash) == ({}, None)


def test_an_answer_knows_its_status_and_the_hash_of_its_body() -> None:
    answer = Answer(Page(URL, b"abc", status=203))
    assert answer.status == 203
    assert answer.body_hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("budget", "is_spent"),
    [
        pytest.param(Budget(1, 86_400.0, 1), False, id="a little of everything"),
        pytest.param(Budget(0, 86_400.0, 1), True, id="no request"),
        pytest.param(Budget(1, 86_400.0, 0), True, id="no byte"),
        pytest.param(Budget(1, 86_400.0, -5), True, id="a last answer that was too large"),
        pytest.param(Budget(1, 60.0, 1, started=time.monotonic() - 61), True, id="no time"),
    ],
)
def test_a_budget_is_spent_when_one_of_its_parts_is(budget: Budget, is_spent: bool) -> None:
    assert budget.is_spent() is is_spent
    if is_spent:
        with pytest.raises(BudgetSpent, match="next visit"):
            budget.spend_request()
    else:
        budget.spend_request()
        assert budget.requests == 0


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            Report(
                "daily", requests=2, endpoints_unchanged=2, seconds=0.44, next_visit="12:15:00 UTC (on its schedule)"
            ),
            "daily: nothing new; 2 requests, 0.4 s; next 12:15:00 UTC (on its schedule)",
            id="a quiet visit",
        ),
        pytest.param(
            Report(
                "daily", requests=9, outcomes=Counter(stored=6, skipped=1, revised=0), endpoints_read=1, seconds=2.0
            ),
            "daily: 6 stored, 1 skipped; 9 requests, 2.0 s",
            id="what came of it, without zeros",
        ),
        pytest.param(
            Report("daily", requests=1, endpoints_failed=1, problem="https://daily.example/: HTTP 500", seconds=0.1),
            "daily: https://daily.example/: HTTP 500; 1 requests, 0.1 s",
            id="a failed visit says why",
        ),
        pytest.param(
            Report("daily", requests=5, broken_off="lease lost"), "daily: lease lost", id="a broken-off visit"
        ),
    ],
)
def test_the_line_of_a_visit(report: Report, line: str) -> None:
    assert report.line() == line


@pytest.mark.parametrize(
    ("report", "error"),
    [
        pytest.param(Report("d", endpoints_failed=1, problem="why"), "why", id="the only endpoint failed"),
        pytest.param(Report("d", endpoints_failed=1, endpoints_read=1, problem="why"), None, id="another was read"),
        pytest.param(
            Report("d", endpoints_failed=1, endpoints_unchanged=1, problem="why"), None, id="or was unchanged"
        ),
        pytest.param(Report("d"), None, id="none was due"),
    ],
)
def test_a_visit_fails_when_no_endpoint_answered(report: Report, error: str | None) -> None:
    assert report.error == error
    assert report.new == 0
