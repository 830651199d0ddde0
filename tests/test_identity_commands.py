"""`newswatch identify`: a file of articles in, what belongs together out."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.support.texts import body, story

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
