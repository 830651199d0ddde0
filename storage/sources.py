"""The sources and their state: what the configuration names, and what visits found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage import leases, renderings
from storage.changes import lock_counter
from storage.database import chunks
from storage.leases import Lease
from storage.records import EndpointKind
from storage.schema import endpoint, source, source_site
from storage.schema_health import visit

#: seconds that a visit takes at most to count as quick: less than one request that is never answered (20 s)
BRISK = 15.0


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What the store needs to know of a configured source."""

    key: str
    name: str
    #: registrable domain of its first address
    site: str
    enabled: bool
    #: all sites that it fetches from, the first one among them
    sites: frozenset[str] = frozenset()
    #: what the operator wants of the browser: "auto", "always" or "never"
    render: str = "auto"


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between two visits."""

    source_id: int
    first_visit_at: datetime | None
    failures: int
    state: str
    #: visits in a row that began and were never finished, this one included
    unfinished: int = 0
    state_reason: str | None = None
    last_new_at: datetime | None = None


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
    #: what keeps us out, or busy: a state ("blocked", "walled", "trapped") and its reason
    obstacle: tuple[str, str | None] | None = None
    #: how long it took
    seconds: float = 0.0
    #: pages that were asked for as articles and could not be read as such
    unread: int = 0


def sync(connection: Connection, entries: Sequence[SourceEntry], now: datetime) -> None:
    """Make the table agree with the configuration: new sources are due at once, absent ones are kept but disabled."""
    lock_counter(connection, "fence")  # two daemons that start at once do this one after the other
    known = _known(connection)
    for entry in entries:
        row = known.get(entry.key, {})
        own = _own(entry, row.get("render_need"))
        if row and not own.items() <= row.items():
            connection.execute(update(source).where(source.c.key == entry.key).values(**own))
    if new := [entry for entry in entries if entry.key not in known]:
        connection.execute(insert(source), [{"key": entry.key, "next_visit_at": now, **_own(entry)} for entry in new])
    _sync_sites(connection, entries)
    absent = sorted({key for key, row in known.items() if row["enabled"]} - {entry.key for entry in entries})
    for some in chunks(absent):
        connection.execute(update(source).where(source.c.key.in_(some)).values(enabled=False))


def _known(connection: Connection) -> dict[str, dict[str, Any]]:
    columns = (source.c.key, source.c.name, source.c.site, source.c.enabled, source.c.queue, source.c.render_need)
    rows = [dict(row) for row in connection.execute(select(*columns)).mappings()]
    return {row.pop("key"): row for row in rows}


def _own(entry: SourceEntry, need: str | None = None) -> dict[str, Any]:
    queue = renderings.queue_of(entry.render, need)
    return {"name": entry.name, "site": entry.site, "enabled": entry.enabled, "queue": queue}


def _sync_sites(connection: Connection, entries: Sequence[SourceEntry]) -> None:
    ids = {row.key: row.source_id for row in connection.execute(select(source.c.key, source.c.source_id))}
    wanted = {(ids[entry.key], site) for entry in entries for site in {entry.site, *entry.sites}}
    mine = {source_id for source_id, _ in wanted}
    stored = {(row.source_id, row.site) for row in connection.execute(select(source_site)) if row.source_id in mine}
    for source_id, site in stored - wanted:
        gone = (source_site.c.source_id == source_id, source_site.c.site == site)
        connection.execute(delete(source_site).where(*gone))
    if missing := [{"source_id": source_id, "site": site} for source_id, site in sorted(wanted - stored)]:
        connection.execute(insert(source_site), missing)


def state(connection: Connection, source_id: int) -> SourceState:
    """What is remembered of one source."""
    columns = (source.c.source_id, source.c.first_visit_at, source.c.failures, source.c.state, source.c.unfinished,
               source.c.state_reason, source.c.last_new_at)  # fmt: skip
    return SourceState(*connection.execute(select(*columns).where(source.c.source_id == source_id)).one())


def postpone(connection: Connection, lease: Lease, next_visit_at: datetime, reason: str) -> None:
    """Write the next visit before the first request leaves, so that a visit that never ends is not due at once."""
    leases.check(connection, lease)
    values = {"next_visit_at": next_visit_at, "next_visit_reason": reason}
    connection.execute(update(source).where(source.c.source_id == lease.source_id).values(**values))


def finish_visit(connection: Connection, lease: Lease, summary: VisitSummary) -> None:
    """End a visit and its lease. Raises LeaseLost when the source is no longer ours."""
    leases.check(connection, lease)
    if summary.requests:  # a visit that had nothing to ask tells nothing of the source
        connection.execute(insert(visit).values(source_id=lease.source_id, **_visit_values(summary)))
    values = _finished_values(summary) | leases.release_values()
    connection.execute(update(source).where(source.c.source_id == lease.source_id).values(**values))


def _visit_values(summary: VisitSummary) -> dict[str, Any]:
    names = ("seconds", "requests", "unchanged", "new", "unread", "error")
    return {"at": summary.finished_at, **{name: getattr(summary, name) for name in names}}


def excuse(connection: Connection, source_id: int) -> None:
    """A visit that was never finished did not end its process: it does not count."""
    here = (source.c.source_id == source_id, source.c.unfinished > 0)
    connection.execute(update(source).where(*here).values(unfinished=source.c.unfinished - 1))


def counts(connection: Connection) -> tuple[int, int]:
    """How many sources there are, and how many are enabled."""
    row = connection.execute(select(func.count(), func.count().filter(source.c.enabled))).one()
    return row[0], row[1]


def _finished_values(summary: VisitSummary) -> dict[str, Any]:
    state, reason = summary.obstacle or ("failing" if summary.error else "ok", summary.error)
    values: dict[str, Any] = {
        "next_visit_at": summary.next_visit_at,
        "next_visit_reason": summary.next_visit_reason,
        "last_visit_at": summary.finished_at,
        "first_visit_at": func.coalesce(source.c.first_visit_at, summary.finished_at),
        "visits": source.c.visits + 1,
        "requests": source.c.requests + summary.requests,
        "unchanged": source.c.unchanged + summary.unchanged,
        "failures": source.c.failures + 1 if summary.error else 0,
        "unfinished": 0,
        "is_brisk": state == "ok" and summary.seconds <= BRISK,
        "state": state,
        "state_reason": reason,
    }
    if summary.error is None:
        values["last_success_at"] = summary.finished_at
    if summary.new:
        values["last_new_at"] = summary.finished_at
    return values


def feeds_of_sources(connection: Connection) -> dict[str, list[str]]:
    """The feeds in use: key of the source -> addresses, in the order in which they were found."""
    query = (
        select(source.c.key, endpoint.c.url)
        .join(endpoint, endpoint.c.source_id == source.c.source_id)
        .where(endpoint.c.kind == EndpointKind.FEED, endpoint.c.state != "gone")
        .order_by(endpoint.c.endpoint_id)
    )
    found: dict[str, list[str]] = {}
    for key, url in connection.execute(query):
        found.setdefault(key, []).append(url)
    return found
