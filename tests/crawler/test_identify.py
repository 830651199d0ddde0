"""Articles from lines: whatever a line holds, it is answered, and nothing of it stops the next one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.identify import Named, article_of, keep_lines
from storage.database import Database
from storage.store import open_database
from tests.support.texts import body

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """A store of its own, as the command has one."""
    opened = open_database(sqlite_url)
    yield opened
    opened.dispose()


def named(database: Database, *lines: str) -> list[Named]:
    return list(keep_lines(database, lines, NOW))


def test_a_whole_line_is_the_article_that_it_tells_of() -> None:
    line = {"id": 7, "url": "https://paper.example/a-1?utm_source=x", "source": "paper", "title": "Harbour closed",
            "published": "2026-11-23T10:00:00+01:00", "body": "It is closed."}  # fmt: skip
    name, key, article = article_of(json.dumps(line), 3)
    assert (name, key) == (7, "paper.example/a-1")
    assert (article.url, article.source_key, article.headline) == (line["url"], "paper", "Harbour closed")
    assert article.date_published == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "moment"),
    [
        pytest.param("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC), id="a day"),
        pytest.param(1_394_470_370_698, datetime(2014, 3, 10, 16, 52, 50, 698000, tzinfo=UTC), id="milliseconds"),
        pytest.param(1_394_470_370, datetime(2014, 3, 10, 16, 52, 50, tzinfo=UTC), id="seconds"),
        pytest.param("", None, id="nothing"),
        pytest.param("yesterday", None, id="no date"),
        pytest.param(1e300, None, id="a number that is no date"),
        pytest.param({"at": 1}, None, id="an object"),
    ],
)
def test_a_date_is_read_where_it_is_one(published: Any, moment: datetime | None) -> None:
    assert article_of(json.dumps({"published": published}), 1)[2].date_published == moment


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("not an address", id="no address"),
        pytest.param("ftp://paper.example/a", id="another scheme"),
        pytest.param("https://", id="no host"),
        pytest.param("https://paper.example/" + "a" * 9000, id="endless"),
        pytest.param(7, id="a number"),
    ],
)
def test_a_line_without_a_usable_address_has_no_key_and_is_kept(database: Database, url: Any) -> None:
    (one, other) = named(database, *(json.dumps({"id": name, "url": url, "body": body(ord(name))}) for name in "ab"))
    assert (one.key, other.key) == (None, None)
    assert None not in (one.article_id, other.article_id)
    assert one.article_id != other.article_id


ODD_LINES = [
    pytest.param("{}", "line 1", True, id="an empty object"),
    pytest.param('{"id": "a", "body": null, "title": null}', "a", True, id="null everywhere"),
    pytest.param('{"id": 0, "body": ["a", 1], "title": 5}', 0, True, id="other types"),
    pytest.param('{"id": "a", "body": "\\ud800 \\u0000"}', "a", True, id="characters that no database takes"),
    pytest.param('{"id": ["a"]}', "line 1", True, id="a name that is none"),
    pytest.param("[1, 2]", "line 1", False, id="a list"),
    pytest.param("not json", "line 1", False, id="no JSON"),
    pytest.param('{"id": "a", "body": "cut', "line 1", False, id="a line that was cut"),
    pytest.param("[" * 100_000, "line 1", False, id="endless nesting"),
]


@pytest.mark.parametrize(("line", "name", "kept"), ODD_LINES)
def test_any_line_is_answered_and_the_next_one_is_read(database: Database, line: str, name: Any, kept: bool) -> None:
    odd, good = named(database, line, json.dumps({"id": "good", "body": body(1)}))
    assert (odd.name, odd.article_id is not None) == (name, kept)
    assert (odd.problem is None) == kept
    assert good.article_id is not None


def test_one_address_is_one_article(database: Database) -> None:
    line = {"url": "https://paper.example/a-1", "title": "Harbour closed", "body": body(1)}
    other = {**line, "url": "http://www.paper.example/a-1/?utm_medium=feed", "body": body(1) + " It is corrected."}
    one, again = named(database, json.dumps(line), json.dumps(other))
    assert one.article_id == again.article_id


def test_blank_lines_are_no_lines(database: Database) -> None:
    assert [each.name for each in named(database, "\n", "{}", "  \n", "{}")] == ["line 2", "line 4"]
