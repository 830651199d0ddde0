"""The commands of the operator: verify, backup, new-epoch. What they print, and their exit codes."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from storage import sources
from storage.sources import SourceEntry
from storage.store import open_database
from tests.storage.facts import keep

Command = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite file with two articles of one source that is due now."""
    path = tmp_path / "news.db"
    database = open_database(f"sqlite:///{path}")
    with database.write() as connection:
        entry = SourceEntry("daily", "The Daily", "daily.example", enabled=True)
        sources.sync(connection, [entry], datetime.now(UTC))
        keep(connection, "a", datetime.now(UTC))
        keep(connection, "b", datetime.now(UTC))
    database.dispose()
    return path


@pytest.fixture
def newswatch(file: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, with a configuration that names that file."""
    settings = file.with_name("newswatch.toml")
    settings.write_text(f'database = "sqlite:///{file}"\n')
    monkeypatch.delenv("NEWSWATCH_DATABASE", raising=False)

    def run(*words: str, expect: int = 0, database: str | None = None) -> Result:
        environ = {"COLUMNS": "300", **({"NEWSWATCH_DATABASE": database} if database else {})}
        result = CliRunner().invoke(cli.app, ["--config", str(settings), *words], env=environ)
        assert result.exit_code == expect, result.output
        return result

    return run


def change_by_hand(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_verify_says_that_all_holds(newswatch: Command) -> None:
    assert newswatch("verify").stdout.endswith("checks: all promises hold\n")


def test_verify_names_what_is_broken_with_the_cure_and_ends_with_1(newswatch: Command, file: Path) -> None:
    change_by_hand(file, "DELETE FROM article_alias WHERE key = 'daily.example/a'")
    told = newswatch("verify", expect=1).stdout
    assert "WRONG: 1 articles that no address leads to" in told
    assert "such as: https://daily.example/a" in told
    assert "cure: restore a backup" in told
    assert "1 do not hold" in told


def test_verify_ends_well_when_what_it_finds_heals_by_itself(newswatch: Command, file: Path) -> None:
    change_by_hand(file, "UPDATE source SET next_visit_at = '2020-01-01 00:00:00'")
    told = newswatch("verify").stdout
    assert "passes: 1 sources that should have been visited" in told
    assert "all promises hold" in told


def test_verify_finds_no_database_that_can_be_reached(newswatch: Command) -> None:
    gone = newswatch("verify", expect=1, database="postgresql://me:hush@127.0.0.1:1/news?connect_timeout=1")
    assert "hush" not in gone.output
    assert gone.stderr.startswith("database postgresql+psycopg://me:***@127.0.0.1:1/news")


def test_backup_copies_and_says_what(newswatch: Command, tmp_path: Path) -> None:
    told = newswatch("backup", str(tmp_path / "news.bak")).stdout
    assert told.startswith(f"{tmp_path}/news.bak: 2 articles, ")
    assert newswatch("verify", database=f"sqlite:///{tmp_path}/news.bak").stdout.endswith("all promises hold\n")


def test_a_restored_backup_tells_consumers_to_begin_anew(newswatch: Command, tmp_path: Path) -> None:
    epoch = newswatch("db", "status").stdout.split("epoch ")[1].split()[0]
    newswatch("changes", "--after", "1", "--epoch", epoch)
    newswatch("backup", str(tmp_path / "news.bak"))
    copy = f"sqlite:///{tmp_path}/news.bak"
    told = newswatch("changes", "--after", "1", "--epoch", epoch, expect=2, database=copy)
    assert f"this cursor belongs to epoch {epoch}" in told.stderr


def test_a_backup_that_cannot_be_written_ends_with_1_and_a_sentence(newswatch: Command, tmp_path: Path) -> None:
    told = newswatch("backup", str(tmp_path / "none" / "news.bak"), expect=1).stderr
    assert f"there is no folder {tmp_path}/none: make it first" in told
    assert "Traceback" not in told


def test_backup_of_postgresql_names_pg_dump(newswatch: Command, postgres_url: str, tmp_path: Path) -> None:
    told = newswatch("backup", str(tmp_path / "news.bak"), expect=1, database=postgres_url)
    assert "pg_dump --format=custom" in told.stderr
    assert not (tmp_path / "news.bak").exists()


def test_new_epoch_voids_cursors(newswatch: Command) -> None:
    before = newswatch("db", "status").stdout.split("epoch ")[1].split()[0]
    after = newswatch("db", "new-epoch").stdout.split("epoch ")[1].split()[0]
    assert before != after
    assert "export all articles anew" in newswatch("changes", "--epoch", before, expect=2).stderr
    assert len(newswatch("changes", "--epoch", after).stdout.splitlines()) == 2


@pytest.mark.parametrize("command", ["verify", "backup", "db new-epoch"])
def test_help_has_an_example(newswatch: Command, command: str) -> None:
    assert "Example: " in newswatch(*command.split(), "--help").stdout
