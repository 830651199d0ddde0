"""The processes that share the work: each says every few seconds that it is there, and what it can take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from storage.database import Database, insert_new
from storage.schema import member

#: seconds between two signs of life, and after the last one until a process counts as gone
SIGN_EVERY, GONE_AFTER = 3.0, 15.0
#: seconds for which the rows of processes that are gone are kept, for whoever looks what happened
FORGET_AFTER = 86_400.0


@dataclass(frozen=True, slots=True)
class Member:
    """One process: its name is the owner of its leases."""

    name: str
    role: str
    version: str
    #: queue -> visits that it makes at once, at most
    capacity: Mapping[str, int]
    #: queue -> visits that it is making
    busy: Mapping[str, int]
    #: seconds since it began, and since its last sign of life; negative seconds are yet to come
    age: float = 0.0
    silence: float = 0.0

    @property
    def is_gone(self) -> bool:
        """Whether it has said nothing for so long that nobody counts on it."""
        return self.silence > GONE_AFTER


def sign(database: Database, connection: Connection, this: Member) -> None:
    """Say that a process is there, with what it can take and what it is doing."""
    clock, now = database.lease_clock(connection)
    values: dict[str, Any] = {"role": this.role, "version": this.version, "clock": clock}
    values |= {"capacity": dict(this.capacity), "busy": dict(this.busy), "seen_until": now + GONE_AFTER}
    if not connection.execute(update(member).where(member.c.name == this.name).values(**values)).rowcount:
        connection.execute(delete(member).where(member.c.seen_until < now - FORGET_AFTER))
        insert_new(connection, member, [{"name": this.name, "since": now, **values}])


def leave(connection: Connection, name: str) -> None:
    """A process ends: nobody counts on it any more."""
    connection.execute(delete(member).where(member.c.name == name))


def all_of(database: Database, connection: Connection) -> list[Member]:
    """All processes that were there within the last day, the oldest first."""
    clock, now = database.lease_clock(connection)
    rows = connection.execute(select(member).where(member.c.clock == clock).order_by(member.c.since)).all()
    return [
        Member(
            row.name, row.role, row.version, row.capacity, row.busy, now - row.since, now - row.seen_until + GONE_AFTER
        )
        for row in rows
    ]


def capacity(members: list[Member]) -> dict[str, int]:
    """How many visits all processes that are there can make at once, by queue."""
    total: dict[str, int] = {}
    for one in members:
        for queue, count in {} if one.is_gone else one.capacity.items():
            total[queue] = total.get(queue, 0) + count
    return total
