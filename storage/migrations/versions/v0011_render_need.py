"""Whether a source needs a browser, and why."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("source", sa.Column("render_need", sa.Text()))
    op.add_column("source", sa.Column("render_reason", sa.Text()))
    op.add_column("source", sa.Column("render_asked_at", storage.types.UtcDateTime(timezone=True)))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
