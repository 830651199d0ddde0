"""Fingerprints of texts, and how copies differ from their originals."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and an index; texts of before have no fingerprint, and are found again by their text hash."""
    op.create_table(
        "fingerprint",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("packed_keys", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fingerprint")),
    )
    op.create_table(
        "fingerprint_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_fingerprint_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_copy",
        sa.Column("article_id", storage.types.Key, nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("cut", sa.Float(), nullable=False),
        sa.Column("added", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.article_id"],
            name=op.f("fk_article_copy_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_copy")),
    )
    op.create_index("ix_article_syndication_group_id", "article", ["syndication_group_id"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
