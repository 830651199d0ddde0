"""What visits came to, and the health of each source that is made out of it.

finish_visit ─> visit (one row for each) ─> delivery.health_chore ─> source_health, health_event
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from storage.database import insert_new
from storage.schema import article, source
from storage.schema_health import health_event, source_health, visit

#: how long visits are kept: long enough to look back over a month on a page
KEPT = timedelta(days=35)
#: visits that are read at once
STEP = 500


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is remembered of a source between two looks at its visits."""

    source_id: int
    source_key: str
    enabled: bool
    #: "blocked", "walled" and the like, as the last visit left it
    fact: str
    fact_reason: str | None
    #: the last visit that was looked at; 0: none
    visit_id: int
    #: None: never looked at
    memory: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit."""

    visit_id: int
    at: datetime
    seconds: float
    requests: int
    new: int
    #: pages that were asked for as articles and could not be read as such
    unread: int
    error: str | None


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """A source changed its state."""

    source_id: int
    source_key: str
    at: datetime
    state: str
    before: str
    evidence: str


def sources(connection: Connection) -> list[SourceHealth]:
    """All sources, with what is remembered of each."""
    joined = source.outerjoin(source_health, source_health.c.source_id == source.c.source_id)
    columns = (source.c.source_id, source.c.key, source.c.enabled, source.c.state, source.c.state_reason)
    known = (func.coalesce(source_health.c.visit_id, 0), source_health.c.memory)
    rows = connection.execute(select(*columns, *known).select_from(joined).order_by(source.c.source_id))
    return [SourceHealth(*row) for row in rows]


def memory_of(connection: Connection, source_key: str) -> Mapping[str, Any] | None:
    """What is remembered of one source; None: nothing yet."""
    joined = source_health.join(source, source.c.source_id == source_health.c.source_id)
    found = select(source_health.c.memory).select_from(joined).where(source.c.key == source_key)
    return connection.execute(found).scalar_one_or_none()


def visits_after(connection: Connection, source_id: int, visit_id: int) -> list[VisitRow]:
    """The visits of a source after one, oldest first."""
    columns = [visit.c[name] for name in ("visit_id", "at", "seconds", "requests", "new", "unread", "error")]
    here = (visit.c.source_id == source_id, visit.c.visit_id > visit_id)
    rows = connection.execute(select(*columns).where(*here).order_by(visit.c.visit_id).limit(STEP))
    return [VisitRow(*row) for row in rows]


def failing(connection: Connection, since: datetime) -> dict[int, bool]:
    """Whether the last visit of each source since a moment failed: source_id -> it did."""
    last = select(func.max(visit.c.visit_id)).where(visit.c.at >= since).group_by(visit.c.source_id)
    rows = connection.execute(select(visit.c.source_id, visit.c.error).where(visit.c.visit_id.in_(last)))
    return {row.source_id: row.error is not None for row in rows}


def new_articles(connection: Connection, source_key: str, first: datetime, last: datetime) -> list[Mapping[str, Any]]:
    """Articles of a source that were first stored after one moment and up to another: what each of them has."""
    names = ("article_id", "authors", "date_published", "description", "main_image_url", "word_count", "first_seen_at")
    here = (article.c.source_key == source_key, article.c.first_seen_at > first, article.c.first_seen_at <= last)
    query = select(*(article.c[name] for name in names)).where(*here).order_by(article.c.article_id).limit(STEP)
    return [dict(row) for row in connection.execute(query).mappings()]


def save(connection: Connection, known: SourceHealth, looked: SourceHealth, shown: Mapping[str, Any]) -> bool:
    """Keep what is remembered; ``shown`` has state, evidence, health_since.

    False: what was ``known`` before the look is not what is remembered now. Another process was faster.
    """
    values = {"visit_id": looked.visit_id, "memory": looked.memory, **shown}
    if known.memory is None:
        return bool(insert_new(connection, source_health, [{"source_id": known.source_id, **values}]))
    here = (source_health.c.source_id == known.source_id, source_health.c.visit_id == known.visit_id)
    unmoved = source_health.c.state == known.memory["state"]  # switching a source off or on makes no visit
    return bool(connection.execute(source_health.update().where(*here, unmoved).values(**values)).rowcount)


def record(connection: Connection, events: Sequence[HealthEvent]) -> None:
    """Note changes of state, for those who are told of them."""
    names = ("source_id", "at", "state", "before", "evidence")
    if events:
        connection.execute(insert(health_event), [{name: getattr(item, name) for name in names} for item in events])


def prune(connection: Connection, now: datetime) -> int:
    """Delete visits that are older than what is kept; return how many."""
    return connection.execute(delete(visit).where(visit.c.at < now - KEPT)).rowcount
