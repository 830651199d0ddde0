"""`newswatch identify`: a file of articles in, what belongs together out."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from crawler.identify import keep_lines
from storage.store import open_database
from tests.support.texts import body, story

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS = ["id", "article_key", "duplicate_of", "group", "similarity", "story"]


def line(name: Any, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "url": f"https://{name}.example/news/report-of-the-day-1",
        "source": str(name),
        "title": "",
        "body": text,
        **more,
    }


ARTICLES = [
    line("first", body(1), title="Harbour closed"),
    line("other", body(2)),
    line("copy", " ".join(story(1)[:20])),
    line(
        "again", body(1), url="https://m.first.example/news/report-of-the-day-1/?utm_source=x", title="Harbour closed"
    ),
    line("short", "Watch the video."),
    line("short too", "Watch the video."),
]


def identified(*words: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli.app, ["identify", *words], input=stdin)
    assert result.exit_code == 0, result.output
    return [json.loads(text) for text in result.stdout.splitlines()]


def test_each_line_is_answered_in_order() -> None:
    answers = identified(stdin="\n".join(map(json.dumps, ARTICLES)))
    assert [list(answer) for answer in answers] == [FIELDS] * len(ARTICLES)
    assert [answer["id"] for answer in answers] == [each["id"] for each in ARTICLES]
    assert answers[3]["article_key"] == "first.example/news/report-of-the-day-1"


def test_copies_have_one_group_and_name_the_first() -> None:
    answers = {answer["id"]: answer for answer in identified(stdin="\n".join(map(json.dumps, ARTICLES)))}
    assert [answers[name]["group"] for name in ("first", "copy", "again")] == ["first"] * 3
    assert [answers[name]["duplicate_of"] for name in ("first", "copy", "again")] == [None, "first", "first"]
    assert [answers[name]["similarity"] for name in ("first", "copy", "again")] == [None, 1.0, 1.0]
    assert [answers[name]["group"] for name in ("other", "short", "short too")] == ["other", "short", "short too"]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_it_reads_and_writes_files(tmp_path: Path, packed: bool) -> None:
    text = "\n".join(map(json.dumps, ARTICLES)).encode()
    read, written = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl"), tmp_path / "out.jsonl"
    read.write_bytes(gzip.compress(text) if packed else text)
    assert identified("--input", str(read), "--output", str(written)) == []
    assert len(written.read_text().splitlines()) == len(ARTICLES)
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(".part")] == []


def test_a_line_that_cannot_be_read_is_answered_with_the_reason() -> None:
    broken, good = identified(stdin="no json\n" + json.dumps(ARTICLES[0]))
    assert (broken["id"], broken["group"], broken["article_key"]) == ("line 1", "line 1", None)
    assert "problem" in broken
    assert "problem" not in good


def test_nothing_in_is_nothing_out() -> None:
    assert identified(stdin="") == []


@pytest.fixture
def stored(tmp_path: Path) -> list[str]:
    """Options of a configuration whose database has an article with two versions, and a copy of it."""
    settings = tmp_path / "newswatch.toml"
    settings.write_text(f'database = "sqlite:///{tmp_path}/news.db"\n')
    lines = [
        line("daily", body(1), title="Harbour closed", url="https://daily.example/news/harbour-closed-1"),
        line("daily", body(1), title="Harbour closed again", url="https://daily.example/news/harbour-closed-1"),
        line("weekly", " ".join(story(1)[:20]), title="Harbour shut", url="https://weekly.example/news/shut-2"),
    ]
    database = open_database(f"sqlite:///{tmp_path}/news.db")
    assert [each.problem for each in keep_lines(database, map(json.dumps, lines), NOW)] == [None] * 3
    database.dispose()
    return ["--config", str(settings), "diff"]


@pytest.mark.parametrize("named", ["1", "https://daily.example/news/harbour-closed-1?utm_source=x"])
def test_what_changed_in_an_article_is_shown_by_number_and_by_address(stored: list[str], named: str) -> None:
    result = CliRunner().invoke(cli.app, [*stored, named])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == "article 1 of daily: Harbour closed again"
    assert "  headline" in result.stdout
    assert "{+ again+}" in result.stdout


def test_a_copy_is_shown_against_its_original(stored: list[str]) -> None:
    result = CliRunner().invoke(cli.app, [*stored, "2", "--original"])
    assert result.exit_code == 0, result.output
    assert "against article 1 of daily" in result.stdout
    assert "[-" in result.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["7"], "no article 7 is stored"),
        (["9" * 40], "not an absolute web address"),
        (["https://daily.example/other"], "no article https://daily.example/other is stored"),
        (["1", "--original"], "article 1 is no copy of another"),
    ],
)
def test_an_article_that_is_not_there_is_said_so(stored: list[str], words: list[str], reason: str) -> None:
    result = CliRunner().invoke(cli.app, [*stored, *words])
    assert result.exit_code == 2
    assert re.search(reason, result.stderr)
