"""What the site taught, over visits; and a better reading of an unchanged page is no correction."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errands import Answer
from crawler.extract.memory import SiteMemory, memory_of, remember
from crawler.extract.reader import read_page
from crawler.rereading import shows_the_same
from storage import memory
from storage.pages import PageFolder
from storage.records import Article, Page
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import Newsdesk, newsdesk, source

FEED = f"{SITE}/feed"
#: a note that stands below every article; nothing in its words tells that it is none of the text
NOTE = "The harbour desk has three people, and all of them grew up beside the water that they write about."
PLACES = ("Aville", "Beton", "Cester", "Dorum", "Elsing")


def sentences(place: str) -> list[str]:
    """The text of one page: no other page has a sentence of it."""
    return [f"{sentence} So they say in {place}." for sentence in paragraphs(place)]


def story(place: str, *, counter: int = 0) -> str:
    """A page with the site's note at the end of its text."""
    html = page(f"The harbour of {place} opens", place)
    for sentence, own in zip(paragraphs(place), sentences(place), strict=True):
        html = html.replace(sentence, own)
    return html.replace("</article>", f"<p>{NOTE}</p></article><!-- {counter} -->")


def says(places: tuple[str, ...], **changes: str) -> Mapping[str, Answer]:
    """The feed and the pages of these places; ``changes`` are other pages, by place."""
    feed = answer(rss(*(f"/{place.lower()}-opens-1" for place in places)), FEED, content_type=FEED_TYPE)
    pages = {place: changes.get(place, story(place)) for place in places}
    return {
        FEED: feed,
        **{(url := f"{SITE}/{name.lower()}-opens-1"): answer(html, url) for name, html in pages.items()},
    }


def bodies(desk: Newsdesk) -> dict[str, str]:
    rows = desk.rows("SELECT headline, article_body FROM v1_article")
    return {headline.split(" of ")[1].split()[0]: body for headline, body in rows}


def taught(*places: str) -> SiteMemory:
    """What the pages of these places teach."""
    found = SiteMemory()
    for place in places:
        found = remember(found, read_page(Page(f"{SITE}/{place}", story(place).encode(), "text/html")))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> PageFolder:
    """Kept pages of the test's own: on PostgreSQL none are kept otherwise."""
    return PageFolder(tmp_path / "pages", 86400, 10**9)


async def test_what_a_visit_learned_is_left_out_by_the_next(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit(says(PLACES[:3]))
        assert all(body.endswith(NOTE) for body in bodies(desk).values())
        desk.make_due()
        await desk.visit(says(PLACES))
        found = bodies(desk)
        assert [place for place, body in found.items() if NOTE in body] == list(PLACES[:3])
        assert found["Dorum"].split("\n\n") == sentences("Dorum")


async def test_sentences_that_are_most_of_a_text_stay_however_often_they_recur(sqlite_url: str) -> None:
    plain = {place: page(f"The harbour of {place} opens", place) for place in PLACES}
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        for places in (PLACES[:3], PLACES):
            await desk.visit(says(places, **plain))
            desk.make_due()
        assert bodies(desk)["Dorum"].split("\n\n") == paragraphs("Dorum")


async def test_all_pages_of_one_visit_are_read_alike_in_whatever_order_they_come(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(PLACES))
        assert {NOTE in body for body in bodies(desk).values()} == {True}


async def test_what_was_learned_is_a_row_of_the_source(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit(says(PLACES[:3]))
        with desk.station.database.read() as connection:
            learned = memory_of(memory.load(connection, 1))
        assert (learned.articles, learned.is_furniture(NOTE)) == (3, True)


async def test_a_visit_that_read_nothing_new_writes_no_memory(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(PLACES[:3]))
        before = desk.rows("SELECT * FROM site_memory")
        desk.make_due()
        await desk.visit(says(PLACES[:3]))
        assert desk.rows("SELECT * FROM site_memory") == before


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="no object"),
        pytest.param('{"lines": 7}', id="lines that are none"),
        pytest.param('{"articles": "many"}', id="a count that is none"),
        pytest.param('{"lines":', id="cut off"),
    ],
)
def test_a_memory_that_cannot_be_understood_is_begun_anew(text: str) -> None:
    assert memory_of(text) == SiteMemory()


async def test_a_visit_goes_on_with_a_memory_that_it_does_not_understand(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(PLACES[:1]))
        desk.write("UPDATE site_memory SET learned = 'of another age'")
        desk.make_due()
        report = await desk.visit(says(PLACES[:2]))
        assert report.outcomes["stored"] == 1
        assert desk.rows("SELECT articles FROM site_memory") == [(1,)]


async def test_furniture_that_is_known_now_makes_no_revision_of_an_older_article(
    database_url: str, folder: PageFolder
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        desk.station.pages = folder
        await desk.visit(says(PLACES[:3]))
        desk.make_due()
        report = await desk.visit(says(PLACES[:3], Aville=story("Aville", counter=1)))
        assert dict(report.outcomes) == {"unchanged": 3}
        assert desk.rows("SELECT count(*) FROM v1_revision") == [(3,)]
        assert NOTE in bodies(desk)["Aville"]


async def test_a_correction_is_one_also_when_furniture_goes_with_it(database_url: str, folder: PageFolder) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        desk.station.pages = folder
        await desk.visit(says(PLACES[:3]))
        desk.make_due()
        corrected = story("Aville").replace("three years", "four years")
        report = await desk.visit(says(PLACES[:3], Aville=corrected))
        assert report.outcomes["revised"] == 1
        body = bodies(desk)["Aville"]
        assert ("four years" in body, NOTE in body) == (True, False)


async def test_a_line_that_is_read_as_text_no_more_but_is_still_shown_makes_no_revision(
    database_url: str, folder: PageFolder
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        desk.station.pages = folder
        await desk.visit(says(PLACES[:1]))
        desk.make_due()
        beside = story("Aville").replace(f"<p>{NOTE}</p></article>", f"</article><p><a href='/'>{NOTE}</a></p>")
        report = await desk.visit(says(PLACES[:1], Aville=beside))
        assert dict(report.outcomes) == {"unchanged": 1}
        assert NOTE in bodies(desk)["Aville"]


async def test_a_line_that_is_shown_no_more_makes_a_revision(sqlite_url: str, folder: PageFolder) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        desk.station.pages = folder
        await desk.visit(says(PLACES[:1]))
        desk.make_due()
        report = await desk.visit(says(PLACES[:1], Aville=story("Aville").replace(f"<p>{NOTE}</p>", "")))
        assert report.outcomes["revised"] == 1
        assert NOTE not in bodies(desk)["Aville"]


LINES = ("The bridge opened on Monday.", "It cost 5 million.", "ENDS")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param((LINES[:2], LINES[2:]), (LINES, ()), True, id="a line that only one reading takes for text"),
        pytest.param((LINES, ()), (LINES[:2], LINES[2:]), True, id="the same the other way round"),
        pytest.param((LINES[:2], ()), (LINES, ()), False, id="a line that came"),
        pytest.param((LINES, ()), (LINES[:2], ()), False, id="a line that went"),
        pytest.param((LINES[:1], LINES[2:]), (LINES[1:], LINES[:1]), False, id="one moved, one came"),
        pytest.param((LINES, ()), (("The bridge opened on Tuesday.", *LINES[1:]), ()), False, id="another word"),
        pytest.param((LINES, ()), (("The bridge  opened\ton Monday. ", *LINES[1:]), ()), True, id="white space"),
        pytest.param((LINES, ()), (("The bridge opened on Monday!", *LINES[1:]), ()), False, id="another mark"),
    ],
)
def test_a_line_counts_as_changed_when_one_page_does_not_show_it(
    one: tuple[tuple[str, ...], tuple[str, ...]], other: tuple[tuple[str, ...], tuple[str, ...]], *, same: bool
) -> None:
    def shown(lines: tuple[str, ...], dropped: tuple[str, ...]) -> tuple[Article, tuple[str, ...]]:
        return Article(SITE, "The bridge", article_body="\n\n".join(lines)), dropped

    assert shows_the_same(shown(*one), shown(*other)) is same


async def test_when_the_page_is_not_kept_any_more_the_stored_text_is_compared(
    sqlite_url: str, folder: PageFolder
) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        desk.station.pages = replace(folder, path=folder.path / "first")
        await desk.visit(says(PLACES[:3]))
        desk.station.pages = replace(folder, path=folder.path / "second")
        desk.make_due()
        report = await desk.visit(says(PLACES[:3], Aville=story("Aville", counter=1)))
        assert report.outcomes["revised"] == 1
