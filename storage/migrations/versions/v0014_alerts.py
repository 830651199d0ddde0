"""Alerts, what is sent of them, and over which channels."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "alert",
        sa.Column("alert_id", storage.types.Key, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("change_seq", sa.BigInteger(), nullable=True),
        sa.Column("told", storage.types.Json, nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    op.create_index("ix_alert_watch_article_id", "alert", ["watch", "article_id"])
    op.create_index("ix_alert_article_id", "alert", ["article_id"])
    op.create_table(
        "message",
        sa.Column("message_id", storage.types.Key, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index("ix_message_state_next_try_at", "message", ["state", "next_try_at"])
    op.create_table(
        "dispatch",
        sa.Column("alert_id", storage.types.Key, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("due_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("message_id", storage.types.Key, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_dispatch_alert_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.message_id"], name=op.f("fk_dispatch_message_id")),
        sa.PrimaryKeyConstraint("alert_id", "channel", name=op.f("pk_dispatch")),
    )
    op.create_index("ix_dispatch_message_id_due_at", "dispatch", ["message_id", "due_at"])
