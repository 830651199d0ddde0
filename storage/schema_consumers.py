"""Tables of those who follow the changes: how far each has come, and what is searched."""

from sqlalchemy import BigInteger, Column, Table, Text

from storage.schema import metadata
from storage.types import SearchDocument, UtcDateTime

consumer = Table(
    "consumer",
    metadata,
    Column("name", Text, primary_key=True),
    #: number of the last change that it has done with, and the history that this number belongs to
    Column("change_seq", BigInteger, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
)

#: what is searched, one row for each article that can be found; on SQLite the FTS5 table `search_text` stands beside it
search_entry = Table(
    "search_entry",
    metadata,
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    #: the same number for all copies of one text
    Column("copy_of", BigInteger, nullable=False),
    #: PostgreSQL: the words and their places; SQLite: what stands in `search_text`, packed, for its later removal
    Column("document", SearchDocument, nullable=False),
)
