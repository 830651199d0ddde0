"""Manners towards hosts outlive the process that learned them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import Connection

from storage import hosts
from storage.database import Database
from storage.hosts import HostState
from storage.schema import host
from tests.storage.facts import HOUR, NOW, count

KNOWN = HostState(
    host="daily.example:8080",
    robots_body="User-agent: *\nCrawl-delay: 2.5\n",
    robots_status=200,
    robots_fetched_at=NOW,
    crawl_delay=2.5,
    next_request_at=NOW + HOUR,
    retry_after_until=NOW + 2 * HOUR,
)


def test_of_an_unknown_host_nothing_is_known(writing: Connection) -> None:
    assert hosts.load(writing, "daily.example") == HostState("daily.example")


def test_a_state_comes_back_as_it_was_saved(database: Database) -> None:
    with database.write() as connection:
        hosts.save(connection, [KNOWN, HostState("other.example", robots_status=0)])
    with database.read() as connection:
        assert hosts.load(connection, KNOWN.host) == KNOWN
        assert hosts.load(connection, "other.example").robots_status == 0


def test_a_later_state_takes_the_place_of_the_earlier(writing: Connection) -> None:
    changed = replace(KNOWN, crawl_delay=None, retry_after_until=None, robots_status=404, robots_body=None)
    hosts.save(writing, [KNOWN])
    hosts.save(writing, [changed])
    assert (hosts.load(writing, KNOWN.host), count(writing, host)) == (changed, 1)


def test_a_name_without_its_port_is_another_host(writing: Connection) -> None:
    hosts.save(writing, [KNOWN])
    assert hosts.load(writing, "daily.example") == HostState("daily.example")


def test_nothing_to_save_is_no_fault(writing: Connection) -> None:
    hosts.save(writing, [])
    assert count(writing, host) == 0


def test_processes_that_meet_a_host_at_once_both_save_it(store_url: str, database: Database) -> None:
    at_once = threading.Barrier(3)

    def meet(_: int) -> None:
        own = Database(store_url)
        at_once.wait()
        for number in range(20):
            with own.write() as connection:
                hosts.save(connection, [HostState(f"{number}.example", robots_status=200)])
        own.dispose()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(meet, range(3)))
    with database.read() as connection:
        assert count(connection, host) == 20
