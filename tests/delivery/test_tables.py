"""The tables at a terminal, read as text."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import update

from delivery import tables
from delivery.export import Selection
from storage.database import Database
from storage.schema import source
from tests.delivery.conftest import NOW, Desk


def shown(table: Table) -> str:
    console = Console(width=160, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def line_with(text: str, word: str) -> str:
    (line,) = [line for line in text.splitlines() if word in line]
    return line


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        pytest.param(None, "never", id="no instant"),
        pytest.param(NOW, "now", id="this instant"),
        pytest.param(NOW - timedelta(seconds=30), "30 s ago", id="seconds"),
        pytest.param(NOW - timedelta(seconds=90), "2 min ago", id="minutes are rounded"),
        pytest.param(NOW - timedelta(minutes=119), "119 min ago", id="two hours in minutes, nearly"),
        pytest.param(NOW + timedelta(hours=3), "in 3 h", id="in the future"),
        pytest.param(NOW - timedelta(days=40), "40 d ago", id="days"),
    ],
)
def test_a_distance_in_time_is_told_in_words(moment: datetime | None, words: str) -> None:
    assert tables.ago(moment, NOW) == words


def test_each_source_has_its_line(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/today", NOW - timedelta(hours=11))
    desk.keep("https://daily.example/yesterday", NOW - timedelta(hours=13))
    text = shown(tables.source_table(tables.source_rows(database, NOW), NOW))
    daily = line_with(text, "daily").split("│")
    assert [cell.strip() for cell in daily[1:8]] == ["daily", "new", "never", "now", "1", "2", "0"]
    assert "off" in line_with(text, "weekly")
    assert "2 sources" in text


def test_a_failing_source_says_why(database: Database) -> None:
    with database.write() as connection:
        values = {"state": "failing", "state_reason": "HTTP 503 from https://daily.example/"}
        connection.execute(update(source).where(source.c.key == "daily").values(**values))
    text = shown(tables.source_table(tables.source_rows(database, NOW), NOW))
    assert "failing" in line_with(text, "daily")
    assert "HTTP 503" in line_with(text, "daily")


def test_the_latest_articles_stand_first(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a", headline="Older", date_published=NOW - timedelta(hours=2))
    desk.keep("https://daily.example/b", headline="Newer", authors=("Ann Lee",))
    desk.revise("https://daily.example/a", "Corrected")
    rows = tables.latest_articles(database, Selection(), limit=10)
    text = shown(tables.article_table(rows, NOW))
    assert text.index("Newer") < text.index("Corrected (v2)")
    assert "Ann Lee" in line_with(text, "Newer")
    assert "?" in line_with(text, "Newer")


def test_markup_in_a_headline_is_text(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a", headline="[red]Sale[/red] [link=https://evil.example]here[/link]")
    rows = tables.latest_articles(database, Selection(), limit=10)
    assert "[red]Sale[/red]" in shown(tables.article_table(rows, NOW))


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        pytest.param(lambda: (Selection(), 2), ["2", "1"], id="no more than asked for"),
        pytest.param(lambda: (Selection(source_key="weekly"), 10), ["0"], id="of one source"),
        pytest.param(lambda: (Selection(since=NOW), 10), ["2"], id="since an instant"),
    ],
)
def test_the_latest_are_chosen(
    database: Database, desk: Desk, choose: Callable[[], tuple[Selection, int]], expected: list[str]
) -> None:
    desk.keep("https://weekly.example/0", NOW - timedelta(days=2), source_key="weekly")
    desk.keep("https://daily.example/1", NOW - timedelta(days=1))
    desk.keep("https://daily.example/2", NOW)
    rows = tables.latest_articles(database, *choose())
    assert [row["url"][-1] for row in rows] == expected
