"""What the pages of a source taught the reader."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "site_memory",
        sa.Column("source_id", storage.types.Key, nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("learned_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_site_memory_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_site_memory")),
    )


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
