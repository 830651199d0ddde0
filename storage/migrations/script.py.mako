"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: old code must be able to run on the new schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
