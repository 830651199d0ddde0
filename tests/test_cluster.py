"""Schedulers and workers in one process, on a real PostgreSQL: what is handed out, taken, and given back."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

import cluster
from cluster import Part, Scheduler, Worker, capacity_of, limits
from config import Config
from config_blocks import Crawl, Render, Schedule, SharedWork, Source
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station, close_station, open_station
from engine import jobs, tables
from engine.jobs import Job
from storage import members
from storage.database import Database
from storage.errors import LeaseLost
from storage.leases import QUEUED, Lease
from storage.members import Member
from storage.schema import source
from storage.writer import Writer
from tests.storage.facts import NOW


@pytest.fixture
async def station(postgres_url: str) -> AsyncIterator[Station]:
    """Three sources that are due, one of them for the browser; the engine's tables are there."""
    sources = tuple(
        Source.model_validate({"key": key, "url": f"https://{key}.example/feed", **more})
        for key, more in (("a", {}), ("b", {}), ("c", {"render": "always"}))
    )
    shared = SharedWork.model_validate({"kind": "procrastinate"})
    config = Config(postgres_url, sources, crawl=Crawl(readers=1), schedule=Schedule(visits=4), engine=shared)
    opened = open_station(config, NEWSWATCH_TIMETABLE, NEWSWATCH_SITES)
    tables.prepare(opened.database)
    await opened.sync_sources()
    yield opened
    close_station()


async def sign(station: Station, **capacity: int) -> None:
    this = Member("w", "worker", "1", capacity, {})
    await station.writer.run(lambda connection: members.sign(station.database, connection, this))


def owners(station: Station) -> dict[str, str | None]:
    with station.database.read() as connection:
        return {row.key: row.lease_owner for row in connection.execute(select(source.c.key, source.c.lease_owner))}


async def test_nothing_is_handed_out_that_no_worker_takes(station: Station) -> None:
    scheduler = Scheduler(station)
    assert await scheduler.beat() == 0
    await sign(station, visits=4)
    assert await scheduler.beat() == 2
    assert owners(station) == {"a": QUEUED, "b": QUEUED, "c": None}
    await sign(station, visits=4, rendered=1)
    assert await scheduler.beat() == 1
    assert sorted(job.queue for job in await jobs.queued(station.database)) == ["rendered", "visits", "visits"]


@pytest.mark.parametrize(
    ("capacity", "waiting", "expected"),
    [
        pytest.param({"visits": 64, "rendered": 2}, 0, {"visits": 128, "rendered": 4}, id="twice what they can do"),
        pytest.param({"visits": 64}, 40, {"visits": 40}, id="as the operator wants it"),
        pytest.param({}, 40, {}, id="nobody is there"),
    ],
)
def test_how_many_leases_may_wait(capacity: dict[str, int], waiting: int, expected: dict[str, int]) -> None:
    assert limits(capacity, waiting) == expected


async def test_a_role_says_what_a_process_can_take(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    station.browser.settings = Render(browser=sys.executable, unsafe_no_sandbox=True)  # a program that can be run
    assert capacity_of(station, "scheduler") == {}
    assert capacity_of(station, "worker") == capacity_of(station, "all") == {"visits": 4, "rendered": 2}
    without = SharedWork.model_validate({"kind": "procrastinate", "rendered": 0})
    station.config = replace(station.config, engine=without)
    assert capacity_of(station, "worker") == {"visits": 4}
    assert caplog.text == ""


async def test_who_has_no_browser_takes_no_visits_that_need_one(
    station: Station, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
    with caplog.at_level(logging.INFO):
        assert capacity_of(station, "worker") == {"visits": 4}
    assert "no visits are taken that need a browser" in caplog.text
    assert "apt-get install chromium" in caplog.text


async def test_a_job_that_comes_after_the_stop_is_given_back(station: Station) -> None:
    await sign(station, visits=4)
    await Scheduler(station).beat()
    stop = asyncio.Event()
    worker = Worker(station, {"visits": 4}, stop)
    (first, second) = (job.job for job in await jobs.queued(station.database))
    stop.set()
    await worker._visit(first)
    assert sorted(owner or "" for owner in owners(station).values()) == ["", "", QUEUED]
    await worker._visit(first)  # it is over: nothing happens
    with station.database.write() as connection:
        again = station.leases.claim_waiting(connection, station.now(), "visits", 4)
        assert {lease.source_id for lease in again} == {first.source_id}
        assert all(lease.fence > second.fence for lease in again)


async def test_a_worker_that_does_not_know_a_source_gives_it_back_for_later(station: Station) -> None:
    await sign(station, visits=4)
    await Scheduler(station).beat()
    station.config = Config(station.config.database, schedule=Schedule(visits=4), engine=station.config.engine)
    worker = Worker(station, {"visits": 4}, asyncio.Event())
    for job in await jobs.queued(station.database):
        await worker._visit(job.job)
    assert owners(station) == {"a": None, "b": None, "c": None}
    assert await Scheduler(station).beat() == 0


async def test_tidying_keeps_what_has_its_lease_and_deletes_what_lost_it(station: Station) -> None:
    await sign(station, visits=4)
    scheduler = Scheduler(station)
    await scheduler.beat()
    lost, kept = (job.job for job in await jobs.queued(station.database))
    lease = Lease(lost.source_id, "a", QUEUED, lost.fence, NOW, 0.0)
    await station.writer.run(lambda connection: station.leases.give_back(connection, lease))
    for _ in range(2):
        await scheduler.tidy()
    assert [job.job for job in await jobs.queued(station.database)] == [kept]


async def test_a_lease_is_given_back_once(station: Station) -> None:
    await sign(station, visits=4)
    await Scheduler(station).beat()
    (job, _) = await jobs.queued(station.database)
    lease = Lease(job.job.source_id, "a", QUEUED, job.job.fence, NOW, 0.0)
    await station.writer.run(lambda connection: station.leases.give_back(connection, lease))
    with pytest.raises(LeaseLost):
        await station.writer.run(lambda connection: station.leases.give_back(connection, lease))


async def test_visits_that_outlive_the_engines_worker_still_count_for_what_is_made_at_once(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at each restart of PostgreSQL: the engine's worker ends, the next one has jobs, and the visits go on."""
    begun: list[Job] = []
    may_end, stop = asyncio.Event(), asyncio.Event()

    async def visit(self: Worker, job: Job) -> None:
        begun.append(job)
        await may_end.wait()

    async def restarts(_database: Database, queue: str, count: int, take: jobs.Visit, stop: asyncio.Event) -> None:
        """The worker of the engine, which loses its database once all that it took is under way."""
        for turn in range(2):
            taken = [asyncio.ensure_future(take(Job(number, turn))) for number in range(count)]
            await asyncio.sleep(0.05)
            for one in taken if turn == 0 else ():
                one.cancel()
        await stop.wait()

    monkeypatch.setattr(Worker, "_visit", visit)
    monkeypatch.setattr(jobs, "run_worker", restarts)
    worker = Worker(station, {"visits": 2}, stop)
    running = asyncio.ensure_future(worker.run())
    await asyncio.sleep(0.3)
    assert (begun, worker.busy()) == ([Job(0, 0), Job(1, 0)], {"visits": 2})
    may_end.set()
    await _until(lambda: len(begun) == 4)
    stop.set()
    await running
    assert begun[2:] == [Job(0, 1), Job(1, 1)]


async def test_visits_that_do_not_end_are_broken_off_and_then_cancelled(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "DRAIN", 0.05)
    monkeypatch.setattr(cluster, "BREAK_OFF", 0.05)
    broken_off: list[str] = []
    station.endings["a"] = broken_off.append
    worker = Worker(station, {"visits": 4}, asyncio.Event())
    endless = asyncio.ensure_future(asyncio.Event().wait())
    worker.running["visits"] = {endless}  # type: ignore[arg-type]
    await worker._drain()
    await asyncio.wait([endless])
    assert (broken_off, endless.cancelled()) == (["stopped"], True)


async def test_a_beat_without_a_database_hands_out_nothing_and_goes_on(station: Station) -> None:
    gone = _without_database(station)
    assert await Scheduler(gone).beat() == 0
    gone.database.dispose()


async def test_a_process_that_ends_is_seen_until_its_visits_have_ended_and_takes_nothing_more(station: Station) -> None:
    stop = asyncio.Event()
    part = Part(station, "all", stop)
    endless = asyncio.Event()
    running = asyncio.ensure_future(part.run())
    await _until(lambda: bool(_members(station)))
    part._worker.running["visits"] = {asyncio.ensure_future(_wait(endless))}
    stop.set()
    await _until(lambda: not any(member.capacity for member in _members(station)))
    assert [member.busy["visits"] for member in _members(station)] == [1]
    endless.set()
    await running
    assert _members(station) == []


async def test_a_process_ends_though_its_database_is_away(station: Station) -> None:
    """Each of its parts has something to write at that moment, and waits for minutes otherwise."""
    gone = _without_database(station)
    gone.writer = Writer(gone.database)
    stop = asyncio.Event()
    running = asyncio.ensure_future(Part(gone, "all", stop).run())
    await asyncio.sleep(0.5)  # all of them are at it
    stop.set()
    await asyncio.wait_for(running, 20)
    gone.writer.close()
    gone.database.dispose()


def _without_database(station: Station) -> Station:
    """The same process after its database has gone away."""
    names = set(Station.__slots__) - {"database", "tasks", "endings"}
    nowhere = Database("postgresql+psycopg://nobody@/none?host=/nowhere")
    return Station(**{name: getattr(station, name) for name in names}, database=nowhere)


def _members(station: Station) -> list[Member]:
    with station.database.read() as connection:
        return members.all_of(station.database, connection)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
