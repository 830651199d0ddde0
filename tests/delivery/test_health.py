"""The state of a source: what is usual, which rule holds, how often a state has to be shown, and 90 simulated days."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks import health as simulated
from delivery import health
from delivery.health_signs import (
    FADING,
    HOURS,
    RECENT,
    UNREAD,
    Memory,
    Page,
    Seen,
    daily,
    expected,
    hour_of_week,
    observe,
    rate,
    share_usual,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = {"read": True, "authors": True, "date_published": True}


def page(number: int = 1, ahead: float | None = -10.0, **fields: bool) -> Page:
    return Page(number, {**GOOD, **fields}, ahead)


def seen(at: datetime = MONDAY, **more: Any) -> Seen:
    return Seen(at, **{"requests": 3, "seconds": 1.5, **more})


@pytest.fixture(scope="module")
def settled() -> Memory:
    """A source that has brought one article an hour for three weeks, the last one a moment ago."""
    memory, at = Memory(), MONDAY - 21 * DAY
    while at <= MONDAY:
        memory, at = health.step(memory, seen(at, new=1, pages=(page(),))), at + HOUR
    return memory


def after(memory: Memory, *visits: Callable[[datetime], Seen], every: timedelta = HOUR) -> Memory:
    """The memory after some more visits, an hour apart."""
    assert memory.last_at is not None
    at = memory.last_at
    for visit in visits:
        at += every
        memory = health.step(memory, visit(at))
    return memory


def showing(**more: Any) -> Callable[[datetime], Seen]:
    return lambda at: seen(at, **more)


# what is usual --------------------------------------------------------------------------------------------------------


def test_the_rate_is_learned_by_hour_of_the_week(settled: Memory) -> None:
    assert rate(settled, 5) == pytest.approx(1.0, abs=0.05)
    assert daily(settled) == pytest.approx(24, abs=1)
    assert expected(settled, MONDAY, MONDAY + 6.5 * HOUR) == pytest.approx(6.5, abs=0.3)


def test_an_hour_that_was_hardly_watched_is_like_that_of_other_days() -> None:
    counts, hours = [0.0] * HOURS, [0.0] * HOURS
    counts[8], hours[8] = 10.0, 2.0
    memory = Memory(counts=tuple(counts), hours=tuple(hours))
    assert rate(memory, 24 + 8) == 5.0
    assert rate(memory, 9) == 0.0


def test_what_a_visit_brings_is_spread_over_the_hours_since_the_last_one() -> None:
    memory = observe(Memory(last_at=MONDAY), seen(MONDAY + 4 * HOUR, new=8), is_usual=True)
    assert memory.counts[:5] == (2.0, 2.0, 2.0, 2.0, 0.0)
    again = observe(replace(memory, last_at=MONDAY), seen(MONDAY + HOUR), is_usual=True)
    assert again.counts[0] == pytest.approx(2.0 * (1 - FADING))


def test_monday_at_midnight_is_the_first_hour_and_sunday_s_last_the_last() -> None:
    assert hour_of_week(MONDAY) == 0
    assert hour_of_week(MONDAY - HOUR) == HOURS - 1


def test_the_first_visit_brings_a_backlog_that_is_no_rate() -> None:
    memory = observe(Memory(), seen(new=200), is_usual=True)
    assert (sum(memory.counts), memory.watched) == (0.0, 0.0)


def test_nothing_is_learned_while_something_is_wrong(settled: Memory) -> None:
    learned = observe(settled, seen(MONDAY + HOUR, new=9, pages=(page(authors=False),) * 20), is_usual=False)
    assert learned.usual == settled.usual
    assert learned.counts == settled.counts


def test_a_memory_is_kept_as_json(settled: Memory) -> None:
    kept = Memory.from_json(json.loads(json.dumps(settled.to_json())))
    assert kept.to_json() == settled.to_json()
    assert (kept.recent, kept.last_at, kept.usual) == (settled.recent, settled.last_at, settled.usual)


# the rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visits", "state", "evidence"),
    [
        pytest.param([{"new": 1}], "ok", "1 new at the last visit", id="articles come"),
        pytest.param([{}] * 4, "quiet", "nothing new for 4 h, in which 4.0 articles are usual", id="a pause"),
        pytest.param([{}] * 12, "silent", "nothing new for 12 h, in which 12 articles", id="nothing new for long"),
        pytest.param([{"error": "timeout"}] * 3, "silent", "no endpoint answers: timeout", id="no answer"),
        pytest.param([{"error": "HTTP 403"}] * 3, "blocked", "HTTP 403", id="refused"),
        pytest.param(
            [{"error": "x", "fact": "walled", "fact_reason": "consent"}] * 3, "walled", "consent", id="a wall"
        ),
        pytest.param([{"fact": "blocked"}] * 3, "blocked", "the visit found it blocked", id="a fact without a reason"),
        pytest.param([{"error": "HTTP 410"}] * 3, "moved", "no endpoint is there any more: HTTP 410", id="gone"),
        pytest.param(
            [{"error": "dns", "others_failing": 0.9}] * 3, "ours", "90% of the other sources", id="our network"
        ),
        pytest.param([{"error": "dns", "others_failing": 0.1}] * 3, "silent", "dns", id="theirs, though another fails"),
        pytest.param([{"new": 1, "seconds": 30.0}] * 3, "slow", "10.0 s for a request, 0.5 s are usual", id="slow"),
        pytest.param([{"new": 1, "seconds": 4.0}] * 3, "ok", "1 new", id="slower, and still fast"),
        pytest.param(
            [{"new": 1, "pages": (page(77, authors=False),)}] * RECENT,
            "template changed",
            "authors was on 100% of pages, is on 0% of the last 6; before: article 1, after: article 77",
            id="a field is missed",
        ),
        pytest.param(
            [{"pages": (UNREAD,)}] * RECENT, "template changed", "read was on 100% of pages", id="pages cannot be read"
        ),
        pytest.param(
            [{"new": 1, "pages": (page(ahead=120.0),)}] * RECENT, "clock wrong", "by 120 min", id="dates of the future"
        ),
    ],
)
def test_a_source_is(settled: Memory, visits: list[dict[str, Any]], state: str, evidence: str) -> None:
    found = after(settled, *(showing(**visit) for visit in visits))
    assert found.state == state
    assert evidence in found.evidence


def test_a_new_source_is_not_called_silent_before_it_was_watched_for_a_week() -> None:
    memory = after(Memory(last_at=MONDAY), *[showing(new=2)] * 100, *[showing()] * 60)
    assert memory.state == "quiet"


@pytest.mark.parametrize(
    ("had", "lacking", "state"),
    [
        pytest.param(100.0, 3, "ok", id="always there, missed three times"),
        pytest.param(100.0, 4, "template changed", id="always there, missed four times"),
        pytest.param(90.0, 4, "ok", id="mostly there, missed four times"),
        pytest.param(90.0, 6, "template changed", id="mostly there, missed six times"),
        pytest.param(80.0, 6, "ok", id="not always there"),
    ],
)
def test_the_more_usual_a_field_is_the_sooner_it_is_missed(
    settled: Memory, had: float, lacking: int, state: str
) -> None:
    memory = replace(settled, usual={"authors": (had, 100.0)})
    assert after(memory, *[showing(new=1, pages=(page(authors=False),))] * lacking).state == state


def test_one_page_that_lacks_a_field_among_some_that_cannot_be_read_says_nothing(settled: Memory) -> None:
    memory = replace(settled, recent=(UNREAD, UNREAD, UNREAD, UNREAD, UNREAD, page(authors=False)))
    assert health.shown(memory, seen(new=1))[0] == "ok"


@pytest.mark.parametrize(
    ("hours", "usual", "state"),
    [
        pytest.param(24, 8.1, "silent", id="a day without any, of a source that brings few"),
        pytest.param(22, 8.1, "quiet", id="less than a day"),
        pytest.param(24, 7.9, "quiet", id="a day in which few were to be expected"),
        pytest.param(22, 9.1, "silent", id="many in less than a day"),
    ],
)
def test_a_day_without_any_is_told_sooner(settled: Memory, hours: float, usual: float, state: str) -> None:
    few = tuple(count * 0.3 for count in settled.counts)
    memory = replace(settled, counts=few, last_new_at=MONDAY - hours * HOUR, expected=usual)
    assert health.shown(memory, seen())[0] == state


# hysteresis -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "state"),
    [
        pytest.param((), "silent", id="no page came"),
        pytest.param((UNREAD,), "silent", id="one page, which says little"),
        pytest.param((UNREAD, UNREAD), "template changed", id="pages came and none could be read"),
        pytest.param((UNREAD, UNREAD, page()), "silent", id="the last page could be read"),
    ],
)
def test_where_pages_came_that_could_not_be_read_the_source_is_not_called_silent(
    settled: Memory, pages: tuple[Page, ...], state: str
) -> None:
    memory = replace(settled, last_new_at=MONDAY - 12 * HOUR, expected=11.0, recent=(page(),) * 4)
    found = health.step(memory, seen(MONDAY + 1 * HOUR, pages=pages))
    assert (found.state, "nothing new for 13 h" in found.evidence) == (state, True)


def test_single_errors_are_no_alarm_and_three_in_a_row_are(settled: Memory) -> None:
    error, well = showing(error="HTTP 403"), showing(new=1)
    memory = after(settled, error, error, well, error, error, well)
    assert (memory.state, memory.candidate) == ("ok", "")
    assert after(memory, error, error, error).state == "blocked"


def test_different_errors_are_not_counted_together(settled: Memory) -> None:
    visits = [showing(error=error) for error in ("HTTP 403", "timeout", "HTTP 404")]
    assert after(settled, *visits).state == "ok"


def test_an_alarm_is_over_after_two_good_visits(settled: Memory) -> None:
    error, well = showing(error="timeout"), showing(new=1)
    silent = after(settled, error, error, error)
    assert silent.since == MONDAY + 3 * HOUR
    assert after(silent, well).state == "silent"
    assert after(silent, well, error, well).state == "silent"
    assert after(silent, well, well).state == "ok"


def test_a_template_that_stays_changed_is_the_usual_one_after_two_weeks(settled: Memory) -> None:
    without = showing(new=1, pages=(page(authors=False),))
    changed = after(settled, *[without] * 6)
    assert changed.state == "template changed"
    later = after(changed, *[without] * (15 * 24))
    assert later.state == "ok"
    learned = after(later, *[without] * 60)
    assert share_usual(learned, "authors")[0] == 0.0
    assert learned.state == "ok"


def test_a_source_that_is_switched_off_is_paused_and_keeps_what_it_learned(settled: Memory) -> None:
    off = health.paused(settled, seen(MONDAY + DAY))
    assert (off.state, off.since, off.counts) == ("paused", MONDAY + DAY, settled.counts)
    assert health.paused(off, seen(MONDAY + 2 * DAY)) is off
    assert after(off, showing(new=1)).state == "ok"


def test_every_state_that_a_rule_shows_is_one_of_the_list() -> None:
    assert set(health.CONFIRMED) <= set(health.STATES)
    assert set(health.STATES) >= health.CALM
    assert {simulated.STATE_OF.get(fault, fault) for fault in simulated.FAULTS} < set(health.STATES)


# 90 days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", simulated.FAULTS)
def test_each_fault_is_found_within_three_visits_or_a_day(fault: str) -> None:
    """The short form of benchmarks/health.py: one source of 30 articles a day for each fault."""
    done = simulated.run(fault, 30, seed=0)
    assert simulated.is_in_time(done), done


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_each_fault_is_found_and_a_source_has_one_false_alarm_a_year_at_most() -> None:
    runs = [
        simulated.run(fault, rate, seed)
        for fault in ("", *simulated.FAULTS)
        for rate in simulated.RATES
        for seed in (0, 1)
    ]
    # with twelve articles a day, four or six pages of them (a template) can take a little more than a day
    late = [done for done in runs if done.fault and done.rate >= 30 and not simulated.is_in_time(done)]
    assert late == []
    assert simulated.false_alarms(runs) <= 1.0


def test_the_simulation_is_the_same_each_time() -> None:
    assert simulated.run("dead", 12, seed=3) == simulated.run("dead", 12, seed=3)
    assert simulated.Outlet(30, random.Random(1)).visit(MONDAY) == simulated.Outlet(30, random.Random(1)).visit(MONDAY)
