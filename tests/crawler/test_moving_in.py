"""Moving in: articles of a file become articles of the store, once, beside a daemon that writes."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

import cli
import config
from crawler.moving_in import LONGEST, move_in
from delivery import changes, export
from delivery.export_formats import JsonLines
from delivery.rows import Row, iso, select_rows
from storage import articles
from storage.database import Database
from storage.schema import article, revision
from storage.store import open_database
from tests.support.texts import body

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty store."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def line(name: str = "a", **more: Any) -> str:
    return json.dumps(
        {"url": f"https://daily.example/story-{name}-1", "title": name, "text": body(sum(map(ord, name))), **more}
    )


def outcomes(database: Database, *lines: str, now: datetime = NOW) -> list[str]:
    return [moved.outcome for moved in move_in(database, lines, now)]


def stored(database: Database) -> list[Row]:
    with database.read() as connection:
        return list(select_rows(connection, "SELECT * FROM v1_article ORDER BY article_id"))


def test_a_line_becomes_an_article_with_a_version_and_a_change(database: Database) -> None:
    first = line("a", date_download="2026-11-20 08:00:00", authors=["Ann Lee"])
    assert outcomes(database, first, "", line("b", source="weekly")) == ["new", "new"]
    one, two = stored(database)
    assert (one["headline"], one["authors"], one["source_key"], two["source_key"]) == (
        "a", ["Ann Lee"], "daily.example", "weekly",
    )  # fmt: skip
    assert one["first_seen_at"] == one["fetched_at"] == one["last_seen_at"] == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert two["first_seen_at"] == NOW
    with database.read() as connection:
        at = connection.execute(select(revision.c.at).order_by(revision.c.article_id)).scalars().all()
    assert at == [one["fetched_at"], NOW]
    assert [(row["kind"], row["at"]) for row in changes.after(database, 0)] == [("new", NOW), ("new", NOW)]


def test_a_second_time_nothing_is_new_and_what_is_known_stays_as_it_is(database: Database) -> None:
    assert outcomes(database, line("a"), line("b")) == ["new", "new"]
    before = stored(database)
    again = [line("a", text="Another text."), line("b"), line("c")]
    assert outcomes(database, *again, now=NOW + timedelta(hours=1)) == ["known", "known", "new"]
    assert stored(database)[:2] == before


def test_one_article_under_two_addresses_is_one(database: Database) -> None:
    mobile = line("a", url="https://m.daily.example/story-a-1?utm_source=x")
    assert outcomes(database, line("a"), mobile) == ["new", "known"]
    with database.read() as connection:
        rows = select_rows(connection, "SELECT url FROM v1_article_alias WHERE article_id = 1 ORDER BY url")
        assert "https://m.daily.example/story-a-1?utm_source=x" in [row["url"] for row in rows]


def test_copies_are_found_among_what_is_moved_in(database: Database) -> None:
    text = body(3)
    copy = line("copy", url="https://weekly.example/story-9", text=text, source="weekly")
    assert outcomes(database, line("first", text=text), copy) == ["new", "new"]
    assert [row["duplicate_of_id"] for row in stored(database)] == [None, 1]


def test_what_retention_took_out_does_not_come_back(database: Database) -> None:
    assert outcomes(database, line("a")) == ["new"]
    with database.write() as connection:
        connection.execute(update(article).values(pruned_at=NOW, headline="", article_body=""))
    assert outcomes(database, line("a")) == ["known"]
    assert stored(database) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("no json", "it is no JSON: Expecting value", id="no JSON"),
        pytest.param("[1]", "it is no JSON object", id="a list"),
        pytest.param("[" * 100_000, "it is nested too deeply", id="a tower"),
        pytest.param(line(url="https://"), "not an absolute web address", id="no host"),
        pytest.param(line(title=""), "it has no headline", id="no headline"),
        pytest.param(line("c", title="\x00\x07"), "nothing is left", id="nothing but control characters"),
        pytest.param('"' + "x" * LONGEST, "it is longer than", id="too long"),
    ],
)
def test_a_line_that_is_no_article_costs_no_other(database: Database, text: str, reason: str) -> None:
    found = list(move_in(database, [line("a"), text, line("b")], NOW))
    assert [moved.outcome for moved in found] == ["new", "refused", "new"]
    assert reason in (found[1].reason or "")
    assert found[1].number == 2


def test_dates_that_cannot_be_are_not_believed(database: Database) -> None:
    future, ancient = iso(NOW + timedelta(days=400)), "0001-01-01T00:00:00"
    assert outcomes(database, line("a", first_seen_at=future), line("b", fetched_at=ancient)) == ["new", "new"]
    assert [row["first_seen_at"] for row in stored(database)] == [NOW, NOW]


def test_control_characters_and_lone_surrogates_are_left_out(database: Database) -> None:
    assert outcomes(database, line("a\x00b", text="One.\ud800 Two.\x00")) == ["new"]
    (row,) = stored(database)
    assert (row["headline"], row["article_body"]) == ("a b", "One. Two.")


def test_what_was_exported_comes_in_as_it_was(database: Database, sqlite_url: str, tmp_path: Path) -> None:
    """One Newswatch's articles in another: all that the contract says of an article but what numbers it there."""
    given = {"date_published": "2026-11-20T10:00:00+05:30", "tags": ["sea"], "lang": "de", "section": "World"}
    outcomes(
        database, line("a", date_download="2026-11-20 08:00:00", **given), line("b", url="https://b.example/story-1")
    )
    with (tmp_path / "all.jsonl").open("wb") as stream:
        export.write(export.articles(database), stream, JsonLines(), export.columns_named(None))
    other = open_database(sqlite_url + "-other")
    with (tmp_path / "all.jsonl").open() as lines:
        assert [moved.outcome for moved in move_in(other, lines, NOW + timedelta(days=9))] == ["new", "new"]
    assert stored(other) == stored(database)
    other.dispose()


# the command ----------------------------------------------------------------------------------------------------------

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    file = tmp_path / "newswatch.toml"
    file.write_text('database = "sqlite:///news.db"\n' + config.source_block("daily", "https://daily.example/"))

    def run(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(cli.app, ["--config", str(file), *words], env={"COLUMNS": "160"}, input=text)

    return run


def test_the_command_tells_what_became_of_the_lines(call: Call, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(f"{line('a')}\n{line('b')}\nx\n".encode()))
    done = call("import", str(tmp_path / "in.jsonl.gz"), "--source", "daily")
    assert done.exit_code == 1
    assert "line 3: it is no JSON: Expecting value" in done.stderr
    assert "2 articles are new, 0 were known, 1 refused" in done.stderr
    done = call("import", text=line("a"))
    assert (done.exit_code, "0 articles are new, 1 were known, 0 refused" in done.stderr) == (0, True)


@pytest.mark.parametrize("content", [None, b"\x1f\x8b no gzip"], ids=["no file", "no gzip"])
def test_a_file_that_cannot_be_read_ends_with_2(call: Call, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "in.jsonl.gz"
    if content is not None:
        file.write_bytes(content)
    done = call("import", str(file))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_many_refused_lines_are_counted_and_some_of_them_named(call: Call) -> None:
    done = call("import", text="x\n" * 50)
    assert done.stderr.count("Expecting value") == 20
    assert "50 refused" in done.stderr


def test_dating_back_touches_no_other_article(database: Database) -> None:
    outcomes(database, line("a"), line("b"))
    with database.write() as connection:
        articles.date_back(connection, 1, NOW - timedelta(days=2), NOW - timedelta(days=1))
    one, two = stored(database)
    assert (one["first_seen_at"], one["fetched_at"]) == (NOW - timedelta(days=2), NOW - timedelta(days=1))
    assert two["first_seen_at"] == NOW
