"""Shapes of addresses, for traps; articles that could not be kept, set aside."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "link_shape",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("since", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "shape", name=op.f("pk_link_shape")),
    )
    op.create_table(
        "failed_item",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_failed_item")),
    )


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
