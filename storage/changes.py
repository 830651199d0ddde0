"""The change feed: numbers in commit order.

A plain sequence hands out numbers before the commit, so that a consumer who polls `change_seq > last` skips what
commits late (1,944 of 3,196 rows with 8 writers). Here every keep transaction first locks one row; the lock holds
until the commit, so the order of numbers is the order of commits, and a rollback gives its numbers back.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.errors import CursorTooOld
from storage.records import ChangeKind
from storage.schema import article, change, counter, meta
from storage.wakeups import announce


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change feed."""

    change_seq: int
    article_id: int
    kind: ChangeKind
    what: tuple[str, ...]
    at: datetime


# Every article needs these: they are made once, because making a statement takes longer than running it.
_counter = update(counter).where(counter.c.name == bindparam("counter"))
_LOCK = _counter.values(n=counter.c.n).returning(counter.c.n)
_ADVANCE = _counter.values(n=bindparam("last"))
_RECORD = insert(change)


def lock_counter(connection: Connection, name: str = "change") -> int:
    """Lock a counter until the transaction ends and return its last number. First statement of every keep."""
    return int(connection.execute(_LOCK, {"counter": name}).scalar_one())


def advance_counter(connection: Connection, last: int, name: str = "change") -> None:
    """Write the last number used; the caller holds the lock."""
    connection.execute(_ADVANCE, {"counter": name, "last": last})
    if name == "change":
        announce(connection)


def record(connection: Connection, *entries: Change) -> None:
    """Add lines to the feed; their numbers were taken under the lock."""
    rows = [
        {
            "change_seq": entry.change_seq,
            "article_id": entry.article_id,
            "kind": entry.kind.value,
            "what": list(entry.what),
            "at": entry.at,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(_RECORD, rows)


def after(connection: Connection, cursor: int, limit: int = 1000) -> list[Change]:
    """At most `limit` changes with a number above `cursor`, in order. Raises CursorTooOld when some are gone."""
    _check_cursor(connection, cursor)
    statement = select(change).where(change.c.change_seq > cursor).order_by(change.c.change_seq).limit(limit)
    rows = connection.execute(statement).mappings()
    return [Change(r["change_seq"], r["article_id"], ChangeKind(r["kind"]), tuple(r["what"]), r["at"]) for r in rows]


def since(connection: Connection, cursor: int, limit: int) -> list[Change]:
    """The same for those who derive from articles as they are: the articles themselves tell what was pruned."""
    oldest = connection.execute(select(func.min(change.c.change_seq))).scalar_one_or_none()
    oldest = last_number(connection) + 1 if oldest is None else oldest
    if cursor >= oldest - 1:
        return after(connection, cursor, limit)
    columns = (article.c.change_seq, article.c.article_id, article.c.first_seen_at)
    here = (article.c.change_seq > cursor, article.c.change_seq < oldest)
    rows = connection.execute(select(*columns).where(*here).order_by(article.c.change_seq).limit(limit)).all()
    told = [Change(row.change_seq, row.article_id, ChangeKind.NEW, (), row.first_seen_at) for row in rows]
    return told or after(connection, oldest - 1, limit)


def last_number(connection: Connection) -> int:
    """The number of the newest change; 0 when there is none."""
    return int(connection.execute(select(counter.c.n).where(counter.c.name == "change")).scalar_one())


def epoch(connection: Connection) -> str:
    """Name of this database's history; another one after a restored backup."""
    return str(connection.execute(select(meta.c.value).where(meta.c.name == "epoch")).scalar_one())


def renew_epoch(connection: Connection) -> str:
    """Give the database another epoch, after a restored backup: consumers are told that their cursors are void."""
    name = secrets.token_hex(8)
    connection.execute(update(meta).where(meta.c.name == "epoch").values(value=name))
    return name


def _check_cursor(connection: Connection, cursor: int) -> None:
    newest = last_number(connection)
    oldest = connection.execute(select(func.min(change.c.change_seq))).scalar_one_or_none() or newest + 1
    if cursor > newest:
        message = f"cursor {cursor} is ahead of the newest change {newest}: it comes from another database"
        raise CursorTooOld(message)
    if cursor < oldest - 1:
        message = f"changes up to {oldest - 1} are no longer kept: export all articles, then follow from {newest}"
        raise CursorTooOld(message)
