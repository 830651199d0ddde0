"""Search on SQLite: FTS5.

Its `bm25` is not used: it first counts each word in the whole index, which takes as long as the word is common. The
newest matches are read instead (FTS5 walks its lists backwards as fast as forwards), and ranked by where the words
stand.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, bindparam, text

from storage.queries import EVERYTHING, Document, Query, Term, limits, refused_facets
from storage.schema_consumers import search_entry
from storage.search_spans import Candidate, Span, Zone

#: level of zlib: the higher ones take three times as long for a twentieth less
PACKING = 3
_INSERT = text(
    "INSERT INTO search_text (rowid, headline, lead, body, facets) VALUES (:id, :headline, :lead, :body, :facets)"
)
_DELETE = text(
    "INSERT INTO search_text (search_text, rowid, headline, lead, body, facets) "
    "VALUES ('delete', :id, :headline, :lead, :body, :facets)"
)
_COLUMNS = ("headline", "lead", "body", "facets")
#: which columns each zone spans
_SPANNED = {Zone.HEADLINE: "{headline} : ", Zone.LEAD: "{headline lead} : ", Zone.BODY: ""}


def put(connection: Connection, found: Mapping[int, Document]) -> dict[int, bytes]:
    """Index documents by their article_id; return what is needed to take each out again."""
    columns = {
        article_id: [" ".join(part) for part in (item.headline, item.lead, item.body, item.facets)]
        for article_id, item in found.items()
    }
    _run(connection, _INSERT, columns)
    return {article_id: zlib.compress("\n".join(parts).encode(), PACKING) for article_id, parts in columns.items()}


def drop(connection: Connection, packed: Select[Any]) -> None:
    """Take documents out of the index: it wants to be told what it was given."""
    rows = connection.execute(packed).all()
    _run(connection, _DELETE, {row[0]: zlib.decompress(row[1]).decode().split("\n") for row in rows})


def _run(connection: Connection, statement: Any, columns: Mapping[int, Sequence[str]]) -> None:
    rows = [{"id": key, **dict(zip(_COLUMNS, parts, strict=True))} for key, parts in columns.items()]
    if rows:
        connection.execute(statement, rows)


def newest(connection: Connection, query: Query, span: Span, now: datetime) -> list[Candidate]:
    """The newest articles that fit, each with the best zone that holds all words."""
    conditions, values = _bounds(query, span)
    statement = text(
        "SELECT e.article_id, e.at, e.copy_of FROM search_text CROSS JOIN search_entry e"  # noqa: S608 - our own words
        " ON e.article_id = search_text.rowid WHERE search_text MATCH :fits"
        f"{conditions} ORDER BY search_text.rowid DESC LIMIT :most"
    )
    typed = statement.columns(search_entry.c.article_id, search_entry.c.at, search_entry.c.copy_of)
    bound = typed.bindparams(*(bindparam(name, value, _type_of(name)) for name, value in values.items()))
    rows = connection.execute(bound, {"fits": compiled(query, Zone.BODY, now), "most": span.limit}).all()
    if not rows:
        return []
    zones = _zones(connection, query, (rows[-1].article_id, rows[0].article_id), now)
    return [Candidate(row.article_id, row.at, row.copy_of, zones.get(row.article_id, Zone.BODY)) for row in rows]


def _bounds(query: Query, span: Span) -> tuple[str, dict[str, Any]]:
    chosen = {
        " AND search_text.rowid <= :top": ("top", span.top),
        " AND e.at >= :since": ("since", query.since),
        " AND e.at < :before": ("before", query.before),
    }
    wanted = {condition: pair for condition, pair in chosen.items() if pair[1] is not None}
    return "".join(wanted), dict(wanted.values())


def _type_of(name: str) -> Any:
    return None if name == "top" else search_entry.c.at.type


def _zones(connection: Connection, query: Query, ends: tuple[int, int], now: datetime) -> dict[int, Zone]:
    """The better zones of the matches between two articles."""
    if not query.wanted:
        return {}
    statement = text("SELECT rowid FROM search_text WHERE search_text MATCH :fits AND rowid BETWEEN :first AND :last")
    found: dict[int, Zone] = {}
    for zone in (Zone.LEAD, Zone.HEADLINE):
        values = {"fits": compiled(query, zone, now), "first": ends[0], "last": ends[1]}
        found |= dict.fromkeys(connection.execute(statement, values).scalars(), zone)
    return found


def compiled(query: Query, zone: Zone, now: datetime) -> str:
    """A query in the language of FTS5, its wanted words within a zone."""
    needed = [f"({_any(map(_term, group))})" for group in query.wanted]
    words = [f"{_SPANNED[zone]}({' AND '.join(needed)})"] if needed else [f'"{EVERYTHING}"']
    whole = " AND ".join(chain(words, (f"({_any(map(_quoted, group))})" for group in limits(query, now))))
    refused = [*map(_term, query.unwanted), *map(_quoted, refused_facets(query))]
    return f"({whole}) NOT ({_any(refused)})" if refused else whole


def _any(parts: Iterable[str]) -> str:
    return " OR ".join(parts)


def _term(term: Term) -> str:
    return _quoted(" ".join(term.words)) + (" *" if term.is_open else "")


def _quoted(words: str) -> str:
    # a searched word has letters and digits alone: there is no quotation mark in it
    return f'"{words}"'
