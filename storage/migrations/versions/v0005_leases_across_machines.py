"""Leases that wait in a queue, all sites of a source, sites that a visit was led to, and who shares the work."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns, an index over live leases, and two small tables; every source has the one site that was known."""
    op.add_column("source", sa.Column("lease_started", sa.Float(), nullable=True))
    op.add_column("source", sa.Column("unfinished", sa.Integer(), server_default="0", nullable=False))
    op.add_column("source", sa.Column("queue", sa.Text(), server_default="visits", nullable=False))
    held = sa.text("lease_owner IS NOT NULL")
    op.create_index("ix_source_lease_until", "source", ["lease_until"], postgresql_where=held, sqlite_where=held)
    for name, more in (("source_site", []), ("site_hold", [sa.Column("fence", sa.BigInteger(), nullable=False)])):
        op.create_table(
            name,
            sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
            sa.Column("site", sa.Text(), nullable=False),
            *more,
            sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f(f"fk_{name}_source_id")),
            sa.PrimaryKeyConstraint(*_key(name), name=op.f(f"pk_{name}")),
        )
    op.create_index("ix_source_site_site", "source_site", ["site"])
    op.create_table(
        "member",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "role", "version", "clock")),
        *(sa.Column(name, storage.types.Json, nullable=False) for name in ("capacity", "busy")),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("since", "seen_until")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_member")),
    )
    op.execute("INSERT INTO source_site (source_id, site) SELECT source_id, site FROM source")
    if op.get_bind().dialect.name == "postgresql":
        # each visit changes its row a few times: room on the page keeps it there, the indexes need no new entry
        op.execute("ALTER TABLE source SET (fillfactor = 80)")


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError


def _key(name: str) -> list[str]:
    # the order of the search: a source's sites, and who holds a site
    return ["source_id", "site"] if name == "source_site" else ["site", "source_id"]
