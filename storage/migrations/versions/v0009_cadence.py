"""The cadence that is learned: visits of each endpoint are counted, and the reason of the next one is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("endpoint", sa.Column("visits", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("endpoint", sa.Column("next_visit_reason", sa.Text()))


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
