"""What the contract says of its columns, against what both databases hold."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.types import JSON, Boolean, Float, Integer

from storage import contract
from storage.contract import UNITS, columns, table_lines
from storage.meanings import MEANINGS
from storage.types import UtcDateTime
from storage.views import VIEWS
from tests.storage.facts import NOW, keep

ALL = [(view, column) for view in VIEWS for column in columns(view)]


def test_each_column_has_a_meaning_and_none_is_told_that_is_not_there() -> None:
    for view in VIEWS:
        assert list(MEANINGS[view]) == [column.name for column in columns(view)]
        assert all(column.meaning.endswith(".") for column in columns(view))
    assert MEANINGS.keys() == VIEWS.keys()


def test_each_view_has_the_columns_that_its_statement_selects(writing: Connection) -> None:
    for view in VIEWS:
        found = list(writing.execute(text(f"SELECT * FROM {view}")).keys())  # noqa: S608
        assert [column.name for column in columns(view)] == found


def test_numbers_say_in_what_they_are_counted_and_nothing_else_does() -> None:
    for view, column in ALL:
        if isinstance(column.type, (Integer, Float)) and not isinstance(column.type, Boolean):
            assert column.name in UNITS, f"add {column.name} of {view} to UNITS"
    assert UNITS.keys() <= {column.name for _, column in ALL}


@pytest.mark.parametrize(
    ("view", "name", "unit", "is_nullable"),
    [
        ("v1_article", "article_id", "id", False),
        ("v1_article", "source_name", "text", True),
        ("v1_article", "article_body", "text", True),
        ("v1_article", "date_published", "time (UTC)", True),
        ("v1_article", "first_seen_at", "time (UTC)", False),
        ("v1_article", "date_published_offset", "minutes", True),
        ("v1_article", "keywords", "JSON list", False),
        ("v1_article", "provenance", "JSON object", False),
        ("v1_article", "is_accessible_for_free", "true or false", True),
        ("v1_article", "similarity", "share, 0 to 1", True),
        ("v1_article_alias", "added_at", "time (UTC)", False),
        ("v1_source_health", "articles", "articles", False),
        ("v1_source_health", "health", "text", True),
        ("v1_visit", "seconds", "seconds", False),
        ("v1_consumer", "changes_behind", "changes", False),
        ("v1_story", "merged_into_id", "id", True),
    ],
)
def test_a_column_is_described(view: str, name: str, unit: str, is_nullable: bool) -> None:
    (column,) = [column for column in columns(view) if column.name == name]
    assert (column.unit, column.is_nullable) == (unit, is_nullable)


def test_what_is_said_never_to_be_null_is_none_in_a_bare_article(writing: Connection) -> None:
    """An article of which hardly anything is known, of a source that is not configured."""
    keep(writing, "bare", source_key="nobody", at=NOW)
    for view in ("v1_article", "v1_revision", "v1_article_change", "v1_article_alias"):
        rows = writing.execute(text(f"SELECT * FROM {view}")).mappings().all()  # noqa: S608
        never = [column.name for column in columns(view) if not column.is_nullable]
        assert {name for row in rows for name in never if row[name] is None} == set()


def test_a_table_has_a_line_for_each_column() -> None:
    assert len(list(table_lines("v1_story"))) == 2 + len(columns("v1_story"))
    assert "| `at` | time (UTC) | never | When. |" in list(table_lines("v1_article_change"))


def test_brackets_are_not_looked_into() -> None:
    statement = "SELECT a.x, (SELECT count(*) FROM b WHERE b.y IN (1, 2)) AS n, CASE WHEN a.z THEN 1 END AS c FROM a"
    chosen, origin = contract._parted(statement)
    assert chosen == ["a.x", "(SELECT count(*) FROM b WHERE b.y IN (1, 2)) AS n", "CASE WHEN a.z THEN 1 END AS c"]
    assert origin == "FROM a"


def test_few_words_say_what_columns_hold() -> None:
    plain = {"text", "time (UTC)", "true or false", "JSON list", "JSON object"}
    assert {column.unit for _, column in ALL} <= plain | set(UNITS.values())
    assert any(isinstance(column.type, JSON) for _, column in ALL)
    assert any(isinstance(column.type, UtcDateTime) for _, column in ALL)
