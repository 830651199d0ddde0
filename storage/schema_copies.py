"""Tables of copies: the fingerprints of some days, and how the texts of one group differ."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, LargeBinary, Table

from storage.schema import metadata
from storage.types import UtcDateTime

fingerprint = Table(
    "fingerprint",
    metadata,
    # No foreign keys here: rows live for some days (storage.copies.prune), whatever becomes of the article.
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    #: the group of copies that the text belongs to; the article itself while it has none
    Column("group_id", BigInteger, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    #: its rows in fingerprint_key, packed: numbers of 64 bits
    Column("packed_keys", LargeBinary, nullable=False),
    #: as crawler.identity.shingles writes it
    Column("content", LargeBinary, nullable=False),
)

fingerprint_key = Table(
    "fingerprint_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    #: one tree instead of two: each key is a page of it that is read and written
    sqlite_with_rowid=False,
)

article_copy = Table(
    "article_copy",
    metadata,
    Column("article_id", ForeignKey("article.article_id", ondelete="CASCADE"), primary_key=True),
    #: against article.duplicate_of_id, shares of 0 to 1: of the shorter text that stands in the longer one,
    Column("similarity", Float, nullable=False),
    #: of the original that was left out, and of the copy that the original does not have
    Column("cut", Float, nullable=False),
    Column("added", Float, nullable=False),
)
