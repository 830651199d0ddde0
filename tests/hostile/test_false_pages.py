"""Pages that are no articles: none is stored, each has its reason, and their source says that it keeps us out."""

import pytest

from crawler import reading
from crawler.errands import Answer
from crawler.extract.reader import read_page
from storage.records import Link, Page
from tests.hostile.false_pages import FALSE
from tests.support.pages import SITE, page
from tests.support.visits import Newsdesk, newsdesk, source

URL = f"{SITE}/news/harbour-story-1"


@pytest.mark.parametrize("name", sorted(FALSE))
def test_no_article_is_read_from_a_false_page(name: str) -> None:
    html, _ = FALSE[name]
    link = Link(URL, title="Harbour board hears residents about the quay")
    read = read_page(Page(URL, html.encode(), "text/html; charset=utf-8"), link)
    assert read.article is None
    assert read.reason


EXACT = sorted(name for name, (_, reasons) in FALSE.items() if len(reasons) == 1)


@pytest.mark.parametrize("name", EXACT)
def test_a_false_page_has_its_own_reason(name: str) -> None:
    html, reasons = FALSE[name]
    page_ = Page(URL, html.encode(), "text/html; charset=utf-8")
    assert {reading.article(page_, None, None, None, None).reason} == reasons


def test_an_article_is_no_wall_because_it_asks_for_scripts_too() -> None:
    note = "<noscript>Please enable JavaScript to see our charts.</noscript></body>"
    html = page("Harbour opens again").replace("</body>", note)
    assert reading.article(Page(URL, html.encode(), "text/html"), None, None, None, None).article is not None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Printers say lorem ipsum dolor sit amet where words are to come.", id="that speaks of the filler"
        ),
        pytest.param("A {{ stands }} in it, and ${another} one, and null.", id="that shows the marks of templates"),
    ],
)
def test_an_article_is_no_empty_template(text: str) -> None:
    html = page("How lorem ipsum came into the world").replace("<p>", f"<p>{text} ", 1)
    read = reading.article(Page(URL, html.encode(), "text/html"), None, None, None, None).article
    assert read is not None
    assert text in read.article_body


def _answer(url: str, html: str, status: int = 200) -> Answer:
    return Answer(Page(url, html.encode(), "text/html; charset=utf-8", status))


def _feed(count: int) -> Answer:
    items = "".join(
        f"<item><title>Harbour board hears residents, part {n}</title><link>{SITE}/news/story-{n}</link></item>"
        for n in range(count)
    )
    text = f'<rss version="2.0"><channel><title>Daily</title>{items}</channel></rss>'
    return Answer(Page(f"{SITE}/feed", text.encode(), "application/rss+xml"))


async def _visited(desk: Newsdesk, *pages: tuple[str, int]) -> tuple[str, str | None]:
    """A visit of a feed that lists these pages (text, status); state and reason of the source."""
    says = {f"{SITE}/news/story-{n}": _answer(f"{SITE}/news/story-{n}", *said) for n, said in enumerate(pages)}
    await desk.visit({f"{SITE}/feed": _feed(len(pages)), **says})
    ((state, reason),) = desk.rows("SELECT state, state_reason FROM source")
    return state, reason


@pytest.mark.parametrize(
    ("name", "status", "state"),
    [
        pytest.param("consent wall", 200, "walled", id="a consent wall"),
        pytest.param("login", 200, "walled", id="a login"),
        pytest.param("enable JavaScript in words", 200, "walled", id="a page that wants JavaScript"),
        pytest.param("enable JavaScript", 200, "walled", id="a page that wants it where nobody sees it"),
        pytest.param("captcha", 200, "blocked", id="a captcha"),
        pytest.param("challenge", 200, "blocked", id="a challenge"),
        pytest.param("access denied", 403, "blocked", id="forbidden"),
        pytest.param("attention required", 429, "blocked", id="too many requests"),
        pytest.param("soft 404", 200, "ok", id="an error page keeps nobody out"),
        pytest.param("maintenance", 200, "ok", id="nor does maintenance"),
    ],
)
async def test_the_source_says_what_keeps_us_out(sqlite_url: str, name: str, status: int, state: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        found, reason = await _visited(desk, *[(FALSE[name][0], status)] * 3)
        assert found == state
        assert (reason is None) == (state == "ok")
        assert desk.rows("SELECT url FROM article") == []


async def test_one_article_among_walls_says_that_we_are_let_in(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        wall = (FALSE["consent wall"][0], 200)
        assert await _visited(desk, wall, (page("Harbour opens again"), 200), wall) == ("ok", None)


async def test_a_quiet_visit_leaves_the_state_as_it_was(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        await _visited(desk, (FALSE["captcha"][0], 200))
        await desk.visit({f"{SITE}/feed": Answer(Page(f"{SITE}/feed", b"", status=304))})
        assert desk.rows("SELECT state FROM source") == [("blocked",)]


async def test_an_endpoint_that_is_refused_blocks_its_source(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        await desk.visit(lambda errand: _answer(errand.url, "no", 403))
        ((state, reason),) = desk.rows("SELECT state, state_reason FROM source")
        assert state == "blocked"
        assert reason.startswith("HTTP 403")


async def test_a_front_page_that_is_a_wall_says_so(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/")) as desk:
        await desk.visit(lambda errand: _answer(errand.url, FALSE["challenge"][0]))
        assert desk.rows("SELECT state FROM source") == [("blocked",)]
        ((reason,),) = desk.rows("SELECT state_reason FROM endpoint WHERE origin = 'configured'")
        assert reason == "captcha"


@pytest.mark.parametrize("status", [204, 205, 206, 300, 302, 304])
async def test_an_answer_that_is_not_the_whole_page_is_no_article(sqlite_url: str, status: int) -> None:
    async with newsdesk(sqlite_url, source(f"{SITE}/feed")) as desk:
        await _visited(desk, (page("Harbour opens again"), status))
        assert desk.rows("SELECT url FROM article") == []
