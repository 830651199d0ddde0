"""Live blogs: an article that is written on while it is read is looked at again soon, as long as it grows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import cadence
from crawler.errands import Answer
from storage.pages import PageFolder
from storage.schema import link
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import Newsdesk, newsdesk, source

FEED, BLOG = f"{SITE}/feed", f"{SITE}/election-night-1"
#: as sites mark a live blog
LIVE = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Election night"}</script>'
START = datetime(2026, 11, 28, 12, tzinfo=UTC)
SOON, HOUR = timedelta(minutes=15), timedelta(hours=1)


def blog(*entries: str, head: str = LIVE) -> Answer:
    """The page of a live blog after some entries."""
    written = "".join(f"<p>{sentence}</p>" for entry in entries for sentence in paragraphs(entry))
    return answer(page("Election night", "Aville", head).replace("</article>", f"{written}</article>"), BLOG)


async def look(desk: Newsdesk, said: Answer) -> tuple[str, timedelta, int]:
    """One visit: what became of the blog, how long until it is read again, and steps of the plan that were taken."""
    desk.make_due()
    feed = answer(rss("/election-night-1"), FEED, content_type=FEED_TYPE)
    report = await desk.visit({FEED: feed, BLOG: said})
    ((again, at, steps),) = desk.values(link.c.next_try_at, link.c.outcome_at, link.c.rereads)
    (outcome,) = report.outcomes
    return outcome, timedelta(minutes=round((again - at) / timedelta(minutes=1))), steps


async def test_a_live_blog_is_read_again_soon_as_long_as_it_grows(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        desk.station.pages = PageFolder(tmp_path, 86400, 10**9)
        assert await look(desk, blog()) == ("stored", SOON, 0)
        assert await look(desk, blog("Beton")) == ("revised", SOON, 0)
        assert await look(desk, blog("Cester", "Beton")) == ("revised", SOON, 0)


async def test_one_that_stands_still_goes_by_the_plan_of_every_article(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await look(desk, blog())
        assert await look(desk, blog()) == ("unchanged", 5 * HOUR, 1)
        assert await look(desk, blog("Beton")) == ("revised", SOON, 1)


async def test_an_article_that_is_corrected_is_no_live_blog(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        assert await look(desk, blog(head="")) == ("stored", HOUR, 0)
        assert await look(desk, blog("Beton", head="")) == ("revised", 5 * HOUR, 1)


async def test_the_plan_of_a_source_holds_for_its_live_blogs(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED, reread=["2h", "4h"])) as desk:
        assert await look(desk, blog()) == ("stored", 2 * HOUR, 0)


async def test_a_page_that_never_stands_still_is_no_live_blog_for_ever(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await look(desk, blog())
        desk.write("UPDATE link SET attempts = :most", most=cadence.LIVE_LOOKS)
        assert await look(desk, blog("Beton")) == ("revised", 5 * HOUR, 1)


@pytest.mark.parametrize(("minutes", "expected"), [(15, 15), (5, 5), (360, 15)])
def test_a_live_look_comes_with_the_next_visit_of_a_quick_source(minutes: int, expected: int) -> None:
    interval = timedelta(minutes=minutes)
    assert cadence.next_live_look(START, interval) - START == timedelta(minutes=expected)
