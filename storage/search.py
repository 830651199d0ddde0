"""The search index: what stands in it, and the newest articles that fit a query.

    put, drop       the follower of the change feed keeps the index
    newest          query -> candidates, newest first, each with the zone that the words were found in

One call for both databases: FTS5 (`search_fts5.py`) and tsvector (`search_tsvector.py`) are handed the same words
(`words.py`): neither takes a text apart by rules of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, delete, select

from storage import search_fts5, search_tsvector
from storage.database import chunks
from storage.queries import Document, Query, document
from storage.schema import article
from storage.schema_consumers import search_entry
from storage.search_spans import Candidate, Span

#: what of an article is searched, or says whether it is
_SEARCHED = (
    "article_id headline description article_body source_key in_language article_section agency date_published "
    "first_seen_at duplicate_of_id syndication_group_id removed_at pruned_at"
).split()


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that can be found."""

    article_id: int
    #: the same number for all copies of one text
    copy_of: int
    document: Document


def entries(connection: Connection, article_ids: Sequence[int]) -> list[Entry]:
    """Those of the articles that are there and were not removed by their publisher, as they are indexed."""
    columns = [article.c[name] for name in _SEARCHED]
    found: list[Entry] = []
    for some in chunks(article_ids):
        here = (article.c.article_id.in_(some), article.c.removed_at.is_(None), article.c.pruned_at.is_(None))
        found += [_entry(row) for row in connection.execute(select(*columns).where(*here)).mappings()]
    return found


def _entry(row: Mapping[Any, Any]) -> Entry:
    # a group of syndication is numbered by itself: its numbers are kept apart from those of articles by their sign
    group = row["syndication_group_id"]
    copy_of = -group if group is not None else row["duplicate_of_id"] or row["article_id"]
    return Entry(row["article_id"], copy_of, document(row))


def put(connection: Connection, found: Sequence[Entry]) -> None:
    """Put articles into the index, in place of what stood there of them."""
    drop(connection, [entry.article_id for entry in found])
    packed = _backend(connection).put(connection, {entry.article_id: entry.document for entry in found})
    rows = [
        {
            "article_id": entry.article_id,
            "at": entry.document.at,
            "copy_of": entry.copy_of,
            "document": packed[entry.article_id],
        }
        for entry in found
    ]
    if rows:
        connection.execute(search_entry.insert(), rows)


def drop(connection: Connection, article_ids: Sequence[int]) -> None:
    """Take articles out of the index; those that are not in it are left out."""
    for some in chunks(article_ids):
        here = search_entry.c.article_id.in_(some)
        if connection.dialect.name == "sqlite":
            search_fts5.drop(connection, select(search_entry.c.article_id, search_entry.c.document).where(here))
        connection.execute(delete(search_entry).where(here))


def newest(connection: Connection, query: Query, span: Span, now: datetime) -> list[Candidate]:
    """The newest articles (by article_id) that fit a query, newest first."""
    return _backend(connection).newest(connection, query, span, now)


class _Backend(Protocol):
    @property
    def put(self) -> Callable[[Connection, Mapping[int, Document]], Mapping[int, Any]]:
        """Index documents."""

    @property
    def newest(self) -> Callable[[Connection, Query, Span, datetime], list[Candidate]]:
        """Find the newest that fit."""


def _backend(connection: Connection) -> _Backend:
    return search_fts5 if connection.dialect.name == "sqlite" else search_tsvector
