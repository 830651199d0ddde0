"""`newswatch reprocess`: what would change first, then the change."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

import config
from commands.rereading import MOST_LINES, Shown
from crawler.reprocess import Reread
from storage.database import Database
from storage.kept import KeptArticle
from storage.pages import PageFolder
from storage.records import Article
from tests.support.pages import FEED_TYPE, SITE, answer, page, rss
from tests.support.visits import newsdesk, source

FEED, STORY = f"{SITE}/feed", f"{SITE}/harbour-opens-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration, a database, a kept page, and an article that was read badly."""
    file = tmp_path / "newswatch.toml"
    file.write_text('database = "sqlite:///news.db"\n' + config.source_block("daily", FEED))
    url = f"sqlite:///{tmp_path}/news.db"

    async def fill() -> None:
        async with newsdesk(url, source(FEED)) as desk:
            desk.station.pages = PageFolder(tmp_path / "pages", 86400, 10**9)
            feed = answer(rss("/harbour-opens-1"), FEED, content_type=FEED_TYPE)
            await desk.visit({FEED: feed, STORY: answer(page("The harbour opens"), STORY)})
            desk.write("UPDATE article SET headline = 'The Daily', authors = '[]'")

    asyncio.run(fill())
    return tmp_path


def newswatch(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    called = [sys.executable, "-m", "cli", "--config", str(folder / "newswatch.toml"), *words]
    return subprocess.run(called, capture_output=True, text=True, check=False)


def headline(folder: Path) -> str:
    database = Database(f"sqlite:///{folder}/news.db")
    with database.read() as connection:
        found = str(connection.execute(text("SELECT headline FROM v1_article")).scalar_one())
    database.dispose()
    return found


def test_without_a_terminal_it_shows_and_writes_nothing(folder: Path) -> None:
    done = newswatch(folder, "reprocess")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"#1 {STORY}",
        "    headline: The Daily → The harbour opens",
        "    authors:  → Ana Ruiz",
        "1 kept pages: 1 are read differently today, 0 as they are stored",
        "fields: headline 1, authors 1",
    ]
    assert headline(folder) == "The Daily"


def test_told_to_apply_it_writes(folder: Path) -> None:
    done = newswatch(folder, "reprocess", "--source", "daily", "--since", "1d", "--apply")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 articles have a new version"
    assert headline(folder) == "The harbour opens"


def test_a_moment_that_is_none_is_refused(folder: Path) -> None:
    done = newswatch(folder, "reprocess", "--since", "lately")
    assert (done.returncode, "write a date" in done.stderr) == (2, True)


def found(number: int, headline: str = "Old") -> Reread:
    old, new = (Article(f"{SITE}/{number}", title, "text") for title in ("Old", headline))
    return Reread(KeptArticle(number, 1, "page", "hash", old), new, () if headline == "Old" else ("headline",))


def test_the_sum_tells_why_articles_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown()
    for each in (found(1), found(2), found(3, headline="New"), Reread(found(4).kept, obstacle="gone"),
                 Reread(found(5).kept, obstacle="gone")):  # fmt: skip
        shown.show(each)
    assert shown.summary() == [
        "5 kept pages: 1 are read differently today, 2 as they are stored",
        "fields: headline 1",
        "2 stay as they are: gone",
    ]
    assert "Old → New" in capsys.readouterr().out


def test_a_thousand_changes_are_counted_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown()
    for number in range(1000):
        shown.show(found(number, headline="New"))
    assert capsys.readouterr().out.count("→") == MOST_LINES
    assert shown.counted["differ"] == 1000


def test_where_nothing_differs_nobody_is_asked() -> None:
    shown = Shown()
    shown.show(found(1))
    assert not shown.goes_on(apply=False)


def test_a_long_value_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    Shown().show(found(1, headline="N" * 200))
    assert max(map(len, capsys.readouterr().out.splitlines())) < 100
