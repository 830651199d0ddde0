"""What people look at besides articles: the endpoints of a source, and the addresses that could not be read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.records import LinkState
from storage.schema import endpoint, link, source


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint and how it does."""

    url: str
    kind: str
    origin: str
    state: str
    state_reason: str | None
    failures: int
    idle_visits: int
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_visit_at: datetime
    floor_seconds: float | None


@dataclass(frozen=True, slots=True)
class FailedLink:
    """An address that failed, why, and when it is tried again (None: never)."""

    source_key: str
    url: str
    reason: str | None
    attempts: int
    found_at: datetime
    outcome_at: datetime | None
    next_try_at: datetime | None


def endpoints_of(connection: Connection, key: str, most: int) -> list[EndpointView]:
    """The endpoints of a source, those that brought something last first."""
    names = EndpointView.__slots__
    statement = (
        select(*(endpoint.c[name] for name in names))
        .join(source, source.c.source_id == endpoint.c.source_id)
        .where(source.c.key == key)
        .order_by(endpoint.c.last_new_at.is_(None), endpoint.c.last_new_at.desc(), endpoint.c.endpoint_id)
        .limit(most)
    )
    return [EndpointView(*row) for row in connection.execute(statement)]


def failed_links(connection: Connection, most: int, key: str | None = None) -> list[FailedLink]:
    """Addresses that failed, the last one first."""
    names = ("url", "reason", "attempts", "found_at", "outcome_at", "next_try_at")
    statement = (
        select(source.c.key, *(link.c[name] for name in names))
        .join(source, source.c.source_id == link.c.source_id)
        .where(link.c.state == LinkState.FAILED.value)
        .order_by(link.c.outcome_at.desc(), link.c.link_id.desc())
        .limit(most)
    )
    rows = connection.execute(statement.where(source.c.key == key) if key is not None else statement)
    return [FailedLink(*row) for row in rows]
