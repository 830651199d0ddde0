"""Full-text search: a query in, one page of results out, the best of the newest first.

    Query -> storage.search.newest (at most WINDOW matches) -> one of each text's copies -> ranked -> a page
          -> articles of that page -> headline and snippet with the found words marked -> Results

The newest matches are ranked, not all there are: news is read newest first, and the two commonest words of a million
articles are found as fast as two rare ones. When a window of matches is used up, the next page begins the next window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

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
MOST_RESULTS = 100
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

    #: columns of `v1_article` without the long ones
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


def search(
    connection: Connection, query: Query, limit: int = 20, cursor: str | None = None, *, with_copies: bool = False
) -> Results:
    """A page of results, the best first; copies of one text are one result unless asked for.

    Raises QueryError for a cursor that no page gave. A page can be shorter than `limit` and yet not the last.
    """
    place = Cursor.read(cursor) if cursor else Cursor(0, 0, int(datetime.now(UTC).timestamp()))
    now = datetime.fromtimestamp(place.at, UTC)
    found = index.newest(connection, query, Span(place.top or None, WINDOW), now)
    ranked = rank(found, now, with_copies=with_copies)
    limit = min(limit, MOST_RESULTS)
    page = ranked[place.offset : place.offset + limit]
    return Results(tuple(_hits(connection, query, page)), _next(place, found, len(ranked), limit))


def _next(place: Cursor, found: Sequence[Candidate], ranked: int, limit: int) -> str | None:
    if place.offset + limit < ranked:
        return str(Cursor(found[0].article_id, place.offset + limit, place.at))
    if len(found) == WINDOW and found[-1].article_id > 1:
        return str(Cursor(found[-1].article_id - 1, 0, place.at))
    return None


def rank(found: Sequence[Candidate], now: datetime, *, with_copies: bool) -> list[Ranked]:
    """The matches in the order of their scores, each text once (the best of its copies). Pure."""
    scored = sorted(
        ((score(item, now), item.article_id, item) for item in found), key=lambda found: found[:2], reverse=True
    )
    if with_copies:
        return [Ranked(item, points) for points, _, item in scored]
    counts: dict[int, int] = {}
    for item in found:
        counts[item.copy_of] = counts.get(item.copy_of, -1) + 1
    best: dict[int, Ranked] = {}
    for points, _, item in scored:
        best.setdefault(item.copy_of, Ranked(item, points, counts[item.copy_of]))
    return list(best.values())


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
    article = {name: value for name, value in row.items() if name not in ("article_body", "provenance")}
    return Hit(article, marked(row["headline"], query), snippet(text, query), item.score, item.copies)


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
