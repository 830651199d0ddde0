"""The search index: FTS5 on SQLite, a text vector on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# content='': the words are indexed and not kept a second time. columnsize=0: nobody asks how long a text is.
# tokenize=ascii: what is handed over are words already; anything but ASCII counts as a letter.
FTS5 = """
CREATE VIRTUAL TABLE search_text
USING fts5(headline, lead, body, facets, content='', columnsize=0, tokenize='ascii')
"""


def upgrade() -> None:
    """Add the tables; the follower fills them from the first change on."""
    op.create_table(
        "search_entry",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("copy_of", sa.BigInteger(), nullable=False),
        sa.Column("document", storage.types.SearchDocument, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_search_entry")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS5)
    else:
        op.execute("CREATE INDEX ix_search_entry_document ON search_entry USING gin (document)")


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
