"""The lines about the headline and below the text."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.body import Body
from crawler.extract.near import bylines_in, dates_in, near

BODY = "<b>Top</b><p>Kicker</p><h1>A headline</h1><p>By Ida Moe</p><p>Text one.</p><p>Text two.</p><p>Below</p>"


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


WHERE = [
    pytest.param((4, 5), "A headline", ["By Ida Moe", "Text one.", "Top", "Kicker", "Below"], id="headline and text"),
    pytest.param((), "A headline", ["By Ida Moe", "Text one.", "Text two.", "Below"], id="no text: all that follows the headline"),
    pytest.param((4, 5), "Another", ["Top", "Kicker", "A headline", "By Ida Moe", "Text one."], id="no headline shown: what is above the text"),
]  # fmt: skip


def test_lines_between_the_standfirst_and_the_second_paragraph_are_near() -> None:
    seen = layout("<h1>A headline</h1><p>The standfirst.</p><p>By Ida Moe</p><p>24 October</p><p>Text.</p>")
    assert [block.text for block in near(seen, Body((1, 4)), "A headline")] == [
        "The standfirst.",
        "By Ida Moe",
        "24 October",
    ]


@pytest.mark.parametrize(("kept", "headline", "first"), WHERE)
def test_which_lines_are_near(kept: tuple[int, ...], headline: str, first: list[str]) -> None:
    assert [block.text for block in near(layout(BODY), Body(kept), headline)][: len(first)] == first


BYLINES = [
    pytest.param("<p>By Ida Moe</p><p class=byline>Nils Vik</p>", ["Nils Vik"], id="a marked line goes first"),
    pytest.param("<p>Harbour News</p><p>By Ida Moe</p>", ["By Ida Moe"], id="then one that begins like a byline"),
    pytest.param("<p>It rains.</p><p>Ida Moe</p>", ["Ida Moe"], id="then a bare name"),
    pytest.param("<p>It rains.</p><p>Ida Moe | 05.04.2025 - 12:00</p>", ["Ida Moe"], id="or one before a date"),
    pytest.param("<p><a href=x>Harbour News</a></p>", [], id="a link is no bare name"),
    pytest.param("<p>ferry runs again</p><p>Moe</p>", [], id="words without capitals are none, nor is one word"),
]


@pytest.mark.parametrize(("body", "expected"), BYLINES)
def test_lines_that_may_be_bylines(body: str, expected: list[str]) -> None:
    assert next(bylines_in(layout(body).blocks)) == expected


LINKED = '<p class=byline>3 min</p><p><a href="/profile/ida-moe">Ida Moe</a></p><p><a href="/n">Nils Vik</a></p>'


def test_a_name_that_leads_to_its_authors_page_is_a_byline_beside_what_is_marked() -> None:
    assert list(bylines_in(layout(LINKED).blocks, ("Ida Moe", "Otto Maks"))) == [["3 min"], ["Ida Moe"]]


@pytest.mark.parametrize(
    "credit",
    [
        pytest.param("Kimberly White/Getty Images", id="a photographer of an agency"),
        pytest.param("Illustration: Nils Vik", id="who drew it"),
        pytest.param("Foto: Nils Vik", id="who took it"),
        pytest.param("Courtesy Everett Collection", id="who owns it"),
        pytest.param("© Nils Vik", id="whose it is"),
    ],
)
def test_who_made_the_picture_wrote_nothing(credit: str) -> None:
    assert next(bylines_in(layout(f"<p class=credits>{credit}</p><p>Ida Moe</p>").blocks)) == ["Ida Moe"]


def test_a_stamp_goes_before_the_text_that_shows_it() -> None:
    seen = layout("<p><time datetime='2026-01-13'>yesterday</time></p><p>Autumn 1962</p>")
    shown = dates_in(seen.blocks, seen)
    assert list(shown.near) == ["2026-01-13", "Autumn 1962"]
    assert list(shown.far) == ["2026-01-13", "Autumn 1962"]
