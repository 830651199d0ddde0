"""Weeks of visits on a clock of their own: honest and lying servers, redirections, promised floors, lists that roll past."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import Connection

from crawler.errands import Answer, Errand
from crawler.errors import NotNow
from crawler.trust import LIAR
from storage import gaps
from storage.leases import Lease, Leases
from storage.schema import endpoint as endpoint_table
from tests.support.newsstand import FEED, Newsstand
from tests.support.pages import SITE, answer, listing
from tests.support.visits import Newsdesk, Said, newsdesk, source

#: a Monday
BEGIN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SECTION = f"{SITE}/world"
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def regular(every: timedelta, count: int, begin: datetime = BEGIN - 3 * HOUR) -> dict[str, datetime]:
    """So many items, one after another."""
    return {f"/harbour-opens-for-ship-{number:04}": begin + every * number for number in range(count)}


def found(desk: Newsdesk) -> set[str]:
    """The paths of all links that were found."""
    return {url.removeprefix(SITE) for (url,) in desk.rows("SELECT url FROM link")}


def claim(leases: Leases, moment: datetime, connection: Connection) -> list[Lease]:
    """What is due at a moment."""
    return leases.claim_due(connection, moment, 1)


@pytest.fixture(autouse=True)
def _steady_chance() -> Iterator[None]:
    random.seed(5)
    yield
    random.seed()


@pytest.mark.parametrize(
    ("etags", "dates"),
    [
        pytest.param(True, False, id="ETag only"),
        pytest.param(False, True, id="Last-Modified only"),
        pytest.param(True, True, id="both", marks=pytest.mark.slow),
    ],
)
async def test_an_honest_server_is_asked_without_conditions_once_and_for_audits(
    sqlite_url: str, etags: bool, dates: bool
) -> None:
    stand = Newsstand(regular(9 * HOUR, 40), etags=etags, dates=dates)
    async with newsdesk(sqlite_url, source(FEED, every="5h")) as desk:
        await stand.watch(desk, BEGIN, 14 * 24)
        assert found(desk) == {path for path, moment in stand.published.items() if moment <= stand.now}  # type: ignore[operator]
        days_of_audits = 8  # a week of daily ones, then a weekly one
        assert 1 + days_of_audits - 2 <= len(stand.unconditional()) <= 1 + days_of_audits + 1
        ((lies, honest),) = desk.values(endpoint_table.c.lies, endpoint_table.c.honest_since)
        assert lies == 0
        assert honest is not None


async def test_validators_go_back_byte_for_byte_and_in_order(sqlite_url: str) -> None:
    stand = Newsstand(regular(9 * HOUR, 12))
    sent: list[tuple[str, str]] = []
    async with newsdesk(sqlite_url, source(FEED, every="3h")) as desk:
        before: tuple[str, str] | None = None
        for visit in range(24):
            stand.now = BEGIN + visit * 3 * HOUR
            desk.station.clock = lambda: stand.now  # type: ignore[assignment, return-value]
            await desk.visit(stand.says, due=True)
            asked = [request for request in stand.requests if request.at == stand.now and request.conditions]
            for request in asked:
                assert request.conditions == {"If-None-Match": before[0], "If-Modified-Since": before[1]}  # type: ignore[index]
            sent += [(stand.etag, stand.changed_at)] * len(asked)
            before = (stand.etag, stand.changed_at)
    assert len(sent) > 20


async def test_no_visit_comes_before_a_promised_floor_even_across_restarts(sqlite_url: str) -> None:
    stand = Newsstand(regular(20 * MINUTE, 300), max_age=2 * HOUR, window=60)
    for restart in range(3):
        async with newsdesk(sqlite_url, source(FEED)) as desk:
            if restart:
                assert stand.now is not None
                begun = stand.now + MINUTE
                claimed = await desk.station.writer.run(partial(claim, desk.station.leases, begun))
                assert claimed == [], "nothing is due only because it was started again"
            await stand.watch(desk, BEGIN + restart * 16 * HOUR, 14)
    apart = [other.at - one.at for one, other in pairwise(stand.requests) if one.at != other.at]
    assert min(apart) >= 2 * HOUR
    assert len(apart) >= 12
    assert len(stand.requests) - len(apart) - 1 <= 5, "audits follow at once"


@pytest.mark.parametrize(
    "lies", [pytest.param(None, id="always"), pytest.param(frozenset(range(0, 2000, 2)), id="every other time")]
)
async def test_a_lying_server_is_found_within_a_day_and_loses_nothing(
    sqlite_url: str, lies: frozenset[int] | None
) -> None:
    stand = Newsstand(regular(90 * MINUTE, 70), lies=lies, window=40)
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await stand.watch(desk, BEGIN, 27)
        ((count, reason),) = desk.values(endpoint_table.c.lies, endpoint_table.c.state_reason)
        assert (count, reason) == (1, LIAR)
        await stand.watch(desk, BEGIN + 27 * HOUR, 10)
        last = stand.requests[-1].at
        assert found(desk) >= {path for path, moment in stand.published.items() if moment <= last}
        assert {request.status for request in stand.requests[-4:]} == {200}, "it goes by the body now"
        ((reason,),) = desk.values(endpoint_table.c.state_reason)
        assert reason == LIAR, "and says so"


async def test_a_list_that_is_only_written_anew_is_no_lie(sqlite_url: str) -> None:
    stand = Newsstand(regular(90 * HOUR, 3, BEGIN - 400 * HOUR), lies=None)
    async with newsdesk(sqlite_url, source(FEED, every="6h")) as desk:
        await stand.watch(desk, BEGIN, 60)
        assert len(stand.unconditional()) >= 3
        assert desk.values(endpoint_table.c.lies) == [(0,)]


async def test_a_redirection_for_good_is_followed_after_the_second_time(sqlite_url: str) -> None:
    new = f"{SITE}/news.xml"
    stand = Newsstand(regular(HOUR, 60), moved={FEED: new})
    async with newsdesk(sqlite_url, source(FEED, every="1h")) as desk:
        await stand.watch(desk, BEGIN, 10)
        asked = [request.url for request in stand.requests]
        assert asked[:2] == [FEED, FEED]
        assert set(asked[2:]) == {new}
        assert desk.values(endpoint_table.c.url, endpoint_table.c.moved_from) == [(new, FEED)]
        assert len(stand.unconditional()) == 1, "its validators stay what they were"


async def test_an_endpoint_that_moved_in_error_goes_back(sqlite_url: str) -> None:
    new = f"{SITE}/news.xml"
    stand = Newsstand(regular(HOUR, 60), moved={FEED: new})
    async with newsdesk(sqlite_url, source(FEED, every="1h")) as desk:
        await stand.watch(desk, BEGIN, 4)
        stand.moved = {}
        await stand.watch(desk, BEGIN + 4 * HOUR, 8)
        assert desk.values(endpoint_table.c.url)[0] == (FEED,)
        assert [request.url for request in stand.requests][-1] == FEED


async def test_a_burst_that_rolls_past_is_filled_from_the_sitemap(database_url: str) -> None:
    old, burst = regular(HOUR, 10, BEGIN - 10 * HOUR), BEGIN + 90 * MINUTE
    stand = Newsstand(old, sitemap=f"{SITE}/sitemap.xml")
    async with newsdesk(database_url, source(FEED, stand.sitemap or "", every="1h")) as desk:
        await stand.watch(desk, BEGIN, 1.5)
        stand.published |= {f"/ships-collide-in-fog-{number:03}": burst + MINUTE * number / 4 for number in range(100)}
        await stand.watch(desk, BEGIN + 2 * HOUR, 2)
        assert len(found(desk)) == 110
        with desk.station.database.read() as connection:
            (told,) = gaps.summary(connection)
        assert (told.gaps, told.recovered, told.unknown) == (1, 80, 0)


class Paged(Newsstand):
    """The same with a section of many pages, 20 items on each. Articles have to wait: these tests are not about them."""

    async def _visit(self, desk: Newsdesk) -> None:
        await desk.visit(self.says, due=True)

    def says(self, errand: Errand) -> Said:
        if errand.url.removeprefix(SITE) in self.published:
            return NotNow("not today", BEGIN + 9 * DAY)
        return Newsstand.says(self, errand)

    def _other(self, errand: Errand) -> Answer:
        assert self.now is not None
        section, _, number = errand.url.partition("?page=")
        if section != SECTION:
            return answer("", errand.url, status=404)
        shown = sorted((moment, path) for path, moment in self.published.items() if moment <= self.now)[::-1]
        at = int(number or 1)
        more = f"<a rel='next' href='{SECTION}?page={at + 1}'>Next</a>" if len(shown) > 20 * at else ""
        return answer(listing([path for _, path in shown[20 * at - 20 : 20 * at]], foot=more), errand.url)


@pytest.mark.parametrize(
    ("known", "window"),
    [
        pytest.param(10, 20, id="pages that were never read"),
        pytest.param(50, 20, id="pages that were read before"),
        pytest.param(10, 50, id="a feed that is longer than two pages"),
    ],
)
async def test_a_burst_that_rolls_past_is_filled_from_the_further_pages_of_a_section(
    sqlite_url: str, known: int, window: int
) -> None:
    stand = Paged(regular(HOUR, known, BEGIN - known * HOUR), window=window)
    async with newsdesk(sqlite_url, source(FEED, SECTION, every="1h")) as desk:
        await stand.watch(desk, BEGIN, 1.5)
        burst = BEGIN + 90 * MINUTE
        stand.published |= {f"/ships-collide-in-fog-{number:03}": burst + MINUTE * number / 4 for number in range(100)}
        await stand.watch(desk, BEGIN + 2 * HOUR, 2)
        assert found(desk) >= {path for path in stand.published if path.startswith("/ships")}
        with desk.station.database.read() as connection:
            (told,) = gaps.summary(connection)
        assert told.gaps == 2, "the section rolled past, too"
        assert told.unknown == 0
        assert told.recovered >= 100 - window


async def test_without_another_list_a_gap_is_told_as_unknown(database_url: str) -> None:
    stand = Newsstand(regular(HOUR, 10, BEGIN - 10 * HOUR))
    async with newsdesk(database_url, source(FEED, every="1h")) as desk:
        await stand.watch(desk, BEGIN, 1.5)
        burst = BEGIN + 90 * MINUTE
        stand.published |= {f"/ships-collide-in-fog-{number:03}": burst + MINUTE * number / 4 for number in range(100)}
        await stand.watch(desk, BEGIN + 2 * HOUR, 2)
        assert len(found(desk)) == 30
        with desk.station.database.read() as connection:
            (told,) = gaps.summary(connection)
        assert (told.gaps, told.recovered, told.unknown) == (1, 0, 1)
        assert f"{SITE}/sitemap.xml" in stand.others, "a sitemap was looked for"


async def test_a_list_that_rolled_past_is_asked_sooner(sqlite_url: str) -> None:
    stand = Newsstand(regular(HOUR, 10, BEGIN - 10 * HOUR))
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await stand.watch(desk, BEGIN, 0.1)
        burst = BEGIN + 5 * MINUTE
        stand.published |= {f"/ships-collide-in-fog-{number:03}": burst + MINUTE * number / 9 for number in range(100)}
        await stand.watch(desk, BEGIN + 2 * HOUR, 0.01)
        ((at, reason),) = [
            row
            for row in desk.values(
                endpoint_table.c.next_visit_at, endpoint_table.c.next_visit_reason, endpoint_table.c.url
            )
            if row[2] == FEED
        ][0:1] and [desk.values(endpoint_table.c.next_visit_at, endpoint_table.c.next_visit_reason)[0]]
        assert at <= BEGIN + 3 * HOUR
        assert reason


async def test_410_ends_an_endpoint_until_somebody_names_its_source(sqlite_url: str) -> None:
    stand = Newsstand(regular(HOUR, 60))
    async with newsdesk(sqlite_url, source(FEED, every="1h")) as desk:
        await stand.watch(desk, BEGIN, 2)
        gone = {FEED: answer("gone", FEED, status=410)}
        desk.make_due()
        await desk.visit(gone, due=True)
        assert desk.values(endpoint_table.c.state, endpoint_table.c.state_reason)[0] == ("gone", "HTTP 410")
        desk.make_due()
        asked = len(desk.asked)
        await desk.visit(gone, due=True)
        assert FEED not in desk.asked[asked:]
        await desk.visit(stand.says)
        assert desk.values(endpoint_table.c.state)[0] == ("active",)
