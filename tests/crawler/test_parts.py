"""Articles of several pages: one row, or none yet; never a half one."""

import pytest

from crawler.errands import Answer
from crawler.errors import BudgetSpent, CrawlError, Refused
from crawler.parts import MOST_PAGES
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import Said, newsdesk, source

FEED, STORY = f"{SITE}/feed", f"{SITE}/harbour-opens-1"
TOWNS = ("Aville", "Beton", "Cester")


def part(number: int, of: int, town: str = "", etag: str | None = None) -> Answer:
    """One page of the story; every page but the last leads to the next."""
    head = f'<link rel="next" href="{STORY}?page={number + 1}">' if number < of else ""
    html = page("The harbour opens", town or TOWNS[number - 1], head)
    return answer(html, STORY if number == 1 else f"{STORY}?page={number}", etag=etag)


def says(*parts: Said) -> dict[str, Said]:
    feed = answer(rss("/harbour-opens-1"), FEED, content_type=FEED_TYPE)
    addresses = [STORY, *(f"{STORY}?page={number}" for number in range(2, len(parts) + 1))]
    return {FEED: feed, **dict(zip(addresses, parts, strict=True))}


def distinct(*towns: str) -> str:
    """The paragraphs of these pages, each once."""
    return "\n\n".join(dict.fromkeys(text for town in towns for text in paragraphs(town)))


async def test_three_pages_become_one_article(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        report = await desk.visit(says(part(1, 3), part(2, 3), part(3, 3)))
        assert dict(report.outcomes) == {"stored": 1}
        assert desk.rows("SELECT url, article_body FROM v1_article") == [(STORY, distinct(*TOWNS))]
        assert desk.asked == [FEED, STORY, f"{STORY}?page=2", f"{STORY}?page=3"]


async def test_its_further_pages_are_addresses_of_it(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(part(1, 2), part(2, 2)))
        assert (f"{STORY}?page=2",) in desk.rows("SELECT url FROM v1_article_alias")


async def test_the_next_look_asks_for_the_first_page_with_its_validator(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(part(1, 2, etag='"first"'), part(2, 2, etag='"second"')))
        assert desk.rows("SELECT http_etag FROM link") == [('"first"',)]
        desk.make_due()
        desk.asked.clear()
        report = await desk.visit(says(answer("", STORY, status=304)))
        assert (dict(report.outcomes), desk.asked) == ({"unchanged": 1}, [FEED, STORY])


async def test_a_later_part_that_changed_is_seen_when_the_first_page_did(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit(says(part(1, 2), part(2, 2)))
        desk.make_due()
        report = await desk.visit(says(part(1, 2, "Dorum"), part(2, 2, "Elsing")))
        assert report.outcomes["revised"] == 1
        assert desk.rows("SELECT article_body FROM v1_article") == [(distinct("Dorum", "Elsing"),)]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(answer("not there", f"{STORY}?page=2", status=404), id="that is not there"),
        pytest.param(Refused("robots.txt forbids it"), id="that may not be asked for"),
        pytest.param(answer("<html></html>", f"{STORY}?page=2"), id="that is no article"),
        pytest.param(answer(page("Rain until Friday"), f"{STORY}?page=2"), id="of another article"),
        pytest.param(answer(page("The harbour opens", "Aville"), f"{STORY}?page=2"), id="that is the first once more"),
    ],
)
async def test_an_article_ends_before_a_page(sqlite_url: str, said: Said) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit(says(part(1, 2), said))
        assert dict(report.outcomes) == {"stored": 1}
        assert desk.rows("SELECT article_body FROM v1_article") == [(distinct("Aville"),)]
        assert desk.rows("SELECT state FROM link") == [("stored",)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param(answer("", f"{STORY}?page=2", status=503), "HTTP 503", id="by the server"),
        pytest.param(CrawlError("answer cut off"), "answer cut off", id="on its way"),
        pytest.param(BudgetSpent("spent"), None, id="by the budget of the visit"),
    ],
)
async def test_half_an_article_is_not_kept_when_its_second_page_is_held_back(
    database_url: str, said: Said, reason: str | None
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit(says(part(1, 2), said), most=3)
        assert desk.rows("SELECT count(*) FROM v1_article") == [(0,)]
        assert desk.rows("SELECT state, reason FROM link") == [("pending", reason)]
        desk.make_due()
        await desk.visit(says(part(1, 2), part(2, 2)))
        assert desk.rows("SELECT article_body FROM v1_article") == [(distinct("Aville", "Beton"),)]


async def test_an_article_without_end_is_kept_with_its_first_pages(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        endless = [part(number, number + 1, f"Town {number}") for number in range(1, MOST_PAGES + 5)]
        await desk.visit(says(*endless))
        assert desk.rows("SELECT count(*) FROM v1_article") == [(1,)]
        assert len(desk.asked) == 1 + MOST_PAGES


async def test_a_link_to_a_later_page_is_read_as_it_is(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        feed = answer(rss("/harbour-opens-1?page=2"), FEED, content_type=FEED_TYPE)
        await desk.visit({FEED: feed, f"{STORY}?page=2": part(2, 3)})
        assert desk.rows("SELECT article_body FROM v1_article") == [(distinct("Beton"),)]


async def test_many_articles_of_two_pages_do_not_wait_for_each_other(sqlite_url: str) -> None:
    names = [f"/harbour-of-{number}-opens" for number in range(8)]
    said: dict[str, Said] = {FEED: answer(rss(*names), FEED, content_type=FEED_TYPE)}
    for number, name in enumerate(names):
        for place in (1, 2):
            head = f'<link rel="next" href="{SITE}{name}?page=2">' if place == 1 else ""
            url = f"{SITE}{name}" if place == 1 else f"{SITE}{name}?page=2"
            said[url] = answer(page(f"Harbour {number} opens", f"{place} of {number}", head), url)
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        report = await desk.visit(said)
        assert dict(report.outcomes) == {"stored": 8}
