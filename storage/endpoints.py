"""The endpoints of a source: where its articles are listed, and what the server last said there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from storage.database import insert_new
from storage.records import EndpointKind
from storage.schema import endpoint, link

#: origin of the front page that stands in for a configured endpoint that cannot be read
STAND_IN = "front page"


@dataclass(frozen=True, slots=True)
class EndpointEntry:
    """An endpoint to be kept, as the configuration or a page names it."""

    url: str
    fetch_key: str
    kind: EndpointKind
    origin: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as it is remembered. Validators are byte-exact."""

    endpoint_id: int
    url: str
    kind: EndpointKind
    origin: str
    http_etag: str | None
    http_last_modified: str | None
    body_hash: str | None
    last_success_at: datetime | None
    failures: int
    idle_visits: int
    next_visit_at: datetime
    floor: timedelta | None
    state: str
    #: what was learned of how often it publishes
    rate: dict[str, Any] | None = None
    next_visit_reason: str | None = None

    @property
    def is_configured(self) -> bool:
        """Whether the operator named it."""
        return self.origin == "configured"

    @property
    def is_stand_in(self) -> bool:
        """Whether it is asked only while a configured endpoint cannot be read."""
        return self.origin == STAND_IN


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered, to be remembered together with the links that it listed."""

    at: datetime
    next_visit_at: datetime
    kind: EndpointKind
    http_etag: str | None = None
    http_last_modified: str | None = None
    body_hash: str | None = None
    floor: timedelta | None = None
    rate: dict[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an endpoint could not be read, and when it is asked again; a gone one is asked no more."""

    at: datetime
    reason: str
    next_visit_at: datetime
    is_gone: bool = False


def add(connection: Connection, source_id: int, entries: Sequence[EndpointEntry], now: datetime) -> int:
    """Add the endpoints that are not known yet, due at once; return how many were new."""
    rows = [
        {
            "source_id": source_id,
            "url": entry.url,
            "fetch_key": entry.fetch_key,
            "kind": entry.kind.value,
            "origin": entry.origin,
            "next_visit_at": now,
            "failures": 0,
            "idle_visits": 0,
            "state": "active",
        }
        for entry in entries
    ]
    return insert_new(connection, endpoint, rows)


def retire_unconfigured(connection: Connection, source_id: int, fetch_keys: Sequence[str]) -> None:
    """Endpoints that the configuration named once and names no more become discovered ones."""
    gone = (endpoint.c.source_id == source_id, endpoint.c.origin == "configured")
    connection.execute(
        update(endpoint).where(*gone, endpoint.c.fetch_key.not_in(fetch_keys)).values(origin="configured before")
    )


def postpone(connection: Connection, endpoint_ids: Sequence[int], until: datetime) -> None:
    """Write the next visit of some endpoints before they are asked: whoever is killed meanwhile asks no earlier."""
    asked = update(endpoint).where(endpoint.c.endpoint_id.in_(endpoint_ids))
    connection.execute(asked.values(next_visit_at=until, visits=endpoint.c.visits + 1))


def all_of(connection: Connection, source_id: int) -> list[Endpoint]:
    """All endpoints of a source, configured ones first."""
    statement = select(endpoint).where(endpoint.c.source_id == source_id)
    rows = connection.execute(statement.order_by(endpoint.c.origin != "configured", endpoint.c.endpoint_id))
    return [_endpoint(row) for row in rows]


@dataclass(frozen=True, slots=True)
class SurveyedEndpoint:
    """An endpoint with how many articles it listed first."""

    url: str
    kind: EndpointKind
    origin: str
    state: str
    state_reason: str | None
    links: int


def surveyed(connection: Connection, source_id: int) -> list[SurveyedEndpoint]:
    """The endpoints of a source, with what they listed that no endpoint before them did."""
    counted = select(func.count()).where(link.c.endpoint_id == endpoint.c.endpoint_id).scalar_subquery()
    names = ("url", "origin", "state", "state_reason")
    columns = [endpoint.c[name] for name in names]
    statement = select(*columns, endpoint.c.kind, counted.label("links")).where(endpoint.c.source_id == source_id)
    rows = connection.execute(statement.order_by(endpoint.c.endpoint_id)).mappings()
    return [SurveyedEndpoint(**{**row, "kind": EndpointKind(row["kind"])}) for row in rows]


def note_answer(connection: Connection, entry: Endpoint, answer: Answer, *, showed_new: bool) -> None:
    """Remember a whole answer; part of the transaction that writes its links (never before them)."""
    values: dict[str, Any] = {
        "kind": answer.kind.value,
        "http_etag": answer.http_etag,
        "http_last_modified": answer.http_last_modified,
        "body_hash": answer.body_hash,
        "floor_seconds": answer.floor.total_seconds() if answer.floor else None,
        "idle_visits": 0 if showed_new else endpoint.c.idle_visits + 1,
        "state": "active",
        "state_reason": None,
    }
    if showed_new:
        values["last_new_at"] = answer.at
    _note(connection, entry, answer, values)


def note_unchanged(connection: Connection, entry: Endpoint, answer: Answer) -> None:
    """Remember that the server said 304, or sent the very bytes of last time (perhaps with new validators)."""
    values: dict[str, Any] = {"idle_visits": endpoint.c.idle_visits + 1, "state_reason": None}
    if answer.body_hash is not None:
        values |= {"http_etag": answer.http_etag, "http_last_modified": answer.http_last_modified}
    _note(connection, entry, answer, values)


def note_failure(connection: Connection, entry: Endpoint, failure: Failure) -> None:
    """Remember that an endpoint could not be read."""
    values = {
        "last_attempt_at": failure.at,
        "failures": endpoint.c.failures + 1,
        "next_visit_at": failure.next_visit_at,
        "next_visit_reason": failure.reason,
        "state": "gone" if failure.is_gone else "active",
        "state_reason": failure.reason,
    }
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def _note(connection: Connection, entry: Endpoint, answer: Answer, values: dict[str, Any]) -> None:
    values |= {
        "last_attempt_at": answer.at,
        "last_success_at": answer.at,
        "failures": 0,
        "next_visit_at": answer.next_visit_at,
        "next_visit_reason": answer.reason,
        "rate": answer.rate,
    }
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def _endpoint(row: Row[Any]) -> Endpoint:
    return Endpoint(
        endpoint_id=row.endpoint_id,
        url=row.url,
        kind=EndpointKind(row.kind),
        origin=row.origin,
        http_etag=row.http_etag,
        http_last_modified=row.http_last_modified,
        body_hash=row.body_hash,
        last_success_at=row.last_success_at,
        failures=row.failures,
        idle_visits=row.idle_visits,
        next_visit_at=row.next_visit_at,
        floor=timedelta(seconds=row.floor_seconds) if row.floor_seconds else None,
        state=row.state,
        rate=row.rate,
        next_visit_reason=row.next_visit_reason,
    )
