"""Texts that feeds brought, for links that have no outcome yet."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "fed_text",
        sa.Column("link_id", storage.types.Key, nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.link_id"], name=op.f("fk_fed_text_link_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_fed_text")),
    )


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
