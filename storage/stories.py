"""Stories: the texts that can still be joined, which article belongs where, and what became of each story.

Written by one follower of the change feed, whose cursor moves in the same transaction: of two processes the slower one
writes nothing, so the numbers of `story_change` are in the order of commits.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, func, insert, or_, select, update

from storage.database import chunks
from storage.schema import article, story
from storage.schema_stories import story_change, story_text


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as far as its story goes."""

    article_id: int
    url: str
    headline: str
    article_body: str
    date_published: datetime | None
    first_seen_at: datetime
    #: earliest article of its group of copies; None: it is that one, or alone
    duplicate_of_id: int | None
    story_id: int | None
    #: when retention deleted its words
    pruned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text that others can join."""

    article_id: int
    story_id: int
    seen_at: datetime
    day: float
    terms: Mapping[str, float]


_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_CANDIDATES = (
    select(
        article.c.article_id,
        article.c.url,
        article.c.headline,
        article.c.article_body,
        article.c.date_published,
        article.c.first_seen_at,
        article.c.duplicate_of_id,
        article.c.story_id,
        article.c.pruned_at,
    )
    .where(article.c.article_id.in_(_ids))
    .order_by(article.c.article_id)
)
_PLACE = update(article).where(article.c.article_id == bindparam("id")).values(story_id=bindparam("story"))


def candidates(connection: Connection, article_ids: Collection[int]) -> list[Candidate]:
    """These articles, earliest first."""
    found: list[Candidate] = []
    for some in chunks(sorted(article_ids)):
        found += [Candidate(*row) for row in connection.execute(_CANDIDATES, {"ids": some})]
    return found


def texts(connection: Connection, since: datetime) -> list[StoredText]:
    """The texts that arrived since a moment, in the order of their articles."""
    columns = (
        story_text.c.article_id,
        story_text.c.story_id,
        story_text.c.seen_at,
        story_text.c.day,
        story_text.c.terms,
    )
    rows = connection.execute(select(*columns).where(story_text.c.seen_at >= since).order_by(story_text.c.article_id))
    return [StoredText(*row) for row in rows]


def newest_text(connection: Connection) -> int:
    """The article of the text that was kept last; 0: there is none."""
    return int(connection.execute(select(func.max(story_text.c.article_id))).scalar_one() or 0)


def keep_texts(connection: Connection, found: Sequence[StoredText]) -> None:
    """Keep texts for others to join."""
    names = ("article_id", "story_id", "seen_at", "day", "terms")
    rows = [{name: getattr(each, name) for name in names} for each in found]
    if rows:
        connection.execute(insert(story_text), rows)


def forget_texts(connection: Connection, before: datetime) -> None:
    """Drop the texts that arrived before a moment; articles keep their stories."""
    connection.execute(delete(story_text).where(story_text.c.seen_at < before))


def place(connection: Connection, placed: Mapping[int, int], at: datetime) -> None:
    """Put articles (id -> story) into their stories; stories that are not there yet begin."""
    there = _existing(connection, set(placed.values()))
    begun = sorted(set(placed.values()) - there)
    if begun:
        row = {"headline": "", "first_seen_at": at, "last_seen_at": at, "article_count": 0}
        connection.execute(insert(story), [{"story_id": story_id, **row} for story_id in begun])
    if placed:
        connection.execute(_PLACE, [{"id": article_id, "story": story_id} for article_id, story_id in placed.items()])
        connection.execute(_TELL, list(_steps(placed, set(begun), at)))
    refresh(connection, set(placed.values()))


def _steps(placed: Mapping[int, int], begun: set[int], at: datetime) -> Iterator[dict[str, Any]]:
    """The changes of stories that articles (id -> story) were put into: the first one of a new story begins it."""
    for article_id, story_id in placed.items():
        kind = "new" if story_id in begun else "joined"
        begun.discard(story_id)
        yield {"story_id": story_id, "kind": kind, "at": at, "article_id": article_id, "merged_into_id": None}


def merge(connection: Connection, gone: Mapping[int, int], at: datetime) -> int:
    """Make one of stories (gone -> into); a number that is gone leads on for ever. Return how many articles moved."""
    moved = 0
    for old, into in gone.items():
        moved += connection.execute(update(article).where(article.c.story_id == old).values(story_id=into)).rowcount
        connection.execute(update(story_text).where(story_text.c.story_id == old).values(story_id=into))
        redirected = or_(story.c.story_id == old, story.c.merged_into_id == old)
        connection.execute(update(story).where(redirected).values(merged_into_id=into))
        connection.execute(update(story).where(story.c.story_id == old).values(article_count=0))
        values = {"story_id": old, "kind": "merged", "at": at, "article_id": None, "merged_into_id": into}
        connection.execute(_TELL, values)
    refresh(connection, set(gone.values()))
    return moved


def _existing(connection: Connection, story_ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(sorted(story_ids)):
        found.update(connection.execute(select(story.c.story_id).where(story.c.story_id.in_(some))).scalars())
    return found


def refresh(connection: Connection, story_ids: Collection[int]) -> None:
    """Count the articles of stories anew, with when the first and the last came; a story is called as its first is.

    Those that retention buried do not count: a story that has no other is empty, and keeps its moments alone.
    """
    for some in chunks(sorted(story_ids)):
        connection.execute(_REFRESH.where(story.c.story_id.in_(some)))


_TELL = insert(story_change)
_of_story = and_(article.c.story_id == story.c.story_id, article.c.pruned_at.is_(None))
_first = select(func.min(article.c.article_id)).where(_of_story).scalar_subquery()
_named = article.alias("named")
_REFRESH = update(story).values(
    article_count=select(func.count()).select_from(article).where(_of_story).scalar_subquery(),
    first_seen_at=func.coalesce(
        select(func.min(article.c.first_seen_at)).where(_of_story).scalar_subquery(), story.c.first_seen_at
    ),
    last_seen_at=func.coalesce(
        select(func.max(article.c.first_seen_at)).where(_of_story).scalar_subquery(), story.c.last_seen_at
    ),
    headline=func.coalesce(select(_named.c.headline).where(_named.c.article_id == _first).scalar_subquery(), ""),
)
