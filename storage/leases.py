"""Who may visit which source: leases with a fence.

    claim_due / claim_named -> Lease(fence) -> renew ... -> check (in every commit) -> release

A lease is three columns of the source: owner, fence (a number that only grows), end. Whoever's fence stands in the row
may commit; an expired lease makes the source due again by itself, there is no reaper. Of the sources of one site at
most one is leased at a time, across processes: that, with the host gate of each process, keeps one request at a time
on a host. Claims lock the fence counter first, so that two processes never pick from the same picture.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, select, true, update
from sqlalchemy.sql import FromClause

from storage.changes import advance_counter, lock_counter
from storage.database import Database
from storage.errors import LeaseLost
from storage.owners import is_dead, own_name
from storage.schema import source

#: how many due sources are looked at for one claim: some share a site and have to wait
LOOK_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to visit one source until it ends. `deadline` is on this machine's boot clock, in seconds."""

    source_id: int
    source_key: str
    owner: str
    fence: int
    #: the instant for which the source was due
    due_at: datetime
    deadline: float
    #: somebody asked for this source by its key: its endpoints are asked now, due or not
    is_named: bool = False

    def seconds_left(self) -> float:
        """Seconds until this process must have stopped asking; negative when that is past."""
        return self.deadline - boot_seconds()


class Leases:
    """Claims, renews and checks leases for one process (`owner`)."""

    def __init__(self, database: Database, seconds: float, owner: str | None = None) -> None:
        self._database = database
        self.seconds = seconds
        self.owner = owner or own_name()

    def claim_due(
        self, connection: Connection, now: datetime, limit: int, only: Sequence[str] | None = None
    ) -> list[Lease]:
        """Lease at most `limit` enabled sources (of `only`) that are due, oldest first, at most one for each site."""
        due = and_(source.c.enabled.is_(true()), source.c.next_visit_at <= now)
        return self._claim(connection, due if only is None else and_(due, source.c.key.in_(only)), limit)

    def claim_named(self, connection: Connection, keys: Sequence[str]) -> list[Lease]:
        """Lease the named sources, due or not, as far as they and their sites are free."""
        claimed = self._claim(connection, source.c.key.in_(keys), len(keys))
        return [replace(lease, is_named=True) for lease in claimed]

    def renew(self, connection: Connection, lease: Lease) -> Lease:
        """Prolong a lease that is still ours. Raises LeaseLost; a lapsed lease is never revived."""
        sent = boot_seconds()
        clock, now = self._database.lease_clock(connection)
        mine = and_(_is_mine(lease), source.c.lease_clock == clock, source.c.lease_until > now)
        changed = connection.execute(update(source).where(mine).values(lease_until=now + self.seconds)).rowcount
        if not changed:
            raise LeaseLost
        return replace(lease, deadline=sent + self.seconds)

    def others(self, connection: Connection, keys: Sequence[str], due_by: datetime | None = None) -> dict[str, str]:
        """Which of the named sources (that are due) somebody else is visiting now, or whose site is: key -> owner."""
        clock, now = self._database.lease_clock(connection)
        holder = source.alias("holder")
        held = and_(holder.c.site == source.c.site, _live(holder, clock, now), holder.c.lease_owner != self.owner)
        statement = select(source.c.key, holder.c.lease_owner).join(holder, held).where(source.c.key.in_(keys))
        if due_by is not None:
            statement = statement.where(source.c.next_visit_at <= due_by)
        return {row.key: row.lease_owner for row in connection.execute(statement)}

    def held(self, connection: Connection) -> int:
        """How many leases are live, whoever holds them."""
        clock, now = self._database.lease_clock(connection)
        return int(connection.execute(select(func.count()).where(_live(source, clock, now))).scalar_one())

    def void_dead(self, connection: Connection) -> list[str]:
        """End the leases of processes of this machine that are gone; return their sources' keys."""
        lock_counter(connection, "fence")
        held = select(source.c.key, source.c.lease_owner).where(source.c.lease_owner.is_not(None))
        keys = [row.key for row in connection.execute(held) if is_dead(row.lease_owner)]
        if keys:
            connection.execute(update(source).where(source.c.key.in_(keys)).values(**release_values()))
        return keys

    def _claim(self, connection: Connection, wanted: ColumnElement[bool], limit: int) -> list[Lease]:
        sent = boot_seconds()
        fence = lock_counter(connection, "fence")
        clock, now = self._database.lease_clock(connection)
        leases = []
        for row in self._free(connection, wanted, clock, now, limit):
            fence += 1
            values = {"lease_owner": self.owner, "lease_fence": fence, "lease_until": now + self.seconds}
            mine = update(source).where(source.c.source_id == row.source_id)
            connection.execute(mine.values(**values, lease_clock=clock))
            deadline = sent + self.seconds
            leases.append(Lease(row.source_id, row.key, self.owner, fence, row.next_visit_at, deadline))
        advance_counter(connection, fence, "fence")
        return leases

    def _free(
        self, connection: Connection, wanted: ColumnElement[bool], clock: str, now: float, limit: int
    ) -> list[Row[Any]]:
        holder = source.alias("holder")
        site_taken = exists().where(holder.c.site == source.c.site, _live(holder, clock, now))
        columns = (source.c.source_id, source.c.key, source.c.site, source.c.next_visit_at)
        statement = select(*columns).where(wanted, ~site_taken).order_by(source.c.next_visit_at, source.c.source_id)
        first_of_site: dict[str, Any] = {}
        for row in connection.execute(statement.limit(limit * LOOK_AHEAD)):
            first_of_site.setdefault(row.site, row)
        return list(first_of_site.values())[:limit]


def check(connection: Connection, lease: Lease) -> None:
    """First statement of every commit of a visit: lock the lease row and raise LeaseLost when it is not ours."""
    statement = select(source.c.source_id).where(_is_mine(lease)).with_for_update(read=True)
    if connection.execute(statement).first() is None:
        raise LeaseLost


def release_values() -> dict[str, None]:
    """Column values that end a lease; part of the statement that finishes the visit."""
    return {"lease_owner": None, "lease_until": None, "lease_clock": None}


def boot_seconds() -> float:
    """Seconds on the boot clock: it goes on while the machine sleeps and nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _is_mine(lease: Lease) -> ColumnElement[bool]:
    return and_(
        source.c.source_id == lease.source_id,
        source.c.lease_fence == lease.fence,
        source.c.lease_owner == lease.owner,
    )


def _live(table: FromClause, clock: str, now: float) -> ColumnElement[bool]:
    return and_(table.c.lease_owner.is_not(None), table.c.lease_clock == clock, table.c.lease_until > now)
