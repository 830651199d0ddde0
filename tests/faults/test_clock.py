"""A clock that is set, and hours that do not exist: no burst of visits, and no silence."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from crawler.visiting import begin
from scheduler import next_fire_time
from storage.schema import source
from tests.support.pages import SITE, answer, rss
from tests.support.visits import newsdesk
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


async def _claimed(database_url: str, due_in: timedelta) -> int:
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
    assert await _claimed(database_url, -timedelta(days=1)) == 1
