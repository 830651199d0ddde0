"""Articles and revisions name the kept page that they were read from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column to each; rows of before have none."""
    op.add_column("article", sa.Column("page_hash", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("page_hash", sa.Text(), nullable=True))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
