"""What is remembered of an address: the links, endpoints and articles behind it. For `newswatch explain`; read only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from storage.records import EndpointKind, LinkKind, LinkState
from storage.schema import article_alias, endpoint, link, source


@dataclass(frozen=True, slots=True)
class LinkTrace:
    """What became of a link that a source listed. ``listed_by`` is the endpoint that showed it first."""

    source_key: str
    url: str
    kind: LinkKind
    state: LinkState
    reason: str | None
    attempts: int
    found_at: datetime
    outcome_at: datetime | None
    next_try_at: datetime | None
    article_id: int | None
    listed_by: str | None


@dataclass(frozen=True, slots=True)
class EndpointTrace:
    """How an endpoint does."""

    source_key: str
    url: str
    kind: EndpointKind
    origin: str
    state: str
    state_reason: str | None
    failures: int
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    next_visit_at: datetime


def links(connection: Connection, fetch_key: str, article_key: str) -> list[LinkTrace]:
    """The links with this fetch key; where there is none, those with this article key (slower: no index)."""
    exact = _links(connection, link.c.fetch_key == fetch_key)
    return exact or _links(connection, link.c.article_key == article_key)


def endpoints(connection: Connection, fetch_key: str) -> list[EndpointTrace]:
    """The endpoints at this address, one for each source that has it."""
    names = ("url", "origin", "state", "state_reason", "failures", "last_attempt_at", "last_success_at",
             "next_visit_at")  # fmt: skip
    columns = [source.c.key.label("source_key"), endpoint.c.kind, *(endpoint.c[name] for name in names)]
    joined = endpoint.join(source, source.c.source_id == endpoint.c.source_id)
    rows = connection.execute(select(*columns).select_from(joined).where(endpoint.c.fetch_key == fetch_key))
    return [EndpointTrace(**{**row, "kind": EndpointKind(row["kind"])}) for row in rows.mappings()]


def articles(connection: Connection, keys: Collection[str]) -> list[int]:
    """The articles that one of these keys (fetch keys or article keys) leads to."""
    statement = select(article_alias.c.article_id).where(article_alias.c.key.in_(keys)).distinct()
    return sorted(connection.execute(statement).scalars())


def _links(connection: Connection, condition: ColumnElement[bool]) -> list[LinkTrace]:
    names = ("url", "reason", "attempts", "found_at", "outcome_at", "next_try_at", "article_id")
    columns = [
        source.c.key.label("source_key"), link.c.kind, link.c.state, endpoint.c.url.label("listed_by"),
        *(link.c[name] for name in names),
    ]  # fmt: skip
    joined = link.join(source, source.c.source_id == link.c.source_id)
    joined = joined.outerjoin(endpoint, endpoint.c.endpoint_id == link.c.endpoint_id)
    rows = connection.execute(select(*columns).select_from(joined).where(condition).order_by(link.c.link_id))
    return [
        LinkTrace(**{**row, "kind": LinkKind(row["kind"]), "state": LinkState(row["state"])}) for row in rows.mappings()
    ]
