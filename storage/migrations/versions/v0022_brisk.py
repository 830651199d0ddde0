"""Which sources were quick at their last visit: slow ones leave places for them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the index that claims read by."""
    op.add_column("source", sa.Column("is_brisk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_source_is_brisk_next_visit_at", "source", ["is_brisk", "next_visit_at"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
