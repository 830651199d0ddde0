"""What becomes of an answer or an error: of an endpoint, and of a link. Each ends in a recorded outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, ResponseDataLossError

from crawler import answers
from crawler.clean import FIELD_LIMIT
from crawler.errands import Answer, Errand
from crawler.errors import BudgetSpent, CrawlError, NotNow, Refused
from crawler.link_answers import MISSING_ONCE
from storage.schema import endpoint, link
from tests.support.pages import FEED_TYPE, SITE, answer, listing, page, rss, sitemap
from tests.support.visits import Newsdesk, Said, newsdesk, source

FEED, LINK = f"{SITE}/feed", f"{SITE}/harbour-opens-again-1"
FRONT = f"{SITE}/"
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)


def feed(*paths: str, **options: object) -> Answer:
    return answer(rss(*(paths or ("/harbour-opens-again-1",)), **options), FEED, content_type=FEED_TYPE)  # type: ignore[arg-type]


def article(headline: str = "Harbour opens again", place: str = "Aville") -> Answer:
    return answer(page(headline, place), LINK, etag='"1"')


GALLERY = "<!DOCTYPE html><html><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>"


@pytest.mark.parametrize(
    ("said", "state", "reason", "tried_again"),
    [
        pytest.param(article(), "stored", None, True, id="an article is stored, and read again by plan"),
        pytest.param(answer("no", LINK, status=404), "pending", "HTTP 404", True, id="404 may be too early"),
        pytest.param(answer("no", LINK, status=410), "failed", "HTTP 410", False, id="410 is the last word"),
        pytest.param(answer("no", LINK, status=400), "failed", "HTTP 400", False, id="400 is our fault for good"),
        pytest.param(answer("no", LINK, status=403), "pending", "HTTP 403", True, id="403 may pass"),
        pytest.param(answer("no", LINK, status=429), "pending", "HTTP 429", True, id="429 will pass"),
        pytest.param(answer("no", LINK, status=451), "pending", "HTTP 451", True, id="451 may pass"),
        pytest.param(answer("no", LINK, status=500), "pending", "HTTP 500", True, id="500 may pass"),
        pytest.param(
            answer(b"%PDF-1.7", LINK, content_type="Application/PDF; x=y"),
            "skipped",
            "not a page: application/pdf",
            False,
            id="a document is no page",
        ),
        pytest.param(answer(page("Harbour opens"), LINK, content_type=""), "stored", None, True, id="no type at all"),
        pytest.param(
            answer(page("Harbour opens"), "https://other.example/a", via=(LINK,)),
            "skipped",
            "off-site: redirected to other.example",
            False,
            id="a redirect to another site is not followed to the end",
        ),
        pytest.param(
            answer(page("Harbour opens"), FEED, via=(LINK,)),
            "skipped",
            "redirected to the front page",
            False,
            id="a redirect to the front page means: gone",
        ),
        pytest.param(
            answer(page("Harbour opens"), LINK + "a" * 2000, via=(LINK,)),
            "skipped",
            f"redirected to an address of {len(LINK) + 2000} letters",
            False,
            id="a redirect to an address that no database indexes",
        ),
        pytest.param(answer("", LINK, status=304), "pending", "HTTP 304", True, id="304 though nothing is known of it"),
        pytest.param(answer("  ", LINK), "skipped", "empty page", False, id="an empty page"),
        pytest.param(answer(GALLERY, LINK), "skipped", "soft 404", False, id="an error page with status 200"),
        pytest.param(Refused("robots.txt forbids it"), "skipped", "robots.txt forbids it", False, id="refused"),
        pytest.param(NotNow("asks to wait", LATER), "pending", "asks to wait", True, id="the host asks to wait"),
        pytest.param(CrawlError("internal error: x"), "pending", "internal error: x", True, id="our own fault"),
        pytest.param(ResponseDataLossError("x"), "pending", "answer cut off", True, id="an answer that was cut off"),
        pytest.param(DownloadTimeoutError("x"), "pending", "no whole answer in time", True, id="no answer in time"),
        pytest.param(BudgetSpent("spent"), "pending", None, True, id="a spent budget leaves it as it was"),
    ],
)
async def test_a_new_link(sqlite_url: str, said: Said, state: str, reason: str | None, tried_again: bool) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: said}, most=2)
        ((now_state, now_reason, next_try),) = desk.rows("SELECT state, reason, next_try_at FROM link")
        assert (now_state, now_reason, next_try is not None) == (state, reason, tried_again)
        assert desk.rows("SELECT count(*) FROM article") == [(1 if state == "stored" else 0,)]


def shown(*numbers: int) -> Answer:
    """A front page with a menu and these stories, whose addresses and headlines say little."""
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("world", "sport", "culture", "money"))
    stories = "".join(f"<p><a href='/index.php?id={number}'>Late</a></p>" for number in numbers)
    return answer(f"<!DOCTYPE html><html><body><nav>{menu}</nav>{stories}</body></html>", FRONT)


async def test_a_list_to_which_something_comes_between_two_visits_is_one_of_articles(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        for numbers, known in (((501, 502, 503), []), ((504, 501, 502, 503), [501, 502, 503, 504])):
            await desk.visit({FRONT: shown(*numbers)}, most=1)
            desk.make_due()
            listed = sorted(desk.values(link.c.url))
            assert listed == [(f"{FRONT}index.php?id={number}",) for number in known]
        assert [len(kept) for (kept,) in desk.values(endpoint.c.standing) if kept] == [7], "the menu, and three stories"


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        pytest.param(
            answer("x", LINK, content_type="application/\0x\x1b[31m"), "skipped", "not a page: application/ x [31m",
            id="a content type",
        ),
        pytest.param(CrawlError("internal error: a\0b\ud800"), "pending", "internal error: a b", id="an error that quotes a page"),
        pytest.param(answer(page("Harbour opens"), LINK, etag="e" * 100_000), "stored", None, id="a long validator"),
    ],
)  # fmt: skip
async def test_what_a_server_puts_into_a_reason_breaks_no_database(
    database_url: str, said: Said, state: str, reason: str | None
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: said}, most=2)
        assert desk.rows("SELECT state, reason FROM link") == [(state, reason)]


async def test_a_page_that_is_set_aside_has_a_clean_reason(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        begun = await desk.begin()
        await answers.set_aside(begun, Errand(LINK), "internal error: a\0b\ud800 " + "x" * 100_000)
        ((reason,),) = desk.rows("SELECT reason FROM failed_item")
        assert reason.startswith("internal error: a b xxx")
        assert len(reason) <= FIELD_LIMIT
        await begun.finish()


async def test_a_list_that_is_unchanged_though_it_was_never_read_is_a_failure(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit(
            {FEED: answer("", FEED, status=304), f"{SITE}/": answer(listing([]), f"{SITE}/")}, most=1
        )
        assert report.error == f"{FEED}: HTTP 304"
        desk.make_due()
        await desk.visit({FEED: feed(), LINK: article(), f"{SITE}/": answer(listing([]), f"{SITE}/")})
        assert desk.rows("SELECT state FROM link") == [("stored",)]


async def test_a_host_that_names_a_time_is_asked_at_that_time(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        report = await desk.visit({FEED: feed(), LINK: NotNow("asks to wait", LATER)}, most=2)
        assert desk.values(link.c.state, link.c.next_try_at) == [("pending", LATER)]
        assert report.outcomes == {"waiting": 1}


async def test_a_404_is_believed_the_second_time(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit({FEED: feed(), LINK: answer("no", LINK, status=404)})
        assert desk.rows("SELECT state, reason, attempts, next_try_at FROM link") == [("failed", "HTTP 404", 2, None)]
        assert report.outcomes == {"failed": 2}


async def test_a_link_is_given_up_after_its_tries(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: answer("no", LINK, status=503)}, most=2)
        for _ in range(6):
            desk.make_due()
            await desk.visit({FEED: feed(), LINK: answer("no", LINK, status=503)}, most=2)
        assert desk.rows("SELECT state, reason, next_try_at FROM link") == [
            ("failed", "HTTP 503, given up after 7 tries", None)
        ]


async def test_a_skipped_link_is_not_fetched_when_it_is_listed_again(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: answer(GALLERY, LINK)})
        desk.make_due()
        await desk.visit({FEED: feed(title="Another title"), LINK: answer(GALLERY, LINK)})
        assert desk.asked == [FEED, LINK, FEED]


CHANGES = "SELECT kind FROM change ORDER BY change_seq"


@pytest.mark.parametrize(
    ("said", "outcome", "changes", "reason", "planned"),
    [
        pytest.param(answer("", LINK, status=304), "unchanged", ["new"], None, True, id="304"),
        pytest.param(article(), "unchanged", ["new"], None, True, id="the same bytes"),
        pytest.param(
            answer(page("Harbour opens again", "Aville") + "<!-- 12:01 -->", LINK),
            "unchanged",
            ["new"],
            None,
            True,
            id="another page with the same article",
        ),
        pytest.param(
            article("Harbour opens again after repairs"), "revised", ["new", "revised"], None, True, id="a correction"
        ),
        pytest.param(
            answer("no", LINK, status=404), "missing", ["new"], MISSING_ONCE, True, id="404 is looked at once more"
        ),
        pytest.param(
            answer("no", LINK, status=410), "removed", ["new", "removed"], "removed: HTTP 410", False, id="410"
        ),
        pytest.param(answer("no", LINK, status=500), "failed", ["new"], "HTTP 500", True, id="500 says nothing of it"),
        pytest.param(answer("no", LINK, status=403), "failed", ["new"], "HTTP 403", True, id="403 says nothing of it"),
        pytest.param(answer(GALLERY, LINK), "unchanged", ["new"], "soft 404", True, id="an error page is no removal"),
        pytest.param(
            answer(page("Harbour opens"), FEED, via=(LINK,)),
            "unchanged",
            ["new"],
            "redirected to the front page",
            True,
            id="nor is a redirect to the front page",
        ),
        pytest.param(
            Refused("robots.txt forbids it"), "unchanged", ["new"], "robots.txt forbids it", True, id="refused"
        ),
        pytest.param(
            NotNow("asks to wait", LATER), "waiting", ["new"], "asks to wait", True, id="the host asks to wait"
        ),
        pytest.param(DownloadTimeoutError("x"), "failed", ["new"], "no whole answer in time", True, id="no answer"),
    ],
)
async def test_a_stored_article_that_is_read_again(
    database_url: str, said: Said, outcome: str, changes: list[str], reason: str | None, planned: bool
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: article()})
        desk.make_due()
        report = await desk.visit({FEED: answer("", FEED, status=304), LINK: said}, most=2)
        assert dict(report.outcomes) == {outcome: 1}
        assert [kind for (kind,) in desk.rows(CHANGES)] == changes
        ((state, why, next_try),) = desk.rows("SELECT state, reason, next_try_at FROM link")
        assert (state, why, next_try is not None) == ("stored", reason, planned)
        assert desk.rows("SELECT count(*), max(version) FROM article") == [(1, 2 if outcome == "revised" else 1)]


async def test_a_removed_article_is_asked_for_no_more_and_told_once(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        gone = {FEED: answer("", FEED, status=304), LINK: answer("no", LINK, status=404)}
        await desk.visit({FEED: feed(), LINK: article()})
        desk.make_due()
        for _ in range(3):
            await desk.visit(gone)
            desk.make_due()
        assert desk.asked == [FEED, LINK, FEED, LINK, FEED, LINK, FEED]
        assert desk.rows("SELECT kind, what FROM change WHERE kind = 'removed'") == [("removed", '["HTTP 404"]')]
        assert desk.rows("SELECT count(*) FROM article WHERE removed_at IS NOT NULL") == [(1,)]


async def test_an_article_that_was_missing_for_a_moment_is_not_removed(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), LINK: article()})
        missing, there = answer("no", LINK, status=404), answer("", LINK, status=304)
        for said in (missing, there, missing):
            desk.make_due()
            await desk.visit({FEED: answer("", FEED, status=304), LINK: said})
        assert desk.rows(CHANGES) == [("new",)]
        assert desk.rows("SELECT reason FROM link") == [(MISSING_ONCE,)]


async def test_the_second_look_comes_after_an_interval_of_the_source(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, every="10m")) as desk:
        await desk.visit({FEED: feed(), LINK: article()})
        desk.make_due()
        await desk.visit({FEED: answer("", FEED, status=304), LINK: answer("no", LINK, status=404)})
        ((minutes,),) = desk.rows("SELECT (julianday(next_try_at) - julianday(outcome_at)) * 24 * 60 FROM link")
        assert minutes == pytest.approx(10, abs=1)


async def test_a_feed_that_dates_an_article_anew_has_it_read_again(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/map.xml")) as desk:
        today, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
        maps = [
            answer(
                sitemap("/harbour-opens-again-1", modified=moment.isoformat()),
                f"{SITE}/map.xml",
                content_type="text/xml",
            )
            for moment in (today, later)
        ]
        await desk.visit({f"{SITE}/map.xml": maps[0], LINK: article()})
        desk.write("UPDATE endpoint SET next_visit_at = '2000-01-01 00:00:00.000000'")
        report = await desk.visit({f"{SITE}/map.xml": maps[1], LINK: article("Harbour opens again, late")})
        assert report.outcomes == {"revised": 1}


async def test_a_redirected_article_keeps_both_addresses(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        moved = answer(page("Harbour opens again"), f"{SITE}/news/harbour-2", via=(LINK,))
        await desk.visit({FEED: feed(), LINK: moved})
        assert desk.rows("SELECT url, discovered_via FROM article") == [(f"{SITE}/news/harbour-2", FEED)]
        assert {LINK, f"{SITE}/news/harbour-2"} <= {url for (url,) in desk.rows("SELECT url FROM article_alias")}


def unreadable() -> Answer:
    return answer(bytes(range(256)) * 8, FEED, content_type="application/octet-stream")


ENDPOINT = "SELECT state, state_reason, failures FROM endpoint WHERE url = :url"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param(answer("no", FEED, status=404), "HTTP 404", id="404"),
        pytest.param(unreadable(), "answered with neither", id="bytes that nobody can read"),
        pytest.param(answer("", FEED), "empty answer", id="nothing at all"),
        pytest.param(answer("no", FEED, status=500), "HTTP 500", id="500 may pass"),
        pytest.param(answer("no", FEED, status=403), "HTTP 403", id="403 may pass"),
        pytest.param(CannotResolveHostError("x"), "host name not found", id="no network"),
        pytest.param(NotNow("robots.txt cannot be had", LATER), "robots.txt cannot be had", id="robots.txt"),
        pytest.param(Refused("robots.txt forbids it"), "robots.txt forbids it", id="forbidden"),
    ],
)
async def test_a_configured_endpoint_that_fails_stays_and_the_front_page_stands_in(
    sqlite_url: str, said: Said, reason: str
) -> None:
    front = answer(listing(["/harbour-opens-again-1", "/council-argues-about-lamps-2"]), f"{SITE}/")
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit({FEED: said, f"{SITE}/": front, LINK: article()}, most=2)
        ((state, why, failures),) = desk.rows(ENDPOINT, url=FEED)
        assert (state, failures, why[: len(reason)]) == ("active", 1, reason)
        assert report.problem == f"{FEED}: {why}"
        assert report.error is None
        assert desk.asked == [FEED, f"{SITE}/"]
        assert desk.rows("SELECT count(*) FROM link WHERE url = :url", url=LINK) == [(1,)]


async def test_410_ends_a_configured_endpoint_and_the_front_page_stands_in(sqlite_url: str) -> None:
    front = answer(listing(["/harbour-opens-again-1", "/council-argues-about-lamps-2"]), f"{SITE}/")
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit({FEED: answer("no", FEED, status=410), f"{SITE}/": front, LINK: article()}, most=2)
        ((state, why, _),) = desk.rows(ENDPOINT, url=FEED)
        assert (state, why, report.problem) == ("gone", "HTTP 410", f"{FEED}: HTTP 410")
        assert desk.asked == [FEED, f"{SITE}/"]


async def test_an_endpoint_is_asked_again_when_its_host_allows_it(database_url: str) -> None:
    async with newsdesk(database_url, source(f"{SITE}/", every="1m")) as desk:
        report = await desk.visit({f"{SITE}/": NotNow("asks to wait", LATER)})
        assert report.error == f"{SITE}/: asks to wait"
        ((state, failures, reason),) = desk.rows("SELECT state, failures, state_reason FROM source")
        assert (state, failures, reason) == ("failing", 1, report.error)
        assert (f"{SITE}/", LATER) in desk.values(endpoint.c.url, endpoint.c.next_visit_at)


def rows_of(desk: Newsdesk) -> list[int]:
    """How many rows there are in the tables that grow."""
    return [desk.rows(query)[0][0] for query in COUNTS]


COUNTS = (
    "SELECT count(*) FROM link",
    "SELECT count(*) FROM endpoint",
    "SELECT count(*) FROM change",
    "SELECT count(*) FROM article",
    "SELECT count(*) FROM revision",
)


@pytest.mark.parametrize("again", ["304", "the same bytes"])
async def test_an_unchanged_endpoint_makes_no_row(database_url: str, again: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        first = answer(rss("/harbour-opens-again-1"), FEED, content_type=FEED_TYPE, etag='W/"1 a"')
        await desk.visit({FEED: first, LINK: article()})
        before = rows_of(desk)
        seen: list[dict[str, str]] = []

        def says(errand: object) -> Said:
            seen.append(errand.conditions)  # type: ignore[attr-defined]
            return answer("", FEED, status=304) if again == "304" else first

        report = await desk.visit(says)
        assert (report.endpoints_unchanged, report.endpoints_read, report.requests) == (1, 0, 1)
        assert seen == [{"If-None-Match": 'W/"1 a"'}]
        assert rows_of(desk) == before
        assert desk.rows("SELECT unchanged, requests FROM source") == [(1, 3)]


async def test_the_publishers_floor_is_kept(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, every="1m")) as desk:
        await desk.visit({FEED: feed(ttl=180), LINK: article()})
        ((floor, visited, again),) = desk.rows(
            "SELECT floor_seconds, julianday(last_success_at), julianday(next_visit_at) FROM endpoint"
        )
        assert floor == 180 * 60
        assert (again - visited) * 24 == pytest.approx(3, abs=0.1)
        await desk.visit({FEED: feed()})
        assert desk.asked.count(FEED) == 1


def hours_until_the_next_visit(desk: Newsdesk) -> float:
    """From the last visit of the only endpoint to the next, as its row says."""
    ((hours,),) = desk.rows("SELECT (julianday(next_visit_at) - julianday(last_success_at)) * 24 FROM endpoint")
    return float(hours)


@pytest.mark.parametrize(
    ("ttl", "fresh", "hours"),
    [
        pytest.param(None, timedelta(hours=2), 2, id="max-age alone"),
        pytest.param(180, timedelta(hours=2), 3, id="the longer of ttl and max-age: ttl"),
        pytest.param(60, timedelta(hours=2), 2, id="the longer of ttl and max-age: max-age"),
        pytest.param(None, timedelta(days=365), 24, id="a year is kept for a day"),
        pytest.param(None, timedelta(seconds=5), 1 / 60, id="less than the interval changes nothing"),
    ],
)
async def test_what_the_server_promises_not_to_change_is_not_asked_before(
    sqlite_url: str, ttl: int | None, fresh: timedelta, hours: float
) -> None:
    async with newsdesk(sqlite_url, source(FEED, every="1m")) as desk:
        await desk.visit({FEED: replace(feed(ttl=ttl) if ttl else feed(), fresh_for=fresh), LINK: article()})
        assert hours_until_the_next_visit(desk) == pytest.approx(hours, abs=0.1)


async def test_a_promise_of_a_304_holds_once_and_the_ttl_goes_on(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, every="1m")) as desk:
        await desk.visit({FEED: feed(ttl=60), LINK: article()})
        for fresh, hours in ((timedelta(hours=5), 5), (None, 1)):
            desk.write("UPDATE endpoint SET next_visit_at = '2020-01-01 00:00:00'")
            await desk.visit({FEED: replace(answer("", FEED, status=304), fresh_for=fresh)})
            assert hours_until_the_next_visit(desk) == pytest.approx(hours, abs=0.1)
            assert desk.rows("SELECT floor_seconds FROM endpoint") == [(3600,)]


async def test_who_has_lost_the_lease_writes_nothing_and_ends(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        begun = await desk.begin()

        def loses(errand: Errand) -> Said:
            """While the feed is asked, another process takes the source."""
            desk.write("UPDATE source SET lease_fence = lease_fence + 1")
            return feed() if errand.endpoint else article()

        await desk.follow(begun, loses)
        report = await begun.finish()
        assert (report.broken_off, desk.asked) == ("lease lost", [FEED])
        assert desk.rows("SELECT count(*) FROM link") == [(0,)]
        assert desk.rows("SELECT visits FROM source") == [(0,)]


async def test_an_error_of_a_visit_that_was_stopped_leaves_its_link_as_it_is(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:

        def says(errand: Errand) -> Said:
            if errand.link:
                begun.break_off("stopped")
                return DownloadTimeoutError("x")
            return feed()

        begun = await desk.begin()
        await desk.follow(begun, says)
        await begun.finish()
        assert desk.rows("SELECT state, reason, attempts FROM link") == [("pending", None, 0)]


async def test_the_selectors_of_a_source_are_used(sqlite_url: str) -> None:
    chosen = source(FEED, select={"headline": ".kicker"}, drop=["aside"])
    async with newsdesk(sqlite_url, chosen) as desk:
        marked = page("Harbour opens again").replace("<h1>", "<p class='kicker'>The true headline of it</p><h1>")
        await desk.visit({FEED: feed(), LINK: answer(marked, LINK)})
        assert desk.rows("SELECT headline FROM article") == [("The true headline of it",)]
