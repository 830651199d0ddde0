"""JSON-LD as pages carry it: whole, nested, several, broken."""

import json
from typing import Any

import pytest

from crawler.extract.jsonld import article_of, nodes_of, text_at, texts, types_of

ARTICLE: dict[str, Any] = {"@type": "NewsArticle", "headline": "Rain in Kent", "datePublished": "2024-10-24"}


def found(*blocks: str, titles: tuple[str, ...] = ("Rain in Kent",)) -> dict[str, Any]:
    return dict(article_of(nodes_of(blocks), titles))


WHOLE = [
    pytest.param(json.dumps(ARTICLE), id="one object"),
    pytest.param(json.dumps([{"@type": "WebSite"}, ARTICLE]), id="an array"),
    pytest.param(json.dumps({"@graph": [{"@type": "Organization"}, ARTICLE]}), id="a graph"),
    pytest.param(json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}), id="the main entity of a page"),
    pytest.param(json.dumps(ARTICLE | {"@type": ["Article", "NewsArticle"]}), id="two types"),
    pytest.param(json.dumps(ARTICLE | {"@type": "http://schema.org/NewsArticle"}), id="a type with its namespace"),
    pytest.param(f"<!-- {json.dumps(ARTICLE)} -->", id="inside of a comment"),
    pytest.param(f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>", id="inside of CDATA"),
    pytest.param(json.dumps(ARTICLE) + ";", id="a semicolon at the end"),
    pytest.param(json.dumps(ARTICLE)[:-1] + ",}", id="a trailing comma"),
    pytest.param(json.dumps({"@type": "WebSite"}) + "\n" + json.dumps(ARTICLE), id="two objects without an array"),
    pytest.param(json.dumps(ARTICLE)[:-1] + ', "description": "a line\nbreak"}', id="a line break in a string"),
    pytest.param(json.dumps(ARTICLE)[:-1] + r', "description": "it\'s"}', id="a stray backslash"),
    pytest.param(
        json.dumps(ARTICLE)[:-1] + ', "description": "he said "no" twice"}', id="an unescaped quote elsewhere"
    ),
]


@pytest.mark.parametrize("block", WHOLE)
def test_the_article_is_found(block: str) -> None:
    node = found(block)
    assert (node["headline"], node["datePublished"]) == ("Rain in Kent", "2024-10-24")


def test_of_several_articles_the_one_of_this_page_is_chosen() -> None:
    others = [{"@type": "NewsArticle", "headline": f"Another story {n}"} for n in range(3)]
    assert found(json.dumps([*others, ARTICLE]))["headline"] == "Rain in Kent"


def test_author_survives_a_block_that_cannot_be_repaired() -> None:
    block = (
        '{"@type":"NewsArticle","headline":"Rain in Kent","author":{"@type":"Person","name":"Jane Doe"},"x":"a "b" c"}'
    )
    assert texts(found(block)["author"]) == ["Jane Doe"]


@pytest.mark.parametrize("block", ["", "null", "nonsense", "[" * 50_000, '{"@graph": "x"}', '{"@type": 7}'])
def test_what_is_no_json_ld_gives_nothing(block: str) -> None:
    assert found(block) == {}


def test_texts_of_every_form() -> None:
    assert texts("Q&amp;A <b>now</b>") == ["Q&A now"]
    assert texts([{"name": "Jane Doe"}, "John Roe", None, 7]) == ["Jane Doe", "John Roe"]
    assert texts({"@value": "x"}) == ["x"]
    assert text_at({"name": "", "headline": "Rain"}, "name", "headline") == "Rain"
    assert types_of({"@type": "schema:Article"}) == ["Article"]
