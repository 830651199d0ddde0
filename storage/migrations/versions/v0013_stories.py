"""Stories: what their texts say, what became of each, and where a merged one leads."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables, a column and an index."""
    op.add_column("story", sa.Column("merged_into_id", sa.BigInteger()))
    op.create_index("ix_article_story_id", "article", ["story_id"])
    op.create_table(
        "story_text",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Float(), nullable=False),
        sa.Column("terms", storage.types.Json, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story_text")),
    )
    op.create_index("ix_story_text_seen_at", "story_text", ["seen_at"])
    op.create_table(
        "story_change",
        sa.Column("story_change_id", storage.types.Key, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("article_id", sa.BigInteger()),
        sa.Column("merged_into_id", sa.BigInteger()),
        sa.Column("at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("story_change_id", name=op.f("pk_story_change")),
    )


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
