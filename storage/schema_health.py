"""The tables of visits and of the health of sources that is made out of them: visit ──> source_health, health_event."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text

from storage.schema import metadata
from storage.types import Json, Key, UtcDateTime

#: one row for each visit that was finished, for some weeks
visit = Table(
    "visit",
    metadata,
    Column("visit_id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("requests", Integer, nullable=False),
    #: endpoints that had nothing new (304, or the same body)
    Column("unchanged", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    #: pages that were asked for as articles and could not be read as such
    Column("unread", Integer, nullable=False),
    Column("error", Text),
    Index("ix_visit_source_id_visit_id", "source_id", "visit_id"),
    Index("ix_visit_at", "at"),
)

#: how each source does, made out of its visits
source_health = Table(
    "source_health",
    metadata,
    Column("source_id", ForeignKey("source.source_id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("health_since", UtcDateTime),
    #: the last visit that was looked at
    Column("visit_id", BigInteger, nullable=False),
    #: what is usual for the source (delivery.health_signs)
    Column("memory", Json, nullable=False),
)

#: changes of state that are worth an alarm, or its end
health_event = Table(
    "health_event",
    metadata,
    Column("event_id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Index("ix_health_event_source_id", "source_id"),
)
