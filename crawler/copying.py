"""Finding the copies of an article that is being kept: a part of the keep transaction.

    fingerprint -> look up its keys -> drop common ones -> compare (pure) -> merge groups -> mark copies, tell of them

The change counter is locked by the caller, so that the look-up sees all earlier articles.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from crawler.identity.copies import common_keys, joined, likeness
from crawler.identity.shingles import Fingerprint, may_be_copy
from storage import copies
from storage.copies import Mark, Posting, Print


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is being kept."""

    article_id: int
    #: None: it says too little to be recognised
    fingerprint: Fingerprint | None
    #: articles that are known to have the very same text
    same_text: Sequence[int] = ()
    is_new: bool = True


def file_copy(connection: Connection, text: Text, at: datetime, last: int) -> int:
    """Put a text among its copies and keep its fingerprint; return the last number of the change feed that was used."""
    own = text.article_id if text.is_new else copies.group_of(connection, text.article_id)
    groups = {own, *(copies.group_of(connection, other) for other in text.same_text)}
    common: Collection[int] = ()
    prints: dict[int, Fingerprint] = {}
    if text.fingerprint is not None:
        prints[text.article_id] = text.fingerprint
        found = copies.postings(connection, text.fingerprint.keys, text.article_id)
        common = common_keys(copies.groups_by_key(found))
        groups |= _groups_with_a_copy(connection, text, _leading(found, common, groups), prints)
    fresh = text.article_id if text.is_new else None
    group, moved = copies.merge(connection, groups, fresh) if len(groups) > 1 else (own, [])
    _keep_print(connection, text, group, common, at)
    changed = moved if text.is_new else sorted({*moved, text.article_id})
    _mark(connection, [article_id for article_id in changed if article_id != group], group, prints, fresh)
    # a new article is told already, with its group
    return copies.tell(connection, [each for each in moved if each != fresh], last, at)


def _groups_with_a_copy(
    connection: Connection, text: Text, found: Sequence[Posting], prints: dict[int, Fingerprint]
) -> set[int]:
    """Of groups that have a key in common, those in which there is a copy; prints that were read go to `prints`.

    The earliest of each group is looked at first, because the others are mostly as near: of fifty outlets.
    """
    earliest = _earliest(found)
    groups = _compared(connection, text, {article_id: group for group, article_id in earliest.items()}, prints)
    left = {post.group_id for post in found if post.latest != earliest[post.group_id]} - groups
    if left:
        keys, first = sorted({post.key for post in found}), set(earliest.values())
        others = copies.holders(connection, keys, left, text.article_id)
        groups |= _compared(connection, text, {each: others[each] for each in others.keys() - first}, prints)
    return groups


def _leading(found: Sequence[Posting], common: Collection[int], known: Collection[int]) -> list[Posting]:
    """What leads to another group: its key is not common, and the group not joined already."""
    return [post for post in found if post.key not in common and post.group_id not in known]


def _earliest(found: Sequence[Posting]) -> dict[int, int]:
    """Group -> the earliest of its texts that have a key."""
    earliest: dict[int, int] = {}
    for post in found:
        earliest[post.group_id] = min(post.earliest, earliest.get(post.group_id, post.earliest))
    return earliest


def _compared(
    connection: Connection, text: Text, candidates: Mapping[int, int], prints: dict[int, Fingerprint]
) -> set[int]:
    """The groups of those candidates (article -> group) that are copies."""
    if text.fingerprint is None or not candidates:
        return set()
    hashes, stored = frozenset(text.fingerprint.hashes), copies.prints(connection, candidates)
    found = {
        article_id: Fingerprint.from_bytes(content)
        for article_id, content in stored.items()
        if may_be_copy(hashes, content)
    }
    prints.update(found)
    return set(joined(text.fingerprint, ((candidates[article_id], other) for article_id, other in found.items())))


def _keep_print(connection: Connection, text: Text, group: int, common: Collection[int], at: datetime) -> None:
    if not text.is_new:
        copies.forget(connection, [text.article_id])
    if text.fingerprint is not None:
        mine = Print(text.article_id, text.fingerprint.keys, text.fingerprint.to_bytes(), at)
        copies.store(connection, mine, group, common)


def _mark(
    connection: Connection, article_ids: Sequence[int], group: int, prints: dict[int, Fingerprint], fresh: int | None
) -> None:
    """Note how articles of a group differ from its original."""
    if not article_ids:
        return
    unread = {group, *article_ids} - prints.keys()
    found = copies.prints(connection, unread) if unread else {}
    prints.update({article_id: Fingerprint.from_bytes(content) for article_id, content in found.items()})
    known = [article_id for article_id in article_ids if article_id in prints and group in prints]
    marks = {article_id: likeness(prints[article_id], prints[group]) for article_id in known}
    copies.mark(connection, [Mark(article_id, marks.get(article_id)) for article_id in article_ids], fresh)
