"""Visits and health as they are stored: each visit once, one writer for each look, old visits gone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from storage import health
from storage.database import Database
from storage.health import STEP, HealthEvent, SourceHealth
from storage.schema_health import health_event, source_health, visit
from tests.storage.facts import DAILY, DAY, HOUR, NOW, WEEKLY, count, keep


def visited(connection: Connection, hours: float = 0, source_id: int = DAILY, **more: Any) -> int:
    """A visit so many hours after NOW."""
    bare = {"seconds": 1.0, "requests": 2, "unchanged": 0, "new": 0, "unread": 0, "error": None}
    values = {**bare, "source_id": source_id, "at": NOW + hours * HOUR, **more}
    return int(connection.execute(insert(visit).values(**values).returning(visit.c.visit_id)).scalar_one())


def looked(visit_id: int, memory: dict[str, Any] | None = None) -> SourceHealth:
    return SourceHealth(DAILY, "daily", True, "ok", None, visit_id, memory or {"state": "ok"})


def shown(state: str = "ok") -> dict[str, Any]:
    return {"state": state, "evidence": f"it is {state}", "health_since": NOW}


def test_a_source_that_was_never_looked_at_has_no_memory(writing: Connection) -> None:
    first, second = health.sources(writing)
    assert (first.source_key, first.visit_id, first.memory) == ("daily", 0, None)
    assert (second.source_key, second.enabled) == ("weekly", True)


def test_what_is_remembered_comes_back(writing: Connection) -> None:
    never = health.sources(writing)[0]
    assert health.save(writing, never, looked(7, {"state": "silent", "counts": [0.5]}), shown("silent"))
    known = health.sources(writing)[0]
    assert (known.visit_id, known.memory) == (7, {"state": "silent", "counts": [0.5]})
    assert writing.execute(select(source_health.c.state, source_health.c.health_since)).one() == ("silent", NOW)


NEVER = SourceHealth(DAILY, "daily", True, "ok", None, 0, None)
PAUSED = {"state": "paused"}


@pytest.mark.parametrize(
    ("known", "after", "is_kept"),
    [
        pytest.param(looked(7), looked(9), True, id="a later look"),
        pytest.param(
            looked(7), looked(7, PAUSED), True, id="no visit since, such as of a source that was switched off"
        ),
        pytest.param(looked(9), looked(9), False, id="of another beginning, that is not reached"),
        pytest.param(looked(5), looked(7), False, id="up to the visit that another process has come to"),
        pytest.param(looked(5), looked(9), False, id="further than another process, and what that one told once more"),
        pytest.param(looked(7, PAUSED), looked(7), False, id="out of a state that another process has left"),
        pytest.param(NEVER, looked(9), False, id="a first look when another process had it"),
    ],
)
def test_a_look_is_kept_when_nobody_looked_meanwhile(
    writing: Connection, known: SourceHealth, after: SourceHealth, is_kept: bool
) -> None:
    assert health.save(writing, NEVER, looked(7), shown())
    assert health.save(writing, known, after, shown("silent")) is is_kept
    expected = (after.visit_id, "silent") if is_kept else (7, "ok")
    assert writing.execute(select(source_health.c.visit_id, source_health.c.state)).one() == expected


def test_the_visits_after_one_come_in_order_and_are_those_of_the_source(writing: Connection) -> None:
    first = visited(writing, 0)
    second = visited(writing, 1, new=3, unread=1, error="HTTP 403")
    visited(writing, 1, WEEKLY)
    third = visited(writing, 2)
    found = health.visits_after(writing, DAILY, first)
    assert [row.visit_id for row in found] == [second, third]
    assert (found[0].at, found[0].new, found[0].unread, found[0].error) == (NOW + HOUR, 3, 1, "HTTP 403")


def test_many_visits_are_looked_at_in_steps(writing: Connection) -> None:
    bare = {"source_id": DAILY, "seconds": 1.0, "requests": 2, "unchanged": 0, "new": 0, "unread": 0, "at": NOW}
    writing.execute(insert(visit), [bare] * (STEP + 5))
    first = health.visits_after(writing, DAILY, 0)
    assert len(first) == STEP
    assert len(health.visits_after(writing, DAILY, first[-1].visit_id)) == 5


def test_a_source_fails_when_its_last_visit_did(writing: Connection) -> None:
    visited(writing, 0, DAILY, error="timeout")
    visited(writing, 1, DAILY)
    visited(writing, 0, WEEKLY)
    visited(writing, 1, WEEKLY, error="timeout")
    assert health.failing(writing, NOW) == {DAILY: False, WEEKLY: True}


def test_visits_of_long_ago_do_not_tell_who_fails_now(writing: Connection) -> None:
    visited(writing, -5, error="timeout")
    assert health.failing(writing, NOW - HOUR) == {}


def test_articles_belong_to_the_visit_that_stored_them(writing: Connection) -> None:
    keep(writing, "before", NOW)
    during = keep(writing, "during", NOW + HOUR, authors=("A. Writer",), date_published=NOW)
    keep(writing, "after", NOW + 3 * HOUR)
    (found,) = health.new_articles(writing, "daily", NOW, NOW + 2 * HOUR)
    assert (found["article_id"], found["authors"], found["date_published"]) == (during, ["A. Writer"], NOW)
    assert health.new_articles(writing, "weekly", NOW - DAY, NOW + DAY) == []


def test_events_are_noted(writing: Connection) -> None:
    health.record(writing, [])
    health.record(writing, [HealthEvent(DAILY, "daily", NOW, "silent", "ok", "nothing new for 9 h")])
    row = writing.execute(select(health_event)).mappings().one()
    assert (row["source_id"], row["state"], row["before"], row["at"]) == (DAILY, "silent", "ok", NOW)
    assert row["evidence"] == "nothing new for 9 h"


def test_visits_are_kept_for_some_weeks(writing: Connection) -> None:
    visited(writing)
    assert health.prune(writing, NOW + health.KEPT) == 0
    assert health.prune(writing, NOW + health.KEPT + timedelta(seconds=1)) == 1
    assert count(writing, visit) == 0


def test_a_look_of_a_process_that_was_killed_is_taken_back_with_its_events(database: Database) -> None:
    with database.write() as connection:
        health.save(connection, NEVER, looked(7), shown("silent"))
        health.record(connection, [HealthEvent(DAILY, "daily", NOW, "silent", "ok", "")])
        connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
    with database.read() as connection:
        assert (count(connection, source_health), count(connection, health_event)) == (0, 0)
