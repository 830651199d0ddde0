"""A clock that was set back: plans that lie a day further off now than they were made for would be a day of silence.

    the latest visit lies in the future -> so far was the clock set back -> what lies there is moved back by as much

Nothing is visited the sooner for it: each plan keeps its distance from the visit that made it. Where PostgreSQL's clock
agrees with what is stored, it is this machine that is wrong, and nothing is moved.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, bindparam, func, or_, select, text, update

from storage.schema import endpoint, host, link, source

#: clocks of machines that share a database differ by seconds, and corrections of NTP are smaller
TOLERANCE = timedelta(minutes=10)
#: rows in one statement
ROWS = 1000
#: what is planned, and what the plans were made from: the latter shows the next look that all is well
_MOMENTS: dict[Table, tuple[Column[Any], ...]] = {
    source: (source.c.next_visit_at, source.c.last_visit_at),
    endpoint: (endpoint.c.next_visit_at, endpoint.c.last_attempt_at),
    link: (link.c.next_try_at,),
    host: (host.c.next_request_at, host.c.retry_after_until, host.c.robots_fetched_at),
}

log = logging.getLogger(__name__)


def mend(connection: Connection, now: datetime) -> bool:
    """Move plans back by what the clock was set back; whether it was."""
    latest: datetime | None = connection.execute(select(func.max(source.c.last_visit_at))).scalar_one()
    if latest is None or latest - now < TOLERANCE:
        return False
    if (behind := _behind_server(connection, now)) > TOLERANCE:
        log.error("the clock of this machine is %s behind that of the database: set it", behind)
        return False
    log.warning("the clock was set back by at least %s: all plans are moved back with it", latest - now)
    for table, moments in _MOMENTS.items():
        _move(connection, table, moments, now, latest - now)
    return True


def _behind_server(connection: Connection, now: datetime) -> timedelta:
    """How far this machine is behind the server's clock; SQLite has none but ours."""
    if connection.dialect.name == "sqlite":
        return timedelta(0)
    server: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return server - now


def _move(
    connection: Connection, table: Table, moments: tuple[Column[Any], ...], now: datetime, back: timedelta
) -> None:
    (key,) = table.primary_key.columns
    ahead = or_(*(moment > now for moment in moments))
    changed = update(table).where(key == bindparam("row_key"))
    changed = changed.values({moment.name: bindparam(f"new_{moment.name}") for moment in moments})
    for rows in _pages(connection, table, ahead):
        values = [
            {"row_key": row[key.name], **{f"new_{m.name}": _moved(row[m.name], now, back) for m in moments}}
            for row in rows
        ]
        connection.execute(changed, values)


def _pages(connection: Connection, table: Table, ahead: Any) -> Iterator[list[Any]]:
    """The rows, by their keys: what was moved may still lie ahead."""
    (key,) = table.primary_key.columns
    last = None
    while True:
        further = ahead if last is None else and_(ahead, key > last)
        rows = connection.execute(select(table).where(further).order_by(key).limit(ROWS)).mappings().all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1][key.name]


def _moved(moment: datetime | None, now: datetime, back: timedelta) -> datetime | None:
    return moment - back if moment is not None and moment > now else moment
