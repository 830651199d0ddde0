"""The seam to the engine, on a real PostgreSQL: what is deferred is visited, what is dead is deleted."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import jobs
from engine.jobs import Job, QueuedJob
from storage.database import Database
from storage.leases import Lease, Leases
from tests.storage.facts import NOW


def hand_out(database: Database, queue: str = "visits") -> list[Lease]:
    with database.write() as connection:
        claimed = Leases(database, 60, "scheduler").claim_waiting(connection, NOW, queue, 10)
        jobs.defer(connection, queue, claimed)
    return claimed


async def work(database: Database, count: int, capacity: int = 4) -> list[Job]:
    """Run a worker until it was handed so many jobs."""
    stop, done = asyncio.Event(), list[Job]()

    async def visit(job: Job) -> None:
        done.append(job)
        if len(done) >= count:
            stop.set()

    await asyncio.wait_for(jobs.run_worker(database, "visits", capacity, visit, stop), 60)
    return done


def none_is_held(_jobs: Sequence[Job]) -> set[Job]:
    return set()


async def test_a_job_is_the_source_and_the_fence_of_its_lease_and_gone_when_it_is_done(shared: Database) -> None:
    leases = hand_out(shared)
    done = await work(shared, 2)
    assert sorted(done, key=lambda job: job.fence) == [Job(lease.source_id, lease.fence) for lease in leases]
    assert await jobs.queued(shared) == []


async def test_a_claim_that_is_rolled_back_leaves_no_job(shared: Database) -> None:
    def break_in_the_middle() -> None:
        with shared.write() as connection:
            jobs.defer(connection, "visits", Leases(shared, 60, "s").claim_waiting(connection, NOW, "visits", 10))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        break_in_the_middle()
    assert await jobs.queued(shared) == []
    assert len(hand_out(shared)) == 2


async def test_a_worker_takes_only_from_its_queue_and_no_more_than_it_can(shared: Database) -> None:
    hand_out(shared, "rendered")
    with shared.write() as connection:
        jobs.defer(connection, "rendered", [Lease(9, "other", "queue", 9, NOW, 0.0)])
        jobs.defer(connection, "visits", [Lease(n, "s", "queue", n, NOW, 0.0) for n in range(10, 15)])
    stop, at_once, most, done = asyncio.Event(), 0, 0, 0

    async def visit(_job: Job) -> None:
        nonlocal at_once, most, done
        at_once, most, done = at_once + 1, max(most, at_once + 1), done + 1
        while done < 5 and most < 2:
            await asyncio.sleep(0.01)  # until there are two
        at_once -= 1
        if done == 5:
            stop.set()

    await asyncio.wait_for(jobs.run_worker(shared, "visits", 2, visit, stop), 60)
    assert most == 2
    assert [(job.queue, job.status, job.job) for job in await jobs.queued(shared)] == [("rendered", "todo", Job(9, 9))]


async def test_a_worker_begins_anew_when_its_database_has_thrown_it_out(shared: Database) -> None:
    stop, done = asyncio.Event(), asyncio.Event()

    async def visit(_job: Job) -> None:
        done.set()

    working = asyncio.ensure_future(jobs.run_worker(shared, "visits", 2, visit, stop))
    for _ in range(2):
        hand_out(shared)
        await asyncio.wait_for(done.wait(), 60)
        done.clear()
        with shared.write() as connection:
            connection.execute(text("UPDATE source SET lease_owner = NULL"))
        with shared.engine.connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        _again(shared)
    stop.set()
    await asyncio.wait_for(working, 60)


def _again(database: Database) -> None:
    """The connections of the pool were thrown out, too."""
    database.engine.dispose()


async def test_a_visit_goes_on_when_the_engines_worker_ends_under_it(shared: Database) -> None:
    """What ends is the waiting for it: the visit itself is held by whoever made it."""
    hand_out(shared)
    stop, visits, going_on = asyncio.Event(), list["asyncio.Task[None]"](), asyncio.Event()

    async def visit(_job: Job) -> None:
        task = asyncio.ensure_future(going_on.wait())
        visits.append(task)  # type: ignore[arg-type]
        stop.set()
        await asyncio.shield(task)

    await asyncio.wait_for(jobs.run_worker(shared, "visits", 1, visit, stop), 60)
    assert [task.done() for task in visits] == [False]
    going_on.set()
    await asyncio.gather(*visits)


# tidying --------------------------------------------------------------------------------------------------------------


def _doing(database: Database) -> None:
    """What a lost acknowledgement leaves: a job under a worker that lives on."""
    with database.write() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"))


async def test_a_job_whose_lease_is_gone_at_two_looks_is_deleted(shared: Database) -> None:
    leases = hand_out(shared)
    _doing(shared)
    held = {Job(leases[0].source_id, leases[0].fence)}
    suspects = await jobs.tidy(shared, set(), lambda _jobs: held)
    assert len(suspects) == 1
    assert len(await jobs.queued(shared)) == 2
    assert await jobs.tidy(shared, suspects, lambda _jobs: held) == set()
    assert [job.job for job in await jobs.queued(shared)] == [*held]


async def test_a_job_that_has_its_lease_is_left_alone_however_often_it_is_looked_at(shared: Database) -> None:
    leases = hand_out(shared)
    held = {Job(lease.source_id, lease.fence) for lease in leases}
    for _ in range(3):
        assert await jobs.tidy(shared, {1, 2}, lambda _jobs: held) == set()
    assert len(await jobs.queued(shared)) == 2


async def test_a_job_of_a_dead_worker_without_a_lease_is_deleted_at_the_first_look(shared: Database) -> None:
    hand_out(shared)
    _doing(shared)
    with shared.write() as connection:
        connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
    await jobs.tidy(shared, set(), none_is_held)
    assert await jobs.queued(shared) == []
    with shared.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one() == 0


async def test_two_who_tidy_at_once_are_in_nobodys_way(shared: Database) -> None:
    hand_out(shared)
    ids = {job.job_id for job in await jobs.queued(shared)}
    await asyncio.gather(*(jobs.tidy(shared, ids, none_is_held) for _ in range(3)))
    assert await jobs.queued(shared) == []


async def test_what_stands_in_the_queue_is_told_with_its_state(shared: Database) -> None:
    (first, _) = hand_out(shared)
    with shared.write() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = 1"))
    waiting, doing = await jobs.queued(shared)
    assert (waiting.status, doing) == ("todo", QueuedJob(1, "visits", "doing", Job(first.source_id, first.fence)))


def test_without_the_engines_tables_nothing_is_claimed(postgres_url: str) -> None:
    from storage import sources
    from storage.store import open_database
    from tests.storage.facts import entry_of

    database = open_database(postgres_url)
    with database.write() as connection:
        sources.sync(connection, [entry_of("daily")], NOW)
    with pytest.raises((DBAPIError, *jobs.DatabaseTrouble)):
        hand_out(database)
    with database.read() as connection:
        assert Leases(database, 60).waiting(connection, "visits") == 0
    database.dispose()
