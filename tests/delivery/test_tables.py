"""The tables at a terminal, read as text."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console, Group
from rich.table import Table
from sqlalchemy import text, update

from delivery import tables
from delivery.export import Selection
from storage.database import Database
from storage.endpoints import SurveyedEndpoint
from storage.records import Article, EndpointKind, Reading
from storage.schema import source
from tests.delivery.conftest import NOW, Desk


def shown(table: Table | Group) -> str:
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
    assert line_with(text, "daily").split() == ["daily", "new", "never", "due", "1", "2", "0"]
    assert "off" in line_with(text, "weekly")
    assert "2 sources" in text


def test_the_tables_fit_a_terminal_of_80_columns(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a", headline="A long headline about many things " * 5, authors=("Ann Lee",) * 9)
    rows = tables.latest_articles(database, Selection(), limit=10)
    console = Console(width=80)
    with console.capture() as capture:
        console.print(tables.article_table(rows, NOW), tables.source_table(tables.source_rows(database, NOW), NOW))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= 80
    assert " wait " in text
    assert "why then" in text


def test_a_failing_source_says_why(database: Database) -> None:
    with database.write() as connection:
        values = {"state": "failing", "state_reason": "HTTP 503 from https://daily.example/"}
        connection.execute(update(source).where(source.c.key == "daily").values(**values))
    text = shown(tables.source_table(tables.source_rows(database, NOW), NOW))
    in_table, below = [line for line in text.splitlines() if "daily" in line]
    assert "failing" in in_table
    assert below.strip() == "daily: HTTP 503 from https://daily.example/"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"enabled": False, "state": "ok", "health": "paused"}, "off"),
        ({"enabled": True, "state": "failing", "health": "silent"}, "failing"),
        ({"enabled": True, "state": "ok", "health": "silent"}, "silent"),
        ({"enabled": True, "state": "ok", "health": None}, "ok"),
    ],
)
def test_what_all_visits_show_is_said_where_the_last_one_was_well(row: dict[str, object], state: str) -> None:
    assert tables.shown_state(row) == state


def test_a_source_that_fell_silent_says_since_when_and_why(database: Database) -> None:
    (row, *_) = tables.source_rows(database, NOW)
    ill = {**row, "state": "ok", "health": "silent", "health_since": NOW, "health_evidence": "9 were expected"}
    text = shown(tables.source_table([ill], NOW))
    assert f"daily: silent since {NOW:%Y-%m-%d %H:%M} UTC: 9 were expected" in text
    assert "since" not in shown(tables.source_table([{**ill, "health": "quiet"}], NOW))


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


def test_endpoints_stand_with_what_they_listed_and_guesses_in_vain_are_counted() -> None:
    found = [
        SurveyedEndpoint("https://daily.example/feed.xml", EndpointKind.FEED, "link rel", "active", None, 20),
        SurveyedEndpoint("https://daily.example/old.xml", EndpointKind.FEED, "link rel", "gone", "HTTP 404", 0),
        SurveyedEndpoint("https://daily.example/rss", EndpointKind.FEED, "common place", "gone", "HTTP 404", 0),
        SurveyedEndpoint("https://daily.example/atom", EndpointKind.FEED, "common place", "gone", "HTTP 404", 0),
    ]
    text = shown(tables.endpoint_table(found))
    assert "2 endpoints" in text
    assert "20" in line_with(text, "feed.xml")
    assert "HTTP 404" in line_with(text, "old.xml")
    assert "nothing at 2 of the places" in text
    assert "/rss" not in text


def test_a_reading_is_shown_with_the_origin_of_each_field_and_what_was_dropped() -> None:
    article = Article(
        url="https://daily.example/a",
        headline="The bridge is open",
        article_body="First paragraph.\n\nSecond paragraph.",
        authors=("Ann Lee", "Bo Ek"),
        date_published=NOW,
        provenance={"headline": "json-ld", "authors": "meta"},
    )
    reading = Reading(article, dropped=("Latest  Stories\nOne more", "Share"))
    lines = [line.plain for line in tables.reading_lines(reading)]
    assert "headline                  The bridge is open  [json-ld]" in lines
    assert "authors                   Ann Lee, Bo Ek  [meta]" in lines
    assert "date_published            2026-11-23T12:00:00Z" in lines
    assert not [line for line in lines if line.startswith(("description", "article_body", "source_key"))]
    assert lines[-5:] == [
        "First paragraph.\n",
        "Second paragraph.\n",
        "dropped (2 blocks):",
        "  - Latest Stories One more",
        "  - Share",
    ]


def test_a_page_without_article_is_shown_with_its_reason() -> None:
    console = Console(width=80)
    with console.capture() as capture:
        tables.print_reading(console, Reading(reason="section front"))
    assert capture.get() == "no article: section front\n"


def test_a_database_is_told_with_its_version_and_amounts(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    lines = list(tables.database_lines(database.url.render_as_string(hide_password=False)))
    found = dict(line.split(maxsplit=1) for line in lines)
    assert (found["sources"], found["articles"], found["revisions"]) == ("2", "1", "1")
    assert found["changes"].startswith("up to number 1, epoch ")
    assert found["version"].split()[0] in found["version"].split("program: ")[1]


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    lines = list(tables.database_lines(f"sqlite:///{tmp_path}/none.db"))
    assert "none" in lines[1]
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_another_version_is_told_without_its_amounts(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    lines = list(tables.database_lines(database.url.render_as_string(hide_password=False)))
    assert "v9999" in lines[1]
    assert not [line for line in lines if line.startswith("articles")]
