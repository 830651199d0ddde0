"""How the work is shared at this moment: who is there, what waits, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import members
from storage.database import Database
from storage.leases import Leases, Waiting
from storage.members import Member
from storage.renderings import RENDERED


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue: what its sources wait for."""

    name: str
    #: visits that all processes that are there make at once, at most
    capacity: int
    waiting: Waiting

    @property
    def problem(self) -> str | None:
        """What the operator should mend; None: nothing."""
        if self.waiting.due and not self.capacity:
            sources = "1 source is" if self.waiting.due == 1 else f"{self.waiting.due} sources are"
            browser = " with a browser" if self.name == RENDERED else ""
            return f"{sources} due and no worker takes the queue {self.name!r}: start one{browser}"
        return None


@dataclass(frozen=True, slots=True)
class Status:
    """The processes of the last day, and the queues."""

    members: Sequence[Member]
    queues: Sequence[QueueState]

    @property
    def problems(self) -> list[str]:
        """What the operator should mend."""
        here = [member for member in self.members if not member.is_gone]
        found = [queue.problem for queue in self.queues if queue.problem]
        if not any(member.role != "worker" for member in here):
            found.append("no scheduler is there: nothing is handed out")
        if len({member.version for member in here}) > 1:
            found.append("the processes have different versions: upgrade the older ones")
        return found


def read(database: Database, now: datetime) -> Status:
    """The status as the database has it."""
    with database.read() as connection:
        there = members.all_of(database, connection)
        waiting = Leases(database, 0.0).by_queue(connection, now)
    capacity = members.capacity(there)
    names = sorted({*capacity, *waiting})
    queues = [QueueState(name, capacity.get(name, 0), waiting.get(name, Waiting())) for name in names]
    return Status(there, queues)
