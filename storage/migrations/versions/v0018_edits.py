"""The words that a revision changed."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("revision", sa.Column("edits", storage.types.Json))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
