"""The waits before a page is drawn: its host's turn, and its place in the browser. No browser is started here."""

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError

from crawler import answers
from crawler.errands import Answer, Errand
from crawler.errors import BudgetSpent, NotNow
from crawler.fetch import handler as plain_handler
from crawler.fetch.handler import host_turn
from crawler.render.handler import RenderingHandler, place_for
from crawler.visit import Visit
from storage.errors import LeaseLost
from storage.records import Page
from tests.support.visits import newsdesk, source

FRONT = "https://daily.example/"
HOST = "daily.example"
PLAIN = Answer(Page(FRONT, b"<html></html>", "text/html"))


async def _asks_for_a_pause(begun: Visit, seconds: float) -> None:
    gate = begun.station.gate
    host = await gate.host(HOST, begun.lease.fence)
    host.state = replace(host.state, crawl_delay=seconds)


async def test_a_host_with_a_long_crawl_delay_is_waited_for(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_handler, "LONGEST_WAIT", 0.05)
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await desk.begin()
        host = await desk.station.gate.host(HOST, begun.lease.fence)
        desk.station.gate.rest(host, 0.2)
        with pytest.raises(NotNow):
            async with host_turn(begun, FRONT):
                pass
        await _asks_for_a_pause(begun, 0.2)
        async with host_turn(begun, FRONT) as held:
            assert held is host
        assert begun.met_hosts == {HOST}


@pytest.mark.parametrize(("floors", "kept"), [({}, True), ({"crawl-delay": "0s"}, False)])
async def test_a_crawl_delay_is_kept_as_far_as_the_operator_lets_it(
    sqlite_url: str, floors: dict[str, str], *, kept: bool
) -> None:
    async with newsdesk(sqlite_url, source(FRONT, floors=floors)) as desk:
        begun = await desk.begin()
        await _asks_for_a_pause(begun, 600)
        async with host_turn(begun, FRONT) as host:
            pass
        assert (host.ready_at - time.monotonic() > 300) is kept


def _handler(begun: Visit) -> RenderingHandler:
    """The handler of a crawl that has nothing but its visit."""
    made = RenderingHandler.__new__(RenderingHandler)
    made._crawler = cast("Crawler", SimpleNamespace(spider=SimpleNamespace(visit=begun)))
    made._one_page = asyncio.Lock()
    return made


def _asked(errand: Errand) -> Request:
    return Request(FRONT, meta={"errand": errand})


async def _drawn_errand(begun: Visit) -> Errand:
    (errand,) = [one for one in await begun._due_endpoints() if one.url == FRONT]
    return replace(errand, plain=PLAIN)


async def test_a_page_whose_budget_ends_while_it_waits_for_its_place_stays_as_it_was(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await desk.begin()
        errand = await _drawn_errand(begun)
        begun.budget.seconds = time.monotonic() - begun.budget.started + 0.1
        async with desk.station.browser.place():
            with pytest.raises(BudgetSpent) as spent:
                await _handler(begun).download_request(_asked(errand))
        await answers.fail(begun, errand, spent.value)
        assert desk.rows("SELECT failures, state_reason FROM endpoint WHERE url = :url", url=FRONT) == [(0, None)]
        async with desk.station.browser.place():
            assert not desk.station.browser.is_open, "the place was not lost, and no browser started"


async def test_a_page_that_waits_for_its_place_is_broken_off_with_its_visit(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await desk.begin()
        errand = await _drawn_errand(begun)
        async with desk.station.browser.place():
            waiting = asyncio.ensure_future(_handler(begun).download_request(_asked(errand)))
            while not begun.under_way:
                await asyncio.sleep(0)
            begun.break_off("stopped")
            with pytest.raises(DownloadCancelledError):
                await waiting
        assert not begun.under_way


def _ended(begun: Visit, how: str) -> None:
    if how == "stopped":
        begun.break_off("stopped")
    else:
        setattr(begun.budget, how, 0)


@pytest.mark.parametrize(
    ("how", "error"),
    [("stopped", LeaseLost), ("requests", BudgetSpent), ("volume", BudgetSpent), ("seconds", BudgetSpent)],
)
async def test_no_page_is_drawn_for_a_visit_that_has_come_to_its_end(sqlite_url: str, how: str, error: Any) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun, one_page = await desk.begin(), asyncio.Lock()
        _ended(begun, how)
        with pytest.raises(error):
            async with place_for(begun, one_page):
                pytest.fail("it was given a place")
        assert not one_page.locked()
