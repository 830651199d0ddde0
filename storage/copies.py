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
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
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
#: keys of one text: lists of keys have such lengths, so that a statement is not spelled anew for each
KEYS_AT_ONCE = 16


# Statements are made once: making one takes longer than running it (0.4 ms against 0.14), and a copy costs ten of them.
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_group: BindParameter[Any] = bindparam("group")
_same_article = fingerprint.c.article_id == fingerprint_key.c.article_id
_of_groups: BindParameter[Any] = bindparam("groups", expanding=True)
_keys: BindParameter[Any] = bindparam("keys", expanding=True)
_has_a_key = (fingerprint_key.c.key.in_(_keys), fingerprint_key.c.article_id != bindparam("but"))
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
# one statement for all keys of a text: sixteen rows cost as much as three of one row each
_KEEP_ALL_KEYS = insert(fingerprint_key).values(
    [{"key": bindparam(f"key_{place}"), "article_id": bindparam("article")} for place in range(KEYS_AT_ONCE)]
)
_GROUPS = select(article.c.article_id, article.c.syndication_group_id).where(article.c.article_id.in_(_ids))
_MEMBERS = select(article.c.article_id, article.c.syndication_group_id).where(
    or_(article.c.article_id.in_(_of_groups), article.c.syndication_group_id.in_(_of_groups))
)
_join = update(article).values(
    syndication_group_id=_group, duplicate_of_id=case((article.c.article_id != _group, _group))
)
_JOIN, _JOIN_ONE = _join.where(article.c.article_id.in_(_ids)), _join.where(article.c.article_id == bindparam("id"))
_NO_GROUP_YET = select(article.c.article_id).where(
    article.c.article_id.in_(_of_groups), article.c.syndication_group_id.is_distinct_from(article.c.article_id)
)
_JOIN_PRINTS = update(fingerprint).where(fingerprint.c.article_id.in_(_ids)).values(group_id=_group)
_RENUMBER = update(article).where(article.c.article_id == bindparam("id")).values(change_seq=bindparam("last"))
_MARK = insert(article_copy)
_UNMARK = delete(article_copy).where(article_copy.c.article_id.in_(_ids))


class Posting(NamedTuple):
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
    #: the group of copies that the text is in; its own number while it has none
    group_id: int
    #: those of its keys that too many groups have: they are not written any more
    common: Collection[int] = ()


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
    asked = ({"keys": some, "but": but} for some in _asked(keys))
    return [Posting(*row) for values in asked for row in connection.execute(_POSTINGS, values).all()]


def holders(connection: Connection, keys: Sequence[int], groups: Collection[int], but: int) -> dict[int, int]:
    """The texts of some groups that have a key, without the article `but`: article -> group."""
    found: dict[int, int] = {}
    for some_keys in _asked(keys):
        for some in chunks(sorted(groups)):
            rows = connection.execute(_HOLDERS, {"keys": some_keys, "but": but, "groups": some})
            found.update((row.article_id, row.group_id) for row in rows)
    return found


def _asked(keys: Sequence[int]) -> Iterator[list[int]]:
    """The keys of look-ups: filled up to full texts with one that is asked for already."""
    for some in chunks(keys):
        yield some + some[:1] * (-len(some) % KEYS_AT_ONCE)


def prints(connection: Connection, article_ids: Collection[int]) -> dict[int, bytes]:
    """The prints that are kept of these articles."""
    found: dict[int, bytes] = {}
    for some in chunks(sorted(article_ids)):
        found.update((article_id, content) for article_id, content in connection.execute(_PRINTS, {"ids": some}).all())
    return found


def store(connection: Connection, some: Sequence[Print]) -> None:
    """Keep prints; keys that too many groups have are not written any more."""
    if not some:
        return
    connection.execute(_KEEP_PRINT, [_print_row(mine) for mine in some])
    written = {mine.article_id: [key for key in mine.keys if key not in mine.common] for mine in some}
    whole = [_whole(article_id, keys) for article_id, keys in written.items() if len(keys) == KEYS_AT_ONCE]
    if whole:
        connection.execute(_KEEP_ALL_KEYS, whole)
    _store_some_keys(connection, {each: keys for each, keys in written.items() if len(keys) != KEYS_AT_ONCE})


def _store_some_keys(connection: Connection, keys: Mapping[int, Sequence[int]]) -> None:
    """Those of texts that have fewer than others: short ones, and such whose keys are common."""
    rows = [{"key": key, "article_id": article_id} for article_id, some in keys.items() for key in some]
    if rows:
        connection.execute(_KEEP_KEYS, rows)


def _print_row(mine: Print) -> dict[str, Any]:
    return {
        "article_id": mine.article_id,
        "group_id": mine.group_id,
        "stored_at": mine.stored_at,
        "packed_keys": array("q", mine.keys).tobytes(),
        "content": mine.content,
    }


def _whole(article_id: int, keys: Sequence[int]) -> dict[str, int]:
    return {f"key_{place}": key for place, key in enumerate(keys)} | {"article": article_id}


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


def groups_of(connection: Connection, article_ids: Collection[int]) -> dict[int, int]:
    """The groups of stored articles; an article's own id while it has no copies."""
    groups: dict[int, int] = {}
    for some in chunks(sorted(article_ids)):
        rows = connection.execute(_GROUPS, {"ids": some})
        groups.update((row.article_id, row.syndication_group_id or row.article_id) for row in rows)
    return groups


def merge(connection: Connection, groups: Collection[int]) -> tuple[int, list[int]]:
    """Make one group of several; return its number, and the articles that are in another group now."""
    members = connection.execute(_MEMBERS, {"groups": sorted(groups)}).all()
    group = min(row.article_id for row in members)
    moved = {row.article_id: row.syndication_group_id for row in members if row.syndication_group_id != group}
    renamed = [each for each, before in moved.items() if (before or each) != group]
    for statement, article_ids in ((_JOIN, list(moved)), (_JOIN_PRINTS, renamed)):
        for some in chunks(article_ids):
            connection.execute(statement, {"ids": some, "group": group})
    return group, sorted(moved)


def join(connection: Connection, joins: Mapping[int, int]) -> list[int]:
    """Put new articles into groups (article -> group): what nearly all copies do, whoever else is there.

    Returned are the originals that had no copy before, and are in a group of their own now.
    """
    groups, found = sorted(set(joins.values())), list[int]()
    for some in chunks(groups):
        found += connection.execute(_NO_GROUP_YET, {"groups": some}).scalars()
    rows = [
        {"id": article_id, "group": group} for article_id, group in (*joins.items(), *zip(found, found, strict=True))
    ]
    if rows:
        connection.execute(_JOIN_ONE, rows)
    return sorted(found)


def tell(connection: Connection, article_ids: Sequence[int], last: int, at: datetime) -> int:
    """Tell that articles are in another group, in the change feed; return the last number used."""
    told = [Change(last + place, each, ChangeKind.GROUPED, (), at) for place, each in enumerate(article_ids, 1)]
    changes.record(connection, *told)
    if told:
        connection.execute(_RENUMBER, [{"id": entry.article_id, "last": entry.change_seq} for entry in told])
    return last + len(told)


def mark(connection: Connection, marks: Sequence[Mark], fresh: Collection[int] = ()) -> None:
    """Note how copies differ from their originals, instead of what was noted before; the `fresh` never had a note."""
    for some in chunks([mark.article_id for mark in marks if mark.article_id not in fresh]):
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
