"""Gaps: an endpoint showed nothing that was known from its last visit, so that something may have rolled past.

note (open) ─> other lists of the source are read ─> settle: filled (so many recovered), or unknown
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, or_, select, update

from storage.database import chunks
from storage.schema import gap, link, source

OPEN, FILLED, UNKNOWN = "open", "filled", "unknown"


@dataclass(frozen=True, slots=True)
class Gaps:
    """How often the lists of a source rolled past, what was recovered, and how often nobody knows what was missed."""

    source_key: str
    gaps: int
    recovered: int
    unknown: int


def note(connection: Connection, source_id: int, endpoint_id: int, since: datetime, now: datetime) -> None:
    """Something may have rolled past an endpoint between two visits."""
    row = {"source_id": source_id, "endpoint_id": endpoint_id, "since": since, "noticed_at": now}
    connection.execute(insert(gap).values(**row, state=OPEN, recovered=0))


def settle(connection: Connection, source_id: int, listed: Collection[str]) -> None:
    """Close the open gaps of a source after other lists of it were read, which listed these fetch keys.

    A gap is filled when such a list goes back to what was known before it: then nothing is missing between the two.
    """
    rows = connection.execute(select(gap).where(gap.c.source_id == source_id, gap.c.state == OPEN)).all()
    for row in rows:
        elsewhere = or_(link.c.endpoint_id != row.endpoint_id, link.c.depth > 0)
        found = (link.c.source_id == source_id, link.c.found_at >= row.noticed_at, link.c.state != "skipped")
        recovered = connection.execute(select(func.count()).where(*found, elsewhere)).scalar_one()
        state = FILLED if _goes_back(connection, source_id, listed, row.since) else UNKNOWN
        closed = update(gap).where(gap.c.gap_id == row.gap_id)
        connection.execute(closed.values(state=state, recovered=recovered))


def is_open_below(connection: Connection, source_id: int, listed: Collection[str]) -> bool:
    """Whether a gap is open and a list of these fetch keys does not go back to before it: its next page may fill it."""
    open_ones = (gap.c.source_id == source_id, gap.c.state == OPEN)
    since = connection.execute(select(func.min(gap.c.since)).where(*open_ones)).scalar()
    return since is not None and bool(listed) and not _goes_back(connection, source_id, listed, since)


def summary(connection: Connection) -> list[Gaps]:
    """The gaps of all sources that have some."""
    unknown = func.sum(case((gap.c.state != FILLED, 1), else_=0))
    statement = select(source.c.key, func.count(), func.sum(gap.c.recovered), unknown).join_from(gap, source)
    rows = connection.execute(statement.group_by(source.c.key).order_by(source.c.key))
    return [Gaps(key, gaps, recovered, missing) for key, gaps, recovered, missing in rows]


def _goes_back(connection: Connection, source_id: int, listed: Collection[str], since: datetime) -> bool:
    before = (link.c.source_id == source_id, link.c.found_at <= since)
    return any(
        connection.execute(select(link.c.link_id).where(*before, link.c.fetch_key.in_(some)).limit(1)).first()
        for some in chunks(list(listed))
    )
