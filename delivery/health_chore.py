"""Looking at the visits that came since the last look, and keeping the health of each source.

visits after the last one that was looked at -> delivery.health.step -> [memory, state, event of a change]
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from delivery import health
from delivery.health_signs import FULL_TEXT, UNREAD, Memory, Page, Seen
from storage import health as rows
from storage.database import Database
from storage.health import HealthEvent, SourceHealth, VisitRow

#: how far back a visit of another source may lie that tells whether it is our own network that fails
BESIDE = timedelta(hours=1)
#: other sources that are needed to tell
ENOUGH_OTHERS = 3
#: pages of one visit that are looked at: a first visit reads hundreds
MOST_PAGES = 20


def examine(database: Database, now: datetime) -> list[HealthEvent]:
    """Look at all new visits; return the changes of state that were recorded."""
    with database.read() as connection:
        known = rows.sources(connection)
        failing = rows.failing(connection, now - BESIDE)
    events = []
    for one in known:
        with database.read() as connection:
            looked, found = _looked_at(connection, one, failing, now)
        if looked is not one:
            events += _kept(database, one, looked, found)
    return events


def prune(database: Database, now: datetime) -> int:
    """Delete old visits; return how many."""
    with database.write() as connection:
        return rows.prune(connection, now)


def _kept(database: Database, one: SourceHealth, looked: SourceHealth, found: list[HealthEvent]) -> list[HealthEvent]:
    shown = {name: (looked.memory or {})[name] for name in ("state", "evidence")}
    since = Memory.from_json(looked.memory or {}).since
    with database.write() as connection:
        if not rows.save(connection, one, looked, {**shown, "health_since": since}):
            return []
        rows.record(connection, found)
    return found


def _looked_at(
    connection: Connection, one: SourceHealth, failing: Mapping[int, bool], now: datetime
) -> tuple[SourceHealth, list[HealthEvent]]:
    """The source after its new visits, and its changes of state; the same object when there is nothing to note."""
    memory = before = Memory.from_json(one.memory) if one.memory else Memory()
    events, last = [], one.visit_id
    for seen, visit_id in _seen(connection, one, memory, failing, now):
        after = health.step(memory, seen) if one.enabled else memory
        events += list(_event(one, memory, after, seen.at))
        memory, last = after, visit_id
    if not one.enabled:
        after = health.paused(memory, Seen(now))
        events += list(_event(one, memory, after, now))
        memory = after
    if memory == before and last == one.visit_id:
        return one, []
    return replace(one, visit_id=last, memory=memory.to_json()), events


def _event(one: SourceHealth, before: Memory, after: Memory, at: datetime) -> Iterator[HealthEvent]:
    """A change that somebody may want to know of: into an alarm, out of it, from one to another."""
    if after.state != before.state and not {after.state, before.state} <= health.CALM:
        yield HealthEvent(one.source_id, one.source_key, at, after.state, before.state, after.evidence)


def _seen(
    connection: Connection, one: SourceHealth, memory: Memory, failing: Mapping[int, bool], now: datetime
) -> Iterator[tuple[Seen, int]]:
    visits = rows.visits_after(connection, one.source_id, one.visit_id)
    others = [failed for source_id, failed in failing.items() if source_id != one.source_id]
    share = sum(others) / len(others) if len(others) >= ENOUGH_OTHERS else None
    first = memory.last_at
    for row in visits:
        pages = _pages(connection, one, row, first)
        # the fact on the source is of its last visit, and the others fail now: older visits know nothing of either
        is_last = row is visits[-1]
        seen = Seen(row.at, row.new, row.requests, row.seconds, row.error, pages=pages)
        if is_last:
            beside = share if row.at >= now - BESIDE else None
            seen = replace(seen, fact=one.fact, fact_reason=one.fact_reason, others_failing=beside)
        yield seen, row.visit_id
        first = row.at


def _pages(connection: Connection, one: SourceHealth, row: VisitRow, first: datetime | None) -> tuple[Page, ...]:
    if first is None or not (row.new or row.unread):
        return ()
    found = rows.new_articles(connection, one.source_key, first, row.at)[-MOST_PAGES:]
    return (*map(_page, found), *(UNREAD,) * min(row.unread, MOST_PAGES))


def _page(row: Mapping[str, Any]) -> Page:
    has = {name: bool(row[name]) for name in ("authors", "date_published", "description", "main_image_url")}
    published = row["date_published"]
    ahead = (published - row["first_seen_at"]) / timedelta(minutes=1) if published else None
    return Page(row["article_id"], {"read": True, **has, "full_text": row["word_count"] >= FULL_TEXT}, ahead)
