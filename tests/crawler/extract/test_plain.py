"""A page cut down to head and plain paragraphs: what is kept, in what bounds, and that it reads as an article."""

import pytest

from crawler import reading
from crawler.extract.plain import (
    LEAST_PARAGRAPH,
    LONGEST_PARAGRAPH,
    LONGEST_TAG,
    MOST_PARAGRAPHS,
    PLAIN,
    plain_page,
)
from storage.records import Page
from tests.support.pages import SITE, page, paragraphs

URL = f"{SITE}/harbour-opens-1"
LONG = "The harbour board says that the new quay opens in spring"


def cut(html: str) -> str:
    return plain_page(Page(URL, html.encode(), "text/html; charset=utf-8")).body.decode()


def kept(html: str) -> list[str]:
    """The paragraphs of the small page."""
    return [piece.split("</p>")[0] for piece in cut(html).split("<p>")[1:]]


def test_an_ordinary_page_is_read_nearly_as_always_and_says_how() -> None:
    whole = Page(URL, page("Harbour opens again", "Aville").encode(), "text/html; charset=utf-8")
    usual = reading.article(whole, None, None, None, None).article
    found = reading.plain_article(whole, None, None, None, None)
    assert usual is not None
    assert found.article is not None
    assert found.article.article_body.split("\n\n") == paragraphs("Aville")
    assert (found.article.headline, found.article.date_published) == (usual.headline, usual.date_published)
    assert found.article.provenance["article_body"] == PLAIN
    assert (found.shapes, found.next_url) == ({}, None)


def test_a_page_without_paragraphs_is_no_article() -> None:
    bare = Page(URL, b"<html><title>Harbour</title><div>nothing</div></html>", "text/html")
    found = reading.plain_article(bare, None, None, None, None)
    assert found.article is None
    assert found.reason


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        pytest.param(f"<p class=x>{LONG}.</p>", [f"{LONG}."], id="a paragraph"),
        pytest.param(f"<p>{LONG}, <a href='/q'>as it <b>wrote</b></a>.</p>", [f"{LONG}, as it wrote."], id="inline"),
        pytest.param(f"<p>{LONG}<br>next year.</p>", [f"{LONG} next year."], id="a break parts words"),
        pytest.param(f"<p>{LONG}.<p>{LONG}!", [f"{LONG}.", f"{LONG}!"], id="nobody closed them"),
        pytest.param(f"<p>{LONG}.<div>Share this</div>", [f"{LONG}."], id="a block ends it"),
        pytest.param(f"<script>var a = '<p>{LONG}</p>';</script>", [], id="a script holds none"),
        pytest.param(f"<p>{LONG}<script>if (a<b) x()</script>.</p>", [f"{LONG}."], id="a script inside"),
        pytest.param(f"<p>{'x' * (LEAST_PARAGRAPH - 1)}</p>", [], id="a label"),
        pytest.param(f"<p>{'word ' * 9000}</p>", [("word " * 9000)[:LONGEST_PARAGRAPH]], id="an endless one is cut"),
        pytest.param(f"<meta content='a > b'><p>{LONG}.</p>", [f"{LONG}."], id="a mark in a value swallows nothing"),
        pytest.param(f'<meta content="a > b"><p>{LONG}.</p>', [f"{LONG}."], id="nor between double ones"),
        pytest.param("", [], id="nothing"),
        pytest.param("<" * 1000, [], id="marks alone"),
    ],
)
def test_paragraphs_are_found_without_a_tree(html: str, texts: list[str]) -> None:
    assert kept(html) == texts


def test_what_is_kept_is_bounded_however_much_there_is() -> None:
    many = f"<p>{LONG}</p>" * (MOST_PARAGRAPHS + 100)
    deep = "<div>" * 50_000
    wide = f"<meta {'a=1 ' * LONGEST_TAG}>"
    assert len(kept(deep + wide + many)) == MOST_PARAGRAPHS
    assert "<div" not in cut(deep + many)
    assert "a=1" not in cut(wide)


def test_the_head_is_kept() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Quay"}</script>'
    head = f'<html lang="de"><title>Quay opens</title><meta property="og:title" content="Quay">{data}<h1>The Quay</h1>'
    small = cut(head)
    for piece in ('<html lang="de">', "<title>Quay opens</title>", 'content="Quay"', data, "<h1>The Quay</h1>"):
        assert piece in small


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("", id="the page ends"),
        pytest.param("{", id="nobody closes it"),
        pytest.param("x" * 100_001 + "</script>", id="too long"),
    ],
)
def test_json_ld_that_is_broken_or_endless_is_left_out(data: str) -> None:
    assert "ld+json" not in cut(f'<script type="application/ld+json">{data}')
