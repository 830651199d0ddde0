"""Reading the views ``v1_*``: a statement in, rows as dictionaries out, each value in the type of its column.

Consumers of any language read the same views; what stands here only saves Python from the differences between the two
databases (SQLite gives JSON and times as text).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.types import TypeEngine

from storage.tables import all_tables
from storage.types import UtcDateTime
from storage.views import VIEWS

Row = dict[str, Any]

#: views keep the names of the columns that they show
_TYPES: dict[str, TypeEngine[Any]] = {
    column.name: column.type for table in all_tables().sorted_tables for column in table.columns
}


def select_rows(connection: Connection, statement: str, **values: Any) -> Iterator[Row]:
    """The rows of a SELECT over views; ``values`` are its parameters, times among them aware."""
    bound = [
        bindparam(name, value, type_=UtcDateTime() if isinstance(value, datetime) else None)
        for name, value in values.items()
    ]
    query = text(statement).bindparams(*bound).columns(**_TYPES)
    return (dict(row) for row in connection.execute(query).mappings())


@cache
def columns_of(view: str) -> dict[str, TypeEngine[Any] | None]:
    """The columns of a view in their order, with their types; None for what is counted or computed."""
    text, inner = VIEWS[view], 1
    while inner:  # "(SELECT count(*) FROM link ...) AS links": its own FROM and commas do not count
        text, inner = re.subn(r"\([^()]*\)", "", text)
    names = text.split("SELECT", 1)[1].split("FROM", 1)[0].split(",")
    return {name: _TYPES.get(name) for name in (re.split(r"[\s.]+", part.strip())[-1] for part in names)}


def iso(moment: datetime) -> str:
    """An instant as JSON writes it: "2026-11-23T10:15:00Z"."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
