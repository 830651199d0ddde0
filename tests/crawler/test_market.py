"""The price of visits on its way through the store: rates of endpoints in, one row out, read by every visit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Config
from config_blocks import Schedule, Source
from crawler import cadence_books, market
from crawler.cadence_price import Market
from storage import market as books_row
from storage.schema import endpoint as endpoint_table
from storage.schema import source as source_table
from tests.support.pages import FEED_TYPE, SITE, answer, rss
from tests.support.visits import Newsdesk, Says, newsdesk, source

FEED = f"{SITE}/feed"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def feed(*hours_ago: float, now: datetime = NOW) -> Says:
    """What a feed says whose items were published so many hours ago."""
    dates = {f"/a-ship-comes-in-{number}": now - hours * HOUR for number, hours in enumerate(hours_ago, start=100)}
    return {FEED: answer(rss(*dates, published=dates), FEED, content_type=FEED_TYPE)}


def set_clock(desk: Newsdesk, moment: datetime) -> None:
    """Let it be another time at this desk."""
    desk.station.clock = lambda: moment


def books(desk: Newsdesk) -> cadence_books.Books:
    """The books as they stand in the store."""
    with desk.station.database.read() as connection:
        return cadence_books.read(books_row.load(connection))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, 8.0, id="two sources, a quarter of an hour each"),
        pytest.param({"every": "1h"}, 2.0, id="two sources, an hour each"),
        pytest.param({"budget": "2000/h"}, 2000.0, id="as named"),
        pytest.param({"budget": "48/d"}, 2.0, id="named for a day"),
    ],
)
def test_the_budget_is_named_or_an_interval_for_each_source(settings: dict[str, str], expected: float) -> None:
    config = Config("sqlite://", schedule=Schedule.model_validate(settings))
    assert market.budget_of(config, 2) == pytest.approx(expected)


def test_sources_with_a_timetable_or_switched_off_have_no_part_in_it() -> None:
    settings: dict[str, dict[str, object]] = {
        "a": {}, "b": {"every": "5m"}, "c": {"cron": "0 * * * *"}, "d": {"enabled": False},
    }  # fmt: skip
    sources = [Source.model_validate({"url": SITE, "key": key, **more}) for key, more in settings.items()]
    assert market.learned_keys(Config("sqlite://", sources=tuple(sources))) == {"a"}


async def test_the_price_is_settled_from_the_rates_and_used_by_the_next_visit(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        first = await desk.begin()
        assert first.market is not None
        assert first.market.price == Market().price, "nobody has settled a price yet"
        await desk.follow(first, feed(*range(1, 20)), most=1)
        await first.finish()
        await market.settle(desk.station)
        assert books(desk).endpoints == 1
        second = await desk.begin()
        assert second.market is not None
        assert second.market.price == books(desk).market.price != Market().price


async def test_it_is_settled_once_an_hour(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        await desk.visit(feed(1, 2), most=1)
        for minutes, settled_after in ((0, 0), (59, 0), (60, 60)):
            set_clock(desk, NOW + minutes * MINUTE)
            await market.settle(desk.station)
            assert books(desk).settled_at == (NOW + settled_after * MINUTE).timestamp()


async def test_without_endpoints_nothing_is_settled(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, every="5m")) as desk:
        await desk.visit(feed(1, 2), most=1)
        await market.settle(desk.station)
        assert books(desk).settled_at is None


@pytest.mark.parametrize(
    ("hours", "waits"),
    [
        pytest.param([number / 4 for number in range(1, 40)], timedelta(minutes=50), id="a busy feed is asked soon"),
        pytest.param([30, 60, 90], 2 * HOUR, id="a quiet one later, but within two hours"),
    ],
)
async def test_a_source_without_timetable_comes_back_by_its_rate(
    sqlite_url: str, hours: list[float], waits: timedelta
) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        begun = await desk.begin()
        begun.is_survey = True
        await desk.follow(begun, feed(*hours))
        await begun.finish()
        ((at, reason, visits),) = desk.values(
            endpoint_table.c.next_visit_at, endpoint_table.c.next_visit_reason, endpoint_table.c.visits
        )
        assert NOW + 5 * MINUTE <= at <= NOW + waits
        assert "/day, " in reason
        assert visits == 1


async def test_the_source_comes_back_with_its_first_endpoint_and_says_why(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        await desk.visit(feed())
        ((endpoint_at, endpoint_reason),) = desk.values(
            endpoint_table.c.next_visit_at, endpoint_table.c.next_visit_reason
        )
        ((at, reason),) = desk.values(source_table.c.next_visit_at, source_table.c.next_visit_reason)
        assert (at, reason) == (endpoint_at, endpoint_reason)


async def test_an_endpoint_is_put_off_before_it_is_asked(database_url: str) -> None:
    """Whoever is killed between request and answer leaves the endpoint put off, not due."""
    async with newsdesk(database_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        begun = await desk.begin()
        async for _ in begun.errands():
            break
        assert desk.values(endpoint_table.c.next_visit_at, endpoint_table.c.visits) == [(NOW + 15 * MINUTE, 1)]


async def test_who_switches_to_a_timetable_is_asked_by_it(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        set_clock(desk, NOW)
        await desk.visit(feed(1, 2, 3), most=1)
        config = desk.station.config
        desk.station.config = replace(config, sources=(source(FEED, every="7m"),))
        set_clock(desk, NOW + HOUR)
        await desk.visit(feed(1, 2, 3), most=1)
        ((at, reason),) = desk.values(endpoint_table.c.next_visit_at, endpoint_table.c.next_visit_reason)
        assert (at, reason) == (NOW + HOUR + 7 * MINUTE, "on its schedule")
