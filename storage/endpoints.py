"""The endpoints of a source: where its articles are listed, and what the server last said there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from storage.database import insert_new
from storage.records import COMMON_PLACE, EndpointKind
from storage.schema import endpoint, link, source

ACTIVE, STANDBY, GONE = "active", "standby", "gone"
#: what stands behind a remembered link that was recent when it was listed: "1f3a90c2+"
RECENT_MARK = "+"
#: origin of the front page that stands in for a configured endpoint that cannot be read
STAND_IN = "front page"
_KEPT = ("trouble", "moved_to", "moved_seen", "moved_from", "audited_at", "honest_since", "lies", "quiet", "listed",
         "standing", "state_reason")  # fmt: skip


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
    trouble: float = 0.0
    moved_to: str | None = None
    moved_seen: int = 0
    moved_from: str | None = None
    audited_at: datetime | None = None
    honest_since: datetime | None = None
    lies: int = 0
    quiet: dict[str, list[int]] | None = None
    listed: list[str] | None = None
    #: what has stood on its page from the first look on
    standing: list[str] | None = None
    state_reason: str | None = None

    @property
    def is_watched(self) -> bool:
        """Whether it is asked at all: by its cadence, or now and then because others cover it."""
        return self.state in (ACTIVE, STANDBY)

    @property
    def is_configured(self) -> bool:
        """Whether the operator named it."""
        return self.origin == "configured"

    @property
    def is_stand_in(self) -> bool:
        """Whether it is asked only while a configured endpoint cannot be read."""
        return self.origin == STAND_IN

    @property
    def is_guess(self) -> bool:
        """Whether nobody named it: it may end without a word."""
        return self.origin == COMMON_PLACE


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
    quiet: dict[str, list[int]] | None = None
    listed: list[str] | None = None
    standing: Sequence[str] | None = None
    #: asked without conditions
    is_whole: bool = False
    #: its last 304 may have been untrue: the next one is to be checked
    is_suspect: bool = False
    #: where the server redirects for good
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an endpoint could not be read, and when it is asked again; a gone one is asked no more."""

    at: datetime
    reason: str
    next_visit_at: datetime
    is_gone: bool = False
    weight: float = 1.0


def names_of(listed: Iterable[str]) -> list[str]:
    """The links of a remembered list without their marks: the same link loses its mark after two days."""
    return [name.removesuffix(RECENT_MARK) for name in listed]


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
        "quiet": answer.quiet,
        "listed": answer.listed,
        "standing": answer.standing,
    }
    if showed_new:
        values["last_new_at"] = answer.at
    if showed_new or entry.state != STANDBY:
        values |= {"state": ACTIVE, "state_reason": entry.state_reason if entry.lies else None}
    _note(connection, entry, answer, values)


def note_unchanged(connection: Connection, entry: Endpoint, answer: Answer) -> None:
    """Remember that the server said 304, or sent the very bytes of last time (perhaps with new validators)."""
    values: dict[str, Any] = {"idle_visits": endpoint.c.idle_visits + 1}
    if entry.state != STANDBY:
        values |= {"state": ACTIVE, "state_reason": entry.state_reason if entry.lies else None}
    if answer.body_hash is not None:
        values |= {"http_etag": answer.http_etag, "http_last_modified": answer.http_last_modified}
    _note(connection, entry, answer, values)


def note_failure(connection: Connection, entry: Endpoint, failure: Failure) -> None:
    """Remember that an endpoint could not be read."""
    values = {
        "last_attempt_at": failure.at,
        "failures": endpoint.c.failures + 1,
        "trouble": endpoint.c.trouble + failure.weight,
        "next_visit_at": failure.next_visit_at,
        "next_visit_reason": failure.reason,
        "state": GONE if failure.is_gone else entry.state,
        "state_reason": failure.reason,
    }
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def _note(connection: Connection, entry: Endpoint, answer: Answer, values: dict[str, Any]) -> None:
    values |= {
        "last_attempt_at": answer.at,
        "last_success_at": answer.at,
        "failures": 0,
        "trouble": 0.0,
        "next_visit_at": answer.next_visit_at,
        "next_visit_reason": answer.reason,
        "rate": answer.rate,
        **_moved(entry, answer.moved_to),
    }
    if answer.is_whole or answer.is_suspect:
        values["audited_at"] = answer.at if answer.is_whole else None
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def _moved(entry: Endpoint, target: str | None) -> dict[str, Any]:
    """A redirection for good is followed on the row when two answers in a row have said the same."""
    if target is None or target == entry.url:
        return {"moved_to": None, "moved_seen": 0}
    if target != entry.moved_to:
        return {"moved_to": target, "moved_seen": 1}
    return {"url": target, "moved_from": entry.moved_from or entry.url, "moved_to": None, "moved_seen": 0}


def move_back(connection: Connection, entry: Endpoint) -> None:
    """The address that an endpoint had moved to is no list: it is looked for where it was before."""
    values = {"url": entry.moved_from, "moved_from": None, "http_etag": None, "http_last_modified": None}
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def note_audit(connection: Connection, entry: Endpoint, now: datetime, lie: str | None) -> None:
    """Remember what a look without conditions showed after a 304: the same list, or a lie with its words."""
    values: dict[str, Any] = {"audited_at": now, "honest_since": entry.honest_since or now}
    if lie is not None:
        values |= {"honest_since": None, "lies": endpoint.c.lies + 1, "state_reason": lie}
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id == entry.endpoint_id).values(**values))


def stand_by(connection: Connection, endpoint_ids: Collection[int], until: datetime, reason: str) -> None:
    """Have some endpoints asked rarely, since others show what they show."""
    chosen = update(endpoint).where(endpoint.c.endpoint_id.in_(endpoint_ids), endpoint.c.state != GONE)
    connection.execute(chosen.values(state=STANDBY, state_reason=reason, next_visit_at=until, next_visit_reason=reason))


def wake(connection: Connection, endpoint_ids: Collection[int], now: datetime) -> None:
    """Have some endpoints asked at once."""
    connection.execute(update(endpoint).where(endpoint.c.endpoint_id.in_(endpoint_ids)).values(next_visit_at=now))


def remarks(connection: Connection) -> list[tuple[str, str, str]]:
    """Liars, and endpoints that ended although the operator named them: key of the source, address, words."""
    ended = and_(endpoint.c.state == GONE, endpoint.c.origin == "configured")
    statement = select(source.c.key, endpoint.c.url, endpoint.c.state_reason).join_from(endpoint, source)
    told = statement.where(or_(endpoint.c.lies > 0, ended), source.c.enabled, endpoint.c.state_reason.is_not(None))
    return [(key, url, words) for key, url, words in connection.execute(told.order_by(source.c.key))]


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
        **{name: getattr(row, name) for name in _KEPT},
    )
