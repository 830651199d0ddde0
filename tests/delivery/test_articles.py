"""Pages of articles and one article whole, without the server around them."""

from typing import Any

import pytest

from delivery import articles
from delivery.articles import COLUMNS, Spot, Wanted
from delivery.rows import columns_of, select_rows
from storage.database import Database
from storage.views import VIEWS
from tests.delivery.conftest import NOW, Desk


@pytest.mark.parametrize(
    ("wanted", "conditions", "values"),
    [
        pytest.param(Wanted(), [], {}, id="everything"),
        pytest.param(
            Wanted(sources=("a", "b")),
            ["source_key IN (:source_0, :source_1)"],
            {"source_0": "a", "source_1": "b"},
            id="two sources",
        ),
        pytest.param(
            Wanted(languages=("en",)),
            ["(in_language = :tag_0 OR in_language LIKE :tag_0_more)"],
            {"tag_0": "en", "tag_0_more": "en-%"},
            id="a language with its regions",
        ),
        pytest.param(
            Wanted(section="World", since=NOW, copies=False),
            ["article_section = :section", "first_seen_at >= :since", "duplicate_of_id IS NULL"],
            {"section": "World", "since": NOW},
            id="several things at once",
        ),
    ],
)
def test_what_is_wanted_becomes_conditions_and_values_apart(
    wanted: Wanted, conditions: list[str], values: dict[str, Any]
) -> None:
    assert wanted.conditions() == (conditions, values)


def test_what_stands_in_a_value_is_never_sql(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    evil = "x'); DROP TABLE article; --"
    rows, after = articles.page(database, Wanted(sources=(evil,), languages=(evil,), section=evil), Spot(), 10)
    assert (rows, after) == ([], None)
    assert len(articles.page(database, Wanted(), Spot(), 10)[0]) == 1


def test_a_page_knows_whether_there_is_another(database: Database, desk: Desk) -> None:
    for number in range(4):
        desk.keep(f"https://daily.example/{number}")
    rows, after = articles.page(database, Wanted(), Spot(), 2)
    assert ([row["article_id"] for row in rows], after) == ([4, 3], Spot(3))
    rows, after = articles.page(database, Wanted(), Spot(3), 2)
    assert ([row["article_id"] for row in rows], after) == ([2, 1], None)
    rows, after = articles.page(database, Wanted(), Spot(newest_first=False), 3, ["url"])
    assert (rows[0], after) == ({"url": "https://daily.example/0"}, Spot(3, newest_first=False))


def test_one_article_has_at_most_so_many_versions_the_newest_of_them(
    database: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST_REVISIONS", 2)
    desk.keep("https://daily.example/a")
    for number in range(3):
        desk.revise("https://daily.example/a", f"Headline {number}")
    found = articles.whole(database, 1)
    assert found is not None
    assert [row["version"] for row in found.revisions] == [3, 4]
    assert articles.whole(database, 2) is None


@pytest.mark.parametrize("view", VIEWS)
def test_the_columns_that_are_read_out_of_a_view_are_those_that_it_has(database: Database, view: str) -> None:
    with database.read() as connection:
        result = connection.exec_driver_sql(f"SELECT * FROM {view}")  # noqa: S608 - our own names
        assert list(columns_of(view)) == list(result.keys())


def test_the_columns_of_an_article_are_those_of_the_contract(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    with database.read() as connection:
        (row,) = select_rows(connection, "SELECT * FROM v1_article")
    assert tuple(row) == COLUMNS
