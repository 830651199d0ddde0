"""Tables of stories: what their texts say, and what became of each story."""

from sqlalchemy import BigInteger, Column, Float, Index, Table, Text

from storage.schema import metadata
from storage.types import Json, Key, UtcDateTime

#: one row for each text that can still be joined by others: representatives of groups of copies, for some days
story_text = Table(
    "story_text",
    metadata,
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("story_id", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    #: days since 1970 of the claimed publication, else of its arrival
    Column("day", Float, nullable=False),
    #: word or pair of words -> weight; "" with 1: it is a headline alone
    Column("terms", Json, nullable=False),
    Index("ix_story_text_seen_at", "seen_at"),
    Index("ix_story_text_story_id", "story_id"),
)

story_change = Table(
    "story_change",
    metadata,
    Column("story_change_id", Key, primary_key=True),
    Column("story_id", BigInteger, nullable=False),
    #: "new", "joined", "merged"
    Column("kind", Text, nullable=False),
    #: "new", "joined": the article
    Column("article_id", BigInteger),
    #: "merged": the story that goes on
    Column("merged_into_id", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)
