"""Full-text search: a query in, one page of results out, the best of the newest first.

    Query -> storage.search.newest (at most WINDOW matches) -> those that are wanted -> one of each text's copies
          -> ranked -> a page -> articles of that page -> headline and snippet with the found words marked -> Results

The newest matches are ranked, not all there are: news is read newest first, and the two commonest words of a million
articles are found as fast as two rare ones. When a window of matches is used up, the next page begins the next window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from delivery.articles import Wanted
from delivery.marking import Marked, marked, snippet
from delivery.query import QueryError
from delivery.rows import Row, select_rows
from storage import search as index
from storage.changes import Change
from storage.consumers import OURS
from storage.queries import Query
from storage.search import Entry
from storage.search_spans import Candidate, Span, Zone

#: matches that are ranked against one another
WINDOW = 500
#: results on one page, at most
MOST_RESULTS = 200
#: windows that are looked through for one page: a filter that hardly any match passes would else read them all
MOST_WINDOWS = 10
#: an article of this age counts half as much as one of now: a headline that names the words weighs for three weeks what
#: a body of today that has them somewhere does
HALF_AGE = timedelta(days=7)
WEIGHTS = {Zone.HEADLINE: 4.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: in which window, behind how many of its results, at which time ages are counted."""

    top: int
    offset: int
    at: int

    def __str__(self) -> str:
        return f"{self.top}.{self.offset}.{self.at}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that a page gave. Raises QueryError."""
        numbers = text.split(".")
        if len(numbers) != 3 or not all(len(part) < 19 and part.isascii() and part.isdigit() for part in numbers):
            raise QueryError("this cursor is none that a page of results gave: leave it out to begin with the first")
        top, offset, at = map(int, numbers)
        return cls(top, min(offset, WINDOW), min(at, 2**33))


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    #: columns of `v1_article`
    article: Row
    headline: Marked
    snippet: Marked
    score: float
    #: other articles with the same text that were found and are not shown
    copies: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    hits: tuple[Hit, ...]
    #: hands out the next page; None: this was the last one
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A match with its score and the number of its copies."""

    candidate: Candidate
    score: float
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How matches are shown, and which of them."""

    #: each article by itself; else copies of one text are one result
    with_copies: bool = False
    #: the latest stored first, whatever its score
    newest_first: bool = False
    wanted: Wanted = field(default_factory=Wanted)


def search(
    connection: Connection, query: Query, limit: int = 20, cursor: str | None = None, manner: Manner | None = None
) -> Results:
    """A page of results, the best first; copies of one text are one result unless asked for.

    Raises QueryError for a cursor that no page gave. A page can be shorter than `limit` and yet not the last.
    """
    here: Cursor | None = Cursor.read(cursor) if cursor else Cursor(0, 0, int(datetime.now(UTC).timestamp()))
    limit, picked = min(limit, MOST_RESULTS), list[Ranked]()
    manner = manner or Manner()
    query = narrowed_by(query, manner.wanted)
    for _ in range(MOST_WINDOWS):
        if here is None or len(picked) == limit:
            break
        more, here = _look(connection, query, here, limit - len(picked), manner)
        picked += more
    return Results(tuple(_hits(connection, query, picked)), str(here) if here else None)


def narrowed_by(query: Query, wanted: Wanted) -> Query:
    """A query to which the index adds what it knows of the wanted: never less than what is wanted. Pure."""
    values = {
        "source": tuple(wanted.sources),
        # the index has zh and zh-Hant-TW of an article, and nothing between them
        "language": () if any("-" in tag for tag in wanted.languages) else tuple(wanted.languages),
        "section": (wanted.section,) if wanted.section else (),
        "agency": (wanted.agency,) if wanted.agency else (),
    }
    # a field that the query has, too, stands in the index once: the other one is left to the filter
    fields = {name: found for name, found in values.items() if found and name not in query.fields}
    # the index knows the earlier of both dates: what was stored or published before a moment lies before it there
    ends = [end for end in (query.before, wanted.until, wanted.published_until) if end is not None]
    return replace(query, fields={**query.fields, **fields}, before=min(ends, default=None))


def _look(
    connection: Connection, query: Query, here: Cursor, most: int, manner: Manner
) -> tuple[list[Ranked], Cursor | None]:
    """What a window has behind a place, and the place behind that; None: there are no more windows."""
    now = datetime.fromtimestamp(here.at, UTC)
    found = index.newest(connection, query, Span(here.top or None, WINDOW), now)
    ranked = rank(_wanted(connection, found, manner.wanted), now, manner)
    return ranked[here.offset : here.offset + most], _next(here, found, len(ranked), most)


def _wanted(connection: Connection, found: Sequence[Candidate], wanted: Wanted) -> list[Candidate]:
    """Those candidates that are wanted."""
    conditions, values = wanted.conditions()
    if not conditions or not found:
        return list(found)
    ids = ", ".join(str(int(item.article_id)) for item in found)
    where = " AND ".join([f"article_id IN ({ids})", *conditions])
    rows = select_rows(connection, f"SELECT article_id FROM v1_article WHERE {where}", **values)  # noqa: S608 - our own words
    kept = {row["article_id"] for row in rows}
    return [item for item in found if item.article_id in kept]


def _next(here: Cursor, found: Sequence[Candidate], ranked: int, most: int) -> Cursor | None:
    if here.offset + most < ranked:
        return Cursor(found[0].article_id, here.offset + most, here.at)
    if len(found) == WINDOW and found[-1].article_id > 1:
        return Cursor(found[-1].article_id - 1, 0, here.at)
    return None


def rank(found: Sequence[Candidate], now: datetime, manner: Manner) -> list[Ranked]:
    """The matches in the order of their scores or of their numbers, each text once (the first of its copies). Pure."""
    points = {item.article_id: score(item, now) for item in found}
    ordered = sorted(
        found,
        key=lambda item: (0.0 if manner.newest_first else points[item.article_id], item.article_id),
        reverse=True,
    )
    if manner.with_copies:
        return [Ranked(item, points[item.article_id]) for item in ordered]
    counts: dict[int, int] = {}
    for item in found:
        counts[item.copy_of] = counts.get(item.copy_of, -1) + 1
    first: dict[int, Ranked] = {}
    for item in ordered:
        first.setdefault(item.copy_of, Ranked(item, points[item.article_id], counts[item.copy_of]))
    return list(first.values())


def score(found: Candidate, now: datetime) -> float:
    """Where the words stand, divided by how old the article is. Pure."""
    age = max(now - found.at, timedelta())
    return WEIGHTS[found.zone] / (1.0 + age / HALF_AGE)


def _hits(connection: Connection, query: Query, page: Sequence[Ranked]) -> list[Hit]:
    ids = ", ".join(str(int(item.candidate.article_id)) for item in page)
    statement = f"SELECT * FROM v1_article WHERE article_id IN ({ids})"  # noqa: S608 - numbers
    rows = {row["article_id"]: row for row in select_rows(connection, statement)} if page else {}
    return [_hit(query, item, rows[item.candidate.article_id]) for item in page if item.candidate.article_id in rows]


def _hit(query: Query, item: Ranked, row: Row) -> Hit:
    text = "\n\n".join(filter(None, (row["description"], row["article_body"])))
    return Hit(row, marked(row["headline"], query), snippet(text, query), item.score, item.copies)


def behind(connection: Connection) -> int:
    """How many changes the index has not taken in yet."""
    statement = "SELECT changes_behind AS n FROM v1_consumer WHERE consumer = :name"
    found = [row["n"] for row in select_rows(connection, statement, name=SearchFollower.name)]
    (newest,) = select_rows(connection, "SELECT max(change_seq) AS n FROM v1_article_change")
    return int(found[0] if found else newest["n"] or 0)


@dataclass(frozen=True, slots=True)
class Indexing:
    """What one step of the follower writes."""

    put: Sequence[Entry]
    drop: Sequence[int]


class SearchFollower:
    """Keeps the index as the articles are: revised ones anew, removed ones out."""

    name = f"{OURS}search"

    def read(self, connection: Connection, changes: Sequence[Change]) -> Indexing:
        """Read the articles that changed and take their texts apart."""
        touched = sorted({change.article_id for change in changes})
        found = index.entries(connection, touched)
        return Indexing(found, sorted(set(touched) - {entry.article_id for entry in found}))

    def write(self, connection: Connection, work: Indexing) -> None:
        """Put and drop them."""
        index.drop(connection, work.drop)
        index.put(connection, work.put)
