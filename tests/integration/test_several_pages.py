"""Articles of several pages, over the wire: joined into one row, and ended where robots.txt ends them."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.server import HostileServer, feed, ok
from tests.support.pages import page

ROOT = Path(__file__).parents[2]
ROBOTS = b"User-agent: *\nDisallow: /closed-story/2\n"


def part(name: str, number: int, of: int) -> bytes:
    """One page of a story, which leads to the next one while there is one."""
    head = f'<link rel="next" href="/{name}/{number + 1}">' if number < of else ""
    html = page(f"The {name} is told", f"{name} {number}", head)
    return ok(html.encode())


def pages(name: str, of: int) -> dict[str, bytes]:
    """The pages of a story by path: /name, /name/2, ..."""
    paths = [f"/{name}", *(f"/{name}/{number}" for number in range(2, of + 1))]
    return {path: part(name, number, of) for number, path in enumerate(paths, 1)}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], Path]]:
    """What one crawl asked for, and the database that it left."""
    folder = tmp_path_factory.mktemp("several")
    with HostileServer() as server:
        site = server.site("daily")
        stories = {"long-story": 3, "closed-story": 2, "plain-story": 1}
        for name, of in stories.items():
            site.answers.update(pages(name, of))
        site.answers["/robots.txt"] = ok(ROBOTS, kind="text/plain")
        site.answers["/feed"] = ok(feed([f"{site.url}/{name}" for name in stories]), kind="application/rss+xml")
        settings = f'database = "sqlite:///news.db"\n[safety]\nallow_networks = "127.0.0.1"\n[[source]]\nkey = "daily"\nurl = "{site.url}/feed"\n'
        (folder / "newswatch.toml").write_text(settings)
        command = [sys.executable, "-m", "cli", "--config", str(folder / "newswatch.toml"), "crawl"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        yield site.asked, folder / "news.db"


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_each_story_is_one_row(crawled: tuple[list[str], Path]) -> None:
    _, database = crawled
    found = rows(database, "SELECT headline FROM v1_article ORDER BY headline")
    assert found == [("The closed-story is told",), ("The long-story is told",), ("The plain-story is told",)]


def test_the_pages_of_a_story_stand_in_their_order(crawled: tuple[list[str], Path]) -> None:
    _, database = crawled
    ((body,),) = rows(database, "SELECT article_body FROM v1_article WHERE headline LIKE '%long%'")
    places = [body.index(f"long-story {number}") for number in (1, 2, 3)]
    assert places == sorted(places)


def test_each_page_is_asked_for_once(crawled: tuple[list[str], Path]) -> None:
    asked, _ = crawled
    told = [path for path in asked if "long-story" in path]
    assert told == ["/long-story", "/long-story/2", "/long-story/3"]


def test_what_robots_forbids_ends_the_story_before_it(crawled: tuple[list[str], Path]) -> None:
    asked, database = crawled
    assert "/closed-story/2" not in asked
    ((body,),) = rows(database, "SELECT article_body FROM v1_article WHERE headline LIKE '%closed%'")
    assert "closed-story 1" in body
    assert rows(database, "SELECT DISTINCT state FROM link") == [("stored",)]
