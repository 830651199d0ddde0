"""Who may visit which source: leases with a fence.

    claim_due / claim_named ──────────────────> Lease(fence) -> renew ... -> check (in every commit) -> release
    claim_waiting -> a job in a queue -> start ─┘

A lease is a few columns of the source: owner, fence (a number that only grows), end. Whoever's fence stands in the row
may commit; an expired lease makes the source due again by itself, for the same instant, there is no reaper. Where
several machines share the work, a claim goes to a queue first, and the worker that takes the job starts the lease.

Of the sources of one site at most one is leased at a time, across processes: that, with the host gate of each process,
keeps one request at a time on a host. Claims lock the fence counter first, so that two processes never pick from the
same picture; rows that a frozen process has locked are left out, so that nobody waits for it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, or_, select, true, update

from storage.changes import advance_counter, lock_counter
from storage.database import Database, chunks, insert_new
from storage.errors import LeaseLost
from storage.lease_rows import has_site, is_live, one_for_each_site, share_a_site, site_is_taken
from storage.owners import is_dead, own_name
from storage.schema import site_hold, source

#: how many due sources are looked at for one claim: some share a site and have to wait
LOOK_AHEAD = 4
#: owner of a lease that waits in a queue; the worker that starts it takes its place
QUEUED = "queue"
#: of so many places, one is kept for sources that were quick at their last visit: those that are slow, fail, or were
#: never visited take the others at most
PLACES_FOR_ONE_BRISK = 4


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the sources of one queue are waiting for."""

    #: enabled sources that are due and have no lease, and for how many seconds the oldest of them
    due: int = 0
    oldest: float = 0.0
    #: leases that wait for a worker, and those of visits under way
    queued: int = 0
    running: int = 0


class Leases:
    """Claims, renews and checks leases for one process (`owner`)."""

    def __init__(self, database: Database, seconds: float, owner: str | None = None) -> None:
        self._database = database
        self.seconds = seconds
        self.owner = owner or own_name()

    def claim_due(
        self,
        connection: Connection,
        now: datetime,
        limit: int,
        only: Sequence[str] | None = None,
        places: int | None = None,
    ) -> list[Lease]:
        """Lease at most `limit` enabled sources (of `only`) that are due, oldest first, at most one for each site.

        Where this process has so many `places`, some are kept for sources that are quick.
        """
        due = and_(source.c.enabled.is_(true()), source.c.next_visit_at <= now)
        wanted = due if only is None else and_(due, source.c.key.in_(only))
        return self._claim(connection, _Claim(wanted, limit, self.owner, source.c.lease_owner == self.owner, places))

    def claim_named(
        self, connection: Connection, keys: Sequence[str], limit: int | None = None, places: int | None = None
    ) -> list[Lease]:
        """Lease the named sources (at most `limit`), due or not, as far as they and their sites are free."""
        most, beside = len(keys) if limit is None else limit, source.c.lease_owner == self.owner
        claim = _Claim(source.c.key.in_(keys), most, self.owner, beside, places)
        return [replace(lease, is_named=True) for lease in self._claim(connection, claim)]

    def claim_waiting(
        self, connection: Connection, now: datetime, queue: str, most: int, places: int | None = None
    ) -> list[Lease]:
        """Lease due sources to a queue, so that at most `most` leases wait there for a worker.

        Without the limit an overload feeds on itself: a lease that waits for longer than it lasts is void when a worker
        comes to it, and its source is claimed anew at the tail (5,000 due sources: 12 visits a minute instead of 112).
        Where its workers have so many `places`, slow sources take three quarters of them, those that wait included:
        what waits will take a place, and then quick sources would wait behind it.
        """
        lock_counter(connection, "fence")  # the count holds until this claim is committed
        room = most - self.waiting(connection, queue)
        due = and_(source.c.enabled.is_(true()), source.c.next_visit_at <= now, source.c.queue == queue)
        claim = _Claim(due, room, QUEUED, source.c.queue == queue, places)
        return self._claim(connection, claim) if room > 0 else []

    def waiting(self, connection: Connection, queue: str) -> int:
        """How many live leases of a queue wait for a worker."""
        clock, now = self._database.lease_clock(connection)
        here = and_(is_live(source, clock, now), source.c.lease_owner == QUEUED, source.c.queue == queue)
        return int(connection.execute(select(func.count()).where(here)).scalar_one())

    def start(self, connection: Connection, source_id: int, fence: int) -> Lease:
        """Take a lease out of its queue. Raises LeaseLost when it is over, or went to somebody else."""
        sent = boot_seconds()
        clock, now = self._database.lease_clock(connection)
        # our own name stands there already when the answer to this statement was lost and it is sent again
        takes = or_(source.c.lease_owner == QUEUED, source.c.lease_owner == self.owner)
        this = and_(source.c.source_id == source_id, source.c.lease_fence == fence, takes, is_live(source, clock, now))
        values = {"lease_owner": self.owner, "lease_until": now + self.seconds, **_begun(now)}
        changed = update(source).where(this).values(**values).returning(source.c.key, source.c.next_visit_at)
        row = connection.execute(changed).first()
        if row is None:
            raise LeaseLost
        return Lease(source_id, row.key, self.owner, fence, row.next_visit_at, sent + self.seconds)

    def give_back(self, connection: Connection, lease: Lease) -> None:
        """End a lease without a visit: its source is due as before. Raises LeaseLost."""
        unbegun = {"unfinished": source.c.unfinished - 1}
        if not connection.execute(update(source).where(_is_mine(lease)).values(**release_values(), **unbegun)).rowcount:
            raise LeaseLost

    def fences(self, connection: Connection, source_ids: Sequence[int]) -> dict[int, int]:
        """The fences of the live leases of these sources: source_id -> fence."""
        clock, now = self._database.lease_clock(connection)
        found: dict[int, int] = {}
        for some in chunks(source_ids):
            here = and_(source.c.source_id.in_(some), is_live(source, clock, now))
            rows = connection.execute(select(source.c.source_id, source.c.lease_fence).where(here))
            found |= {row.source_id: row.lease_fence for row in rows}
        return found

    def renew(self, connection: Connection, lease: Lease) -> Lease:
        """Prolong a lease that is still ours. Raises LeaseLost; a lapsed lease is never revived."""
        sent = boot_seconds()
        clock, now = self._database.lease_clock(connection)
        mine = and_(_is_mine(lease), source.c.lease_clock == clock, source.c.lease_until > now)
        changed = connection.execute(update(source).where(mine).values(lease_until=now + self.seconds)).rowcount
        if not changed:
            raise LeaseLost
        return replace(lease, deadline=sent + self.seconds)

    def hold_site(self, connection: Connection, lease: Lease, site: str) -> str | None:
        """Take a further site for a visit that was led there; return who has it instead, or None."""
        lock_counter(connection, "fence")  # no claim picks a source of that site meanwhile
        check(connection, lease)
        clock, now = self._database.lease_clock(connection)
        others = and_(is_live(source, clock, now), source.c.lease_owner != self.owner, has_site(source, site))
        if (owner := connection.execute(select(source.c.lease_owner).where(others).limit(1)).scalar()) is not None:
            return str(owner)
        this = and_(site_hold.c.site == site, site_hold.c.source_id == lease.source_id)
        connection.execute(delete(site_hold).where(this))  # of an earlier visit of the same source
        insert_new(connection, site_hold, [{"site": site, "source_id": lease.source_id, "fence": lease.fence}])
        return None

    def others(self, connection: Connection, keys: Sequence[str], due_by: datetime | None = None) -> dict[str, str]:
        """Which of the named sources (that are due) somebody else is visiting now, or whose site is: key -> owner."""
        clock, now = self._database.lease_clock(connection)
        holder = source.alias("holder")
        held = and_(share_a_site(source, holder), is_live(holder, clock, now), holder.c.lease_owner != self.owner)
        statement = select(source.c.key, holder.c.lease_owner).select_from(source.join(holder, held))
        statement = statement.where(source.c.key.in_(keys))
        if due_by is not None:
            statement = statement.where(source.c.next_visit_at <= due_by)
        return {row.key: row.lease_owner for row in connection.execute(statement)}

    def held(self, connection: Connection) -> int:
        """How many leases are live, whoever holds them."""
        clock, now = self._database.lease_clock(connection)
        return int(connection.execute(select(func.count()).where(is_live(source, clock, now))).scalar_one())

    def by_queue(self, connection: Connection, now: datetime) -> dict[str, Waiting]:
        """What the sources of each queue are waiting for."""
        clock, seconds = self._database.lease_clock(connection)
        live = is_live(source, clock, seconds)
        queued, due = and_(live, source.c.lease_owner == QUEUED), and_(~live, source.c.next_visit_at <= now)
        columns = (
            func.count().filter(due),
            func.min(source.c.next_visit_at).filter(due),
            func.count().filter(queued),
            func.count().filter(and_(live, ~queued)),
        )
        statement = select(source.c.queue, *columns).where(source.c.enabled.is_(true())).group_by(source.c.queue)
        return {
            queue: Waiting(late, (now - oldest).total_seconds() if oldest else 0.0, waiting, running)
            for queue, late, oldest, waiting, running in connection.execute(statement)
        }

    def void_dead(self, connection: Connection) -> list[str]:
        """End the leases of processes of this machine that are gone; return their sources' keys."""
        lock_counter(connection, "fence")
        held = select(source.c.key, source.c.lease_owner).where(source.c.lease_owner.is_not(None))
        keys = [row.key for row in connection.execute(held) if is_dead(row.lease_owner)]
        if keys:
            connection.execute(update(source).where(source.c.key.in_(keys)).values(**release_values()))
        return keys

    def _claim(self, connection: Connection, claim: "_Claim") -> list[Lease]:
        sent = boot_seconds()
        fence = lock_counter(connection, "fence")
        clock, now = self._database.lease_clock(connection)
        leases = []
        for row in _free(connection, claim, clock, now):
            fence += 1
            leases.append(Lease(row.source_id, row.key, claim.taker, fence, row.next_visit_at, sent + self.seconds))
        self._write(connection, leases, clock, now)
        advance_counter(connection, fence, "fence")
        return leases

    def _write(self, connection: Connection, leases: Sequence[Lease], clock: str, now: float) -> None:
        if not leases:
            return
        begun = {"lease_started": None} if leases[0].owner == QUEUED else _begun(now)
        values = {"lease_owner": leases[0].owner, "lease_clock": clock, "lease_until": now + self.seconds, **begun}
        claimed = update(source).where(source.c.source_id == bindparam("claimed")).values(**values)
        rows = [{"claimed": lease.source_id, "fence": lease.fence} for lease in leases]
        connection.execute(claimed.values(lease_fence=bindparam("fence")), rows)


@dataclass(frozen=True, slots=True)
class _Claim:
    """Which sources are wanted, how many of them, and for whom."""

    wanted: ColumnElement[bool]
    limit: int
    taker: str
    #: which leases take the same places
    beside: ColumnElement[bool]
    #: how many of these can be visited at once: slow sources leave some for quick ones; None: there is room for all
    places: int | None = None


def _free(connection: Connection, claim: _Claim, clock: str, now: float) -> list[Any]:
    """The sources to lease, oldest first; of those that are not quick only as many as leave places for quick ones."""
    free = and_(claim.wanted, ~is_live(source, clock, now), ~site_is_taken(clock, now))
    others = _room_for_others(connection, claim, clock, now)
    brisk = _oldest(connection, and_(free, source.c.is_brisk), claim.limit)
    rows = sorted(
        [*brisk, *_oldest(connection, and_(free, ~source.c.is_brisk), others)],
        key=lambda row: (row.next_visit_at, row.source_id),
    )
    chosen: list[Any] = []
    for row in one_for_each_site(connection, rows):
        if row.is_brisk or others > 0:
            chosen.append(row)
            others -= not row.is_brisk
    return chosen[: claim.limit]


def _room_for_others(connection: Connection, claim: _Claim, clock: str, now: float) -> int:
    """How many more sources may be leased that are not quick."""
    if claim.places is None:
        return claim.limit
    live = and_(is_live(source, clock, now), claim.beside, ~source.c.is_brisk)
    running = connection.execute(select(func.count()).where(live)).scalar_one()
    most = claim.places - claim.places // PLACES_FOR_ONE_BRISK
    return min(claim.limit, max(most - int(running), 0))


def _oldest(connection: Connection, free: ColumnElement[bool], limit: int) -> Sequence[Any]:
    if limit == 0:
        return ()
    columns = (source.c.source_id, source.c.key, source.c.next_visit_at, source.c.is_brisk)
    statement = select(*columns).where(free).order_by(source.c.next_visit_at, source.c.source_id)
    # the limit counts what could be locked, and SQLite, which writes alone, has no such words
    statement = statement.limit(limit * LOOK_AHEAD).with_for_update(of=source, skip_locked=True)
    return connection.execute(statement).all()


def _holds(source_id: Any, fence: Any, owner: Any) -> ColumnElement[bool]:
    """Whether a row of sources has the lease of that fence; each of the three is a value, or stands for one."""
    return and_(source.c.source_id == source_id, source.c.lease_fence == fence, source.c.lease_owner == owner)


# Every commit of a visit needs it: made once, because making a statement takes longer than running it.
_CHECK = (
    select(source.c.source_id)
    .where(_holds(bindparam("source_id"), bindparam("fence"), bindparam("owner")))
    .with_for_update(read=True)
)


def check(connection: Connection, lease: Lease) -> None:
    """First statement of every commit of a visit: lock the lease row and raise LeaseLost when it is not ours."""
    mine = {"source_id": lease.source_id, "fence": lease.fence, "owner": lease.owner}
    if connection.execute(_CHECK, mine).first() is None:
        raise LeaseLost


def release_values() -> dict[str, None]:
    """Column values that end a lease; part of the statement that finishes the visit."""
    return {"lease_owner": None, "lease_until": None, "lease_started": None, "lease_clock": None}


def boot_seconds() -> float:
    """Seconds on the boot clock: it goes on while the machine sleeps and nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _begun(now: float) -> dict[str, Any]:
    return {"lease_started": now, "unfinished": source.c.unfinished + 1}


def _is_mine(lease: Lease) -> ColumnElement[bool]:
    return _holds(lease.source_id, lease.fence, lease.owner)
