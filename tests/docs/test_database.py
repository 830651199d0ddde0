"""docs/reference/database.md: every view of the contract and every column of it, and none that is not there."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from docs import generate
from storage.database import Database
from storage.records import ChangeKind, Precision
from storage.store import open_database
from storage.views import VIEWS
from tests.docs.pages import REFERENCE, section, table

PAGE = REFERENCE / "database.md"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A store as a newcomer gets it."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def test_each_view_has_its_heading() -> None:
    assert set(re.findall(r"(?m)^## `(v1_\w+)`", PAGE.read_text(encoding="utf-8"))) == VIEWS.keys()


def test_each_column_stands_in_the_table_of_its_view(database: Database) -> None:
    for view in VIEWS:
        with database.read() as connection:
            columns = list(connection.execute(text(f"SELECT * FROM {view}")).keys())  # noqa: S608
        assert list(table(section(PAGE, f"`{view}`"))) == columns, f"repair the table of {view} in {PAGE}"


def test_the_tables_are_what_the_program_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert generate.renewed(text) == text, "run: .venv/bin/python -m docs.generate"
    assert len(re.findall(r"<!-- generated: v1_\w+ -->", text)) == len(VIEWS)


def test_each_kind_of_change_is_named() -> None:
    named = table(section(PAGE, "`v1_article_change`"))["kind"][-1]
    assert re.findall(r"`(\w+)`", named) == [kind.value for kind in ChangeKind]


def test_each_precision_is_named() -> None:
    named = table(section(PAGE, "`v1_article`"))["date_published_precision"][-1]
    assert re.findall(r"`(\w+)`", named) == [precision.value for precision in Precision]


def test_the_example_is_good_sql(sqlite_url: str) -> None:
    example = PAGE.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    opened = open_database(sqlite_url)
    with opened.read() as connection:
        assert connection.execute(text(example)).all() == []
    opened.dispose()
