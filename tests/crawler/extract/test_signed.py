"""Where a site shows who wrote its articles."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.memory import SiteMemory, remember
from crawler.extract.people import Byline
from crawler.extract.reader import read_page
from crawler.extract.shapes import Known, shape_of_block
from crawler.extract.signed import confirmed, signed_line
from crawler.reading import plain_article
from storage.records import Page
from tests.crawler.extract.pages import PARAGRAPHS, URL, page_at, paragraphs

SITE = ["The Oberlind Courier"]
BODY = "<p class=credit>Otto Maks</p><p class=who>By Jana Weber</p><p class=who>Petra Lind</p><p>Text.</p>"


def layout(body: str = BODY) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def shape(of: str, body: str = BODY) -> str:
    """The shape of the block with this text."""
    seen = layout(body)
    return next(shape_of_block(seen, block) for block in seen.blocks if block.text == of)


CREDIT, WHO = shape("Otto Maks"), shape("By Jana Weber")


def told(*persons: str, origin: str = "json-ld", known: Known | None = None, body: str = BODY) -> dict[str, float]:
    seen = layout(body)
    return confirmed(seen, seen.blocks, (Byline(persons), origin), SITE, known or {})


@pytest.mark.parametrize("origin", ["json-ld", "meta", "microdata"])
def test_the_place_that_names_whom_the_head_names_is_confirmed(origin: str) -> None:
    assert told("Jana Weber", origin=origin) == {WHO: 1.0}


NOTHING = [
    pytest.param((), "json-ld", id="the head names nobody"),
    pytest.param(("Jana Weber",), "text", id="the byline was shown: it cannot confirm itself"),
    pytest.param(("Jana Weber",), "feed", id="the feed is no head"),
    pytest.param(("Nils Vik",), "json-ld", id="the head names somebody else"),
    pytest.param(("Jana Weber", "Nils Vik"), "json-ld", id="the head names more than the line"),
]


@pytest.mark.parametrize(("persons", "origin"), NOTHING)
def test_nothing_is_confirmed_where_head_and_line_cannot_be_held_together(
    persons: tuple[str, ...], origin: str
) -> None:
    assert told(*persons, origin=origin) == {}


def test_a_line_that_names_others_beside_the_author_is_no_place_of_bylines() -> None:
    body = "<p class=who>By Jana Weber and Otto Maks</p>"
    assert told("Jana Weber", body=body) == {}


def test_a_sentence_with_the_name_in_it_is_none() -> None:
    assert told("Jana Weber", body=f"<p>Jana Weber {'has seen much of the world ' * 8}</p>") == {}


def test_a_known_place_that_names_somebody_else_loses() -> None:
    assert told("Jana Weber", known={CREDIT: (1.0, 2)}) == {CREDIT: 0.0, WHO: 1.0}


def test_capitals_make_no_difference() -> None:
    assert told("Jana Weber", body=BODY.replace("Jana Weber", "JANA WEBER")) == {WHO: 1.0}


def line(known: Known, body: str = BODY) -> tuple[str, ...]:
    seen = layout(body)
    return signed_line(seen, seen.blocks, known, SITE)


LINES = [
    pytest.param({}, (), id="nothing is known"),
    pytest.param({WHO: (1.0, 1)}, ("By Jana Weber",), id="one article: its names agreed with its head"),
    pytest.param({CREDIT: (0.2, 9), WHO: (0.8, 9)}, ("By Jana Weber",), id="the place that had the authors as a rule"),
    pytest.param({WHO: (0.5, 2)}, (), id="one of two articles is no rule"),
    pytest.param({"of another template": (1.0, 30)}, (), id="the place is not on the page"),
]


@pytest.mark.parametrize(("known", "expected"), LINES)
def test_the_first_line_in_the_place_of_bylines_is_taken(known: Known, expected: tuple[str, ...]) -> None:
    assert line(known) == expected


def test_a_line_without_a_name_in_the_place_is_passed_over() -> None:
    assert line({WHO: (1.0, 5)}, BODY.replace("By Jana Weber", "3 min read")) == ("Petra Lind",)


def story(number: int, author: str, *, named: bool = True) -> Page:
    """An article whose photographer is shown before its author; its head names the author, or nobody."""
    title = f"Bridge number {number} over the Lind opens after years of work"
    graph = f'{{"@type": "NewsArticle", "headline": "{title}", "author": {{"@type": "Person", "name": "{author}"}}}}'
    head = f'<script type="application/ld+json">{graph}</script>' if named else ""
    shown = f'<div class="lens">Otto Maks</div><div class="who-0">{author}</div>'
    text = paragraphs(*(f"{text} ({number})" for text in PARAGRAPHS))
    return page_at(f"{URL}-{number}", f"<h1>{title}</h1>{shown}{text}", f"<title>{title}</title>{head}")


def authors(page: Page, memory: SiteMemory | None = None) -> tuple[str, ...]:
    article = read_page(page, memory=memory).article
    assert article is not None
    return article.authors


def test_a_page_whose_head_names_nobody_is_signed_where_the_site_signs() -> None:
    memory = SiteMemory()
    for number, author in enumerate(("Jana Weber", "Nils Vik", "Ida Moe")):
        memory = remember(memory, read_page(story(number, author), memory=memory))
    unnamed = story(7, "Petra Lind", named=False)

    assert authors(unnamed, memory) == ("Petra Lind",)
    assert authors(unnamed) != ("Petra Lind",), "without memory it is the photographer"
    assert [number for _, number in memory.bylines.values()] == [3], "one place, confirmed by three articles"


def test_what_the_head_says_goes_before_the_place() -> None:
    memory = remember(SiteMemory(), read_page(story(1, "Jana Weber")))
    page = story(2, "Ida Moe")
    other = Page(page.url, page.body.replace(b">Ida Moe<", b">Nils Vik<"), page.content_type)
    assert authors(other, memory) == ("Ida Moe",)


def test_a_page_that_is_read_plainly_teaches_no_place() -> None:
    read = plain_article(story(1, "Jana Weber"), None, None, None, None)
    assert read.article is not None
    assert read.article.authors == ("Jana Weber",)
    assert read.bylines == {}
