"""Looking at visits: what they came to becomes a state on the source's row, and a change of it an event."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from delivery import health_chore
from delivery.rows import select_rows
from storage import health
from storage.database import Database
from storage.schema import source
from storage.schema_health import visit
from tests.delivery.conftest import NOW, Desk

HOUR = timedelta(hours=1)
Visit = Callable[..., None]


@pytest.fixture
def visited(database: Database) -> Visit:
    """Note a visit of a source, so many hours after NOW."""

    def note(hours: float, key: str = "daily", **more: Any) -> None:
        bare = {"seconds": 1.0, "requests": 2, "unchanged": 0, "new": 0, "unread": 0, "error": None}
        with database.write() as connection:
            source_id = connection.execute(select(source.c.source_id).where(source.c.key == key)).scalar_one()
            values = {**bare, "source_id": source_id, "at": NOW + hours * HOUR, **more}
            connection.execute(insert(visit).values(**values))

    return note


def states(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        rows = list(select_rows(connection, "SELECT source_key, health FROM v1_source_health"))
    return {row["source_key"]: row["health"] for row in rows}


def events(database: Database) -> list[tuple[str, str, str, str]]:
    query = text("SELECT source_key, before, state, evidence FROM v1_health_event ORDER BY event_id")
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_a_source_that_was_never_visited_has_no_health_and_one_that_is_off_is_paused(database: Database) -> None:
    assert health_chore.examine(database, NOW) == []
    assert states(database) == {"daily": None, "weekly": "paused"}


def test_three_refusals_are_an_event_with_its_evidence_and_so_is_the_end(database: Database, visited: Visit) -> None:
    for hour in range(3):
        visited(hour, error="HTTP 403")
    (event,) = health_chore.examine(database, NOW + 3 * HOUR)
    assert (event.source_key, event.state, event.before, event.at) == ("daily", "blocked", "ok", NOW + 2 * HOUR)
    assert states(database)["daily"] == "blocked"
    visited(4, new=1)
    assert health_chore.examine(database, NOW + 5 * HOUR) == []
    visited(6, new=1)
    health_chore.examine(database, NOW + 7 * HOUR)
    assert events(database) == [
        ("daily", "ok", "blocked", "every endpoint answered: HTTP 403"),
        ("daily", "blocked", "ok", "1 new at the last visit"),
    ]


def test_each_visit_is_looked_at_once(database: Database, visited: Visit) -> None:
    visited(0, error="HTTP 403")
    for _ in range(5):
        assert health_chore.examine(database, NOW + HOUR) == []
    with database.read() as connection:
        (known,) = [item for item in health.sources(connection) if item.source_key == "daily"]
    assert known.memory is not None
    assert known.memory["times"] == 1


def test_of_two_processes_that_look_at_once_one_tells(database: Database, visited: Visit) -> None:
    for hour in range(3):
        visited(hour)
    health_chore.examine(database, NOW + 3 * HOUR)
    for hour in range(3, 6):
        visited(hour, error="HTTP 403")
    with database.read() as connection:
        (one,) = [item for item in health.sources(connection) if item.source_key == "daily"]
        looks = [health_chore._looked_at(connection, one, {}, NOW + 6 * HOUR) for _ in range(2)]
    told = [health_chore._kept(database, one, looked, found) for looked, found in looks]
    assert [len(events) for events in told] == [1, 0]
    assert len(events(database)) == 1


def test_what_the_visit_found_out_stands_before_its_errors(database: Database, visited: Visit) -> None:
    with database.write() as connection:
        here = source.c.key == "daily"
        connection.execute(update(source).where(here).values(state="walled", state_reason="asks for consent"))
    for hour in range(3):
        visited(hour)
        health_chore.examine(database, NOW + hour * HOUR)
    assert events(database) == [("daily", "ok", "walled", "asks for consent")]


def test_when_most_sources_fail_at_once_it_is_our_network(database: Database, visited: Visit) -> None:
    with database.write() as connection:
        row = dict(connection.execute(select(source).where(source.c.key == "daily")).mappings().one())
        others = [
            {**row, "source_id": number, "key": f"other-{number}", "site": f"{number}.example"}
            for number in (11, 12, 13)
        ]
        connection.execute(insert(source), others)
    for hour in range(3):
        for key in ("daily", "other-11", "other-12", "other-13"):
            visited(hour, key, error="name not found")
        health_chore.examine(database, NOW + hour * HOUR)
    found = states(database)
    assert {found[key] for key in found if key != "weekly"} == {"ours"}


def test_fields_that_pages_lose_are_seen_in_the_articles(database: Database, visited: Visit, desk: Desk) -> None:
    hour = 0
    visited(hour)
    for number in range(60):
        hour += 1
        authors = ("A. Writer",) if number < 50 else ()
        desk.keep(f"https://daily.example/{number}", NOW + (hour - 0.5) * HOUR, authors=authors)
        visited(hour, new=1)
    (event,) = health_chore.examine(database, NOW + (hour + 1) * HOUR)
    assert event.state == "template changed"
    shown = r"authors was on 100% of pages, is on 0% of the last 4; before: article (\d+), after: article (\d+)"
    found = re.fullmatch(shown, event.evidence)
    assert found is not None, event.evidence
    assert int(found[1]) <= 50 < int(found[2])


def test_a_source_that_is_switched_on_again_goes_on_with_what_it_knew(database: Database, visited: Visit) -> None:
    visited(0, new=1)
    health_chore.examine(database, NOW)
    with database.write() as connection:
        connection.execute(update(source).values(enabled=False))
    health_chore.examine(database, NOW + HOUR)
    assert states(database)["daily"] == "paused"
    with database.write() as connection:
        connection.execute(update(source).values(enabled=True))
    visited(2, new=1)
    health_chore.examine(database, NOW + 2 * HOUR)
    assert states(database)["daily"] == "ok"
    assert events(database) == []


def test_old_visits_are_deleted(database: Database, visited: Visit) -> None:
    visited(0)
    visited(24 * 40)
    assert health_chore.prune(database, NOW + timedelta(days=40)) == 1
    with database.write() as connection:
        assert connection.execute(select(visit.c.at)).scalars().all() == [NOW + timedelta(days=40)]
        connection.execute(delete(visit))
