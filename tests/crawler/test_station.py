"""What the visits of one process share: opened once, changed by another configuration, given back at the end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from config import Config
from config_blocks import Crawl, KeptPages, Safety, Source
from crawler import station
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station
from storage.database import Database
from storage.errors import DatabaseNewer
from tests.support.pages import SITE

DAILY = Source(url=(f"{SITE}/feed",), key="daily", name="The Daily")
WEEKLY = Source(url=("https://weekly.example/",), key="weekly", enabled=False)


@contextmanager
def opened(url: str, *sources: Source, **blocks: object) -> Iterator[Station]:
    """The station of this process, for as long as the block lasts."""
    config = Config(url, sources=sources, crawl=Crawl(readers=1), **blocks)  # type: ignore[arg-type]
    try:
        yield station.open_station(config, NEWSWATCH_TIMETABLE, NEWSWATCH_SITES)
    finally:
        station.close_station()


def stored(one: Station) -> list[tuple[str, str, bool]]:
    """The sources as the store knows them."""
    with one.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT key, name, enabled FROM source ORDER BY key")
        return [(key, name, bool(enabled)) for key, name, enabled in rows]


def test_there_is_one_station_while_it_is_open(sqlite_url: str) -> None:
    assert not station.is_open()
    with opened(sqlite_url) as one:
        assert station.is_open()
        assert station.current() is one
    assert not station.is_open()


def test_without_a_station_the_error_says_who_opens_one() -> None:
    with pytest.raises(LookupError, match="commands of Newswatch"):
        station.current()


def test_closing_twice_is_no_fault(sqlite_url: str) -> None:
    with opened(sqlite_url):
        station.close_station()


async def test_the_store_agrees_with_the_configuration(database_url: str) -> None:
    with opened(database_url, DAILY, WEEKLY) as one:
        await one.sync_sources()
        assert stored(one) == [("daily", "The Daily", True), ("weekly", "weekly.example", False)]
        one.config = replace(one.config, sources=(WEEKLY.model_copy(update={"enabled": True}),))
        await one.sync_sources()
        assert stored(one) == [("daily", "The Daily", False), ("weekly", "weekly.example", True)]


async def test_a_source_is_found_by_its_key(sqlite_url: str) -> None:
    with opened(sqlite_url, DAILY, WEEKLY) as one:
        assert one.source("weekly") is WEEKLY
        assert one.source("monthly") is None


def test_another_configuration_counts_for_what_comes(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url, DAILY) as one:
        assert one.address_rule.refuse_url("http://127.0.0.1/") is not None
        other = Config(
            "sqlite:///other.db",
            sources=(WEEKLY,),
            crawl=Crawl(delay=7.0),
            safety=Safety.model_validate({"allow_networks": "127.0.0.0/8"}),
            pages=KeptPages(folder=str(tmp_path)),
        )
        one.reload(other)
        assert one.config.sources == (WEEKLY,)
        assert one.config.database == sqlite_url, "the database that is open stays"
        assert one.gate.manners.delay == 7.0
        assert one.address_rule.refuse_url("http://127.0.0.1/") is None
        assert one.pages is not None
        assert one.pages.path == tmp_path


def test_pages_that_are_not_to_be_kept_have_no_folder(sqlite_url: str) -> None:
    with opened(sqlite_url, pages=KeptPages(keep=0)) as one:
        assert one.pages is None


def test_a_database_of_a_newer_version_opens_no_station(sqlite_url: str) -> None:
    with opened(sqlite_url):
        pass
    database = Database(sqlite_url)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.dispose()
    with pytest.raises(DatabaseNewer), opened(sqlite_url):
        pass
    assert not station.is_open()


async def test_all_visits_are_broken_off_at_once(sqlite_url: str) -> None:
    told: list[str] = []
    with opened(sqlite_url) as one:

        def end_and_leave(reason: str) -> None:
            told.append(reason)
            del one.endings["daily"]  # as a visit does at its end

        one.endings = {"daily": end_and_leave, "weekly": told.append}
        one.end_visits("stopped")
    assert told == ["stopped", "stopped"]


async def test_a_task_that_nobody_awaits_is_held_until_it_is_done(sqlite_url: str) -> None:
    done = asyncio.Event()

    async def work() -> None:
        await done.wait()

    with opened(sqlite_url) as one:
        task = asyncio.ensure_future(work())
        one.hold(task)
        assert one.tasks == {task}
        done.set()
        await task
        await asyncio.sleep(0)
        assert one.tasks == set()


def test_the_rules_of_sites_are_found_by_name() -> None:
    assert station.site_rules("spiders.sites") == {}
