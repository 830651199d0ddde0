"""Which articles are live blogs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("article", sa.Column("is_live", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
