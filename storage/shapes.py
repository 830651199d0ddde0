"""How often addresses of one shape were fetched, and how often that brought something. See crawler.traps."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.database import insert_new
from storage.schema_faults import link_shape

#: what was learned of a shape is forgotten after so long, so that a site that was rebuilt is tried again
REMEMBERED = timedelta(days=30)


_ADD = (
    update(link_shape)
    .where(link_shape.c.source_id == bindparam("here"), link_shape.c.shape == bindparam("met"))
    .values(tried=link_shape.c.tried + bindparam("more"), kept=link_shape.c.kept + bindparam("good"))
)


def load(connection: Connection, source_id: int) -> dict[str, tuple[int, int]]:
    """The shapes of a source: shape -> (tried, kept)."""
    rows = connection.execute(select(link_shape).where(link_shape.c.source_id == source_id))
    return {row.shape: (row.tried, row.kept) for row in rows}


def add(connection: Connection, source_id: int, counts: Mapping[str, tuple[int, int]], now: datetime) -> None:
    """Add what one visit met, and drop what is too old."""
    old = (link_shape.c.source_id == source_id, link_shape.c.since < now - REMEMBERED)
    connection.execute(delete(link_shape).where(*old))
    if counts:
        # new ones begin with nothing: what this visit met is added to all alike
        fresh = {"source_id": source_id, "tried": 0, "kept": 0, "since": now}
        insert_new(connection, link_shape, [{**fresh, "shape": shape} for shape in counts])
        rows = [{"met": shape, "more": tried, "good": kept} for shape, (tried, kept) in counts.items()]
        connection.execute(_ADD, [{"here": source_id, **row} for row in rows])
