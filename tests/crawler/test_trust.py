"""When a 304 is checked, and what counts as a lie."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.cadence_rate import DAY, Common, Rate
from crawler.trust import audit_is_due, expected, is_lie, is_suspect
from storage.endpoints import Endpoint
from storage.records import EndpointKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
COMMON = Common()


def endpoint(
    audited: timedelta | None, honest: timedelta | None = None, lies: int = 0, per_day: float = 0.0
) -> Endpoint:
    """An endpoint that was audited and has been honest for so long, and whose last item came with the audit."""
    rate = Rate(items=per_day * 100, seconds=100 * DAY, until=NOW.timestamp())
    if per_day and audited is not None:
        rate.latest = ((NOW - audited).timestamp(),)
    return Endpoint(1, "https://daily.example/feed", EndpointKind.FEED, "configured", None, None, None, NOW, 0, 0, NOW, None,
                    "active", rate.as_json(), audited_at=None if audited is None else NOW - audited,
                    honest_since=None if honest is None else NOW - honest, lies=lies)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "due"),
    [
        pytest.param(endpoint(None), True, id="never checked"),
        pytest.param(endpoint(A_DAY), True, id="a day ago"),
        pytest.param(endpoint(A_DAY - HOUR), False, id="less than a day ago"),
        pytest.param(endpoint(2 * A_DAY, honest=8 * A_DAY), False, id="honest for a week: weekly"),
        pytest.param(endpoint(7 * A_DAY, honest=8 * A_DAY), True, id="and then it is due"),
        pytest.param(endpoint(2 * A_DAY, honest=6 * A_DAY), True, id="honest for six days only"),
        pytest.param(endpoint(9 * A_DAY, lies=1), False, id="a liar goes by its body"),
        pytest.param(endpoint(3 * HOUR, per_day=96), True, id="a silence that is not likely"),
        pytest.param(endpoint(3 * HOUR, per_day=12), False, id="a silence that may be"),
        pytest.param(endpoint(HOUR / 2, per_day=960), False, id="not more often than each hour"),
        pytest.param(endpoint(3 * HOUR, honest=8 * A_DAY, per_day=96), True, id="whoever was honest before"),
    ],
)  # fmt: skip
def test_an_audit_is_due(known: Endpoint, due: bool) -> None:
    assert audit_is_due(known, NOW, COMMON) is due


@pytest.mark.parametrize(
    ("idle", "age", "audited", "suspect"),
    [
        pytest.param(1, HOUR, A_DAY, True, id="older than the last visit, which said 304"),
        pytest.param(1, HOUR, None, True, id="never checked"),
        pytest.param(0, HOUR, A_DAY, False, id="the last visit showed something"),
        pytest.param(1, HOUR / 60, A_DAY, False, id="it may have come a moment later"),
        pytest.param(1, HOUR, 2 * HOUR, False, id="checked a while ago"),
    ],
)
def test_a_304_is_suspect_when_items_should_have_been_there(
    idle: int, age: timedelta, audited: timedelta | None, suspect: bool
) -> None:
    known = replace(endpoint(audited), idle_visits=idle, last_success_at=NOW - HOUR)
    assert is_suspect(known, [NOW - HOUR - age, NOW], NOW) is suspect
    assert not is_suspect(replace(known, lies=1), [NOW - HOUR - age], NOW), "a liar is known already"


def test_what_was_to_be_expected_is_counted_since_the_last_item() -> None:
    assert expected(endpoint(6 * HOUR, per_day=96), NOW, COMMON) == pytest.approx(24, rel=0.1)
    assert expected(endpoint(6 * HOUR), NOW, COMMON) == 0


@pytest.mark.parametrize(
    ("before", "listed", "lie"),
    [
        pytest.param(["a", "b"], ["a", "b"], False, id="the same list"),
        pytest.param(["a", "b"], ["c", "a"], True, id="a new item under a 304"),
        pytest.param(["a", "b"], ["a"], True, id="one was taken away"),
        pytest.param(["a+", "b+"], ["a+", "b"], False, id="the same list, of which a link is recent no more"),
        pytest.param(["a+", "b"], ["c+", "a"], True, id="a new item beside one that is recent no more"),
        pytest.param(None, ["a"], False, id="nobody knows what was there"),
    ],
)
def test_a_lie_is_a_list_that_differs(before: list[str] | None, listed: list[str], lie: bool) -> None:
    assert is_lie(before, listed) is lie
