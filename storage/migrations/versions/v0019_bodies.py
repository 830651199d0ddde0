"""Articles whose text alone retention has deleted."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("article", sa.Column("body_pruned_at", storage.types.UtcDateTime(timezone=True)))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
