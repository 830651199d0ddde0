"""An index by age for alerts, which are pruned, and the view `v1_alert`."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand; the views are made anew by `storage.store`."""
    op.create_index("ix_alert_made_at", "alert", ["made_at"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
