"""The export: every selected article once, as lines of JSON that any program reads, in little memory."""

import io
import json
from datetime import timedelta, timezone

import pytest

from delivery import export
from delivery.export import Selection
from delivery.export_formats import JsonLines
from delivery.export_lines import json_line
from storage.database import Database
from storage.records import Precision
from storage.views import VIEWS
from tests.delivery.conftest import NOW, Desk


def exported(database: Database, selection: Selection | None = None) -> list[dict[str, object]]:
    stream = io.BytesIO()
    rows = export.articles(database, selection)
    count = export.write(rows, stream, JsonLines(), export.columns_named(None))
    lines = stream.getvalue().decode().splitlines()
    assert len(lines) == count
    return [json.loads(line) for line in lines]


def test_an_empty_store_gives_no_line(database: Database) -> None:
    assert exported(database) == []


def test_a_line_tells_all_that_the_view_tells(database: Database, desk: Desk) -> None:
    article_id = desk.keep(
        "https://daily.example/a",
        headline="Überschrift – 日本",
        authors=("Ann Lee", "Bo Ek"),
        keywords=("world",),
        date_published=NOW.astimezone(timezone(timedelta(hours=2))),
        date_published_raw="2026-11-23T14:00:00+02:00",
        date_published_precision=Precision.SECOND,
        date_published_offset=120,
        is_accessible_for_free=False,
        in_language="de",
        provenance={"headline": "json-ld"},
    )
    (line,) = exported(database)
    assert {name: line[name] for name in ("article_id", "headline", "authors", "keywords", "provenance")} == {
        "article_id": article_id,
        "headline": "Überschrift – 日本",
        "authors": ["Ann Lee", "Bo Ek"],
        "keywords": ["world"],
        "provenance": {"headline": "json-ld"},
    }
    assert line["date_published"] == line["first_seen_at"] == "2026-11-23T12:00:00Z"
    assert (line["date_published_offset"], line["is_accessible_for_free"]) == (120, False)
    assert (line["source_name"], line["description"]) == ("The Daily", None)
    assert all(name in VIEWS["v1_article"] for name in line)


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 200])
def test_batches_leave_none_out_and_tell_none_twice(database: Database, desk: Desk, batch: int) -> None:
    kept = [desk.keep(f"https://daily.example/{number}") for number in range(4)]
    assert [row["article_id"] for row in export.articles(database, batch=batch)] == kept


def test_articles_that_come_during_the_export_hold_up_nothing(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/0")
    desk.keep("https://daily.example/1")
    reading = export.articles(database, batch=1)
    first = next(reading)
    third = desk.keep("https://daily.example/2")
    assert [first["article_id"], *(row["article_id"] for row in reading)][-1] == third


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection(), ["old", "copy", "new"], id="nothing chosen is everything"),
        pytest.param(Selection(source_key="weekly"), ["copy"], id="one source"),
        pytest.param(Selection(since=NOW), ["new"], id="since an instant, that instant included"),
        pytest.param(
            Selection(since=NOW.astimezone(timezone(timedelta(hours=9)))), ["new"], id="an instant in another zone"
        ),
        pytest.param(Selection(changed_after=2), ["old", "new"], id="changed since the last export"),
        pytest.param(Selection(source_key="daily", since=NOW - timedelta(hours=2)), ["new"], id="two choices at once"),
    ],
)
def test_a_selection_chooses(database: Database, desk: Desk, selection: Selection, expected: list[str]) -> None:
    desk.keep("https://daily.example/old", NOW - timedelta(days=1))
    desk.keep("https://weekly.example/copy", NOW - timedelta(hours=1), source_key="weekly")
    desk.keep("https://daily.example/new", NOW)
    desk.revise("https://daily.example/old", "Corrected")
    assert [str(line["url"]).rpartition("/")[2] for line in exported(database, selection)] == expected


@pytest.mark.parametrize("batch", [1, 2, 3, 200])
def test_what_is_chosen_comes_by_its_number_whenever_it_was_seen_or_changed(
    database: Database, desk: Desk, batch: int
) -> None:
    kept = [desk.keep(f"https://daily.example/{number}", NOW - timedelta(hours=number)) for number in range(5)]
    desk.revise("https://daily.example/1", "Corrected")
    desk.revise("https://daily.example/0", "Corrected")
    seen = export.articles(database, Selection(since=NOW - timedelta(hours=3)), batch)
    assert [row["article_id"] for row in seen] == kept[:4]
    changed = export.articles(database, Selection(changed_after=4), batch)
    assert [row["article_id"] for row in changed] == [kept[0], kept[1], kept[4]]


def test_an_article_that_is_revised_during_the_export_comes_once_as_it_is_then(database: Database, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    reading = export.articles(database, Selection(changed_after=0), batch=1)
    headlines = [next(reading)["headline"]]
    desk.revise("https://daily.example/2", "Corrected")
    assert [*headlines, *(row["headline"] for row in reading)][1:] == [
        "Headline of https://daily.example/1",
        "Corrected",
    ]


def test_what_is_no_value_of_an_article_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        json_line({"headline": b"raw"})


def test_a_number_beyond_32_bits_is_a_good_number(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert exported(database, Selection(changed_after=2**40)) == []
