"""The host gate: one request at a time for each host, and pauses that outlive the process."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from config_blocks import Crawl
from crawler.errors import NotNow
from crawler.fetch.gate import FORGET_AFTER, RETRY_AFTER_CAP, Gate, Host, parse_retry_after
from storage import hosts
from storage.hosts import HostState
from storage.store import open_database
from storage.writer import Writer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        pytest.param(None, None, id="no header"),
        pytest.param("120", timedelta(seconds=120), id="seconds"),
        pytest.param(" 0 ", timedelta(0), id="none at all"),
        pytest.param("99999999999999999999999", RETRY_AFTER_CAP, id="seconds without end"),
        pytest.param("Mon, 23 Nov 2026 12:05:00 GMT", timedelta(minutes=5), id="a date"),
        pytest.param("Mon, 23 Nov 2026 14:05:00 +0200", timedelta(minutes=5), id="a date with an offset"),
        pytest.param("Mon, 23 Nov 2026 12:05:00", timedelta(minutes=5), id="a date without a zone"),
        pytest.param("Mon, 23 Nov 2020 12:05:00 GMT", timedelta(0), id="a date that is over"),
        pytest.param("Sun, 23 Nov 2036 12:05:00 GMT", RETRY_AFTER_CAP, id="a date far away"),
        pytest.param("soon", None, id="a word"),
        pytest.param("-5", None, id="a negative number"),
        pytest.param("", None, id="nothing"),
        pytest.param("²", None, id="a digit that is no number"),
        pytest.param("Mon, 99 Nov 2026 12:05:00 GMT", None, id="a date that cannot be"),
        pytest.param("Mon, 01 Jan 2024 00:00:00 +99999999999999", None, id="a zone that cannot be"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 -1200", RETRY_AFTER_CAP, id="the end of the calendar"),
    ],
)
def test_retry_after(value: str | None, pause: timedelta | None) -> None:
    assert parse_retry_after(value, NOW) == pause


@contextmanager
def gates(url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC), **manners: Any) -> Iterator[Gate]:
    """The gate of one process on a database."""
    database = open_database(url)
    writer = Writer(database)
    try:
        yield Gate(writer, Crawl.model_validate(manners), now)
    finally:
        writer.close()
        database.dispose()


async def asked(gate: Gate, host: Host, patience: float = 60.0) -> None:
    async with gate.turn(host, patience):
        await asyncio.sleep(0)


async def test_one_request_at_a_time_for_a_host_and_another_host_does_not_wait(sqlite_url: str) -> None:
    under_way, most = {"a": 0, "b": 0}, {"a": 0, "b": 0}
    together = 0

    async def fetch(gate: Gate, name: str) -> None:
        nonlocal together
        host = await gate.host(name, 1)
        async with gate.turn(host, 60.0):
            under_way[name] += 1
            most[name] = max(most[name], under_way[name])
            together = max(together, sum(under_way.values()))
            await asyncio.sleep(0.01)
            under_way[name] -= 1

    with gates(sqlite_url, delay_factor=0) as gate:
        await asyncio.gather(*(fetch(gate, name) for name in "aabbaabb"))
    assert (most, together) == ({"a": 1, "b": 1}, 2)


@pytest.mark.parametrize(
    ("manners", "crawl_delay", "latency", "expected"),
    [
        pytest.param({"delay_factor": 0}, None, 0.5, 0.0, id="no pause at all when the operator says so"),
        pytest.param({"delay": 2}, None, 0.1, 2.0, id="our own delay"),
        pytest.param({}, None, 0.5, 0.5, id="as long as the last answer took"),
        pytest.param({"delay_factor": 2}, None, 0.5, 1.0, id="or twice as long"),
        pytest.param({"max_delay": 3}, None, 50.0, 3.0, id="a slow answer does not stop us for good"),
        pytest.param({"delay": 1}, 10.0, 0.5, 10.0, id="what robots.txt asks for"),
        pytest.param({"delay": 20}, 10.0, 0.5, 20.0, id="ours when it is longer"),
    ],
)
def test_the_pause_after_a_request(
    sqlite_url: str, manners: dict[str, Any], crawl_delay: float | None, latency: float, expected: float
) -> None:
    with gates(sqlite_url, **manners) as gate:
        assert gate._pause(Host(HostState("a", crawl_delay=crawl_delay)), latency) == expected


async def test_requests_of_one_host_start_a_crawl_delay_apart(sqlite_url: str) -> None:
    with gates(sqlite_url) as gate:
        host = await gate.host("daily.example", 1)
        host.state = replace(host.state, crawl_delay=0.2)
        starts = []
        for _ in range(3):
            async with gate.turn(host, 60.0):
                starts.append(time.monotonic())
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.2


async def test_who_has_no_patience_is_told_when(sqlite_url: str) -> None:
    with gates(sqlite_url, lambda: NOW) as gate:
        host = await gate.host("daily.example", 1)
        gate.rest(host, 300)
        with pytest.raises(NotNow, match=r"daily.example asks to wait until 2026-11-23 12:0[45]:\d\d UTC") as error:
            await asked(gate, host, 10.0)
        assert error.value.until is not None
        assert timedelta(seconds=290) < error.value.until - NOW <= timedelta(seconds=300)
        assert not host.turn.locked()


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        pytest.param(429, "120", 120, id="429 with a time"),
        pytest.param(503, "120", 120, id="503 with a time"),
        pytest.param(429, None, 30, id="429 without a time"),
        pytest.param(429, "soon", 30, id="429 with a time that cannot be read"),
        pytest.param(403, "120", 120, id="403 with a time"),
        pytest.param(503, None, 0, id="503 without a time is an accident"),
        pytest.param(200, "120", 0, id="200 asks for nothing"),
        pytest.param(404, "120", 0, id="404 neither"),
    ],
)
async def test_a_wish_to_be_left_alone_is_kept_by_the_next_process(
    database_url: str, status: int, retry_after: str | None, seconds: int
) -> None:
    with gates(database_url) as gate:
        host = await gate.host("daily.example", 1)
        gate.heed(host, status, retry_after)
        await gate.save(["daily.example", "unknown.example"])
    with gates(database_url) as next_process:
        host = await next_process.host("daily.example", 2)
        rest = host.ready_at - time.monotonic()
        assert seconds - 20 < rest <= seconds if seconds else rest <= 0
        if seconds:
            with pytest.raises(NotNow):
                await asked(next_process, host, 1.0)


@pytest.mark.parametrize(
    ("statuses", "seconds"),
    [
        pytest.param([403], 0, id="one may be a paywall"),
        pytest.param([403, 403], 5, id="two in a row"),
        pytest.param([403, 200, 403], 0, id="not in a row"),
        pytest.param([403] * 5, 40, id="each doubles the pause"),
        pytest.param([403] * 2000, 300, id="to five minutes at most"),
        pytest.param([200] * 10, 0, id="none"),
    ],
)
async def test_a_host_that_forbids_one_page_after_the_other_is_asked_more_slowly(
    sqlite_url: str, statuses: list[int], seconds: int
) -> None:
    with gates(sqlite_url) as gate:
        host = await gate.host("daily.example", 1)
        for status in statuses:
            gate.heed(host, status, None)
        rest = host.ready_at - time.monotonic()
        assert seconds - 2 < rest <= seconds if seconds else rest <= 0


async def test_a_crawl_delay_is_kept_by_the_next_process(database_url: str) -> None:
    with gates(database_url) as gate:
        host = await gate.host("daily.example", 1)
        host.state = replace(host.state, crawl_delay=600.0, robots_fetched_at=NOW, robots_status=200)
        await asked(gate, host)
        await gate.save(["daily.example"])
    with gates(database_url) as next_process:
        host = await next_process.host("daily.example", 1)
        assert host.state.crawl_delay == 600.0
        with pytest.raises(NotNow):
            await asked(next_process, host, 1.0)


async def test_what_another_process_learned_is_read_at_the_next_visit(database_url: str) -> None:
    with gates(database_url) as one, gates(database_url) as other:
        host = await one.host("daily.example", 1)
        learned = HostState("daily.example", "User-agent: *", 200, NOW, crawl_delay=5.0)
        other._writer.do(lambda connection: hosts.save(connection, [learned]))
        assert (await one.host("daily.example", 1)).state.crawl_delay is None
        assert (await one.host("daily.example", 2)).state == learned
        assert await one.host("daily.example", 3) is host


async def test_a_clock_that_was_set_back_holds_up_no_host_for_more_than_a_day(sqlite_url: str) -> None:
    with gates(sqlite_url, lambda: NOW) as gate:
        state = HostState("daily.example", next_request_at=NOW + timedelta(days=4000))
        gate._writer.do(lambda connection: hosts.save(connection, [state]))
        host = await gate.host("daily.example", 1)
        assert host.ready_at - time.monotonic() <= RETRY_AFTER_CAP.total_seconds()


async def test_hosts_that_were_not_asked_for_a_day_are_forgotten_and_stored(sqlite_url: str) -> None:
    with gates(sqlite_url) as gate:
        old, new = await gate.host("old.example", 1), await gate.host("new.example", 1)
        old.state = replace(old.state, crawl_delay=7.0, robots_fetched_at=NOW)
        old.changed = True
        old.ready_at, new.ready_at = time.monotonic() - FORGET_AFTER - 1, time.monotonic()
        await gate.forget_idle()
        assert list(gate._hosts) == ["new.example"]
        assert (await gate.host("old.example", 2)).state.crawl_delay == 7.0
