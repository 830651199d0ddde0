"""Articles as JSON lines, in the order in which they were first stored.

Read in batches of a transaction each: memory stays flat however many there are, and a consumer that stalls holds no
transaction open (PostgreSQL would end it, SQLite could not trim its log).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from delivery.rows import Row, iso, select_rows
from storage.database import Database

BATCH = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are wanted; None leaves a choice open."""

    source_key: str | None = None
    #: first stored at this instant or later
    since: datetime | None = None
    #: change_seq above this number: what is new or revised since the last export
    changed_after: int | None = None

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """The same as SQL over ``v1_article``, with its parameters."""
        chosen = {
            "source_key = :source_key": ("source_key", self.source_key),
            "first_seen_at >= :since": ("since", self.since),
            "change_seq > :changed_after": ("changed_after", self.changed_after),
        }
        wanted = {sql: pair for sql, pair in chosen.items() if pair[1] is not None}
        return list(wanted), dict(wanted.values())


def articles(database: Database, selection: Selection | None = None, batch: int = BATCH) -> Iterator[Row]:
    """All selected articles, oldest article_id first; a row has the columns of ``v1_article``."""
    conditions, values = (selection or Selection()).conditions()
    where = " AND ".join(["article_id > :last", *conditions])
    statement = f"SELECT * FROM v1_article WHERE {where} ORDER BY article_id LIMIT :batch"  # noqa: S608 - our own words
    last = 0
    while True:
        with database.read() as connection:
            rows = list(select_rows(connection, statement, last=last, batch=batch, **values))
        yield from rows
        if len(rows) < batch:
            return
        last = rows[-1]["article_id"]


def write_jsonl(database: Database, stream: TextIO, selection: Selection | None = None) -> int:
    """Write one line for each selected article; return how many there were."""
    count = 0
    for count, row in enumerate(articles(database, selection), 1):  # noqa: B007 - the last number is the count
        stream.write(json_line(row))
    return count


def json_line(row: Row) -> str:
    """A row as one line of JSON, times in UTC as ISO 8601."""
    return json.dumps(row, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} does not belong into an article")
