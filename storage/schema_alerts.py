"""The tables of alerts, beside those of `storage.schema`.

alert ── dispatch ──> message        what watches found, and what is sent of it over which channel
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.schema import metadata
from storage.types import Json, Key, UtcDateTime

#: what a watch found, or an alarm of Newswatch's own: told once. No reference to the article: it may be gone by then.
alert = Table(
    "alert",
    metadata,
    Column("alert_id", Key, primary_key=True),
    #: the same for the same finding, whoever makes it and how often
    Column("key", Text, nullable=False, unique=True),
    #: None: an alarm
    Column("watch", Text),
    #: "new", "revised", "removed", "alarm"
    Column("kind", Text, nullable=False),
    Column("article_id", BigInteger),
    #: last change of the article that was told
    Column("change_seq", BigInteger),
    #: what receivers are told: headline, url, source, ...
    Column("told", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_alert_watch_article_id", "watch", "article_id"),
    Index("ix_alert_article_id", "article_id"),
    Index("ix_alert_made_at", "made_at"),
)

#: one sending of one or (a digest) several alerts over one channel
message = Table(
    "message",
    metadata,
    Column("message_id", Key, primary_key=True),
    Column("channel", Text, nullable=False),
    #: what a receiver tells two sendings of one message by
    Column("key", Text, nullable=False, unique=True),
    #: "pending", "sent", "dead"
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("error", Text),
    Index("ix_message_state_next_try_at", "state", "next_try_at"),
)

#: which alert goes over which channel, and when; without a message it is not yet on its way
dispatch = Table(
    "dispatch",
    metadata,
    Column("alert_id", ForeignKey("alert.alert_id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("message_id", ForeignKey("message.message_id")),
    Index("ix_dispatch_message_id_due_at", "message_id", "due_at"),
)
