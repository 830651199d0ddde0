"""The specification of the API: each answer's columns with their types and what they mean."""

from typing import Any, cast

import pytest

from delivery.api.app import create_app
from delivery.api.entry import Entry
from delivery.rows import columns_of
from storage.database import Database
from storage.meanings import MEANINGS

SHAPES = {
    "Article": "v1_article",
    "Revision": "v1_revision",
    "Alias": "v1_article_alias",
    "Source": "v1_source_health",
    "Story": "v1_story",
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """The shapes that the specification names."""
    app = create_app(cast("Database", None), Entry(None))
    found: dict[str, Any] = app.openapi()["components"]["schemas"]
    return found


@pytest.mark.parametrize(("shape", "view"), SHAPES.items())
def test_each_column_is_there_with_its_meaning(schemas: dict[str, Any], shape: str, view: str) -> None:
    properties = schemas[shape]["properties"]
    assert list(properties) == list(columns_of(view))
    assert {name: told["description"] for name, told in properties.items()} == MEANINGS[view]


def test_an_article_of_a_list_may_tell_how_it_was_found(schemas: dict[str, Any]) -> None:
    listed, found = schemas["ListedArticle"]["properties"], schemas["Found"]
    assert list(listed) == [*columns_of("v1_article"), "found"]
    assert found["required"] == ["score", "copies", "headline", "snippet"]


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("article_id", ["integer", "null"]),
        ("headline", ["string", "null"]),
        ("is_accessible_for_free", ["boolean", "null"]),
        ("similarity", ["number", "null"]),
        ("authors", ["array", "object", "null"]),
    ],
)
def test_a_column_has_the_type_that_its_answer_has(schemas: dict[str, Any], column: str, kinds: list[str]) -> None:
    shown = schemas["Article"]["properties"][column]
    assert [part["type"] for part in shown["anyOf"]] == kinds


def test_the_parameters_of_articles_are_told_with_what_they_take(schemas: dict[str, Any]) -> None:
    app = create_app(cast("Database", None), Entry(None))
    parameters = {one["name"]: one for one in app.openapi()["paths"]["/v1/articles"]["get"]["parameters"]}
    assert "as in `newswatch search`" in parameters["q"]["description"]
    orders = next(part for part in parameters["order"]["schema"]["anyOf"] if "enum" in part)
    assert orders["enum"] == ["newest", "oldest", "best"]
    assert schemas["Problem"]["required"] == ["error"]
