"""Selected articles, in the order in which they were first stored, in one of the forms of `export_formats.py`.

Read in batches of a transaction each: memory stays flat however many there are, and a consumer that stalls holds no
transaction open (PostgreSQL would end it, SQLite could not trim its log).
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from delivery.alerts.deciding import Watching
from delivery.alerts.deciding import fits as is_watched
from delivery.export_formats import Form
from delivery.rows import Row, columns_of, select_rows
from storage.database import Database
from storage.queries import Document, document, matches

BATCH = 200
_NO_WORDS = Document((), (), (), (), datetime.min)  # noqa: DTZ901 - nobody looks at it


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are wanted; None leaves a choice open."""

    source_key: str | None = None
    #: first stored at this instant or later
    since: datetime | None = None
    #: change_seq above this number: what is new or revised since the last export
    changed_after: int | None = None
    #: judges what the rest has chosen
    fits: Callable[[Row], bool] | None = None

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
    selection = selection or Selection()
    conditions, _ = selection.conditions()
    for rows in _chosen(database, selection, batch) if conditions else _all(database, batch):
        yield from rows if selection.fits is None else filter(selection.fits, rows)


def _all(database: Database, batch: int) -> Iterator[list[Row]]:
    last = 0
    while rows := _rows(database, f"article_id > :last ORDER BY article_id LIMIT {batch}", last=last):
        yield rows
        last = rows[-1]["article_id"]


def _chosen(database: Database, selection: Selection, batch: int) -> Iterator[list[Row]]:
    """Batches of what is chosen. Their numbers are looked up first, in an index, and held in eight bytes each.

    Asked for in the order of their numbers, the ten that are new among a million are found by reading all of them.
    """
    conditions, values = selection.conditions()
    statement = f"SELECT article_id FROM v1_article WHERE {' AND '.join(conditions)}"  # noqa: S608 - our own words
    with database.read() as connection:
        numbers = array("q", sorted(row["article_id"] for row in select_rows(connection, statement, **values)))
    for first in range(0, len(numbers), batch):
        some = ", ".join(map(str, numbers[first : first + batch]))
        yield _rows(database, f"article_id IN ({some}) ORDER BY article_id")


def _rows(database: Database, which: str, **values: Any) -> list[Row]:
    """Some articles, in a transaction of their own."""
    with database.read() as connection:
        return list(select_rows(connection, f"SELECT * FROM v1_article WHERE {which}", **values))  # noqa: S608


def fitting(watch: Watching) -> Callable[[Row], bool]:
    """Judges whether an article is what a watch looks for, however old it was when it came."""
    bare, query = replace(watch, query=None, max_age=timedelta.max), watch.query

    def fits(row: Row) -> bool:
        """Its words last: they have to be told apart first."""
        return is_watched(bare, row, _NO_WORDS) and (query is None or matches(query, document(row)))

    return fits


def count(database: Database, selection: Selection) -> int | None:
    """How many articles are selected now; None: only reading them can tell."""
    if selection.fits is not None:
        return None
    conditions, values = selection.conditions()
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with database.read() as connection:
        (row,) = select_rows(connection, f"SELECT count(*) AS n FROM v1_article {where}", **values)  # noqa: S608
    return int(row["n"])


def columns_named(text: str | None) -> list[str]:
    """The columns that a list names ("url,headline"), in its order; all without one. Raises ValueError."""
    known = list(columns_of("v1_article"))
    chosen = [name.strip() for name in text.split(",")] if text else known
    if unknown := [name for name in chosen if name not in known]:
        raise ValueError(f"v1_article has no column {unknown[0] or repr('')}: it has {', '.join(known)}")
    return list(dict.fromkeys(chosen))


def write(rows: Iterable[Row], stream: IO[bytes], form: Form, columns: Sequence[str]) -> int:
    """Write articles in a form; return how many there were."""
    written = 0
    form.begin(stream, columns)
    remaining = iter(rows)
    while some := list(islice(remaining, BATCH)):
        form.write(some)
        written += len(some)
    form.end()
    return written
