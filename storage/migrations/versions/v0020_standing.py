"""Which links have stood on a page from the first look on."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("endpoint", sa.Column("standing", storage.types.Json))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
