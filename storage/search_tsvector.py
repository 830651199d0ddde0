"""Search on PostgreSQL: a text vector and a text query that are written by us, word by word.

Its own parser is not asked: it takes "1e5" for a number, "a/b" for a path, and in a database of the C locale a word of
another script for nothing. Weights stand for the zones: A headline, B description and first words, D the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, cast, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.elements import ColumnElement

from storage.queries import EVERYTHING, LEAD_WORDS, Document, Query, Term, limits, refused_facets
from storage.schema_consumers import search_entry
from storage.search_spans import Candidate, Span, Zone

#: places of one word that PostgreSQL keeps
MOST_PLACES = 255
#: weights that each zone spans
_SPANNED = {Zone.HEADLINE: "A", Zone.LEAD: "AB", Zone.BODY: ""}


def put(_connection: Connection, found: Mapping[int, Document]) -> dict[int, Any]:
    """The documents as text vectors, by their article_id; they are indexed as they are stored."""
    return {article_id: vector(item) for article_id, item in found.items()}


def vector(found: Document) -> str:
    """A document as PostgreSQL writes a text vector, such as 'harbour':1A,7B 'opens':2A."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, (word, weight) in enumerate(_weighed(found), 1):
        if word and len(places[word]) < MOST_PLACES:
            places[word].append(f"{place}{weight}")
    facets = (f"'{item}'" for item in found.facets)
    return " ".join(chain((f"'{word}':{','.join(at)}" for word, at in places.items()), facets))


def _weighed(found: Document) -> Iterator[tuple[str, str]]:
    yield from ((word, "A") for word in found.headline)
    yield "", ""  # no phrase goes from the headline into the text
    yield from ((word, "B") for word in found.lead)
    yield from ((word, "") for word in found.body[LEAD_WORDS:])


def newest(connection: Connection, query: Query, span: Span, now: datetime) -> list[Candidate]:
    """The newest articles that fit, each with the best zone that holds all words."""
    entry = search_entry.c
    zones = [_fits(query, zone, now).label(zone.name) for zone in (Zone.HEADLINE, Zone.LEAD)]
    statement = (
        select(entry.article_id, entry.at, entry.copy_of, *zones)
        .where(_fits(query, Zone.BODY, now), *_bounds(query, span))
        .order_by(entry.article_id.desc())
        .limit(span.limit)
    )
    return [Candidate(row.article_id, row.at, row.copy_of, _zone(row, query)) for row in connection.execute(statement)]


def _bounds(query: Query, span: Span) -> Iterator[ColumnElement[bool]]:
    if span.top is not None:
        yield search_entry.c.article_id <= span.top
    if query.since is not None:
        yield search_entry.c.at >= query.since
    if query.before is not None:
        yield search_entry.c.at < query.before


def _fits(query: Query, zone: Zone, now: datetime) -> ColumnElement[bool]:
    return search_entry.c.document.bool_op("@@")(cast(literal(compiled(query, zone, now)), TSQUERY))


def _zone(row: Any, query: Query) -> Zone:
    if not query.wanted:
        return Zone.BODY
    return Zone.HEADLINE if row.HEADLINE else Zone.LEAD if row.LEAD else Zone.BODY


def compiled(query: Query, zone: Zone, now: datetime) -> str:
    """A query as PostgreSQL writes a text query, its wanted words within a zone."""
    weights = _SPANNED[zone]
    words = [_any(_term(item, weights) for item in group) for group in query.wanted]
    beside = (_any(f"'{item}'" for item in group) for group in limits(query, now))
    whole = [*(words or [f"'{EVERYTHING}'"]), *beside]
    refused = [*(_term(item, "") for item in query.unwanted), *(f"'{item}'" for item in refused_facets(query))]
    return " & ".join([*whole, *(f"!{item}" for item in refused)])


def _any(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"


def _term(term: Term, weights: str) -> str:
    last = len(term.words) - 1
    words = (
        f"'{word}'" + _marked(weights, is_open=term.is_open and number == last)
        for number, word in enumerate(term.words)
    )
    return f"({' <-> '.join(words)})"


def _marked(weights: str, *, is_open: bool) -> str:
    marks = ("*" if is_open else "") + weights
    return f":{marks}" if marks else ""
