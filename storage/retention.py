"""Deleting what is old: articles by age and by number, their texts alone by age, changes by a window.

A deleted article leaves its row behind as a tombstone: addresses, fingerprints, dates. Its words are gone for good: a
list that still has it, or another address of it, brings nothing back. ``v1_article`` shows it no more; its addresses
and its empty versions stay in ``v1_article_alias`` and ``v1_revision``. Followers of the changes are told (`removed`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage import changes
from storage.changes import Change
from storage.consumers import OURS
from storage.records import ChangeKind
from storage.schema import article, change, link, revision
from storage.schema_consumers import consumer

#: articles of one transaction: it holds the lock of all writers
STEP = 200
#: stands in the change that tells of a deletion
REASON = "retention"


def source_keys(connection: Connection) -> list[str]:
    """The sources that articles are of, those that no configuration names among them.

    One look into the index for each source, where DISTINCT would read it for each of a million articles.
    """
    first = select(func.min(article.c.source_key).label("key")).cte(recursive=True)
    later = select(func.min(article.c.source_key)).where(article.c.source_key > first.c.key).scalar_subquery()
    keys = first.union_all(select(later).where(first.c.key.is_not(None)))
    return list(connection.execute(select(keys.c.key).where(keys.c.key.is_not(None))).scalars())


def too_old(connection: Connection, source_key: str, before: datetime) -> list[int]:
    """Articles of a source that were first stored before a moment, a step of them."""
    here = (article.c.source_key == source_key, article.c.pruned_at.is_(None), article.c.first_seen_at < before)
    query = select(article.c.article_id).where(*here).order_by(article.c.article_id).limit(STEP)
    return list(connection.execute(query).scalars())


def too_many(connection: Connection, source_key: str, most: int) -> list[int]:
    """Articles of a source beyond the newest so many, a step of them."""
    here = (article.c.source_key == source_key, article.c.pruned_at.is_(None))
    order = (article.c.first_seen_at.desc(), article.c.article_id.desc())
    return list(
        connection.execute(
            select(article.c.article_id).where(*here).order_by(*order).offset(most).limit(STEP)
        ).scalars()
    )


def bodies_too_old(connection: Connection, source_key: str, before: datetime) -> list[int]:
    """Articles of a source with a text that were first stored before a moment, a step of them."""
    gone = (article.c.pruned_at.is_(None), article.c.body_pruned_at.is_(None))
    here = (article.c.source_key == source_key, *gone, article.c.first_seen_at < before)
    query = select(article.c.article_id).where(*here).order_by(article.c.article_id).limit(STEP)
    return list(connection.execute(query).scalars())


def strip(connection: Connection, article_ids: Sequence[int], now: datetime) -> None:
    """Delete the texts of articles and of their versions, and note it in the change feed; all else stays."""
    last = changes.lock_counter(connection)
    for number, article_id in enumerate(sorted(article_ids), last + 1):
        values = {"article_body": "", "body_pruned_at": now, "change_seq": number}
        connection.execute(update(article).where(article.c.article_id == article_id).values(**values))
        changes.record(connection, Change(number, article_id, ChangeKind.REVISED, (REASON,), now))
    connection.execute(
        update(revision).where(revision.c.article_id.in_(article_ids)).values(article_body="", edits=None)
    )
    _leave_alone(connection, article_ids, {})
    changes.advance_counter(connection, last + len(article_ids))


def _leave_alone(connection: Connection, article_ids: Sequence[int], more: dict[str, Any]) -> None:
    """Their pages are not read again."""
    connection.execute(update(link).where(link.c.article_id.in_(article_ids)).values(next_try_at=None, **more))


def bury(connection: Connection, article_ids: Sequence[int], now: datetime) -> None:
    """Delete the words of articles, and note the deletions in the change feed."""
    last = changes.lock_counter(connection)
    bare: dict[str, Any] = {"headline": "", "description": None, "article_body": "", "authors": []}
    more: dict[str, Any] = {"keywords": [], "provenance": {}, "image_caption": None, "pruned_at": now}
    for number, article_id in enumerate(sorted(article_ids), last + 1):
        here = article.c.article_id == article_id
        connection.execute(update(article).where(here).values(**bare, **more, change_seq=number))
        changes.record(connection, Change(number, article_id, ChangeKind.REMOVED, (REASON,), now))
    connection.execute(update(revision).where(revision.c.article_id.in_(article_ids)).values(**bare, edits=None))
    _leave_alone(connection, article_ids, {"title": None, "claims": None})
    changes.advance_counter(connection, last + len(article_ids))


def prune_changes(connection: Connection, before: datetime) -> int:
    """Delete changes that are older than a moment and that our own followers have had; return how many."""
    behind = select(func.min(consumer.c.change_seq)).where(consumer.c.name.startswith(OURS))
    had = connection.execute(behind).scalar_one_or_none()
    first_kept = select(func.min(change.c.change_seq)).where(change.c.at >= before)
    kept = connection.execute(first_kept).scalar_one_or_none()
    if had is None:
        return 0
    upto = had if kept is None else min(had, kept - 1)
    return connection.execute(delete(change).where(change.c.change_seq <= upto)).rowcount
