"""Rules of a site applied to its page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.ruled import apply_rules, drop_elements
from crawler.extract.rules import Rules
from storage.records import Precision

PAGE = """<html><head><meta name=zeit content="2024-10-24T14:35:00+02:00"></head><body>
<h1 class=kopf>Die <b>Brücke</b> ist offen</h1><h1>Zweite</h1><p class=autor>Von Jana Weber und Otto Maks</p>
<time datetime="2024-10-25">gestern</time><p class=t>Erster Absatz.</p><p class=t> </p><p class=t>Zweiter Absatz.</p>
<ul><li>Brücke</li><li>Oberlind</li></ul><div class=w>Werbung<p class=t>Kauft Seife.</p></div><i class=bald>demnächst</i></body></html>"""

SELECTED = [
    pytest.param(
        {"headline": "h1"}, {"headline": "Die Brücke ist offen"}, id="of several elements the first, in one line"
    ),
    pytest.param(
        {"article_body": "body > p.t"},
        {"article_body": "Erster Absatz.\n\nZweiter Absatz."},
        id="a body is all its paragraphs, empty ones left out",
    ),
    pytest.param({"authors": ".autor"}, {"authors": ("Jana Weber", "Otto Maks")}, id="authors are names"),
    pytest.param({"keywords": "li"}, {"keywords": ("Brücke", "Oberlind")}, id="keywords are a list"),
    pytest.param({"image_caption": ".none"}, {}, id="a selector that finds nothing leaves the field alone"),
    pytest.param({"date_published": ".bald"}, {}, id="a date that cannot be read leaves the field alone"),
    pytest.param({"date_modified": ".bald"}, {}, id="so does a date of change"),
    pytest.param({"authors": "time"}, {}, id="authors that are none leave the field alone"),
    pytest.param({"headline": "h1["}, {}, id="a selector that cannot be read leaves the field alone"),
    pytest.param({"headline": ""}, {}, id="an empty selector too"),
    pytest.param({"headline": ":::"}, {}, id="and one of colons"),
    pytest.param(
        {"date_modified": "time"},
        {"date_modified": datetime(2024, 10, 25, tzinfo=UTC)},
        id="the machine's date before the shown",
    ),
    pytest.param(
        {"date_published": "meta[name=zeit]"},
        {
            "date_published": datetime(2024, 10, 24, 12, 35, tzinfo=UTC),
            "date_published_raw": "2024-10-24T14:35:00+02:00",
            "date_published_precision": Precision.SECOND,
            "date_published_offset": 120,
        },
        id="a date fills all fields of a date, and a meta gives its content",
    ),
    pytest.param({}, {}, id="no selectors"),
]


@pytest.mark.parametrize(("select", "expected"), SELECTED)
def test_fields_that_rules_select(select: dict[str, str], expected: dict[str, Any]) -> None:
    assert apply_rules(LexborHTMLParser(PAGE), Rules(select=select)) == expected


def test_a_broken_selector_spoils_no_other() -> None:
    found = apply_rules(LexborHTMLParser(PAGE), Rules(select={"headline": "h1[[", "description": ".bald"}))
    assert found == {"description": "demnächst"}


DROPPED = [
    pytest.param((".w",), "Kauft Seife.", False, id="what stands in a dropped element goes with it"),
    pytest.param((".w", ".w p", "div"), "Kauft Seife.", False, id="what is gone already can be dropped again"),
    pytest.param(("h1[", "", ".w"), "Kauft Seife.", False, id="a selector that cannot be read stops no other"),
    pytest.param((".w",), "Zweiter Absatz.", True, id="the rest stays"),
    pytest.param((), "Kauft Seife.", True, id="no rules drop nothing"),
    pytest.param(("body",), "Zweiter Absatz.", False, id="all of the body"),
]


@pytest.mark.parametrize(("drop", "text", "stays"), DROPPED)
def test_elements_that_rules_drop(drop: tuple[str, ...], text: str, stays: bool) -> None:
    tree = LexborHTMLParser(PAGE)
    drop_elements(tree, Rules(drop=drop))
    assert (text in (tree.html or "")) is stays


def test_nested_elements_that_match_are_dropped_together() -> None:
    tree = LexborHTMLParser("<div>a<div>b<div>c</div></div></div>" * 200 + "<p>rest</p>")
    drop_elements(tree, Rules(drop=("div",)))
    assert tree.body is not None
    assert tree.body.text() == "rest"


@settings(deadline=None)
@given(st.text(st.one_of(st.sampled_from("abp.#[]()=*>+~:,'\"\\ "), st.characters()), max_size=30))
def test_any_text_can_be_a_selector(selector: str) -> None:
    tree = LexborHTMLParser(PAGE)
    assert isinstance(apply_rules(tree, Rules(select={"headline": selector})), dict)
    drop_elements(tree, Rules(drop=(selector,)))
