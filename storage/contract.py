"""What the contract says of each column: its type, in what it is counted, whether it can be NULL, what it means.

The views are the source: a column has the type of the table's column that it shows, and can be NULL where that can, or
where its table is joined on the left. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer
from sqlalchemy.types import JSON, TypeEngine

from storage.meanings import MEANINGS
from storage.tables import all_tables
from storage.types import UtcDateTime
from storage.views import VIEWS

#: in what numbers are counted, by the name of their column; an "id" is compared and nothing else
UNITS = {
    "article_id": "id", "duplicate_of_id": "id", "syndication_group_id": "id", "story_id": "id",
    "merged_into_id": "id", "story_change_id": "id", "event_id": "id", "visit_id": "id", "change_seq": "change number",
    "changes_behind": "changes", "version": "number from 1", "date_published_offset": "minutes", "word_count": "words",
    "similarity": "share, 0 to 1", "copy_cut": "share, 0 to 1", "copy_added": "share, 0 to 1", "seconds": "seconds",
    "visits": "visits", "failures": "visits", "requests": "requests", "unchanged": "answers", "articles": "articles",
    "article_count": "articles", "new": "articles", "unread": "pages", "endpoints": "endpoints",
    "alert_id": "id", "channels": "channels", "sent": "channels", "dead": "channels",
    "links_pending": "links", "links_failed": "links",
}  # fmt: skip
#: columns that hold a JSON object; the others of their type hold a list
OBJECTS = frozenset({"provenance", "told"})

_JOINED = re.compile(r"(LEFT JOIN|JOIN|FROM)\s+(\w+)(?:\s+(?!LEFT\b|JOIN\b|ON\b|WHERE\b|GROUP\b|ORDER\b)(\w+))?")
_PLAIN = re.compile(r"(?:(\w+)\.)?(\w+)(?:\s+AS\s+(\w+))?")
#: functions that leave the type as it is
_INNER = re.compile(r"(?:min|max|NULLIF)\((?:(\w+)\.)?(\w+)")
_NAMED = re.compile(r"\s(\w+)$")
#: what can make a NULL of something that is none
_MAKES_NULL = re.compile(r"\bNULLIF\b|\bCASE\b")


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view."""

    name: str
    #: None: it is computed
    type: TypeEngine[Any] | None
    is_nullable: bool
    meaning: str

    @property
    def unit(self) -> str:
        """What stands in it: "text", "time (UTC)", "minutes"."""
        known = UNITS.get(self.name)
        if known is not None and not isinstance(self.type, UtcDateTime):
            return known
        kinds: tuple[tuple[type[Any], str], ...] = (
            (UtcDateTime, "time (UTC)"),
            (Boolean, "true or false"),
            (JSON, "JSON object" if self.name in OBJECTS else "JSON list"),
            (Float, "number"),
            (Integer, "number"),
        )
        return next((unit for kind, unit in kinds if isinstance(self.type, kind)), "text")


def columns(view: str) -> list[ViewColumn]:
    """The columns of a view, in their order."""
    chosen, origin = _parted(VIEWS[view])
    tables = {found[3] or found[2]: (found[2], found[1] == "LEFT JOIN") for found in _JOINED.finditer(origin)}
    return [_column(view, item, tables) for item in chosen]


def _column(view: str, item: str, tables: dict[str, tuple[str, bool]]) -> ViewColumn:
    plain, inner, named = _PLAIN.fullmatch(item), _INNER.match(item), _NAMED.search(item)
    if plain is None:
        name = named[1] if named else item
        kind = _shown(inner[1], inner[2], tables)[0].type if inner else None
        return ViewColumn(name, kind, _MAKES_NULL.search(item) is not None, MEANINGS[view][name])
    column, is_optional = _shown(plain[1], plain[2], tables)
    name = plain[3] or plain[2]
    return ViewColumn(name, column.type, bool(column.nullable) or is_optional, MEANINGS[view][name])


def _shown(alias: str | None, name: str, tables: dict[str, tuple[str, bool]]) -> tuple[Column[Any], bool]:
    """The column of a table that is shown, and whether its table may have no row for it."""
    table, is_optional = tables[alias or next(iter(tables))]
    return all_tables().tables[table].c[name], is_optional


def _parted(statement: str) -> tuple[list[str], str]:
    """What is selected, one by one, and what follows; parts in brackets are not looked into."""
    selected, depth = [""], 0
    words = re.split(r"(\bFROM\b|[(),])", " ".join(statement.split()).removeprefix("SELECT "))
    for place, word in enumerate(words):
        if depth == 0 and word == "FROM":
            return [item.strip() for item in selected], "".join(words[place:])
        depth += (word == "(") - (word == ")")
        if depth == 0 and word == ",":
            selected.append("")
        else:
            selected[-1] += word
    raise ValueError(f"no FROM in {statement}")


def table_lines(view: str) -> Iterator[str]:
    """The columns of a view as a table of its document."""
    yield from ("| column | holds | NULL | meaning |", "|---|---|---|---|")
    for found in columns(view):
        yield f"| `{found.name}` | {found.unit} | {'can be' if found.is_nullable else 'never'} | {found.meaning} |"
