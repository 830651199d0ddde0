"""Endpoints that moved, that lie, that are covered by others; gaps in what was seen."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    for name in ("moved_to", "moved_from"):
        op.add_column("endpoint", sa.Column(name, sa.Text()))
    for name in ("moved_seen", "lies"):
        op.add_column("endpoint", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("endpoint", sa.Column("trouble", sa.Float(), nullable=False, server_default="0"))
    for name in ("audited_at", "honest_since"):
        op.add_column("endpoint", sa.Column(name, storage.types.UtcDateTime(timezone=True)))
    for name in ("quiet", "listed"):
        op.add_column("endpoint", sa.Column(name, storage.types.Json))
    op.create_table(
        "gap",
        sa.Column("gap_id", storage.types.Key, nullable=False),
        sa.Column("source_id", storage.types.Key, nullable=False),
        sa.Column("endpoint_id", storage.types.Key, nullable=False),
        sa.Column("since", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_gap_source_id")),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoint.endpoint_id"], name=op.f("fk_gap_endpoint_id")),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_gap")),
    )
    op.create_index(op.f("ix_gap_source_id_state"), "gap", ["source_id", "state"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
