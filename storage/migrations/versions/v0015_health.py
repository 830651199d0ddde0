"""Visits, the health of sources, and its changes."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    moment = storage.types.UtcDateTime(timezone=True)
    op.create_table(
        "visit",
        sa.Column("visit_id", storage.types.Key, nullable=False),
        sa.Column("source_id", storage.types.Key, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_visit_source_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_source_id_visit_id", "visit", ["source_id", "visit_id"])
    op.create_index("ix_visit_at", "visit", ["at"])
    op.create_table(
        "source_health",
        sa.Column("source_id", storage.types.Key, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("health_since", moment),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("memory", storage.types.Json, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_source_health_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_health")),
    )
    op.create_table(
        "health_event",
        sa.Column("event_id", storage.types.Key, nullable=False),
        sa.Column("source_id", storage.types.Key, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_health_event_source_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_health_event")),
    )
    op.create_index("ix_health_event_source_id", "health_event", ["source_id"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
