"""What is remembered of hosts across restarts and processes: robots.txt, delays, requests to wait."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.database import insert_new
from storage.schema import host


@dataclass(frozen=True, slots=True)
class HostState:
    """Manners towards one host (name and port as in the URL)."""

    host: str
    robots_body: str | None = None
    #: HTTP status of the last robots.txt; 0: it could not be reached; None: never asked
    robots_status: int | None = None
    robots_fetched_at: datetime | None = None
    #: seconds, as robots.txt wants it
    crawl_delay: float | None = None
    next_request_at: datetime | None = None
    retry_after_until: datetime | None = None


def load(connection: Connection, name: str) -> HostState:
    """What is known of a host; an empty state when nothing is."""
    row = connection.execute(select(host).where(host.c.host == name)).mappings().first()
    return HostState(**row) if row else HostState(name)


def save(connection: Connection, states: Sequence[HostState]) -> None:
    """Write the states of hosts."""
    for state in states:
        values = asdict(state)
        if not connection.execute(update(host).where(host.c.host == state.host).values(**values)).rowcount:
            insert_new(connection, host, [values])
