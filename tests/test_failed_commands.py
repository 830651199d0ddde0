"""`newswatch failed`: what was set aside is listed with its reason, and fetched again when the operator says so."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from storage import failed_items
from storage.store import open_database

A, B = "https://daily.example/a", "https://daily.example/b"
Command = Callable[..., Result]


@pytest.fixture
def newswatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, on a database where two pages were set aside, one of them twice."""
    monkeypatch.delenv("NEWSWATCH_DATABASE", raising=False)
    database = open_database(f"sqlite:///{tmp_path}/news.db")
    with database.write() as connection:
        for url, reason in ((A, "internal error: [red]x"), (B, "over 5 s of CPU"), (B, "over 5 s of CPU")):
            failed_items.set_aside(connection, url, "daily", reason, datetime.now(UTC))
    database.dispose()
    settings = tmp_path / "newswatch.toml"
    settings.write_text(f"database = 'sqlite:///{tmp_path}/news.db'\n", encoding="utf-8")

    def run(*words: str, expect: int = 0) -> Result:
        result = CliRunner().invoke(cli.app, ["--config", str(settings), "failed", *words], env={"COLUMNS": "300"})
        assert result.exit_code == expect, result.output
        return result

    return run


def test_what_is_set_aside_is_listed_as_it_is(newswatch: Command) -> None:
    lines = newswatch("list").stdout.splitlines()
    assert len(lines) == 3
    assert any(B in line and " 2 " in line and "over 5 s of CPU" in line for line in lines)
    assert any(A in line and "[red]x" in line for line in lines)


def test_nothing_set_aside_is_said(newswatch: Command, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "news.db").executescript("DELETE FROM failed_item").close()
    assert newswatch("list").stdout == "nothing is set aside\n"


def test_one_page_is_fetched_again(newswatch: Command) -> None:
    assert newswatch("retry", A).stdout == "1 fetched again at the next visit\n"


def test_all_are_fetched_again(newswatch: Command) -> None:
    assert newswatch("retry", "--all").stdout == "2 fetched again at the next visit\n"


def test_an_address_that_is_not_set_aside_is_told(newswatch: Command) -> None:
    assert "not set aside: https://x.example/" in newswatch("retry", "https://x.example/", expect=1).output


@pytest.mark.parametrize("words", [(), (A, "--all")])
def test_either_addresses_or_all_are_named(newswatch: Command, words: tuple[str, ...]) -> None:
    assert "name addresses, or --all" in newswatch("retry", *words, expect=2).output
