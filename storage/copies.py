"""Fingerprints of the texts of some days, and the groups of copies that were found by them.

    fingerprint_key (key -> article) -> fingerprint (group, full print) -> article.syndication_group_id, duplicate_of_id

Everything here but `prune` runs inside a keep transaction, after the change counter was locked: whoever looks sees all
earlier articles, and two writers that store two copies at once make one group of them. A print is bytes here; what it
means, `crawler.identity.shingles` knows. The number of a group is the id of its earliest article.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from storage import changes
from storage.changes import Change
from storage.database import chunks
from storage.records import ChangeKind
from storage.schema import article
from storage.schema_copies import article_copy, fingerprint, fingerprint_key

#: fingerprints that are deleted in one transaction: a writer waits for it no longer than for a group of articles
PRUNED_AT_ONCE = 500
#: keys of one look-up, as many as an article has: a list of fixed length is not spelled anew for each article
KEYS_AT_ONCE = 16


# Statements are made once: making one takes longer than running it (0.4 ms against 0.14), and a copy costs ten of them.
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_group: BindParameter[Any] = bindparam("group")
_fresh: BindParameter[Any] = bindparam("fresh")
_same_article = fingerprint.c.article_id == fingerprint_key.c.article_id
_some_keys: list[BindParameter[Any]] = [bindparam(f"key_{place}", type_=BigInteger) for place in range(KEYS_AT_ONCE)]
_of_groups: BindParameter[Any] = bindparam("groups", expanding=True)
_has_a_key = (fingerprint_key.c.key.in_(_some_keys), fingerprint_key.c.article_id != bindparam("but"))
_POSTINGS = (
    select(
        fingerprint_key.c.key,
        fingerprint.c.group_id,
        func.min(fingerprint.c.article_id),
        func.max(fingerprint.c.article_id),
    )
    .join_from(fingerprint_key, fingerprint, _same_article)
    .where(*_has_a_key)
    .group_by(fingerprint_key.c.key, fingerprint.c.group_id)
)
_HOLDERS = (
    select(fingerprint.c.article_id, fingerprint.c.group_id)
    .join_from(fingerprint_key, fingerprint, _same_article)
    .where(*_has_a_key, fingerprint.c.group_id.in_(_of_groups))
    .distinct()
)
_PRINTS = select(fingerprint.c.article_id, fingerprint.c.content).where(fingerprint.c.article_id.in_(_ids))
_PACKED = select(fingerprint.c.article_id, fingerprint.c.packed_keys).where(fingerprint.c.article_id.in_(_ids))
_KEEP_PRINT, _KEEP_KEYS = insert(fingerprint), insert(fingerprint_key)
_GROUP = select(article.c.syndication_group_id).where(article.c.article_id == bindparam("id"))
_MEMBERS = select(article.c.article_id, article.c.syndication_group_id).where(
    or_(article.c.article_id.in_(_of_groups), article.c.syndication_group_id.in_(_of_groups))
)
_join = update(article).values(
    syndication_group_id=_group, duplicate_of_id=case((article.c.article_id != _group, _group))
)
_JOIN = _join.where(article.c.article_id.in_(_ids))
_JOIN_ONE = _join.where(
    article.c.article_id.in_([_group, _fresh]), article.c.syndication_group_id.is_distinct_from(_group)
).returning(article.c.article_id)
_JOIN_PRINTS = update(fingerprint).where(fingerprint.c.article_id.in_(_ids)).values(group_id=_group)
_RENUMBER = update(article).where(article.c.article_id == bindparam("id")).values(change_seq=bindparam("last"))
_MARK = insert(article_copy)
_UNMARK = delete(article_copy).where(article_copy.c.article_id.in_(_ids))


@dataclass(frozen=True, slots=True)
class Posting:
    """A group of stored texts that have a key: the first of them and the last."""

    key: int
    group_id: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Print:
    """What is stored of a text to find its copies."""

    article_id: int
    #: what it is looked up by
    keys: tuple[int, ...]
    content: bytes
    stored_at: datetime


class Differing(Protocol):
    """How a copy differs from its original: shares from 0 to 1."""

    @property
    def similarity(self) -> float:
        """Of the shorter text, what stands in the longer one."""

    @property
    def cut(self) -> float:
        """Of the original, what the copy left out."""

    @property
    def added(self) -> float:
        """Of the copy, what the original does not have."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a copy differs from the original of its group; None where a fingerprint is no longer kept."""

    article_id: int
    differs: Differing | None


def postings(connection: Connection, keys: Sequence[int], but: int) -> list[Posting]:
    """The groups of stored texts that have a key, without the article `but`.

    A wire report in fifty outlets has all its keys fifty times: groups are told, not texts.
    """
    return [Posting(*row) for values in _asked(keys, but) for row in connection.execute(_POSTINGS, values)]


def holders(connection: Connection, keys: Sequence[int], groups: Collection[int], but: int) -> dict[int, int]:
    """The texts of some groups that have a key, without the article `but`: article -> group."""
    found: dict[int, int] = {}
    for values in _asked(keys, but):
        for some in chunks(sorted(groups)):
            rows = connection.execute(_HOLDERS, {**values, "groups": some})
            found.update((row.article_id, row.group_id) for row in rows)
    return found


def _asked(keys: Sequence[int], but: int) -> Iterator[dict[str, int]]:
    """The values of look-ups: the last keys are as many as the others, some of them twice."""
    for some in chunks(keys, KEYS_AT_ONCE):
        padded = some + some[:1] * (KEYS_AT_ONCE - len(some))
        yield {f"key_{place}": key for place, key in enumerate(padded)} | {"but": but}


def prints(connection: Connection, article_ids: Collection[int]) -> dict[int, bytes]:
    """The prints that are kept of these articles."""
    found: dict[int, bytes] = {}
    for some in chunks(sorted(article_ids)):
        found.update({row.article_id: row.content for row in connection.execute(_PRINTS, {"ids": some})})
    return found


def store(connection: Connection, mine: Print, group_id: int, common: Collection[int]) -> None:
    """Keep a print; keys that too many groups have are not written any more."""
    values = {
        "article_id": mine.article_id,
        "group_id": group_id,
        "stored_at": mine.stored_at,
        "packed_keys": array("q", mine.keys).tobytes(),
        "content": mine.content,
    }
    connection.execute(_KEEP_PRINT, values)
    rows = [{"key": key, "article_id": mine.article_id} for key in mine.keys if key not in common]
    if rows:
        connection.execute(_KEEP_KEYS, rows)


def forget(connection: Connection, article_ids: Collection[int]) -> int:
    """Drop the prints of these articles; return how many there were."""
    found = connection.execute(_PACKED, {"ids": list(article_ids)}).all()
    pairs = [(key, row.article_id) for row in found for key in array("q", row.packed_keys)]
    for some in chunks(pairs):
        pair = tuple_(fingerprint_key.c.key, fingerprint_key.c.article_id)
        connection.execute(delete(fingerprint_key).where(pair.in_(some)))
    if found:
        ids = [row.article_id for row in found]
        connection.execute(delete(fingerprint).where(fingerprint.c.article_id.in_(ids)))
    return len(found)


def prune(connection: Connection, before: datetime) -> int:
    """Drop some of the prints that were stored before a moment, the oldest first; return how many, 0 when none is."""
    old = select(fingerprint.c.article_id).where(fingerprint.c.stored_at < before)
    ids = connection.execute(old.order_by(fingerprint.c.article_id).limit(PRUNED_AT_ONCE)).scalars().all()
    return forget(connection, ids) if ids else 0


def group_of(connection: Connection, article_id: int) -> int:
    """The group of a stored article; its own id while it has no copies."""
    return int(connection.execute(_GROUP, {"id": article_id}).scalar_one() or article_id)


def merge(connection: Connection, groups: Collection[int], fresh: int | None = None) -> tuple[int, list[int]]:
    """Make one group of several; return its number, and the articles that are in another group now.

    `fresh` is an article whose print is not kept yet.
    """
    others = set(groups) - {fresh}
    if fresh is not None and len(others) == 1 and min(others) < fresh:
        return _add(connection, min(others), fresh)
    return _unite(connection, groups, fresh)


def _unite(connection: Connection, groups: Collection[int], fresh: int | None) -> tuple[int, list[int]]:
    members = connection.execute(_MEMBERS, {"groups": sorted(groups)}).all()
    group = min(row.article_id for row in members)
    moved = {row.article_id: row.syndication_group_id for row in members if row.syndication_group_id != group}
    renamed = [each for each, before in moved.items() if (before or each) != group and each != fresh]
    for statement, article_ids in ((_JOIN, list(moved)), (_JOIN_PRINTS, renamed)):
        for some in chunks(article_ids):
            connection.execute(statement, {"ids": some, "group": group})
    return group, sorted(moved)


def _add(connection: Connection, group: int, fresh: int) -> tuple[int, list[int]]:
    """Put a new article into the one group that it has a copy in: what nearly all copies do, whoever else is there."""
    moved = connection.execute(_JOIN_ONE, {"group": group, "fresh": fresh}).scalars()
    return group, sorted(moved)


def tell(connection: Connection, article_ids: Iterable[int], last: int, at: datetime) -> int:
    """Tell that articles are in another group, in the change feed; return the last number used."""
    for article_id in article_ids:
        last += 1
        changes.record(connection, Change(last, article_id, ChangeKind.GROUPED, (), at))
        connection.execute(_RENUMBER, {"id": article_id, "last": last})
    return last


def mark(connection: Connection, marks: Sequence[Mark], fresh: int | None = None) -> None:
    """Note how copies differ from their originals, instead of what was noted before; `fresh` never had a note."""
    for some in chunks([mark.article_id for mark in marks if mark.article_id != fresh]):
        connection.execute(_UNMARK, {"ids": some})
    known = [(mark.article_id, mark.differs) for mark in marks if mark.differs is not None]
    rows = [
        {"article_id": article_id, "similarity": differs.similarity, "cut": differs.cut, "added": differs.added}
        for article_id, differs in known
    ]
    if rows:
        connection.execute(_MARK, rows)


def groups_by_key(found: Iterable[Posting]) -> Mapping[int, list[int]]:
    """The groups of the texts that have each key."""
    groups: dict[int, list[int]] = {}
    for posting in found:
        groups.setdefault(posting.key, []).append(posting.group_id)
    return groups
