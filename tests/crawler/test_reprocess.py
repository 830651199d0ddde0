"""Kept pages read again: shown before anything is written, and written as versions of our own making."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.extract.memory import memory_of, remember
from crawler.reprocess import BATCH, Reread, Rereading, differences, short
from storage import kept, memory
from storage.kept import KeptArticle, Selection
from storage.pages import PageFolder
from storage.records import Article, Page, Reading
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import Newsdesk, newsdesk, source

FEED = f"{SITE}/feed"


def url_of(place: str) -> str:
    return f"{SITE}/{place.lower()}-opens-1"


async def visited(desk: Newsdesk, folder: Path, *places: str, head: str = "") -> None:
    """Have one visit store these places' articles, their pages kept in a folder of the test's own."""
    desk.station.pages = PageFolder(folder, 86400, 10**9)
    feed = answer(rss(*(f"/{place.lower()}-opens-1" for place in places)), FEED, content_type=FEED_TYPE)
    pages = {url_of(place): answer(page(f"{place} opens", place, head), url_of(place)) for place in places}
    await desk.visit({FEED: feed, **pages})


async def reread(desk: Newsdesk, selection: Selection | None = None) -> list[Reread]:
    return [found async for found in Rereading(desk.station, selection or Selection()).all()]


async def corrected(desk: Newsdesk) -> int:
    rereading = Rereading(desk.station, Selection())
    return sum([await rereading.correct(found) async for found in rereading.all()])


def misread(desk: Newsdesk, place: str = "Aville") -> None:
    """Leave an article as a worse reader would have stored it."""
    sql = "UPDATE article SET headline = 'The Daily', description = 'x' WHERE url = :url"
    desk.write(sql, url=url_of(place))


async def test_pages_that_read_as_before_differ_in_nothing(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED, timezone="Europe/Berlin")) as desk:
        await visited(desk, tmp_path, "Aville", "Beton")
        found = await reread(desk)
        assert [(each.kept.article.headline, each.differs, each.obstacle) for each in found] == [
            ("Aville opens", (), None),
            ("Beton opens", (), None),
        ]
        assert await corrected(desk) == 0


async def test_the_agency_of_a_dateline_is_read_anew_as_well(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        desk.station.pages = PageFolder(tmp_path, 86400, 10**9)
        first = paragraphs("Aville")[0]
        wired = page("Aville opens", "Aville").replace(first, f"AVILLE (Reuters) - {first}")
        feed = answer(rss("/aville-opens-1"), FEED, content_type=FEED_TYPE)
        await desk.visit({FEED: feed, url_of("Aville"): answer(wired, url_of("Aville"))})
        assert desk.rows("SELECT agency FROM v1_article") == [("Reuters",)]
        assert [each.differs for each in await reread(desk)] == [()]


async def test_what_a_worse_reader_left_is_shown_and_then_written(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville", "Beton")
        misread(desk)
        first, second = await reread(desk)
        assert (first.differs, second.differs) == (("headline", "description"), ())
        assert desk.rows("SELECT headline FROM v1_article ORDER BY article_id")[0] == ("The Daily",)
        assert await corrected(desk) == 1
        assert desk.rows("SELECT headline, description, version FROM v1_article ORDER BY article_id") == [
            ("Aville opens", None, 2),
            ("Beton opens", None, 1),
        ]


async def test_the_new_version_says_that_no_publisher_made_it(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        before = desk.rows("SELECT fetched_at, last_seen_at, first_seen_at, page_hash FROM v1_article")
        misread(desk)
        await corrected(desk)
        (kind, what), (other_kind, _) = desk.rows("SELECT kind, what FROM v1_article_change ORDER BY change_seq DESC")
        assert (kind, other_kind) == ("revised", "new")
        assert str(what).replace("'", '"') == '["reprocessed", "headline"]'
        assert desk.rows("SELECT fetched_at, last_seen_at, first_seen_at, page_hash FROM v1_article") == before
        assert desk.rows("SELECT max(change_seq) FROM v1_article") == [(2,)]


async def test_a_new_rule_of_the_source_reaches_old_pages(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        ruled = source(FEED, select={"headline": "p.byline"})
        desk.station.config = replace(desk.station.config, sources=(ruled,))
        (found,) = await reread(desk)
        assert found.article is not None
        assert (found.differs, found.article.headline) == (("headline",), "By Ana Ruiz")


async def test_what_the_site_taught_since_is_left_out(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        line, learned = paragraphs("Aville")[4], memory_of(None)
        for number in range(4):
            learned = remember(learned, Reading(Article(f"{SITE}/{number}", f"Story {number}", line)))
        with desk.station.database.write() as connection:
            memory.save(connection, 1, learned.to_json(), learned.articles, desk.station.now())
        assert await corrected(desk) == 1
        ((body,),) = desk.rows("SELECT article_body FROM v1_article")
        assert body.split("\n\n") == paragraphs("Aville")[:4]


async def test_a_source_that_is_not_configured_any_more_is_read_by_no_rules(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        desk.station.config = replace(desk.station.config, sources=())
        assert [each.differs for each in await reread(desk)] == [()]


@pytest.mark.parametrize(
    ("spoil", "obstacle"),
    [
        pytest.param(lambda folder, name: folder.joinpath(name[:2], f"{name}.page").unlink(),
                     "its page is not kept any more", id="a page that was pruned"),
        pytest.param(lambda folder, name: folder.joinpath(name[:2], f"{name}.page").write_bytes(b"half"),
                     "its page is not kept any more", id="a page that was torn"),
    ],
)  # fmt: skip
async def test_an_article_without_its_page_stays_as_it_is(
    sqlite_url: str, tmp_path: Path, spoil: Callable[[Path, str], None], obstacle: str
) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        misread(desk)
        ((name,),) = desk.rows("SELECT page_hash FROM v1_article")
        spoil(tmp_path, name)
        assert [(each.obstacle, each.differs) for each in await reread(desk)] == [(obstacle, ())]
        assert await corrected(desk) == 0


@pytest.mark.parametrize(
    ("html", "obstacle"),
    [
        pytest.param(b"<html><body></body></html>", "no article today", id="that is none any more"),
        pytest.param(
            page("Aville opens", "Aville", f'<link rel="next" href="{url_of("Aville")}?page=2">').encode(),
            "one of several pages, the others are not kept",
            id="that is the first of several",
        ),
    ],
)
async def test_an_article_is_not_replaced_by_a_page(
    sqlite_url: str, tmp_path: Path, html: bytes, obstacle: str
) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        assert desk.station.pages is not None
        name = desk.station.pages.keep(Page(url_of("Aville"), html, "text/html"))
        desk.write("UPDATE article SET page_hash = :name", name=name)
        (found,) = await reread(desk)
        assert str(found.obstacle).startswith(obstacle)
        assert not await Rereading(desk.station, Selection()).correct(found)


async def test_a_visit_that_was_faster_is_not_overwritten(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        misread(desk)
        (found,) = await reread(desk)
        desk.write("UPDATE article SET version = 2, headline = 'By a visit'")
        assert not await Rereading(desk.station, Selection()).correct(found)
        assert desk.rows("SELECT headline FROM v1_article") == [("By a visit",)]
        assert desk.rows("SELECT count(*) FROM v1_article_change") == [(1,)]


async def test_more_articles_than_fit_one_batch_are_all_read(sqlite_url: str, tmp_path: Path) -> None:
    places = [f"Town {number}" for number in range(BATCH + 3)]
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await visited(desk, tmp_path, *(place.replace(" ", "-") for place in places))
        found = await reread(desk)
        assert len({each.kept.article_id for each in found}) == len(places)


async def test_a_selection_by_source_and_by_time(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville", "Beton")
        now = desk.station.now()
        assert len(await reread(desk, Selection("daily"))) == 2
        assert await reread(desk, Selection("weekly")) == []
        assert await reread(desk, Selection(since=now)) == []


async def test_a_stored_article_comes_back_as_it_was_read(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville", head='<meta name="keywords" content="harbour, ferry">')
        with desk.station.database.read() as connection:
            (stored,) = kept.kept_articles(connection, Selection(), 0, 10)
        assert isinstance(stored, KeptArticle)
        assert (stored.article.headline, stored.article.authors) == ("Aville opens", ("Ana Ruiz",))
        assert stored.article.provenance["headline"]
        assert stored.link is not None
        assert (stored.link.title, stored.link.url) == ("Aville opens 1", url_of("Aville"))


def test_only_what_a_page_tells_is_compared() -> None:
    one = Article(f"{SITE}/1", "One", "A text.", authors=("Ana",), provenance={"headline": "text"})
    other = replace(one, url=f"{SITE}/2", canonical_url=f"{SITE}/3", provenance={}, source_key="x")
    assert differences(one, other) == ()
    assert differences(one, replace(one, headline="Two", authors=())) == ("headline", "authors")


def test_of_a_text_its_length_is_shown() -> None:
    one = Article(f"{SITE}/1", "One", "A text of five words.")
    assert short(one, ("headline", "article_body")) == {"headline": "One", "article_body": "5 words"}


async def test_another_text_is_looked_up_among_the_copies_again(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await visited(desk, tmp_path, "Aville")
        desk.write("UPDATE article SET article_body = 'One line.', text_hash = NULL")
        desk.write("DELETE FROM fingerprint_key")
        desk.write("DELETE FROM fingerprint")
        assert await corrected(desk) == 1
        assert desk.rows("SELECT count(*) > 0 FROM fingerprint") == [(1,)]
