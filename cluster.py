"""The daemon where several machines share the work: schedulers claim and defer, workers visit.

    scheduler: beat ─> claim as many as workers can take ─> defer        (storage.leases, engine.jobs)
    worker:    job ─> start its lease ─> crawler.visit, unchanged
    each:      a sign of life every few seconds; SIGTERM ─> no further job, visits end, 30 s at most

`all` is both in one process. Any number of each may run, on any number of machines.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from config_blocks import version
from crawler import visiting
from crawler.places import Places
from crawler.render.browser import NoBrowser
from crawler.station import Station
from engine import jobs, tables
from engine.jobs import Job
from storage import members
from storage.errors import LeaseLost, StorageError
from storage.leases import Lease
from storage.members import Member
from storage.renderings import RENDERED, VISITS

#: seconds that visits have on SIGTERM to end by themselves, and then to be broken off; with what follows below 30 s
DRAIN, BREAK_OFF = 10.0, 6.0
#: seconds for what a process still has to say of itself then
LAST_WORDS = 2.0
#: a scheduler lets so many leases wait for each visit that workers can make at once
WAITING_FOR_EACH = 2

log = logging.getLogger(__name__)


def prepare(station: Station, role: str) -> None:
    """Make the engine's tables ready; a worker alone only looks whether they are. Raises EngineNotReady."""
    if role == "worker":
        tables.check(station.database)
    else:
        tables.prepare(station.database)


def capacity_of(station: Station, role: str) -> dict[str, int]:
    """How many visits this process makes at once, by queue."""
    if role == "scheduler":
        return {}
    own = {VISITS: station.config.schedule.visits, RENDERED: station.config.engine.rendered}
    return {queue: count for queue, count in own.items() if count and (queue != RENDERED or _has_browser(station))}


def _has_browser(station: Station) -> bool:
    try:
        station.browser.check()
    except NoBrowser as error:
        log.info("no visits are taken that need a browser: %s", error)
        return False
    return True


@dataclass(slots=True)
class Scheduler:
    """Claims due sources for the queues, as far as workers can take them, and tidies up behind the engine."""

    station: Station
    _suspects: set[int] = field(default_factory=set)

    async def beat(self) -> int:
        """Claim and defer in one transaction; return how many visits were handed out."""
        try:
            return await asyncio.to_thread(self._hand_out)
        except (DBAPIError, *jobs.DatabaseTrouble) as error:
            log.warning("nothing handed out: %s", str(error).strip().partition("\n")[0])
            return 0

    async def tidy(self) -> None:
        """Delete jobs whose visit is over or went to another worker."""
        self._suspects = await jobs.tidy(self.station.database, self._suspects, self._held)

    def _hand_out(self) -> int:
        handed_out = 0
        with self.station.database.write() as connection:
            capacity = members.capacity(members.all_of(self.station.database, connection))
            for queue, most in limits(capacity, self.station.config.engine.waiting).items():
                now, places = self.station.now(), capacity[queue]
                claimed = self.station.leases.claim_waiting(connection, now, queue, most, places)
                jobs.defer(connection, queue, claimed)
                handed_out += len(claimed)
        return handed_out

    def _held(self, found: Sequence[Job]) -> set[Job]:
        with self.station.database.read() as connection:
            held = self.station.leases.fences(connection, [job.source_id for job in found])
        return {job for job in found if held.get(job.source_id) == job.fence}


def limits(capacity: Mapping[str, int], waiting: int) -> dict[str, int]:
    """How many leases may wait in each queue that a worker takes from: twice what they can do at once, if not set."""
    return {queue: waiting or WAITING_FOR_EACH * count for queue, count in capacity.items()}


@dataclass(slots=True)
class Worker:
    """Makes visits of jobs. The engine's own worker may end and begin anew; the visits go on meanwhile."""

    station: Station
    capacity: Mapping[str, int]
    stop: asyncio.Event
    #: queue -> visits under way
    running: "dict[str, set[asyncio.Task[None]]]" = field(default_factory=dict)
    _room: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    async def run(self) -> None:
        """Take jobs until `stop` is set, then let the visits end."""
        self._room = {queue: asyncio.Semaphore(count) for queue, count in self.capacity.items()}
        self.running = {queue: set() for queue in self.capacity}
        await asyncio.gather(*(self._take_all(queue, count) for queue, count in self.capacity.items()))
        await self._drain()

    def busy(self) -> dict[str, int]:
        """How many visits it is making, by queue."""
        return {queue: len(tasks) for queue, tasks in self.running.items()}

    async def _take_all(self, queue: str, count: int) -> None:
        async def take(job: Job) -> None:
            """One job; its visit outlives it when the engine's worker has to begin anew."""
            await self._room[queue].acquire()  # given back by the visit: beside the old ones there is room for no more
            task = asyncio.ensure_future(self._visit(job))
            self.running[queue].add(task)
            task.add_done_callback(lambda ended: self._ended(queue, ended))
            await asyncio.shield(task)

        await jobs.run_worker(self.station.database, queue, count, take, self.stop)

    def _ended(self, queue: str, task: "asyncio.Task[None]") -> None:
        self.running[queue].discard(task)
        self._room[queue].release()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a visit ended with an internal error: %r", error)

    async def _visit(self, job: Job) -> None:
        station = self.station
        try:
            lease = await station.writer.run(lambda c: station.leases.start(c, job.source_id, job.fence))
            if self.stop.is_set():
                await station.writer.run(lambda c: station.leases.give_back(c, lease))
                return
        except LeaseLost:
            log.debug("source %d: the lease %d is over, or went to somebody else", job.source_id, job.fence)
            return
        except StorageError as error:
            log.warning("source %d: not begun: %s", job.source_id, error)
            return
        await visiting.run(station, lease)

    async def _drain(self) -> None:
        for patience, then in ((DRAIN, self.station.end_visits), (BREAK_OFF, self._cancel)):
            tasks = [task for some in self.running.values() for task in some]
            if tasks:
                await asyncio.wait(tasks, timeout=patience)
            then("stopped")

    def _cancel(self, _reason: str) -> None:
        for task in [task for some in self.running.values() for task in some]:
            task.cancel()


class Part:
    """What one process does in the cluster: `beat` hands out work, `run` takes it, until `stop` is set."""

    def __init__(self, station: Station, role: str, stop: asyncio.Event) -> None:
        self._station, self._role, self._stop = station, role, stop
        self._scheduler = Scheduler(station)
        self._worker = Worker(station, capacity_of(station, role), stop)

    async def beat(self, _places: Places) -> tuple[Lease, ...]:
        """Hand out what is due, where that is our part; nothing is left to be visited by whoever asked."""
        if self._role != "worker":
            await self._scheduler.beat()
        return ()

    async def run(self) -> None:
        """Take part until `stop` is set and all visits have ended."""
        parts = [self._signs()]
        if self._worker.capacity:
            parts.append(self._worker.run())
        if self._role != "worker":
            parts.append(every(self._station.config.schedule.lease, self._scheduler.tidy, self._stop))
        await asyncio.gather(*parts)
        await self._last(lambda connection: members.leave(connection, self._station.leases.owner))

    async def _signs(self) -> None:
        await every(members.SIGN_EVERY, self._sign, self._stop)
        await self._last(self._say(capacity={}))  # it takes nothing more, and is seen as long as its visits last

    async def _sign(self) -> None:
        await self._station.writer.run(self._say(self._worker.capacity))

    def _say(self, capacity: Mapping[str, int]) -> Callable[[Connection], None]:
        this = Member(self._station.leases.owner, self._role, version(), capacity, self._worker.busy())
        return lambda connection: members.sign(self._station.database, connection, this)

    async def _last(self, words: Callable[[Connection], None]) -> None:
        """Last words: a database that is away keeps nobody here."""
        with suppress(StorageError, TimeoutError):
            await asyncio.wait_for(self._station.writer.run(words), LAST_WORDS)


async def every(seconds: float, job: Callable[[], Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Do something again and again until `stop` is set; what the database does to it is logged."""
    while not stop.is_set():
        try:
            await jobs.until(stop, job())
        except (StorageError, DBAPIError, *jobs.DatabaseTrouble) as error:
            log.warning("%s", str(error).strip().partition("\n")[0])
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
