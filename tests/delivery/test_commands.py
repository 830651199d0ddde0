"""The commands that read the store, as a person or a program calls them."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

import cli
import config
from delivery.followers import follow
from delivery.search import SearchFollower
from storage.database import Database
from storage.frontier import Outcome
from storage.records import LinkState
from tests.delivery.conftest import Desk

Call = Callable[..., Result]


@pytest.fixture
def call(database: Database, tmp_path: Path) -> Iterator[Call]:
    """Call `newswatch` on the store, in this process; the log is as before afterwards."""
    file = tmp_path / "newswatch.toml"
    file.write_text(config.source_block("daily", "https://daily.example/"))
    environ = {"NEWSWATCH_DATABASE": database.url.render_as_string(hide_password=False), "COLUMNS": "120"}
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield lambda *words: CliRunner().invoke(cli.app, ["--config", str(file), *words], env=environ)
    root.handlers[:], root.level = handlers, level


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_changes_are_lines_of_json_after_a_number(call: Call, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    done = call("changes", "--after", "1")
    assert done.exit_code == 0
    assert [json.loads(line)["change_seq"] for line in done.stdout.splitlines()] == [2, 3]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param(("--after", "99"), "ahead of the newest change", id="a cursor of another database"),
        pytest.param(("--epoch", "other"), "export all articles anew", id="a cursor from before a restored backup"),
    ],
)
def test_a_cursor_that_cannot_be_followed_ends_with_2(call: Call, words: tuple[str, ...], answer: str) -> None:
    done = call("changes", *words)
    assert done.exit_code == 2
    assert answer in " ".join(done.stderr.split())
    assert done.stdout == ""


def _numbers(done: Result) -> list[int]:
    assert done.exit_code == 0, done.stderr
    return [json.loads(line)["change_seq"] for line in done.stdout.splitlines()]


def test_a_named_consumer_is_handed_each_change_once(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert _numbers(call("changes", "--consumer", "archive")) == [1]
    desk.keep("https://daily.example/b")
    assert _numbers(call("changes", "--consumer", "archive")) == [2]
    assert _numbers(call("changes", "--consumer", "archive")) == []
    assert _numbers(call("changes", "--consumer", "other")) == [1, 2]


def test_a_named_consumer_begins_anew_after_a_number(call: Call, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    assert _numbers(call("changes", "--consumer", "archive")) == [1, 2, 3]
    assert _numbers(call("changes", "--consumer", "archive", "--after", "1")) == [2, 3]


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 101])
def test_a_name_that_is_none_ends_with_2(call: Call, name: str) -> None:
    done = call("changes", "--consumer", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--consumer is a name of 1 to 100 printable characters" in " ".join(done.stderr.split())


def test_the_names_of_our_own_followers_are_not_lent(call: Call) -> None:
    done = call("changes", "--consumer", "newswatch:search")
    assert done.exit_code == 2
    assert "names that begin with newswatch: are Newswatch's own" in " ".join(done.stderr.split())


def test_a_name_is_told_as_it_was_given(call: Call) -> None:
    assert "--consumer newswatch:x: names that begin" in call("changes", "--consumer", "newswatch:x").stderr


@pytest.mark.parametrize(
    ("words", "headlines"),
    [
        pytest.param(("storm flood",), [], id="a phrase, whose quotation marks the shell took"),
        pytest.param(("flood in town",), ["flood in town"], id="a phrase that is there"),
        pytest.param(("storm", "flood"), [], id="two words"),
        pytest.param(("storm OR flood",), ["storm at sea", "flood in town"], id="a query in quotation marks"),
        pytest.param(("flood | storm",), ["storm at sea", "flood in town"], id="or as a stroke"),
        pytest.param(("storm -town",), ["storm at sea"], id="a word that is not wanted"),
        pytest.param(("-town sea",), ["storm at sea"], id="the same in front"),
        pytest.param(("storm - at sea",), ["storm at sea"], id="a dash is no minus"),
        pytest.param(("storm", "OR", "flood in town"), ["storm at sea", "flood in town"], id="a word or a phrase"),
    ],
)
def test_what_stands_in_quotation_marks_is_a_phrase_unless_it_is_a_query(
    call: Call, desk: Desk, database: Database, words: tuple[str, ...], headlines: list[str]
) -> None:
    for number, headline in enumerate(("flood in town", "storm at sea")):
        desk.keep(f"https://daily.example/{number}", headline=headline)
    while follow(database, SearchFollower()):
        pass
    done = call("search", "--json", *words)
    assert [json.loads(line)["headline"] for line in done.stdout.splitlines()] == headlines, done.stderr


def test_a_named_consumer_after_a_restored_backup_ends_with_2(call: Call, database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert _numbers(call("changes", "--consumer", "archive")) == [1]
    with database.write() as connection:
        connection.execute(text("UPDATE meta SET value = 'restored' WHERE name = 'epoch'"))
    done = call("changes", "--consumer", "archive")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "export all articles anew" in " ".join(done.stderr.split())


def test_the_export_goes_to_standard_output_and_its_count_does_not(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a", headline="Überschrift")
    done = call("export")
    assert [json.loads(line)["headline"] for line in done.stdout.splitlines()] == ["Überschrift"]
    assert "1 articles" in done.stderr


def test_the_export_of_some_articles_into_a_file(call: Call, desk: Desk, tmp_path: Path) -> None:
    desk.keep("https://daily.example/old", now() - timedelta(days=9))
    desk.keep("https://daily.example/new", now())
    done = call("export", "--since", "7d", "--source", "daily", "-o", str(tmp_path / "week.jsonl"))
    assert (done.exit_code, done.stdout) == (0, "")
    (line,) = (tmp_path / "week.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["url"] == "https://daily.example/new"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param(("export", "--since", "yesterday"), "write a date", id="a word for a date"),
        pytest.param(("export", "--format", "xml"), "--format is one of jsonl", id="a form that is not there"),
        pytest.param(("articles", "--limit", "0"), "Invalid value for ", id="no articles at all"),
        pytest.param(("articles", "--sinse", "7d"), "No such option", id="an option that is not there"),
    ],
)
def test_a_wrong_option_ends_with_2_and_says_what_is_right(call: Call, words: tuple[str, ...], answer: str) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert answer in " ".join(done.stderr.split())


def test_the_latest_articles_are_a_table(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a", now(), headline="The bridge is open", authors=("Ann Lee",))
    done = call("articles", "--since", "1h")
    assert done.exit_code == 0
    assert "The bridge is open" in done.stdout
    assert "Ann Lee" in done.stdout


def test_sources_are_a_table(call: Call) -> None:
    done = call("sources")
    assert done.exit_code == 0
    assert "2 sources" in done.stdout
    assert "daily" in done.stdout


def test_an_address_is_explained(call: Call, desk: Desk) -> None:
    desk.list_link("https://daily.example/story", Outcome(LinkState.SKIPPED, "section front"))
    done = call("explain", "https://daily.example/story")
    assert done.exit_code == 0
    assert "skipped: section front" in done.stdout


def test_what_is_no_address_is_not_explained(call: Call) -> None:
    done = call("explain", "javascript:alert(1)")
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_the_state_of_the_database_is_told(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    done = call("db", "status")
    assert done.exit_code == 0
    assert "articles   1" in done.stdout


def test_an_upgrade_of_what_is_new_changes_nothing(call: Call, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert call("db", "upgrade").exit_code == 0
    assert "articles   1" in call("db", "status").stdout


def test_a_database_that_is_newer_is_refused_in_one_line(call: Call, database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    done = call("articles")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "upgraded by a newer version of Newswatch" in " ".join(done.stderr.split())


def test_a_database_that_is_not_there_is_told_in_one_line(call: Call, tmp_path: Path) -> None:
    environ = {"NEWSWATCH_DATABASE": "postgresql://me:geheim@127.0.0.1:1/news"}
    done = CliRunner().invoke(cli.app, ["--config", str(tmp_path / "newswatch.toml"), "articles"], env=environ)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("database postgresql+psycopg://me:***@127.0.0.1:1/news: ")
    assert len(done.stderr.splitlines()) == 1
