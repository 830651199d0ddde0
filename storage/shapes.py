"""How often addresses of one shape were fetched, and how often that brought something. See crawler.traps."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from storage.database import insert_new
from storage.schema_faults import link_shape

#: what was learned of a shape is forgotten after so long, so that a site that was rebuilt is tried again
REMEMBERED = timedelta(days=30)


def load(connection: Connection, source_id: int) -> dict[str, tuple[int, int]]:
    """The shapes of a source: shape -> (tried, kept)."""
    rows = connection.execute(select(link_shape).where(link_shape.c.source_id == source_id))
    return {row.shape: (row.tried, row.kept) for row in rows}


def add(connection: Connection, source_id: int, counts: Mapping[str, tuple[int, int]], now: datetime) -> None:
    """Add what one visit met, and drop what is too old."""
    old = (link_shape.c.source_id == source_id, link_shape.c.since < now - REMEMBERED)
    connection.execute(delete(link_shape).where(*old))
    for shape, (tried, kept) in counts.items():
        mine = update(link_shape).where(link_shape.c.source_id == source_id, link_shape.c.shape == shape)
        values = {"tried": link_shape.c.tried + tried, "kept": link_shape.c.kept + kept}
        if not connection.execute(mine.values(**values)).rowcount:
            row = {"source_id": source_id, "shape": shape, "tried": tried, "kept": kept, "since": now}
            insert_new(connection, link_shape, [row])
