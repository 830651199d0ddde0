"""The seam to Procrastinate: `defer` puts visits into a queue, `run_worker` takes them out. Nobody else names it.

    scheduler: claim ─ defer ─ commit         one transaction: there is no job without its lease, and no lease without
    worker:    run_worker ─> visit(job) ...   a job for longer than it lasts
    now and then: tidy

A job is two numbers, a source and the fence of its lease, and carries no promise of its own: lost, late or handed out
twice, what counts is whether that lease can still be started. So the engine's own locks and repetitions are not used
(a stalled job and its successor blocked a source for ever), and another engine could stand behind these functions.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.jobs import Job as EngineJob
from procrastinate.manager import JobManager
from sqlalchemy import Connection

from storage.database import Database
from storage.leases import Lease

#: the name of our one task
TASK = "newswatch.visit"
#: seconds between two looks into the queue, should a notice of PostgreSQL be lost
LOOK_EVERY = 1.0
#: seconds before a worker that lost its database begins anew
BEGIN_AGAIN = 1.0
#: seconds that a worker which ends waits for its jobs; the visits behind them go on by themselves
JOBS_END = 1.0
#: connections of one worker to the queue, beside the one on which it is woken
CONNECTIONS = 2
#: seconds to wait for a connection
PATIENCE = 10.0
#: seconds without a sign of life after which the engine counts a worker as gone
GONE_AFTER = 30.0

#: what can go wrong between a worker and its database; it passes, or the worker's log says what it is
DatabaseTrouble = (ConnectorException, psycopg.Error, OSError)

log = logging.getLogger(__name__)

# The engine tells each job, and each loss of its database with a traceback; what matters of it is told here, in a line.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
# An acknowledgement that could not be written is an error that nobody awaits; `tidy` finds the job that it leaves.
logging.getLogger("asyncio").addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], ConnectorException))
)


@dataclass(frozen=True, slots=True)
class Job:
    """One visit to be made: the lease of that fence is to be started."""

    source_id: int
    fence: int


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job as it stands in the engine's table."""

    job_id: int
    queue: str
    #: "todo" or "doing"
    status: str
    job: Job


Visit = Callable[[Job], Awaitable[None]]


def defer(connection: Connection, queue: str, leases: Sequence[Lease]) -> None:
    """Put a job for each lease into a queue, in the transaction that claimed them."""
    jobs = [
        EngineJob(
            queue=queue,
            task_name=TASK,
            task_kwargs={"source_id": lease.source_id, "fence": lease.fence},
            lock=None,
            queueing_lock=None,
        )
        for lease in leases
    ]
    if jobs:
        JobManager(SyncPsycopgConnector()).batch_defer_jobs(jobs, connection.connection.driver_connection)


async def run_worker(database: Database, queue: str, capacity: int, visit: Visit, stop: asyncio.Event) -> None:
    """Take jobs of a queue, at most `capacity` at once, until `stop` is set.

    The engine's worker ends, or raises, when its database goes away; here it begins anew until it is told to stop.
    """
    while not stop.is_set():
        try:
            await until(stop, _work(database, queue, capacity, visit))
        except DatabaseTrouble as error:
            log.warning("no jobs of the queue %s: %s", queue, _reason(error))
        if not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), BEGIN_AGAIN)


async def until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Await some work, but no longer than until `stop` is set: then it is cancelled, whatever holds it up."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def tidy(database: Database, suspects: Collection[int], is_held: Callable[[Sequence[Job]], set[Job]]) -> set[int]:
    """Delete jobs that nobody will ever end, and return those to look at again.

    Dead are the jobs of workers that are gone, and jobs that had no live lease at the last look (`suspects`) and have
    none now: an acknowledgement that was lost leaves one under a worker that lives on, and the engine never names it.
    """
    async with _app(database) as app:
        manager = app.job_manager
        stalled = {job.id for job in await manager.get_stalled_jobs(seconds_since_heartbeat=GONE_AFTER)}
        jobs = await _jobs(app)
        held = await asyncio.to_thread(is_held, [job.job for job in jobs])
        without = {job.job_id for job in jobs if job.job not in held}
        for job_id in sorted(without & ({*suspects} | {known for known in stalled if known is not None})):
            with suppress(ConnectorException):  # its worker came first
                await manager.finish_job_by_id_async(job_id, Status.FAILED, delete_job=True)
        await manager.prune_stalled_workers(GONE_AFTER)
        return without - {*suspects}


async def queued(database: Database) -> list[QueuedJob]:
    """All jobs as they stand now."""
    async with _app(database) as app:
        return await _jobs(app)


@asynccontextmanager
async def _app(database: Database, visit: Visit | None = None) -> AsyncIterator[App]:
    pool: dict[str, Any] = {"min_size": 1, "max_size": CONNECTIONS, "timeout": PATIENCE}
    app = App(connector=PsycopgConnector(kwargs=database.driver_arguments(), **pool))

    @app.task(name=TASK)
    async def visit_source(source_id: int, fence: int) -> None:
        """Our one task."""
        if visit is not None:
            await visit(Job(source_id, fence))

    async with app.open_async():
        yield app


async def _work(database: Database, queue: str, capacity: int, visit: Visit) -> None:
    options: dict[str, Any] = {
        "queues": [queue],
        "name": queue,
        "concurrency": capacity,
        "fetch_job_polling_interval": LOOK_EVERY,
        "shutdown_graceful_timeout": JOBS_END,
        "delete_jobs": DeleteJobCondition.ALWAYS.value,
        "install_signal_handlers": False,
        "stalled_worker_timeout": GONE_AFTER,
    }
    async with _app(database, visit) as app:
        await app.run_worker_async(**options)


async def _jobs(app: App) -> list[QueuedJob]:
    found = []
    for status in (Status.TODO, Status.DOING):
        for job in await app.job_manager.list_jobs_async(task=TASK, status=status.value):
            numbers = Job(int(str(job.task_kwargs["source_id"])), int(str(job.task_kwargs["fence"])))
            found.append(QueuedJob(job.id or 0, job.queue, status.value, numbers))
    return found


def _reason(error: BaseException) -> str:
    told = str(error.__cause__ or error).strip()
    return told.partition("\n")[0] or repr(error)
