"""What an outage leaves: everything is due, and one small worker. Real leases, a real queue, visits that only take time.

scheduler: every beat, claim as many as may wait ─> queue ─> worker: start ─> a visit ─> due again at once
                                                                    └> void: waited for longer than its lease
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import jobs, tables
from engine.jobs import Job
from storage import sources
from storage.database import Database
from storage.errors import LeaseLost
from storage.leases import Leases
from storage.sources import SourceEntry, VisitSummary
from storage.store import open_database

#: seconds of a lease, of a visit and of a beat, and visits at once: 8 visits a second at most, 24 in the time of a lease
LEASE, VISIT, BEAT, AT_ONCE = 3.0, 0.25, 0.2, 2
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Load:
    """What became of the jobs that the worker took."""

    done: int = 0
    #: their lease was over when the worker came to them
    void: int = 0
    #: the most jobs that were in the queue at once
    queued: int = 0
    seconds: float = 0.0


class Overload:
    """`due` sources that are due again as soon as they were visited."""

    def __init__(self, url: str, due: int, waiting: int) -> None:
        self._database = open_database(url)
        tables.prepare(self._database)
        self._leases, self._waiting = Leases(self._database, LEASE, "scheduler"), waiting
        entries = [SourceEntry(f"s{n}", f"s{n}", f"s{n}.example", enabled=True) for n in range(due)]
        with self._database.write() as connection:
            sources.sync(connection, entries, NOW)
        self._load, self._stop = Load(), asyncio.Event()

    async def run(self, count: int) -> Load:
        """Until the worker has taken so many jobs."""
        began = time.monotonic()
        worker = jobs.run_worker(self._database, "visits", AT_ONCE, lambda job: self._take(job, count), self._stop)
        await asyncio.gather(worker, self._beats())
        self._load.seconds = time.monotonic() - began
        self._database.dispose()
        return self._load

    async def _beats(self) -> None:
        while not self._stop.is_set():
            await asyncio.to_thread(self._hand_out)
            self._load.queued = max(self._load.queued, len(await jobs.queued(self._database)))
            await asyncio.sleep(BEAT)

    def _hand_out(self) -> None:
        with self._database.write() as connection:
            jobs.defer(connection, "visits", self._leases.claim_waiting(connection, NOW, "visits", self._waiting))

    async def _take(self, job: Job, count: int) -> None:
        if await asyncio.to_thread(_start_and_end, self._database, self._leases, job):
            self._load.done += 1
            await asyncio.sleep(VISIT)
        else:
            self._load.void += 1
        if self._load.done + self._load.void >= count:
            self._stop.set()


def _start_and_end(database: Database, leases: Leases, job: Job) -> bool:
    try:
        with database.write() as connection:
            lease = leases.start(connection, job.source_id, job.fence)
            sources.finish_visit(connection, lease, VisitSummary(NOW, NOW, "overload"))
    except LeaseLost:
        return False
    return True
