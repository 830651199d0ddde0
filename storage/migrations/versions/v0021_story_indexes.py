"""Indexes by which the stories that were merged are found; without them each merge read all stories and all texts."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_index("ix_story_merged_into_id", "story", ["merged_into_id"])
    op.create_index("ix_story_text_story_id", "story_text", ["story_id"])


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
