"""The sources: they follow the configuration, and remember what visits found out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, update

from storage import sources
from storage.database import Database
from storage.leases import Lease, Leases
from storage.schema import source
from storage.sources import BRISK, VisitSummary
from tests.storage.facts import DAILY, DAY, HOUR, MINUTE, NOW, entry_of


def row_of(connection: Connection, key: str) -> Row[Any]:
    return connection.execute(select(source).where(source.c.key == key)).one()


def visit(connection: Connection, database: Database, **summary: Any) -> Row[Any]:
    """Visit "daily" with this result; return its row."""
    lease = lease_of(connection, database)
    usual: dict[str, Any] = {"finished_at": NOW, "next_visit_at": NOW + HOUR, "next_visit_reason": "every hour"}
    sources.finish_visit(connection, lease, VisitSummary(**usual | summary))
    return row_of(connection, "daily")


def lease_of(connection: Connection, database: Database) -> Lease:
    (lease,) = Leases(database, 60).claim_named(connection, ["daily"])
    return lease


# sync -----------------------------------------------------------------------------------------------------------------


def test_a_new_source_is_due_at_once(writing: Connection) -> None:
    sources.sync(writing, [entry_of("new")], NOW + DAY)
    row = row_of(writing, "new")
    assert (row.name, row.site, row.enabled, row.next_visit_at) == ("The New", "new.example", True, NOW + DAY)
    assert (row.state, row.visits, row.failures, row.first_visit_at) == ("new", 0, 0, None)


def test_a_known_source_takes_what_the_configuration_says_and_keeps_its_time(writing: Connection) -> None:
    sources.sync(writing, [entry_of("daily", "moved.example", enabled=False)], NOW + DAY)
    row = row_of(writing, "daily")
    assert (row.site, row.enabled, row.next_visit_at) == ("moved.example", False, NOW)


def test_a_source_that_is_named_no_more_is_kept_but_off(writing: Connection) -> None:
    sources.sync(writing, [entry_of("daily")], NOW)
    assert (row_of(writing, "weekly").enabled, sources.counts(writing)) == (False, (2, 1))
    sources.sync(writing, [entry_of("daily"), entry_of("weekly")], NOW)
    assert sources.counts(writing) == (2, 2)


def test_without_any_source_in_the_configuration_all_are_off(writing: Connection) -> None:
    sources.sync(writing, [], NOW)
    assert sources.counts(writing) == (2, 0)


def test_two_daemons_that_start_at_once_add_each_source_once(store_url: str, database: Database) -> None:
    at_once = threading.Barrier(3)

    def start(_: int) -> None:
        own = Database(store_url)
        at_once.wait()
        with own.write() as connection:
            sources.sync(connection, [entry_of(f"s{number}") for number in range(50)], NOW)
        own.dispose()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(start, range(3)))
    with database.read() as connection:
        assert sources.counts(connection) == (52, 50)


def test_more_sources_than_one_statement_takes_values_can_come_and_go(writing: Connection) -> None:
    many = [entry_of(f"s{number}") for number in range(33_000)]  # SQLite takes 32,766 values, PostgreSQL 65,535
    sources.sync(writing, many, NOW)
    assert sources.counts(writing) == (33_002, 33_000)
    sources.sync(writing, [], NOW)
    assert sources.counts(writing) == (33_002, 0)


# visits ---------------------------------------------------------------------------------------------------------------


def test_the_next_visit_is_written_before_the_first_request(database: Database) -> None:
    with database.write() as connection:
        sources.postpone(connection, lease_of(connection, database), NOW + DAY, "under visit")
        row = row_of(connection, "daily")
    assert (row.next_visit_at, row.next_visit_reason, row.visits) == (NOW + DAY, "under visit", 0)
    assert row.lease_owner is not None


def test_the_end_of_a_visit_gives_the_lease_back(writing: Connection, database: Database) -> None:
    row = visit(writing, database)
    assert (row.lease_owner, row.lease_until, row.lease_clock) == (None, None, None)
    assert (row.next_visit_at, row.next_visit_reason) == (NOW + HOUR, "every hour")
    assert row.lease_fence > 0


def test_visits_are_counted_together(writing: Connection, database: Database) -> None:
    visit(writing, database, requests=5, unchanged=2)
    row = visit(writing, database, requests=7, unchanged=1)
    assert (row.visits, row.requests, row.unchanged) == (2, 12, 3)


def test_the_first_visit_stays_the_first(writing: Connection, database: Database) -> None:
    visit(writing, database)
    row = visit(writing, database, finished_at=NOW + DAY)
    assert (row.first_visit_at, row.last_visit_at) == (NOW, NOW + DAY)
    assert sources.state(writing, DAILY).first_visit_at == NOW


LATER = NOW + DAY


@pytest.mark.parametrize(
    ("summary", "told", "success", "new"),
    [
        pytest.param({"new": 3}, ("ok", None, 0), LATER, LATER, id="something new"),
        pytest.param({}, ("ok", None, 0), LATER, NOW, id="nothing new"),
        pytest.param({"error": "HTTP 500"}, ("failing", "HTTP 500", 1), NOW, NOW, id="no endpoint answered"),
    ],
)
def test_what_a_visit_leaves_behind(
    writing: Connection,
    database: Database,
    summary: dict[str, Any],
    told: tuple[str, str | None, int],
    success: datetime,
    new: datetime,
) -> None:
    visit(writing, database, new=1)
    row = visit(writing, database, finished_at=LATER, **summary)
    assert (row.state, row.state_reason, row.failures) == told
    assert (row.last_success_at, row.last_new_at) == (success, new)


def test_failures_are_counted_until_a_visit_succeeds(writing: Connection, database: Database) -> None:
    failures = [visit(writing, database, error=error).failures for error in ("no route", "no route", None, "no route")]
    assert failures == [1, 2, 0, 1]
    assert sources.state(writing, DAILY) == sources.SourceState(DAILY, NOW, 1, "failing", 0, "no route")


def test_a_source_that_failed_is_due_when_its_time_has_come(writing: Connection, database: Database) -> None:
    visit(writing, database, error="no route", next_visit_at=NOW + MINUTE)
    writing.execute(update(source).where(source.c.key == "weekly").values(enabled=False))
    leases = Leases(database, 60)
    assert leases.claim_due(writing, NOW, 5) == []
    assert [lease.source_key for lease in leases.claim_due(writing, NOW + MINUTE, 5)] == ["daily"]


@pytest.mark.parametrize(
    ("summary", "is_brisk"),
    [
        pytest.param({"seconds": 1.0}, True, id="quick"),
        pytest.param({"seconds": BRISK + 1}, False, id="slow"),
        pytest.param({"seconds": 1.0, "error": "HTTP 503"}, False, id="failing"),
        pytest.param({"seconds": 1.0, "obstacle": ("walled", "a wall")}, False, id="walled"),
    ],
)
def test_a_source_is_quick_when_its_last_visit_was(
    writing: Connection, database: Database, summary: dict[str, Any], *, is_brisk: bool
) -> None:
    assert visit(writing, database, **summary).is_brisk is is_brisk
