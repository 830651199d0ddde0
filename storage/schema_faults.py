"""Tables of what goes wrong: addresses that never end, and articles that could not be kept."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from storage.schema import metadata
from storage.types import UtcDateTime

#: how many addresses of one shape were fetched, and how many of them brought something (crawler.traps)
link_shape = Table(
    "link_shape",
    metadata,
    Column("source_id", BigInteger, primary_key=True, autoincrement=False),
    Column("shape", Text, primary_key=True),
    Column("tried", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

#: pages that our own parts failed at: set aside, and no other is held up
failed_item = Table(
    "failed_item",
    metadata,
    Column("url", Text, primary_key=True),
    Column("source_key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
