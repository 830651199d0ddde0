"""A clock that is set, and hours that do not exist: no burst of visits, and no silence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, select, update

from crawler.errands import Answer
from crawler.visiting import begin
from scheduler import next_fire_time
from storage import sources, turned_back
from storage.hosts import HostState, save
from storage.records import Page
from storage.schema import endpoint, host, link, source
from tests.storage.facts import entry_of
from tests.support.pages import SITE, answer, rss
from tests.support.visits import Newsdesk, newsdesk
from tests.support.visits import source as daily

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]


def fires(cron: str, zone: str, begin_at: datetime, days: int) -> list[datetime]:
    """Every firing of a cron line within so many days."""
    found, moment = [], begin_at
    while moment < begin_at + timedelta(days=days):
        moment = next_fire_time(None, cron, zone, moment)
        found.append(moment)
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_an_hourly_source_is_never_silent_for_long_and_never_visited_in_a_burst(zone: str, month: int) -> None:
    moments = fires("0 * * * *", zone, datetime(2026, month, 1, tzinfo=UTC), 30)
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert min(pauses) >= timedelta(minutes=30)
    assert max(pauses) <= timedelta(hours=2)


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_source_fires_once_a_day_whatever_the_clock_does(zone: str) -> None:
    moments = fires("30 2 * * *", zone, datetime(2026, 1, 1, tzinfo=UTC), 365)
    assert 364 <= len(moments) <= 367
    assert max(later - earlier for earlier, later in pairwise(moments)) <= timedelta(hours=26)


async def _claims(database_url: str, due_in: timedelta) -> int:
    """How often a source is claimed within a minute of beats, when its next visit stands so far away."""
    async with newsdesk(database_url, daily(f"{SITE}/feed", every="10m")) as desk:
        await desk.visit({f"{SITE}/feed": answer(rss("/a"), content_type="application/rss+xml")})
        station, now, claimed = desk.station, desk.station.now(), 0
        with station.database.write() as connection:
            connection.execute(update(source).values(next_visit_at=now + due_in))
        for second in range(60):
            with station.database.write() as connection:
                leases = station.leases.claim_due(connection, now + timedelta(seconds=second), 10)
            for lease in leases:
                claimed += 1
                await (await begin(station, station.config.sources[0], lease)).finish()
        return claimed


async def test_a_clock_that_was_set_forward_by_a_day_makes_one_visit(database_url: str) -> None:
    assert await _claims(database_url, -timedelta(days=1)) == 1


DAY, EVERY = timedelta(days=1), timedelta(minutes=10)


@asynccontextmanager
async def visited(database_url: str, ahead: timedelta, *links: str) -> AsyncIterator[Newsdesk]:
    """A source that was visited while the clock was so far ahead; its articles wait to be tried again."""
    async with newsdesk(database_url, daily(f"{SITE}/feed", every="10m")) as desk:
        desk.station.clock = lambda: datetime.now(UTC) + ahead
        busy = {f"{SITE}{place}": Answer(Page(f"{SITE}{place}", b"", "text/html", 503)) for place in links}
        await desk.visit({f"{SITE}/feed": answer(rss(*links), content_type="application/rss+xml"), **busy})
        moment = desk.station.now()
        state = HostState("daily.example", next_request_at=moment + EVERY, robots_fetched_at=moment)
        await desk.station.writer.run(lambda connection: save(connection, [state]))
        desk.station.clock = lambda: datetime.now(UTC)
        yield desk


def _plans(desk: Newsdesk) -> list[datetime]:
    """All moments for which something is planned."""
    columns = (source.c.next_visit_at, endpoint.c.next_visit_at, link.c.next_try_at, host.c.next_request_at)
    return [moment for column in columns for moment in sorted(moment for (moment,) in desk.values(column) if moment)]


async def _claimed(desk: Newsdesk, moment: datetime) -> int:
    station = desk.station
    return len(await station.writer.run(lambda connection: station.leases.claim_due(connection, moment, 10)))


async def test_a_clock_that_was_set_back_by_a_day_is_noticed_and_makes_neither_silence_nor_a_burst(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with visited(database_url, DAY, "/a") as desk:
        now = desk.station.now()
        assert await _claimed(desk, now + EVERY * 2) == 0, "silence, without what follows"
        await desk.station.sync_sources()
        assert "the clock was set back by at least 23:59:" in caplog.text
        assert await _claimed(desk, now + EVERY / 2) == 0
        assert await _claimed(desk, now + EVERY * 2) == 1


async def test_all_plans_follow_a_clock_that_was_set_back(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turned_back, "ROWS", 2)
    async with visited(database_url, DAY, *(f"/harbour-{n}" for n in range(5))) as desk:
        planned = _plans(desk)
        await desk.station.follow_clock()
        (by,) = {before - after for before, after in zip(planned, _plans(desk), strict=True)}
        assert len(planned) >= 8
        assert DAY - timedelta(minutes=5) < by < DAY
        await desk.station.follow_clock()
        assert {before - after for before, after in zip(planned, _plans(desk), strict=True)} == {by}, "once is enough"


async def _beside(desk: Newsdesk) -> None:
    """Another source, endpoint, link and host, as a right clock has left them: all wait for a good while yet."""
    now = desk.station.now()
    later, before = now + timedelta(hours=6), now - EVERY
    with desk.station.database.write() as connection:
        sources.sync(connection, [entry_of("daily"), entry_of("weekly", site="weekly.example")], now)
        (other,) = connection.execute(select(source.c.source_id).where(source.c.key == "weekly")).one()
        planned = update(source).where(source.c.source_id == other)
        connection.execute(planned.values(next_visit_at=later, last_visit_at=before))
        rows = {
            table: dict(connection.execute(select(table).limit(1)).mappings().one()) | {"source_id": other}
            for table in (endpoint, link)
        }
        rows[endpoint] |= {"endpoint_id": 900, "next_visit_at": later, "last_attempt_at": before}
        rows[link] |= {"link_id": 900, "endpoint_id": 900, "next_try_at": later}
        for table, row in rows.items():
            connection.execute(insert(table).values(row))
        asked = {"next_request_at": later, "retry_after_until": later, "robots_fetched_at": before}
        connection.execute(insert(host).values(host="www.weekly.example", **asked))


async def test_plans_that_a_right_clock_has_made_stay_beside_those_that_move(database_url: str) -> None:
    async with visited(database_url, DAY, "/a") as desk:
        await _beside(desk)
        columns = (
            (source.c.key, source.c.next_visit_at),
            (endpoint.c.endpoint_id, endpoint.c.next_visit_at),
            (link.c.link_id, link.c.next_try_at),
            (host.c.host, host.c.next_request_at),
            (host.c.host, host.c.retry_after_until),
        )
        planned = [dict(desk.values(*pair)) for pair in columns]
        await desk.station.follow_clock()
        after = [dict(desk.values(*pair)) for pair in columns]
        right = {"weekly", 900, "www.weekly.example"}
        for was, now in zip(planned, after, strict=True):
            assert {key for key in was if was[key] is not None and was[key] == now[key]} == right & was.keys()
        assert all(len(was) > 1 for was in planned), "each stands beside one that is wrong"


async def test_what_another_process_writes_meanwhile_is_not_written_over(postgres_url: str) -> None:
    async with visited(postgres_url, DAY, "/a") as desk:
        now = desk.station.now()
        with desk.station.database.write() as connection:
            visited_now = update(source).values(last_visit_at=now, next_visit_at=now + EVERY)
            connection.execute(visited_now)
            mending = asyncio.ensure_future(desk.station.follow_clock())
            await asyncio.sleep(0.3)  # it waits for the row by now
            assert not mending.done()
        await mending
        assert desk.values(source.c.last_visit_at, source.c.next_visit_at) == [(now, now + EVERY)]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=9)])
async def test_a_clock_that_was_corrected_by_minutes_moves_nothing(database_url: str, ahead: timedelta) -> None:
    async with visited(database_url, ahead, "/a") as desk:
        planned = _plans(desk)
        await desk.station.follow_clock()
        assert _plans(desk) == planned


async def test_a_machine_that_is_behind_its_database_says_so_and_moves_nothing(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with visited(postgres_url, timedelta(0), "/a") as desk:
        planned = _plans(desk)
        desk.station.clock = lambda: datetime.now(UTC) - DAY
        await desk.station.follow_clock()
        assert "behind that of the database: set it" in caplog.text
        assert _plans(desk) == planned
