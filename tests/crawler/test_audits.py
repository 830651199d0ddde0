"""Audits: after a 304 a list is asked for without conditions, and only a whole answer with a list in it says something."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler import second_crawl
from crawler.errands import Answer, Errand, drawn_answer
from storage.schema import endpoint, gap
from tests.support.pages import FEED_TYPE, SITE, answer, listing, rss
from tests.support.scripted import shell
from tests.support.visits import Newsdesk, Says, newsdesk, settle, source

FRONT, FEED = f"{SITE}/", f"{SITE}/feed"
PATHS = tuple(f"/news/harbour-opens-again-{number}" for number in range(6))
OTHERS = tuple(f"/news/ferry-leaves-early-{number}" for number in range(6))
WALL = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1>"
    "<p>Please complete the captcha to continue.</p></body></html>"
)


def feed(paths: tuple[str, ...], status: int = 200) -> Answer:
    return answer(rss(*paths), FEED, content_type=FEED_TYPE, etag='"1"', status=status)


def front(text: str) -> Answer:
    return answer(text, FRONT, etag='"1"')


def says(url: str, first: Answer, shown: Answer | None) -> Says:
    """A server that says 304, and shows this when it is asked without conditions; its articles are not there."""

    def said(errand: Errand) -> Answer:
        if errand.url != url:
            return answer("", errand.url, status=410)
        if shown is None:
            return first
        return shown if errand.is_audit else answer("", url, status=304)

    return said


async def audited(desk: Newsdesk, url: str, first: Answer, shown: Answer) -> int:
    """A visit that reads a list, and one whose 304 is checked; how often the list was asked for in the second."""
    await desk.visit(says(url, first, None))
    desk.make_due()
    desk.write(
        "UPDATE endpoint SET audited_at = NULL, next_visit_at = '2999-01-01 00:00:00.000000' WHERE url != :url", url=url
    )
    desk.write("UPDATE endpoint SET audited_at = NULL WHERE url = :url", url=url)
    desk.asked.clear()
    report = await desk.visit(says(url, first, shown))
    assert report.endpoints_failed == 0
    return desk.asked.count(url)


@pytest.mark.parametrize(
    ("url", "first", "shown"),
    [
        pytest.param(FEED, feed(PATHS), feed(OTHERS, status=206), id="a part of it"),
        pytest.param(FEED, feed(PATHS), answer("<rss", FEED, content_type=FEED_TYPE), id="a feed that cannot be read"),
        pytest.param(FEED, feed(PATHS), answer(WALL, FEED), id="a wall where a feed was"),
        pytest.param(FRONT, front(listing(PATHS)), front(WALL), id="a wall where a front page was"),
    ],
)
async def test_an_audit_that_shows_no_list_says_nothing_and_the_next_304_is_checked(
    sqlite_url: str, url: str, first: Answer, shown: Answer
) -> None:
    async with newsdesk(sqlite_url, source(url)) as desk:
        assert await audited(desk, url, first, shown) == 2
        columns = (endpoint.c.lies, endpoint.c.audited_at, endpoint.c.failures, endpoint.c.body_hash)
        known = desk.rows("SELECT count(*) FROM link")
        (now,) = [row[1:] for row in desk.values(endpoint.c.url, *columns) if row[0] == url]
        assert now == (0, None, 0, first.body_hash)
        assert known == [(len(PATHS),)]


@pytest.mark.parametrize(
    ("shown", "lies"), [pytest.param(PATHS, 0, id="the same"), pytest.param(OTHERS, 1, id="others")]
)
async def test_an_audit_compares_the_links(sqlite_url: str, shown: tuple[str, ...], lies: int) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        anew = answer(rss(*shown, ttl=5), FEED, content_type=FEED_TYPE)
        assert await audited(desk, FEED, feed(PATHS), anew) == 2
        ((counted, at),) = [
            row[1:] for row in desk.values(endpoint.c.url, endpoint.c.lies, endpoint.c.audited_at) if row[0] == FEED
        ]
        assert counted == lies
        assert at is not None


async def test_a_list_that_comes_from_the_browser_is_not_audited_since_its_plain_answer_is_a_shell(
    sqlite_url: str,
) -> None:
    drawn, sent = listing(PATHS).encode(), shell("fetch('/list?' + 1).then(draw)")
    plain = front(sent.body.decode())
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await desk.begin()
        (errand,) = [errand for errand in await begun._due_endpoints() if errand.url == FRONT]
        await settle(begun, errand, plain)
        (errand,) = begun.awaiting
        begun.awaiting = []
        await settle(begun, errand, drawn_answer(plain, drawn, is_alone=True))
        await second_crawl.go_on(begun)
        await begun.finish()
        desk.make_due()
        desk.write("UPDATE endpoint SET audited_at = NULL")
        asked = len(desk.asked)
        await desk.visit(says(FRONT, plain, front(sent.body.decode() + "<!-- 12:01 -->")))
        assert desk.asked[asked:].count(FRONT) == 1
        assert max(desk.values(endpoint.c.lies)) == (0,)


async def test_a_gap_that_an_audit_finds_begins_with_the_visit_before(sqlite_url: str) -> None:
    begin = datetime.now(UTC).replace(microsecond=0)
    moment = begin
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        desk.station.clock = lambda: moment
        await desk.visit(says(FEED, feed(PATHS), None))
        desk.make_due()
        desk.write("UPDATE endpoint SET audited_at = NULL")
        moment = begin + timedelta(hours=3)
        await desk.visit(says(FEED, feed(PATHS), feed(OTHERS)))
        assert desk.values(gap.c.since, gap.c.noticed_at) == [(begin, moment)]
