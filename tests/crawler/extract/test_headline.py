"""Which of the titles of a page is its headline."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.headline import headline_of, without_site
from crawler.extract.signals import signals_of

URL = "https://www.thedaily.example/news/1"
LD = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Rain floods two streets in Kent"}</script>'


def headline(body: str, head: str, fed: str | None = None) -> tuple[str, str] | None:
    return headline_of(signals_of(LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>"), URL), fed)


CASES = [
    pytest.param(
        "<h1>Rain floods two streets in Kent</h1>",
        LD,
        ("Rain floods two streets in Kent", "text"),
        id="heading and JSON-LD agree",
    ),
    pytest.param(
        "<h1>The Daily</h1><h1>Rain floods Kent</h1>",
        "<title>Rain floods Kent - The Daily</title>",
        ("Rain floods Kent", "text"),
        id="the site's name in a heading too",
    ),
    pytest.param(
        "<h1>The Daily</h1>", LD, ("Rain floods two streets in Kent", "json-ld"), id="the heading is the site's"
    ),
    pytest.param(
        "<h2>x</h2>",
        '<meta property="og:title" content="Rain floods Kent | The Daily"><meta property="og:site_name" content="The Daily">',
        ("Rain floods Kent", "opengraph"),
        id="OpenGraph with the site's name",
    ),
    pytest.param(
        "", "<title>Rain floods Kent - thedaily</title>", ("Rain floods Kent", "meta"), id="nothing but a title"
    ),
    pytest.param(
        "<h1>Opinion Rain and what I pray for at night</h1>",
        '<meta property="og:title" content="Rain and what I pray for at night">',
        ("Rain and what I pray for at night", "text"),
        id="a label before the heading",
    ),
    pytest.param("<h1>Rain floods Kent</h1>", "", ("Rain floods Kent", "text"), id="a heading alone"),
    pytest.param("", "", None, id="nothing at all"),
]


@pytest.mark.parametrize(("body", "head", "expected"), CASES)
def test_headline_and_its_origin(body: str, head: str, expected: tuple[str, str] | None) -> None:
    assert headline(body, head) == expected


def test_the_feeds_title_when_the_page_has_none() -> None:
    assert headline("", "", "Rain floods Kent") == ("Rain floods Kent", "feed")


@pytest.mark.parametrize("title", ["Rain - what now for the farmers of the valley?", "Kent: rain again"])
def test_a_dash_inside_of_a_headline_is_kept(title: str) -> None:
    assert without_site(title, signals_of(LexborHTMLParser("<p>"), URL)) == title
