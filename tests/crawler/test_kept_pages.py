"""What a visit keeps of the pages that it read: one for each version, and none for pages that brought nothing."""

import dataclasses
from pathlib import Path

from storage.pages import PageFolder
from storage.records import Page
from tests.support.pages import FEED_TYPE, SITE, answer, page, rss
from tests.support.visits import Newsdesk, newsdesk, source

FEED, STORY = f"{SITE}/feed", f"{SITE}/harbour-opens-1"


def says(html: str) -> dict[str, object]:
    return {FEED: answer(rss("/harbour-opens-1"), FEED, content_type=FEED_TYPE), STORY: answer(html, STORY)}


def names(desk: Newsdesk) -> list[str]:
    return [name for (name,) in desk.rows("SELECT page_hash FROM v1_revision ORDER BY version")]


def kept(folder: PageFolder) -> int:
    return sum(1 for _ in folder.path.rglob("*.page"))


def folder_of(desk: Newsdesk, path: Path) -> PageFolder:
    """A folder of the test's own: on PostgreSQL none is kept otherwise."""
    desk.station.pages = PageFolder(path / "pages", 86400, 10**9)
    return desk.station.pages


async def test_each_version_names_the_page_that_it_was_read_from(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        folder = folder_of(desk, tmp_path)
        pages = [page("The harbour opens", "Aville"), page("The harbour opens late", "Aville")]
        for html in pages:
            await desk.visit(says(html))  # type: ignore[arg-type]
            desk.make_due()
        assert [folder.page(name) for name in names(desk)] == [
            Page(STORY, html.encode(), "text/html; charset=utf-8") for html in pages
        ]
        assert desk.rows("SELECT page_hash FROM v1_article") == [(names(desk)[1],)]


async def test_a_page_that_brings_no_new_version_is_not_kept(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        folder = folder_of(desk, tmp_path)
        for advertisement in ("boots", "boats", "bots"):
            html = page("The harbour opens", "Aville", head=f"<!-- {advertisement} -->")
            await desk.visit(says(html))  # type: ignore[arg-type]
            desk.make_due()
        assert (len(names(desk)), kept(folder)) == (1, 1)


async def test_what_is_no_article_is_not_kept(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        folder = folder_of(desk, tmp_path)
        await desk.visit(says("<html><body>Not found</body></html>"))  # type: ignore[arg-type]
        assert kept(folder) == 0


async def test_sqlite_keeps_them_beside_its_file(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit(says(page("The harbour opens")))  # type: ignore[arg-type]
        beside = Path(sqlite_url.removeprefix("sqlite:///")).parent / "pages"
        assert len(list(beside.rglob("*.page"))) == 1


async def test_switched_off_nothing_is_written_or_named(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        desk.station.pages = None
        await desk.visit(says(page("The harbour opens")))  # type: ignore[arg-type]
        assert names(desk) == [None]


async def test_a_disk_that_takes_no_page_costs_no_article(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        folder = folder_of(desk, tmp_path)
        report = await desk.visit(says(page("The harbour opens")))  # type: ignore[arg-type]
        assert dict(report.outcomes) == {"stored": 1}
        assert folder.page(names(desk)[0]) is None


async def test_another_configuration_moves_the_folder_and_not_the_database(sqlite_url: str, tmp_path: Path) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        config = desk.station.config
        kept_elsewhere = config.pages.model_copy(update={"folder": str(tmp_path / "other")})
        desk.station.reload(dataclasses.replace(config, database="sqlite:///other.db", pages=kept_elsewhere))
        assert desk.station.pages is not None
        assert desk.station.pages.path == tmp_path / "other"
        assert desk.station.config.database == sqlite_url
