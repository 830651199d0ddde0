"""Finding the copies of an article that is being kept: a part of the keep transaction.

    fingerprint -> look up its keys -> drop common ones -> compare (pure) -> merge groups -> mark copies, tell of them

The change counter is locked by the caller, so that the look-up sees all earlier articles.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from crawler.identity.copies import common_keys, joined, likeness
from crawler.identity.shingles import Fingerprint
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
    if text.fingerprint is not None:
        found = copies.postings(connection, text.fingerprint.keys, text.article_id)
        common = common_keys(copies.groups_by_key(found))
        groups |= _groups_with_a_copy(connection, text.fingerprint, found, common, groups)
    group, moved = copies.merge(connection, groups) if len(groups) > 1 else (own, [])
    _keep_print(connection, text, group, common, at)
    changed = moved if text.is_new else sorted({*moved, text.article_id})
    _mark(connection, [article_id for article_id in changed if article_id != group], group)
    # a new article is told already, with its group
    return copies.tell(connection, [each for each in moved if each != text.article_id or not text.is_new], last, at)


def _groups_with_a_copy(
    connection: Connection, mine: Fingerprint, found: Sequence[Posting], common: Collection[int], known: Collection[int]
) -> set[int]:
    candidates = {post.article_id: post.group_id for post in found if post.key not in common}
    candidates = {article_id: group for article_id, group in candidates.items() if group not in known}
    stored = copies.prints(connection, candidates) if candidates else {}
    others = ((candidates[article_id], Fingerprint.from_bytes(content)) for article_id, content in stored.items())
    return set(joined(mine, others))


def _keep_print(connection: Connection, text: Text, group: int, common: Collection[int], at: datetime) -> None:
    if not text.is_new:
        copies.forget(connection, [text.article_id])
    if text.fingerprint is not None:
        mine = Print(text.article_id, text.fingerprint.keys, text.fingerprint.to_bytes(), at)
        copies.store(connection, mine, group, common)


def _mark(connection: Connection, article_ids: Sequence[int], group: int) -> None:
    """Note how articles of a group differ from its original."""
    if not article_ids:
        return
    found = copies.prints(connection, {group, *article_ids})
    stored = {article_id: Fingerprint.from_bytes(content) for article_id, content in found.items()}
    known = [article_id for article_id in article_ids if article_id in stored and group in stored]
    marks = {article_id: likeness(stored[article_id], stored[group]) for article_id in known}
    copies.mark(connection, [Mark(article_id, marks.get(article_id)) for article_id in article_ids])
