"""Where a site keeps its fields, and when it keeps them elsewhere."""

from itertools import pairwise

import pytest

from crawler.extract.origins import ELSEWHERE, FIELDS, STEADY, Move, Origins, Place, learned, moved

TEN = ["json-ld"] * STEADY


def steps(*origins: str, name: str = "authors") -> list[Origins]:
    """What is known of one field after each of these articles; nothing before the first."""
    known: list[Origins] = [{}]
    for origin in origins:
        known.append(learned(known[-1], {name: origin} if origin else {}))
    return known


def moves(*origins: str) -> list[Move]:
    """What is told over these articles."""
    return [move for before, after in pairwise(steps(*origins)) for move in moved(before, after)]


def test_all_fields_of_a_news_article_are_watched() -> None:
    known = learned({}, {"headline": "text", "date_published": "opengraph", "article_body": "text", "agency": "text"})
    assert known == {
        "headline": Place("text", 1),
        "authors": Place("", 1),
        "date_published": Place("opengraph", 1),
        "article_body": Place("text", 1),
    }
    assert set(known) == set(FIELDS)


@pytest.mark.parametrize(
    ("origins", "place"),
    [
        pytest.param(["meta", "meta"], Place("meta", 2), id="twice there"),
        pytest.param(["meta"] * 50, Place("meta", STEADY), id="a habit is a habit"),
        pytest.param(["meta", "text"], Place("text", 1), id="no habit yet"),
        pytest.param([*TEN, "meta"], Place("json-ld", STEADY, 1), id="one article elsewhere"),
        pytest.param([*TEN, "meta", "text"], Place("json-ld", STEADY, 2), id="two, wherever they had it"),
        pytest.param([*TEN, "meta", "json-ld"], Place("json-ld", 1), id="back again: the ten begin anew"),
        pytest.param([*TEN, *["meta"] * ELSEWHERE], Place("meta", 1), id="three end it"),
        pytest.param([*TEN, *["meta"] * 6], Place("meta", 4), id="and begin another"),
    ],
)
def test_where_a_field_stands(origins: list[str], place: Place) -> None:
    assert steps(*origins)[-1]["authors"] == place


@pytest.mark.parametrize(
    ("origins", "told"),
    [
        pytest.param([*TEN, *["meta"] * 5], [Move("authors", "json-ld", "meta")], id="it moved, and is told once"),
        pytest.param([*TEN, *[""] * 4], [Move("authors", "json-ld", "")], id="it is gone"),
        pytest.param([*TEN, "meta", "meta", *TEN], [], id="two articles of another kind"),
        pytest.param(["json-ld", "meta"] * 20, [], id="a site without a habit"),
        pytest.param([*TEN[1:], *["meta"] * 5], [], id="nine articles are no habit"),
        pytest.param([*[""] * STEADY, *TEN], [], id="bylines where there were none are no harm"),
        pytest.param(
            [*TEN, *["text"] * (STEADY + 2), *TEN],
            [Move("authors", "json-ld", "text"), Move("authors", "text", "json-ld")],
            id="there and back",
        ),
    ],
)
def test_what_is_told(origins: list[str], told: list[Move]) -> None:
    assert moves(*origins) == told
