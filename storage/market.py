"""The market of visits: what all endpoints with a learned cadence share, kept in one row for all processes."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, true, update

from storage.database import insert_new
from storage.schema import endpoint, meta, source

#: name of the row in `meta`
MARKET = "market"


@dataclass(frozen=True, slots=True)
class Trade:
    """What the price is made of: the rates of the endpoints that share the budget, and their visits since ever."""

    rates: list[dict[str, Any] | None]
    visits: int


def load(connection: Connection) -> dict[str, Any] | None:
    """The books as they were saved last; None while nobody settled a price."""
    text = connection.execute(select(meta.c.value).where(meta.c.name == MARKET)).scalar_one_or_none()
    books: dict[str, Any] | None = json.loads(text) if text is not None else None
    return books


def save(connection: Connection, books: dict[str, Any]) -> None:
    """Keep the books for all processes."""
    text = json.dumps(books)
    if not insert_new(connection, meta, [{"name": MARKET, "value": text}]):
        connection.execute(update(meta).where(meta.c.name == MARKET).values(value=text))


def trade(connection: Connection, keys: Collection[str]) -> Trade:
    """The active endpoints of the enabled ones among these sources."""
    taking_part = (source.c.enabled.is_(true()), endpoint.c.state == "active")
    statement = select(source.c.key, endpoint.c.rate, endpoint.c.visits).join(source).where(*taking_part)
    rows = [row for row in connection.execute(statement) if row.key in keys]
    return Trade([row.rate for row in rows], sum(row.visits for row in rows))
