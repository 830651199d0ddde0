"""One visit: what is fetched in which order, what is left for the next one, and when that is."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import cast

import pytest

from crawler.errands import Errand
from crawler.errors import BudgetSpent, NotNow
from crawler.visit import SITE_WAIT
from crawler.visiting import UNFINISHED_LIMIT, begin
from storage.errors import LeaseLost
from storage.leases import Leases
from storage.schema import source as source_table
from storage.sources import VisitSummary, finish_visit
from tests.support.pages import FEED_TYPE, SITE, answer, listing, page, rss
from tests.support.visits import Said, newsdesk, source

FEED = f"{SITE}/feed"
PATHS = tuple(f"/harbour-opens-for-ship-{number}" for number in range(5))


def says(errand: Errand) -> Said:
    """A feed of five articles."""
    if errand.endpoint:
        return answer(rss(*PATHS), FEED, content_type=FEED_TYPE, etag='"1"')
    return answer(page(errand.url[-25:].replace("-", " "), errand.url[-1]), errand.url)


async def test_what_the_budget_leaves_over_goes_on_at_once_in_the_next_visit(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED), visit_requests=3) as desk:
        visit = await desk.begin()
        await desk.follow(visit, says)
        report = await visit.finish()
        assert (report.requests, report.new) == (3, 2)
        assert "the last visit left links over" in report.next_visit
        desk.write("UPDATE source SET next_visit_at = '2000-01-01 00:00:00.000000'")
        second = await desk.visit(says, due=True)
        assert desk.asked.count(FEED) == 1
        assert (second.requests, second.new) == (3, 3)
        assert desk.rows("SELECT count(*) FROM article") == [(5,)]


async def test_bytes_count_for_the_budget_too(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED), visit_bytes=1000) as desk:
        visit = await desk.begin()
        visit.spend_request()
        visit.spend_bytes(1001)
        with pytest.raises(BudgetSpent):
            visit.spend_request()
        assert [errand async for errand in visit.errands()] == []


async def test_a_visit_that_is_never_finished_leaves_its_source_due_for_the_same_instant(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED, every="2h")) as desk:
        lease = await desk.lease()
        visit = await begin(desk.station, desk.station.config.sources[0], lease)
        assert visit.interval == timedelta(hours=2)
        assert desk.values(source_table.c.next_visit_at) == [(lease.due_at,)]


async def test_a_source_whose_visits_kill_the_process_waits_for_its_timetable(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED, every="2h")) as desk:
        for _ in range(UNFINISHED_LIMIT):
            await desk.begin(due=True)
            desk.write("UPDATE source SET lease_owner = NULL")
        visit = await desk.begin(due=True)
        desk.write("UPDATE source SET lease_owner = NULL")
        assert desk.values(source_table.c.next_visit_at, source_table.c.next_visit_reason) == [
            (visit.started_at + timedelta(hours=2), f"{UNFINISHED_LIMIT} visits in a row were never finished")
        ]
        finished = await desk.visit(says)
        assert finished.broken_off is None
        assert desk.values(source_table.c.unfinished) == [(0,)]


async def test_a_visit_whose_lease_went_to_somebody_else_ends_where_it_asks_the_store(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        desk.write("UPDATE source SET lease_fence = lease_fence + 1")
        async with aclosing(cast("AsyncGenerator[Errand, None]", visit.errands())) as errands:
            async for errand in errands:
                visit.done(errand)
        assert visit.report.broken_off == "lease lost"
        report = await visit.finish()
        assert (report.broken_off, desk.values(source_table.c.visits, source_table.c.unfinished)) == (
            "lease lost",
            [(0, 0)],  # it did not end its process
        )


async def test_a_visit_ends_with_its_lease_though_the_database_does_not_answer(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED), lease=1.2) as desk:
        visit = await desk.begin()
        under_way = asyncio.ensure_future(asyncio.sleep(60))
        visit.under_way.add(under_way)
        lets_go = threading.Event()
        holding_up = asyncio.ensure_future(desk.station.writer.run(lambda _connection: lets_go.wait(30)))
        ended = asyncio.Event()
        visit.watch(ended.set)
        await ended.wait()
        assert visit.report.broken_off == "lease lost"
        assert visit.lease.seconds_left() <= 0.01
        await asyncio.wait([under_way])
        assert under_way.cancelled()
        lets_go.set()
        await holding_up


async def test_a_visit_that_is_due_asks_due_endpoints_and_one_by_name_asks_all(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says)
        desk.write("UPDATE source SET next_visit_at = '2000-01-01 00:00:00.000000'")
        assert (await desk.visit(says, due=True)).requests == 0
        assert (await desk.visit(says)).requests == 1


async def test_who_loses_the_lease_asks_nothing_more(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        visit.break_off("lease lost")
        with pytest.raises(LeaseLost):
            visit.spend_request()
        assert [errand async for errand in visit.errands()] == []


async def test_no_request_leaves_when_the_lease_is_about_to_end(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED), lease=0.001) as desk:
        visit = await desk.begin()
        with pytest.raises(LeaseLost):
            visit.spend_request()
        assert visit.report.requests == 0


async def test_a_site_that_another_process_visits_is_asked_later(database_url: str) -> None:
    elsewhere = "https://elsewhere.example/feed"
    async with newsdesk(database_url, source(FEED), source(elsewhere, key="elsewhere")) as desk:
        visit = await desk.begin()
        others = Leases(desk.station.database, 60, "another process")
        (theirs,) = await desk.station.writer.run(lambda c: others.claim_named(c, ["elsewhere"]))
        with pytest.raises(NotNow, match="visited by another process") as told:
            await visit.take_site(elsewhere)
        assert told.value.until == pytest.approx(desk.station.now() + SITE_WAIT, abs=timedelta(seconds=30))
        await visit.take_site(FEED)
        summary = VisitSummary(desk.station.now(), desk.station.now() + timedelta(hours=1), "every hour")
        await desk.station.writer.run(lambda c: finish_visit(c, theirs, summary))
        await visit.take_site(elsewhere)
        with desk.station.database.read() as connection:
            assert others.others(connection, ["elsewhere"]) == {}
        assert await desk.station.writer.run(lambda c: others.claim_named(c, ["elsewhere"])) == []


async def test_a_broken_off_visit_is_due_again_and_gives_the_lease_back(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        ended = []
        visit.watch(lambda: ended.append("crawl"))
        visit.break_off("stopped")
        visit.break_off("lease lost")
        report = await visit.finish()
        assert (report.broken_off, ended[:1]) == ("stopped", ["crawl"])
        ((owner, reason, again),) = desk.values(
            source_table.c.lease_owner, source_table.c.next_visit_reason, source_table.c.next_visit_at
        )
        assert (owner, reason) == (None, "the last visit was broken off: stopped")
        assert again <= desk.station.now()


async def test_failures_are_counted_and_one_answer_ends_the_count(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/", every="1m")) as desk:
        broken = {f"{SITE}/": answer("oops", f"{SITE}/", status=500)}
        for failures in (1, 2, 3):
            await desk.visit(broken)
            ((count, reason),) = desk.values(source_table.c.failures, source_table.c.next_visit_reason)
            assert (count, reason[:8]) == (failures, f"failed {failures}")
        await desk.visit({f"{SITE}/": answer(listing(PATHS), f"{SITE}/")}, most=1)
        assert desk.values(source_table.c.failures, source_table.c.state) == [(0, "ok")]


async def test_endpoints_come_before_links_and_a_survey_asks_no_links(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, f"{SITE}/other")) as desk:
        visit = await desk.begin()
        visit.is_survey = True
        await desk.follow(visit, says)
        assert desk.asked[:2] == [FEED, f"{SITE}/other"]
        assert not [url for url in desk.asked if "harbour" in url]
        assert desk.rows("SELECT count(*) FROM link") == [(5,)]


async def test_an_endpoint_that_is_configured_no_more_stays_as_a_found_one(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says)
    async with newsdesk(sqlite_url, source(f"{SITE}/new-feed")) as desk:
        await desk.begin()
        assert desk.rows("SELECT url, origin FROM endpoint ORDER BY endpoint_id") == [
            (FEED, "configured before"),
            (f"{SITE}/new-feed", "configured"),
        ]
