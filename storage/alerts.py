"""Alerts and their way out: made together with a cursor, sealed into messages, each sent until it is taken or dead.

    put     alert + dispatch for each channel          in the transaction that moves the follower's cursor
    seal    dispatches that are due -> messages        a message's content and key never change afterwards
    claim   message -> ours until a moment             of two processes one sends it
    settle  sent | tried again later | dead

Killed between a sending and its `settle`, a message is sent again with the same key: receivers that keep keys take it
once.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, or_, select, update

from storage.database import chunks, insert_new
from storage.schema import article
from storage.schema_alerts import alert, dispatch, message

#: alerts that one transaction deletes at most: writers wait meanwhile
PRUNED_AT_ONCE = 2_000


class MessageState(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    SENT = "sent"
    #: given up; it stays, and can be sent again by hand
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """An alert that is to be made, and when it is due on each channel."""

    key: str
    watch: str | None
    kind: str
    told: Mapping[str, Any]
    due: Mapping[str, datetime]
    article_id: int | None = None
    change_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that was made."""

    alert_id: int
    watch: str | None
    kind: str
    told: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent over one channel at once."""

    message_id: int
    channel: str
    key: str
    state: MessageState
    attempts: int
    next_try_at: datetime
    made_at: datetime
    sent_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An article that a watch was told of, with what its article belongs to now."""

    watch: str
    article_id: int
    change_seq: int
    story_id: int | None
    syndication_group_id: int | None
    duplicate_of_id: int | None


def digest(*parts: str) -> str:
    """A key made of these texts: the same for the same, on every machine."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def put(connection: Connection, entries: Sequence[AlertEntry], now: datetime) -> int:
    """Make alerts; those whose key is there already are left out. Return how many are new."""
    made = 0
    for entry in entries:
        values = {
            "key": entry.key, "watch": entry.watch, "kind": entry.kind, "article_id": entry.article_id,
            "change_seq": entry.change_seq, "told": dict(entry.told), "made_at": now,
        }  # fmt: skip
        if not insert_new(connection, alert, [values]):
            continue
        made += 1
        alert_id = connection.execute(select(alert.c.alert_id).where(alert.c.key == entry.key)).scalar_one()
        rows = [{"alert_id": alert_id, "channel": channel, "due_at": due} for channel, due in entry.due.items()]
        if rows:
            connection.execute(insert(dispatch), rows)
    return made


def known(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Which of these keys alerts have already."""
    found: set[str] = set()
    for some in chunks(keys):
        found.update(connection.execute(select(alert.c.key).where(alert.c.key.in_(some))).scalars())
    return frozenset(found)


def told(connection: Connection, articles: Sequence[Mapping[str, Any]]) -> list[Told]:
    """What watches were told of these articles, or of others of their stories, groups and originals."""
    found: list[Told] = []
    for some in chunks(articles, 100):
        ids = {row["article_id"] for row in some} | {row["duplicate_of_id"] for row in some}
        kin = or_(
            article.c.article_id.in_(_known(ids)),
            article.c.duplicate_of_id.in_(_known(ids)),
            article.c.story_id.in_(_known(row["story_id"] for row in some)),
            article.c.syndication_group_id.in_(_known(row["syndication_group_id"] for row in some)),
        )
        names = ("story_id", "syndication_group_id", "duplicate_of_id")
        columns = (alert.c.watch, alert.c.article_id, alert.c.change_seq, *(article.c[name] for name in names))
        joined = alert.join(article, article.c.article_id == alert.c.article_id)
        found += [Told(*row) for row in connection.execute(select(*columns).select_from(joined).where(kin))]
    return found


def _known(ids: Any) -> list[int]:
    return [number for number in ids if number is not None]


def seal(connection: Connection, now: datetime, digests: Collection[str]) -> int:
    """Put what is due into messages: on the channels named, all of it into one; else each alert into its own."""
    columns = (dispatch.c.alert_id, dispatch.c.channel, alert.c.key)
    statement = select(*columns).join(alert, alert.c.alert_id == dispatch.c.alert_id)
    statement = statement.where(dispatch.c.message_id.is_(None), dispatch.c.due_at <= now).order_by(dispatch.c.alert_id)
    rows = connection.execute(statement).mappings().all()
    bundles = list(_bundles(rows, digests))
    for bundle in bundles:
        channel = bundle[0]["channel"]
        values = {
            "channel": channel, "key": digest(channel, *(row["key"] for row in bundle)), "attempts": 0,
            "state": MessageState.PENDING.value, "next_try_at": now, "made_at": now,
        }  # fmt: skip
        message_id = connection.execute(insert(message).values(**values).returning(message.c.message_id)).scalar_one()
        for some in chunks([row["alert_id"] for row in bundle]):
            here = (dispatch.c.channel == channel, dispatch.c.alert_id.in_(some))
            connection.execute(update(dispatch).where(*here).values(message_id=message_id))
    return len(bundles)


def _bundles(rows: Sequence[RowMapping], digests: Collection[str]) -> Iterator[list[RowMapping]]:
    yield from ([row] for row in rows if row["channel"] not in digests)
    for channel in digests:
        if bundle := [row for row in rows if row["channel"] == channel]:
            yield bundle


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Whether there is something to seal: most looks find nothing, and take no lock."""
    here = (dispatch.c.message_id.is_(None), dispatch.c.due_at <= now)
    return connection.execute(select(dispatch.c.alert_id).where(*here).limit(1)).first() is not None


def due(connection: Connection, now: datetime, most: int) -> list[Message]:
    """Messages whose turn has come, the oldest first, so many of each channel: a dead one keeps none from its turn."""
    place = func.row_number().over(partition_by=message.c.channel, order_by=message.c.message_id).label("place")
    here = (message.c.state == MessageState.PENDING.value, message.c.next_try_at <= now)
    waiting = select(message, place).where(*here).subquery()
    columns = [waiting.c[name] for name in Message.__slots__]
    statement = select(*columns).where(waiting.c.place <= most).order_by(waiting.c.message_id)
    return [_message(row) for row in connection.execute(statement).mappings()]


def claim(connection: Connection, wanted: Message, until: datetime) -> bool:
    """Make a message ours until a moment; False: another process was faster."""
    here = (message.c.message_id == wanted.message_id, message.c.state == MessageState.PENDING.value)
    unmoved = (message.c.next_try_at == wanted.next_try_at, message.c.attempts == wanted.attempts)
    values = {"next_try_at": until, "attempts": message.c.attempts + 1}
    return bool(connection.execute(update(message).where(*here, *unmoved).values(**values)).rowcount)


def content(connection: Connection, message_id: int) -> list[Alert]:
    """The alerts of a message, in the order in which they were made."""
    columns = (alert.c.alert_id, alert.c.watch, alert.c.kind, alert.c.told, alert.c.made_at)
    statement = select(*columns).join(dispatch, dispatch.c.alert_id == alert.c.alert_id)
    rows = connection.execute(statement.where(dispatch.c.message_id == message_id).order_by(alert.c.alert_id))
    return [Alert(*row) for row in rows]


def mark_sent(connection: Connection, message_id: int, now: datetime) -> None:
    """The receiver took it."""
    _settle(connection, message_id, state=MessageState.SENT.value, sent_at=now, error=None)


def mark_failed(connection: Connection, message_id: int, error: str, again: datetime | None) -> None:
    """The receiver did not take it: try again at a moment; None: never."""
    if again is None:
        _settle(connection, message_id, state=MessageState.DEAD.value, error=error)
    else:
        _settle(connection, message_id, next_try_at=again, error=error)


def revive(connection: Connection, now: datetime) -> int:
    """Try all dead messages again, as if they were new; return how many there are."""
    values = {"state": MessageState.PENDING.value, "next_try_at": now, "made_at": now, "attempts": 0}
    statement = update(message).where(message.c.state == MessageState.DEAD.value).values(**values)
    return int(connection.execute(statement).rowcount)


def latest(connection: Connection, most: int, watch: str | None = None) -> list[Alert]:
    """The newest alerts, of one watch or of all."""
    columns = (alert.c.alert_id, alert.c.watch, alert.c.kind, alert.c.told, alert.c.made_at)
    statement = select(*columns).order_by(alert.c.alert_id.desc()).limit(most)
    rows = connection.execute(statement.where(alert.c.watch == watch) if watch is not None else statement)
    return [Alert(*row) for row in rows]


def latest_messages(connection: Connection, most: int) -> list[Message]:
    """The newest messages, those that are not sent first."""
    unsent = message.c.state != MessageState.SENT.value
    columns = [message.c[name] for name in Message.__slots__]
    statement = select(*columns).order_by(unsent.desc(), message.c.message_id.desc()).limit(most)
    return [_message(row) for row in connection.execute(statement).mappings()]


def prune(connection: Connection, before: datetime) -> int:
    """Delete alerts that were made before a moment and have nothing left to be sent; return how many.

    A watch forgets with them what it was told: an article that comes after a year is told anew.
    """
    waits = exists().where(dispatch.c.alert_id == alert.c.alert_id, dispatch.c.message_id.is_(None))
    pending = (
        exists()
        .where(dispatch.c.alert_id == alert.c.alert_id, dispatch.c.message_id == message.c.message_id)
        .where(message.c.state == MessageState.PENDING.value)
    )
    old = select(alert.c.alert_id).where(alert.c.made_at < before, ~waits, ~pending).limit(PRUNED_AT_ONCE)
    gone = list(connection.execute(old).scalars())
    for some in chunks(gone):
        connection.execute(delete(dispatch).where(dispatch.c.alert_id.in_(some)))
        connection.execute(delete(alert).where(alert.c.alert_id.in_(some)))
    left = exists().where(dispatch.c.message_id == message.c.message_id)
    connection.execute(delete(message).where(message.c.made_at < before, ~left))
    return len(gone)


def made(connection: Connection) -> dict[tuple[str | None, str], int]:
    """How many alerts there are: (watch, kind) -> number."""
    statement = select(alert.c.watch, alert.c.kind, func.count()).group_by(alert.c.watch, alert.c.kind)
    return {(watch, kind): number for watch, kind, number in connection.execute(statement)}


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many messages there are: (channel, state) -> number."""
    statement = select(message.c.channel, message.c.state, func.count()).group_by(message.c.channel, message.c.state)
    return {(channel, state): number for channel, state, number in connection.execute(statement)}


def _message(row: RowMapping) -> Message:
    return Message(**{**row, "state": MessageState(row["state"])})


def _settle(connection: Connection, message_id: int, **values: Any) -> None:
    connection.execute(update(message).where(message.c.message_id == message_id).values(**values))
