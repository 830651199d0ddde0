"""When an endpoint is asked again: its learned rate, the price, its publisher, and the operator's timetable."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.cadence import ON_SCHEDULE
from crawler.cadence_price import Market
from crawler.cadence_rate import DAY, Rate
from crawler.endpoint_timing import Seen, Timing, learn, next_visit, seen_in
from storage.endpoints import Endpoint
from storage.frontier import LinkEntry
from storage.records import EndpointKind, Link

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUARTER = 15 * MINUTE
LEARNED = Timing(NOW, NOW, QUARTER, Market(800.0))
FIXED = Timing(NOW, NOW, QUARTER, None)


def endpoint(rate: Rate | None = None, origin: str = "link rel") -> Endpoint:
    """An endpoint as its row tells it."""
    return Endpoint(1, "https://daily.example/feed", EndpointKind.FEED, origin, None, None, None, NOW, 0, 0, NOW, None,
                    "active", rate.as_json() if rate else None)  # fmt: skip


def steady(per_day: float) -> Rate:
    """An endpoint that has published at a constant rate for long."""
    return Rate(items=per_day * 200, seconds=200 * DAY, until=NOW.timestamp())


def linked(name: str, published: datetime | None = None) -> LinkEntry:
    """A link that an answer listed."""
    return LinkEntry(Link(f"https://daily.example/{name}", published=published), name, name)


def test_new_links_are_counted_with_their_dates_or_without() -> None:
    seen = seen_in([linked("a", NOW - HOUR), linked("b"), linked("c")], 20)
    assert seen == Seen((NOW - HOUR,), 2, 20)


def test_a_first_answer_teaches_from_its_dates() -> None:
    dates = tuple(NOW - HOUR * number for number in range(1, 24 * 9))
    rate = learn(endpoint(), Seen(dates, 0, len(dates)), NOW)
    assert rate.per_day() == pytest.approx(24, rel=0.12)
    assert rate.window == len(dates)


def test_the_undated_links_of_a_first_answer_teach_nothing() -> None:
    assert learn(endpoint(), Seen((), 60, 60), NOW).per_day() < 1


def test_finds_without_dates_teach_like_dated_ones() -> None:
    rate = Rate()
    for hour in range(1, 24 * 14):
        now = NOW + hour * HOUR
        rate = learn(endpoint(rate if rate.until else None), Seen((), 2, 30), now)
    assert rate.per_day() == pytest.approx(48, rel=0.2)


def test_an_old_date_that_appears_late_counts_as_a_find_of_now() -> None:
    known = steady(4)
    late = learn(endpoint(known), Seen((NOW - timedelta(days=3),), 0, 20), NOW + HOUR)
    assert late.items == pytest.approx(known.items + 1, rel=0.01)
    assert NOW.timestamp() <= late.latest[-1] <= (NOW + HOUR).timestamp()


def test_a_date_in_the_future_is_no_item_of_now() -> None:
    known = steady(4)
    assert learn(endpoint(known), Seen((NOW + 2 * HOUR,), 0, 20), NOW + HOUR).items <= known.items + 1


def test_not_modified_teaches_that_time_passed_without_news() -> None:
    rate = learn(endpoint(steady(12)), Seen(), NOW + timedelta(days=5))
    assert rate.per_day() < 12
    assert learn(endpoint(rate), Seen(), NOW + timedelta(days=5)).window == rate.window


def test_a_rate_that_cannot_be_read_is_learned_anew() -> None:
    torn = endpoint()
    assert learn(torn, Seen((NOW - HOUR,), 0, 1), NOW).items == 1


@pytest.mark.parametrize(("per_day", "minutes"), [(96, 20), (24, 40), (6, 80), (1, 120)])
def test_the_price_decides_where_the_cadence_is_learned(per_day: float, minutes: int) -> None:
    upcoming = next_visit(LEARNED, endpoint(), EndpointKind.FEED, steady(per_day), 0, None)
    assert abs(upcoming.at - (NOW + minutes * MINUTE)) <= 10 * MINUTE
    assert upcoming.reason == f"{per_day}/day, usual hours"


def test_idle_visits_count_for_nothing_where_the_cadence_is_learned() -> None:
    one, other = (next_visit(LEARNED, endpoint(), EndpointKind.LISTING, steady(6), idle, None) for idle in (0, 9))
    assert one == other


def test_every_and_cron_win_over_learning() -> None:
    upcoming = next_visit(FIXED, endpoint(), EndpointKind.FEED, steady(900), 0, None)
    assert (upcoming.at, upcoming.reason) == (NOW + QUARTER, ON_SCHEDULE)


@pytest.mark.parametrize("timing", [LEARNED, FIXED], ids=["learned", "with a timetable"])
def test_the_publishers_floor_holds(timing: Timing) -> None:
    upcoming = next_visit(timing, endpoint(), EndpointKind.FEED, steady(96), 0, 3 * HOUR)
    assert upcoming.at == NOW + 3 * HOUR


def test_a_floor_has_its_reason_and_its_cap() -> None:
    upcoming = next_visit(LEARNED, endpoint(), EndpointKind.FEED, steady(96), 0, timedelta(days=40))
    assert (upcoming.at, upcoming.reason) == (
        NOW + timedelta(hours=24),
        "96/day, its publisher asks for 24 h between two visits",
    )


def test_a_floor_that_is_over_before_the_price_is_reached_changes_nothing() -> None:
    plain = next_visit(LEARNED, endpoint(), EndpointKind.FEED, steady(1), 0, None)
    assert next_visit(LEARNED, endpoint(), EndpointKind.FEED, steady(1), 0, 30 * MINUTE) == plain
