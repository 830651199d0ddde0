"""The forms of an export: each article as JSON lines, CSV, Parquet, RSS and schema.org say it."""

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest

from delivery import export
from delivery.export_formats import FORMS, GROUP, NEEDED, SCHEMA_ORG, Csv, Parquet
from delivery.rows import Row, columns_of
from storage.database import Database
from tests.delivery.conftest import NOW, Desk
from tests.support.tree import ROOT

COLUMNS = export.columns_named(None)


def parquet() -> Any:
    """What reads Parquet; without it the tests of that form alone are skipped."""
    return pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def rows(database: Database, desk: Desk) -> list[Row]:
    """Two articles: one with everything, one with little."""
    desk.keep(
        "https://daily.example/full",
        headline='=HYPERLINK("http://bad.example") & <b>bold</b>',
        description="@first, \x0bsecond",
        authors=("Ann Lee", "Bo Ek"),
        keywords=("world", "-1+1"),
        date_published=NOW,
        main_image_url="https://daily.example/a.jpg",
        image_caption="A harbour",
        is_accessible_for_free=False,
        in_language="de",
        agency="dpa",
        provenance={"headline": "json-ld"},
    )
    desk.keep("https://daily.example/bare", NOW + timedelta(hours=1))
    return list(export.articles(database))


def written(form: str, rows: list[Row], columns: list[str] = COLUMNS) -> bytes:
    stream = io.BytesIO()
    assert export.write(rows, stream, FORMS[form](), columns) == len(rows)
    return stream.getvalue()


def test_json_lines_say_what_the_row_says(rows: list[Row]) -> None:
    first, second = (json.loads(line) for line in written("jsonl", rows).decode().splitlines())
    assert list(first) == COLUMNS
    assert (first["authors"], first["date_published"]) == (["Ann Lee", "Bo Ek"], "2026-11-23T12:00:00Z")
    assert (second["description"], second["is_accessible_for_free"]) == (None, None)


def test_a_table_has_a_head_and_no_cell_that_a_spreadsheet_would_run(rows: list[Row]) -> None:
    head, first, second = csv.reader(io.StringIO(written("csv", rows).decode()))
    assert head == COLUMNS
    told = dict(zip(head, first, strict=True))
    assert told["headline"] == '\'=HYPERLINK("http://bad.example") & <b>bold</b>'
    assert told["description"] == "'@first, \x0bsecond"
    assert (told["authors"], told["is_accessible_for_free"], told["word_count"]) == ("Ann Lee; Bo Ek", "false", "4")
    assert (told["date_published"], told["provenance"]) == ("2026-11-23T12:00:00Z", '{"headline": "json-ld"}')
    assert dict(zip(head, second, strict=True))["date_published"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_each_beginning_of_a_formula_is_disarmed(start: str) -> None:
    stream = io.BytesIO()
    form = Csv()
    form.begin(stream, ["headline"])
    form.write([{"headline": f"{start}1"}])
    assert list(csv.reader(io.StringIO(stream.getvalue().decode(), newline="")))[1] == [f"'{start}1"]


def test_numbers_below_nought_are_numbers() -> None:
    stream = io.BytesIO()
    form = Csv()
    form.begin(stream, ["n"])
    form.write([{"n": -5}])
    assert stream.getvalue() == b"n\r\n-5\r\n"


def test_parquet_keeps_types_and_values(rows: list[Row]) -> None:
    table = parquet().read_table(io.BytesIO(written("parquet", rows)))
    assert table.column_names == COLUMNS
    types = {name: str(table.schema.field(name).type) for name in COLUMNS}
    assert types["date_published"] == "timestamp[us, tz=UTC]"
    assert types["authors"].startswith("list<")
    assert (types["article_id"], types["is_accessible_for_free"]) == ("int64", "bool")
    first = table.to_pylist()[0]
    assert {name: first[name] for name in COLUMNS if name != "provenance"} == {
        name: rows[0][name] for name in COLUMNS if name != "provenance"
    }
    assert json.loads(first["provenance"]) == {"headline": "json-ld"}


def test_parquet_is_written_in_groups() -> None:
    stream, form = io.BytesIO(), Parquet()
    form.begin(stream, ["article_id"])
    for first in range(0, 2 * GROUP + 10, 200):
        form.write([{"article_id": number} for number in range(first, min(first + 200, 2 * GROUP + 10))])
    form.end()
    file: Any = parquet().ParquetFile(io.BytesIO(stream.getvalue()))
    assert (file.num_row_groups, file.metadata.num_rows) == (3, 2 * GROUP + 10)


def test_a_feed_is_well_formed_and_says_what_readers_show(rows: list[Row]) -> None:
    channel = ET.fromstring(written("rss", rows, list(NEEDED["rss"]))).find("channel")  # noqa: S314 - our own
    assert channel is not None
    first, second = channel.findall("item")
    assert first.findtext("title") == '=HYPERLINK("http://bad.example") & <b>bold</b>'
    assert first.findtext("pubDate") == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert first.findtext("guid") == f"newswatch:{rows[0]['article_id']}"
    assert [item.text for item in first.findall("category")] == ["world", "-1+1"]
    assert second.find("pubDate") is None


def test_schema_org_leaves_out_what_is_unknown(rows: list[Row]) -> None:
    first, second = (json.loads(line) for line in written("schemaorg", rows).decode().splitlines())
    assert (first["@context"], first["@type"], first["inLanguage"]) == ("https://schema.org", "NewsArticle", "de")
    assert first["author"][1] == {"@type": "Person", "name": "Bo Ek"}
    assert first["image"] == {"@type": "ImageObject", "url": "https://daily.example/a.jpg", "caption": "A harbour"}
    assert first["publisher"]["name"] == "The Daily"
    assert first["isAccessibleForFree"] is False
    assert {"description", "author", "keywords", "image", "datePublished"} & second.keys() == set()


def test_all_that_schema_org_has_a_name_for_is_a_column() -> None:
    assert SCHEMA_ORG.keys() <= columns_of("v1_article").keys()
    assert all(set(names) <= columns_of("v1_article").keys() for names in NEEDED.values())


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "schemaorg"])
def test_only_the_chosen_columns_are_written(rows: list[Row], form: str) -> None:
    if form == "parquet":
        parquet()
    data = written(form, rows, ["url", "headline"])
    read: dict[str, Any] = {
        "jsonl": lambda: list(json.loads(data.splitlines()[0])),
        "csv": lambda: data.decode().splitlines()[0].split(","),
        "parquet": lambda: parquet().read_table(io.BytesIO(data)).column_names,
        "schemaorg": lambda: list(json.loads(data.splitlines()[0]))[2:],
    }
    assert read[form]() == ["url", "headline"]


@pytest.mark.parametrize("text", ["url,headlin", "url,,headline", ","])
def test_a_column_that_is_not_there_is_told_with_those_that_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"v1_article has no column .*: it has article_id, url"):
        export.columns_named(text)


def test_without_the_extra_a_sentence_says_how_to_get_it() -> None:
    program = (
        "import io, sys; sys.modules['pyarrow'] = None\n"
        "from delivery.export_formats import MissingExtra, Parquet\n"
        "try: Parquet().begin(io.BytesIO(), ['url'])\n"
        "except MissingExtra as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said == "--format parquet needs pyarrow, which is not installed: pip install 'newswatch[parquet]'\n"
