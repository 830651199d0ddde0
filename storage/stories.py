"""Stories: the texts that can still be joined, which article belongs where, and what became of each story.

Written by one follower of the change feed, whose cursor moves in the same transaction: of two processes the slower one
writes nothing, so the numbers of `story_change` are in the order of commits.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from storage.database import chunks, insert_new
from storage.schema import article, meta, story
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


@dataclass(frozen=True, slots=True)
class Merge:
    """When stories were merged last, and the newest text of those that were looked at."""

    at: datetime
    newest_text: int


#: name of its row in `meta`
MERGED = "stories merged"

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
_STORIES = select(article.c.article_id, article.c.story_id).where(article.c.article_id.in_(_ids))
_PLACE = update(article).where(article.c.article_id == bindparam("id")).values(story_id=bindparam("story"))


def candidates(connection: Connection, article_ids: Collection[int]) -> list[Candidate]:
    """These articles, earliest first."""
    found: list[Candidate] = []
    for some in chunks(sorted(article_ids)):
        found += [Candidate(*row) for row in connection.execute(_CANDIDATES, {"ids": some})]
    return found


def story_ids(connection: Connection, article_ids: Collection[int]) -> dict[int, int | None]:
    """The stories of these articles; None: an article has none."""
    found: dict[int, int | None] = {}
    for some in chunks(sorted(article_ids)):
        found.update((row.article_id, row.story_id) for row in connection.execute(_STORIES, {"ids": some}))
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
    """Put articles (id -> story) into their stories; stories that are not there yet begin, others lose an article."""
    there = _existing(connection, set(placed.values()))
    before = story_ids(connection, placed.keys())
    left = {each: old for each, old in before.items() if old is not None and old != placed[each]}
    begun = sorted(set(placed.values()) - there)
    if begun:
        row = {"headline": "", "first_seen_at": at, "last_seen_at": at, "article_count": 0}
        connection.execute(insert(story), [{"story_id": story_id, **row} for story_id in begun])
    if placed:
        connection.execute(_PLACE, [{"id": article_id, "story": story_id} for article_id, story_id in placed.items()])
        connection.execute(_TELL, list(_steps(placed, left, set(begun), at)))
    refresh(connection, {*placed.values(), *left.values()})


def _steps(
    placed: Mapping[int, int], left: Mapping[int, int], begun: set[int], at: datetime
) -> Iterator[dict[str, Any]]:
    """The changes of stories that articles (id -> story) were put into: the first one of a new story begins it.

    Of an article that moves, the story that it left tells first: whoever follows one story learns of it.
    """
    for article_id, story_id in placed.items():
        told = {"at": at, "article_id": article_id, "merged_into_id": None}
        if article_id in left:
            yield {**told, "story_id": left[article_id], "kind": "left"}
        yield {**told, "story_id": story_id, "kind": "new" if story_id in begun else "joined"}
        begun.discard(story_id)


def merge(connection: Connection, gone: Mapping[int, int], at: datetime) -> int:
    """Make one of stories (gone -> into); a number that is gone leads on for ever. Return how many articles moved."""
    moved = 0
    for some in chunks(sorted(gone)):
        moved += connection.execute(_COUNT, {"ids": some}).scalar_one()
    if gone:
        rows = [{"old": old, "into": into} for old, into in gone.items()]
        for statement in (_MOVE, _MOVE_TEXTS, _REDIRECT, _END):
            connection.execute(statement, rows)
        told = {"kind": "merged", "at": at, "article_id": None}
        connection.execute(_TELL, [{**told, "story_id": old, "merged_into_id": into} for old, into in gone.items()])
    refresh(connection, set(gone.values()))
    return moved


def move(connection: Connection, moved: Mapping[int, int], at: datetime) -> int:
    """Move articles (id -> story) with their copies to stories that are nearer; return how many moved."""
    placed: dict[int, int] = {}
    for some in chunks(sorted(moved)):
        rows = connection.execute(_WITH_COPIES, {"ids": some})
        placed.update((row.article_id, moved[row.original]) for row in rows)
    place(connection, placed, at)
    if moved:
        connection.execute(
            _MOVE_TEXT, [{"id": article_id, "story": story_id} for article_id, story_id in moved.items()]
        )
    return len(placed)


def last_merge(connection: Connection) -> Merge | None:
    """The last merge of any process; None: there was none."""
    said = connection.execute(select(meta.c.value).where(meta.c.name == MERGED)).scalar_one_or_none()
    if said is None:
        return None
    at, _, newest = said.partition(" ")
    return Merge(datetime.fromisoformat(at), int(newest))


def note_merge(connection: Connection, at: datetime) -> None:
    """Note that the stories of all texts that are there were merged."""
    value = f"{at.isoformat()} {newest_text(connection)}"
    if not insert_new(connection, meta, [{"name": MERGED, "value": value}]):
        connection.execute(update(meta).where(meta.c.name == MERGED).values(value=value))


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
        rows = [dict(row) for row in connection.execute(_TOLD, {"ids": some}).mappings()]
        if rows:
            connection.execute(_SHOW, rows)
        if empty := sorted({*some} - {row["story"] for row in rows}):
            connection.execute(_EMPTY, {"ids": empty})


# Statements are made once: making one takes longer than running it.
_TELL = insert(story_change)
_old, _into = bindparam("old", type_=BigInteger), bindparam("into", type_=BigInteger)
_COUNT = select(func.count()).select_from(article).where(article.c.story_id.in_(_ids))
_MOVE = update(article).where(article.c.story_id == _old).values(story_id=_into)
_MOVE_TEXTS = update(story_text).where(story_text.c.story_id == _old).values(story_id=_into)
_MOVE_TEXT = update(story_text).where(story_text.c.article_id == bindparam("id")).values(story_id=bindparam("story"))
_is_copy = article.c.duplicate_of_id.is_not(None)
_WITH_COPIES = select(
    article.c.article_id,
    func.coalesce(article.c.duplicate_of_id, article.c.article_id).label("original"),
).where(
    or_(and_(article.c.article_id.in_(_ids), not_(_is_copy)), and_(article.c.syndication_group_id.in_(_ids), _is_copy))
)
_REDIRECT = update(story).where(story.c.merged_into_id == _old).values(merged_into_id=_into)
_END = update(story).where(story.c.story_id == _old).values(merged_into_id=_into, article_count=0)
_TOLD = (
    select(
        article.c.story_id.label("story"),
        func.count().label("articles"),
        func.min(article.c.article_id).label("earliest"),
        func.min(article.c.first_seen_at).label("first"),
        func.max(article.c.first_seen_at).label("last"),
    )
    .where(article.c.story_id.in_(_ids), article.c.pruned_at.is_(None))
    .group_by(article.c.story_id)
)
_headline = select(article.c.headline).where(article.c.article_id == bindparam("earliest")).scalar_subquery()
_SHOW = (
    update(story)
    .where(story.c.story_id == bindparam("story"))
    .values(
        article_count=bindparam("articles"),
        first_seen_at=bindparam("first"),
        last_seen_at=bindparam("last"),
        headline=_headline,
    )
)
_EMPTY = update(story).where(story.c.story_id.in_(_ids)).values(article_count=0, headline="")
