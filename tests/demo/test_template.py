"""The templates of the demo web."""

from string import Template

import pytest

from demo.outlets import OUTLETS
from demo.template import TEMPLATES, Html, Parts, parts_of, plain_links

PARTS = Parts({"line": Template('<a title="$name">$text</a>'), "list/item": Template("<li>$text</li>")})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("plain", "plain", id="plain text stays"),
        pytest.param('a < b & "c"', "a &lt; b &amp; &quot;c&quot;", id="text is escaped"),
        pytest.param(Html("<b>bold</b>"), "<b>bold</b>", id="markup is not"),
        pytest.param("costs $5 or $name", "costs $5 or $name", id="a value is not filled again"),
    ],
)
def test_values_are_escaped_unless_they_are_markup(value: str, expected: str) -> None:
    assert PARTS.fill("line", {"name": "x", "text": value}) == f'<a title="x">{expected}</a>'


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        pytest.param("nowhere", {}, id="an unknown part"),
        pytest.param("line", {"name": "x"}, id="a field that is missing"),
    ],
)
def test_a_slip_in_a_template_is_an_error(part: str, fields: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        PARTS.fill(part, fields)


def test_a_list_is_its_items_one_after_the_other() -> None:
    assert PARTS.fill_each("list/item", [{"text": "1"}, {"text": "2"}]) == "<li>1</li><li>2</li>"


def test_a_list_that_a_template_lacks_is_empty() -> None:
    assert PARTS.fill_each("list/nothing", [{"text": "1"}]) == ""


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.key)
def test_an_outlet_has_a_front_page_an_article_and_a_paragraph(outlet: object) -> None:
    key = getattr(outlet, "key", "")
    assert all(part in parts_of(key) for part in ("front", "article", "article/paragraph"))


def test_each_outlet_has_its_own_templates_and_no_template_is_left_over() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.html")} == {outlet.key for outlet in OUTLETS} | {"plain"}


def test_the_plain_links_of_a_menu() -> None:
    assert plain_links("meridian") == {"/about/", "/subscribe/", "/privacy/", "/contact/", "/author/"}
