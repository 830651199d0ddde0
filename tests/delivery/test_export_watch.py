"""The export of what a watch looks for: the same articles that it would be told of, and older ones."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from delivery import export
from delivery.alerts.deciding import Watching
from delivery.export import Selection, fitting
from delivery.query import parse
from storage.database import Database
from tests.delivery.conftest import NOW, Desk
from tests.delivery.test_commands import Call, call

__all__ = ["call"]


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        pytest.param(Watching("all"), ["flood", "old", "port"], id="a watch that leaves all open"),
        pytest.param(Watching("words", parse("flood -sports", NOW)), ["flood", "old"], id="words"),
        pytest.param(Watching("sources", sources={"weekly"}), ["port"], id="sources"),
        pytest.param(Watching("languages", languages=("en",)), ["flood"], id="a language and its regions"),
        pytest.param(Watching("stories", stories=(7,)), [], id="stories"),
        pytest.param(Watching("two", parse("flood", NOW), {"weekly"}), [], id="all at once"),
        pytest.param(Watching("now", parse("flood", NOW), max_age=timedelta(1)), ["flood", "old"], id="any age"),
    ],
)
def test_a_watch_chooses(database: Database, desk: Desk, watch: Watching, expected: list[str]) -> None:
    desk.keep("https://daily.example/flood", headline="Flood", in_language="en-GB")
    desk.keep("https://daily.example/old", headline="The flood", date_published=NOW - timedelta(days=400))
    desk.keep("https://weekly.example/port", source_key="weekly", headline="Sports after the storm")
    selection = Selection(fits=fitting(watch))
    found = [row["url"].rpartition("/")[2] for row in export.articles(database, selection, batch=2)]
    assert (found, export.count(database, selection)) == (expected, None)


def test_the_command_exports_what_a_watch_looks_for(call: Call, desk: Desk, tmp_path: Path) -> None:
    desk.keep("https://daily.example/flood", headline="Flood")
    desk.keep("https://daily.example/other")
    call("watch", "add", "floods", "flood OR inundation")
    done = call("export", "--watch", "floods", "--columns", "headline", "-o", str(tmp_path / "floods.jsonl"))
    assert done.exit_code == 0, done.stderr
    assert "1 articles" in done.stderr
    assert json.loads((tmp_path / "floods.jsonl").read_text()) == {"headline": "Flood"}


def test_a_watch_that_is_not_there_ends_with_2(call: Call) -> None:
    done = call("export", "--watch", "floods")
    assert done.exit_code == 2
    assert "there is no watch floods" in " ".join(done.stderr.split())
