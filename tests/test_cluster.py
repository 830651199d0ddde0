"""Schedulers and workers in one process, on a real PostgreSQL: what is handed out, taken, and given back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

import cluster
from cluster import Scheduler, Worker, capacity_of, limits
from config import Config
from config_blocks import Crawl, Schedule, SharedWork, Source
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station, close_station, open_station
from engine import jobs, tables
from storage import members
from storage.errors import LeaseLost
from storage.leases import QUEUED, Lease
from storage.members import Member
from storage.schema import source
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


async def test_a_role_says_what_a_process_can_take(station: Station) -> None:
    assert capacity_of(station, "scheduler") == {}
    assert capacity_of(station, "worker") == capacity_of(station, "all") == {"visits": 4, "rendered": 2}
    without = SharedWork.model_validate({"kind": "procrastinate", "rendered": 0})
    station.config = Config(station.config.database, schedule=Schedule(visits=4), engine=without)
    assert capacity_of(station, "worker") == {"visits": 4}


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
    gone = Station(
        **{name: getattr(station, name) for name in Station.__slots__ if name not in {"database", "tasks", "endings"}},
        database=type(station.database)("postgresql+psycopg://nobody@/none?host=/nowhere"),
    )
    assert await Scheduler(gone).beat() == 0
    gone.database.dispose()
