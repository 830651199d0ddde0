"""JSON-LD as pages carry it: whole, nested, several, broken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


HOSTILE = [
    pytest.param("[" * 100_000, id="a hundred thousand open brackets"),
    pytest.param("[" * 100_000 + "]" * 100_000, id="a hundred thousand nested arrays"),
    pytest.param('{"@graph":' * 100_000, id="a hundred thousand nested graphs"),
    pytest.param('"author":' + " " * 200_000 + "x", id="spaces without end before an author"),
    pytest.param("{}-->" + " " * 200_000 + "x", id="spaces without end behind a comment"),
    pytest.param("//" + " " * 200_000 + "x", id="spaces without end behind slashes"),
    pytest.param("{} " * 300_000, id="a row of empty objects"),
    pytest.param("0 " * 400_000, id="a row of numbers"),
    pytest.param('"' * 200_000, id="nothing but quotes"),
    pytest.param("\\" * 200_000, id="nothing but backslashes"),
    pytest.param('{"@type":"NewsArticle"' + "\x00" * 100, id="NUL instead of the end"),
    pytest.param("\ud800\udfff", id="lone surrogates"),
]


@pytest.mark.parametrize("block", HOSTILE)
def test_a_hostile_block_names_no_headline_and_holds_up_nobody(block: str) -> None:
    assert "headline" not in found(block)


ODD_VALUES = [
    pytest.param("1e999", id="a number beyond all numbers"),
    pytest.param("-1e999", id="a number below all numbers"),
    pytest.param("NaN", id="no number"),
    pytest.param("9" * 10_000, id="a number of ten thousand digits"),
    pytest.param('"\\ud83d"', id="half a letter, escaped"),
    pytest.param('"\x00\x01"', id="controls in a string"),
    pytest.param("[" * 600 + '"deep"' + "]" * 600, id="a text six hundred arrays deep"),
    pytest.param('{"name":' * 600 + '"deep"' + "}" * 600, id="a name six hundred objects deep"),
    pytest.param("[" + "[]," * 100_000 + "[]]", id="a hundred thousand empty arrays"),
    pytest.param("true", id="a truth"),
    pytest.param('{"@id":"#author"}', id="a reference"),
]


@pytest.mark.parametrize("value", ODD_VALUES)
def test_an_odd_value_beside_them_spoils_no_other_property(value: str) -> None:
    block = '{"@type":"NewsArticle","headline":"Rain in Kent","datePublished":"2024-10-24","author":' + value + "}"
    node = found(block)
    assert text_at(node, "headline") == "Rain in Kent"
    assert text_at(node, "datePublished") == "2024-10-24"
    assert texts(node.get("author")) in ([], ["deep"])


def test_names_nested_a_little_are_read_and_nested_a_lot_are_not() -> None:
    assert texts([[[{"name": [{"name": "Jana Weber"}]}]]]) == ["Jana Weber"]
    deep: object = "Jana Weber"
    for _ in range(50):
        deep = [deep]
    assert texts(deep) == []


def test_only_so_many_nodes_and_texts_are_read() -> None:
    assert len(nodes_of([json.dumps([{"@type": "Thing"}] * 5_000)])) == 400
    assert len(nodes_of(['{"@type":"Thing"}'] * 5_000)) == 400
    assert len(texts(["name"] * 5_000)) == 50


SALVAGED = [
    pytest.param(
        '{"@type":"NewsArticle","headline":"Hanna \\"the bridge\\" Brodt","datePublished":"2024-10-24","x":}',
        {"headline": 'Hanna "the bridge" Brodt'},
        id="escaped quotes",
    ),
    pytest.param(
        '{"@type":"NewsArticle","headline":"A","headline":"B",}}',
        {"headline": "A"},
        id="of two headlines in a broken block the first",
    ),
    pytest.param(
        '{"@type":"Article","headline":"Rain","author":[{"@type":"Person","url":"\\/p","name":"Ида Моргунова"}],"x":"a"b"}',
        {"author": {"@type": "Person", "name": "Ида Моргунова"}},
        id="an author in a list",
    ),
    pytest.param(
        '{"@type":"Article","headline":"Rain","isAccessibleForFree":"False","body":"a"b"}',
        {"isAccessibleForFree": "False"},
        id="the mark of a paid page",
    ),
    pytest.param(
        '{"@type":"NewsArticle","headline":"Cut in the mid', {"@type": "NewsArticle"}, id="a block that breaks off"
    ),
]


@pytest.mark.parametrize(("block", "expected"), SALVAGED)
def test_plain_properties_are_salvaged_of_a_broken_block(block: str, expected: dict[str, object]) -> None:
    node = found(block, titles=())
    assert {name: node.get(name) for name in expected} == expected


TYPES = [
    pytest.param({"@type": "NewsArticle"}, ["NewsArticle"], id="plain"),
    pytest.param({"type": "NewsArticle"}, ["NewsArticle"], id="without the sign"),
    pytest.param({"@type": ["Article", "https://schema.org/Review"]}, ["Article", "Review"], id="several"),
    pytest.param({"@type": "https://schema.org#Article"}, ["Article"], id="behind a hash"),
    pytest.param({"@type": ["Article", 7, None, {"a": 1}]}, ["Article"], id="other things in the list"),
    pytest.param({"@type": {"@id": "Article"}}, [], id="an object"),
    pytest.param({}, [], id="none"),
]


@pytest.mark.parametrize(("node", "expected"), TYPES)
def test_types_of_a_node(node: dict[str, object], expected: list[str]) -> None:
    assert types_of(node) == expected


@pytest.mark.parametrize("name", ["mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item", "subjectOf"])
def test_each_wrapper_is_opened(name: str) -> None:
    assert found(json.dumps({"@type": "Thing", name: [ARTICLE]}))["headline"] == "Rain in Kent"


def test_a_graph_nested_too_deep_is_left_alone() -> None:
    nested: dict[str, Any] = ARTICLE
    for _ in range(4):
        nested = {"@graph": [nested]}
    assert found(json.dumps(nested)) == {}


def test_without_titles_the_fuller_node_is_the_article() -> None:
    bare = {"@type": "NewsArticle", "headline": "Rain in Kent"}
    assert found(json.dumps([bare, ARTICLE]), titles=())["datePublished"] == "2024-10-24"


def test_a_product_is_no_article() -> None:
    assert found(json.dumps({"@type": "Product", "name": "Rain in Kent"})) == {}


@given(st.permutations([ARTICLE, {"@type": "WebSite", "name": "The Daily"}, {"@type": "Article", "headline": "Sun"}]))
def test_the_order_of_the_nodes_does_not_decide(nodes: list[dict[str, Any]]) -> None:
    assert found(json.dumps(nodes)) == ARTICLE
    assert found(*map(json.dumps, nodes)) == ARTICLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "name", "headline", "author", "mainEntity", "url", "@value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_json_can_be_read(value: object) -> None:
    for node in nodes_of([json.dumps(value)]):
        assert all(isinstance(name, str) for name in types_of(node))
        assert all(line == line.strip() for line in texts(node))
    assert isinstance(found(json.dumps(value)), dict)


@given(st.text(st.one_of(st.sampled_from('{}[]",:\\/<!->;@ \n'), st.characters())))
def test_any_text_can_be_a_block(text: str) -> None:
    assert isinstance(nodes_of([text, f'{{"@type":"Article",{text}', f'{{"headline":"{text}"}}']), list)


WRAPPED = [
    pytest.param("{}", id="nothing round it"),
    pytest.param("\n  {}  \n", id="white space"),
    pytest.param("<!-- {} -->", id="the marks of a comment"),
    pytest.param("//<![CDATA[\n{}\n//]]>", id="the marks of a script of XHTML"),
    pytest.param("/*<![CDATA[*/ {} /*]]>*/", id="the same in the comments of a style"),
    pytest.param("{};", id="a semicolon behind it"),
]


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_what_hides_a_block_from_old_browsers_is_taken_off(wrapping: str) -> None:
    assert found(wrapping.replace("{}", json.dumps(ARTICLE))).get("headline") == "Rain in Kent"
