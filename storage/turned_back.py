"""A clock that was set back: plans that lie a day further off now than they were made for would be a day of silence.

    the latest visit lies in the future -> so far was the clock set back -> what came of such visits moves back, too

Nothing is visited the sooner for it: each plan keeps its distance from the visit that made it, and plans that a right
clock made stay. Where PostgreSQL's clock agrees with what is stored, it is this machine that is wrong, and nothing is
moved.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, bindparam, func, or_, select, text, true, update

from storage.schema import endpoint, host, link, source, source_site

#: clocks of machines that share a database differ by seconds, and corrections of NTP are smaller
TOLERANCE = timedelta(minutes=10)
#: rows in one statement
ROWS = 1000
#: what is planned, and what the plans were made from: the latter shows the next look that all is well
_MOMENTS: dict[Table, tuple[Column[Any], ...]] = {
    host: (host.c.next_request_at, host.c.retry_after_until, host.c.robots_fetched_at),
    link: (link.c.next_try_at,),
    endpoint: (endpoint.c.next_visit_at, endpoint.c.last_attempt_at),
    source: (source.c.next_visit_at, source.c.last_visit_at),
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
    log.warning("the clock was set back by at least %s: what was planned then is moved back with it", latest - now)
    _move_all(connection, now, latest - now)
    return True


def _behind_server(connection: Connection, now: datetime) -> timedelta:
    """How far this machine is behind the server's clock; SQLite has none but ours."""
    if connection.dialect.name == "sqlite":
        return timedelta(0)
    server: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return server - now


def _move_all(connection: Connection, now: datetime, back: timedelta) -> None:
    """Move what a source, or an endpoint, has of a visit that lies ahead; the sources last, for they tell which."""
    wrong = source.c.last_visit_at >= now + TOLERANCE
    ids = select(source.c.source_id).where(wrong)
    # Sources are locked first, as visits do it: else the two could wait for each other.
    connection.execute(ids.order_by(source.c.source_id).with_for_update())
    proofs: dict[Table, ColumnElement[bool]] = {
        host: true(),  # by their names, see `_is_of`
        link: link.c.source_id.in_(ids),
        endpoint: endpoint.c.last_attempt_at >= now + TOLERANCE,
        source: wrong,
    }
    sites = set(connection.execute(select(source_site.c.site).where(source_site.c.source_id.in_(ids))).scalars())
    for table, proof in proofs.items():
        ahead = or_(*(moment > now for moment in _MOMENTS[table]))
        for rows in _pages(connection, table, and_(proof, ahead)):
            those = [row for row in rows if table is not host or _is_of(sites, row["host"])]
            _move(connection, table, those, now, back)


def _is_of(sites: set[str], name: str) -> bool:
    """Whether a host belongs to one of the sites: "www.daily.example:8080" to "daily.example"."""
    parts = name.partition(":")[0].split(".")
    return name in sites or any(".".join(parts[at:]) in sites for at in range(len(parts)))


def _move(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], now: datetime, back: timedelta
) -> None:
    (key,), moments = table.primary_key.columns, _MOMENTS[table]
    changed = update(table).where(key == bindparam("row_key"))
    changed = changed.values({moment.name: bindparam(f"new_{moment.name}") for moment in moments})
    values = [
        {"row_key": row[key.name], **{f"new_{m.name}": _moved(row[m.name], now, back) for m in moments}} for row in rows
    ]
    if values:
        connection.execute(changed, values)


def _pages(connection: Connection, table: Table, chosen: ColumnElement[bool]) -> Iterator[list[Any]]:
    """The rows, by their keys: what was moved may still lie ahead. Nobody else changes them before they are moved."""
    (key,) = table.primary_key.columns
    last = None
    while True:
        further = chosen if last is None else and_(chosen, key > last)
        page = select(table).where(further).order_by(key).limit(ROWS).with_for_update()
        rows = connection.execute(page).mappings().all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1][key.name]


def _moved(moment: datetime | None, now: datetime, back: timedelta) -> datetime | None:
    return moment - back if moment is not None and moment > now else moment
