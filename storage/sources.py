"""The sources and their state: what the configuration names, and what visits found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage import leases
from storage.changes import lock_counter
from storage.leases import Lease
from storage.schema import source


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What the store needs to know of a configured source."""

    key: str
    name: str
    site: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between two visits."""

    source_id: int
    first_visit_at: datetime | None
    failures: int
    state: str


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """What one visit comes to. `error` is None when at least one endpoint answered."""

    finished_at: datetime
    next_visit_at: datetime
    next_visit_reason: str
    requests: int = 0
    unchanged: int = 0
    new: int = 0
    error: str | None = None


def sync(connection: Connection, entries: Sequence[SourceEntry], now: datetime) -> None:
    """Make the table agree with the configuration: new sources are due at once, absent ones are kept but disabled."""
    lock_counter(connection, "fence")  # two daemons that start at once do this one after the other
    known = set(connection.execute(select(source.c.key)).scalars())
    for entry in entries:
        values = {"name": entry.name, "site": entry.site, "enabled": entry.enabled}
        if entry.key in known:
            connection.execute(update(source).where(source.c.key == entry.key).values(**values))
        else:
            connection.execute(insert(source).values(key=entry.key, next_visit_at=now, **values))
    named = [entry.key for entry in entries]
    connection.execute(update(source).where(source.c.key.not_in(named)).values(enabled=False))


def state(connection: Connection, source_id: int) -> SourceState:
    """What is remembered of one source."""
    columns = (source.c.source_id, source.c.first_visit_at, source.c.failures, source.c.state)
    row = connection.execute(select(*columns).where(source.c.source_id == source_id)).one()
    return SourceState(row.source_id, row.first_visit_at, row.failures, row.state)


def postpone(connection: Connection, lease: Lease, next_visit_at: datetime, reason: str) -> None:
    """Write the next visit before the first request leaves: a restart does not visit early."""
    leases.check(connection, lease)
    values = {"next_visit_at": next_visit_at, "next_visit_reason": reason}
    connection.execute(update(source).where(source.c.source_id == lease.source_id).values(**values))


def finish_visit(connection: Connection, lease: Lease, summary: VisitSummary) -> None:
    """End a visit and its lease. Raises LeaseLost when the source is no longer ours."""
    leases.check(connection, lease)
    values = _finished_values(summary) | leases.release_values()
    connection.execute(update(source).where(source.c.source_id == lease.source_id).values(**values))


def counts(connection: Connection) -> tuple[int, int]:
    """How many sources there are, and how many are enabled."""
    row = connection.execute(select(func.count(), func.count().filter(source.c.enabled))).one()
    return row[0], row[1]


def _finished_values(summary: VisitSummary) -> dict[str, Any]:
    values: dict[str, Any] = {
        "next_visit_at": summary.next_visit_at,
        "next_visit_reason": summary.next_visit_reason,
        "last_visit_at": summary.finished_at,
        "first_visit_at": func.coalesce(source.c.first_visit_at, summary.finished_at),
        "visits": source.c.visits + 1,
        "requests": source.c.requests + summary.requests,
        "unchanged": source.c.unchanged + summary.unchanged,
        "failures": source.c.failures + 1 if summary.error else 0,
        "state": "failing" if summary.error else "ok",
        "state_reason": summary.error,
    }
    if summary.error is None:
        values["last_success_at"] = summary.finished_at
    if summary.new:
        values["last_new_at"] = summary.finished_at
    return values
