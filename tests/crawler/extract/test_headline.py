"""Which of the titles of a page is its headline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.headline import headline_of, site_names, without_site
from crawler.extract.signals import Signals, signals_of

URL = "https://www.thedaily.example/news/1"
LD = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Rain floods two streets in Kent"}</script>'


def headline(body: str, head: str, fed: str | None = None) -> tuple[str, str] | None:
    return headline_of(signals_of(LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>"), URL), fed)


# fmt: off
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
        '<ol class="breadcrumb"><li>Home<li><h1>Kent rain: all about the floods</h1></ol><h2>Rain floods two streets</h2>',
        LD,
        ("Rain floods two streets in Kent", "json-ld"),
        id="the only heading closes the breadcrumbs",
    ),
    pytest.param(
        "<h1>Rain floods Kent | Opinion</h1>",
        '<meta property="og:title" content="Rain floods Kent | Opinion">',
        ("Rain floods Kent", "text"),
        id="the kind of article behind the headline, in all places",
    ),
    pytest.param(
        '<h1 itemprop="headline">Weather in the south - Two streets in Kent stand under water</h1>',
        '<meta property="og:title" content="Rain in England: Two streets in Kent stand under water">',
        ("Two streets in Kent stand under water", "text"),
        id="a label with a colon elsewhere, and microdata that is the heading itself",
    ),
    pytest.param(
        "<h1>Opinion Rain and what I pray for at night</h1>",
        '<meta property="og:title" content="Rain and what I pray for at night">',
        ("Rain and what I pray for at night", "text"),
        id="a label before the heading",
    ),
    pytest.param(
        "<h1>Rain and what I pray for | Opinion</h1>", '<meta property="og:title" content="Rain and what I pray for">',
        ("Rain and what I pray for", "text"), id="a label behind the heading",
    ),
    pytest.param(
        "<h1>Kent: rain and what I pray for</h1>", '<meta property="og:title" content="rain and what I pray for">',
        ("Kent: rain and what I pray for", "text"), id="a word with a colon is no label",
    ),
    pytest.param(
        "<h1>Floods - Rain and what I pray for</h1>", '<meta property="og:title" content="Kent – Rain and what I pray for">',
        ("Rain and what I pray for", "text"), id="two sources with labels of their own",
    ),
    pytest.param(
        "<h1>The quantum phantom walks</h1>", "<title>A phantom that physicists have looked for since the war may help computers</title>",
        ("The quantum phantom walks", "text"), id="a head written for search engines",
    ),
    pytest.param(
        "<h1>The Daily and its readers</h1>", '<title>A phantom that physicists have looked for | The Daily</title><meta property="og:site_name" content="The Daily">',
        ("A phantom that physicists have looked for", "meta"), id="a heading that shares the site's name only",
    ),
    pytest.param(
        "<h1>Phantom</h1>", "<title>A phantom that physicists have looked for since the war</title>",
        ("A phantom that physicists have looked for since the war", "meta"), id="one word is no headline of its own",
    ),
    pytest.param("<h1>Rain floods Kent</h1>", "", ("Rain floods Kent", "text"), id="a heading alone"),
    pytest.param("", "", None, id="nothing at all"),
]


# fmt: on
@pytest.mark.parametrize(("body", "head", "expected"), CASES)
def test_headline_and_its_origin(body: str, head: str, expected: tuple[str, str] | None) -> None:
    assert headline(body, head) == expected


def test_the_feeds_title_when_the_page_has_none() -> None:
    assert headline("", "", "Rain floods Kent") == ("Rain floods Kent", "feed")


@pytest.mark.parametrize("title", ["Rain - what now for the farmers of the valley?", "Kent: rain again"])
def test_a_dash_inside_of_a_headline_is_kept(title: str) -> None:
    assert without_site(title, signals_of(LexborHTMLParser("<p>"), URL)) == title


TITLES = [
    pytest.param("Rain floods Kent | The Daily", "Rain floods Kent", id="a bar"),
    pytest.param("Rain floods Kent – The Daily", "Rain floods Kent", id="a dash"),
    pytest.param("Rain floods Kent · The Daily", "Rain floods Kent", id="a dot"),
    pytest.param("The Daily | Rain floods Kent", "Rain floods Kent", id="the site first"),
    pytest.param("Rain floods Kent « The Daily", "Rain floods Kent « The Daily", id="a mark that parts nothing"),
    pytest.param("大雨淹没青河｜The Daily", "大雨淹没青河", id="a wide bar without spaces"),
    pytest.param("The Daily", "The Daily", id="nothing but the site"),
    pytest.param("The Daily | The Daily", "The Daily | The Daily", id="the site twice"),
    pytest.param("Rain-soaked Kent waits", "Rain-soaked Kent waits", id="a hyphen inside of a word"),
    pytest.param("", "", id="nothing"),
    pytest.param("|||", "|||", id="bars alone"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_title_without_the_site(title: str, expected: str) -> None:
    assert without_site(title, Signals(URL, metas={"og:site_name": ("The Daily",)})) == expected


def test_all_names_of_the_site() -> None:
    signals = Signals(
        "https://www.thedaily.example:8080/news",
        article={"publisher": {"name": "Daily Media"}},
        metas={"og:site_name": ("The Daily",), "application-name": ("Daily App",)},
    )
    assert site_names(signals) == ["The Daily", "Daily Media", "Daily App", "thedaily.example", "thedaily"]


CHOICES = [
    pytest.param(("Sun in Surrey", "Rain floods Kent"), "Rain floods Kent | The Daily", "Rain floods Kent", id="of two headings the one that the title tells"),
    pytest.param(("More from us", "Most read"), "Rain floods Kent", "Rain floods Kent", id="headings of something else"),
    pytest.param(("Дождь затопил две улицы",), "Дождь затопил две улицы - Газета", "Дождь затопил две улицы", id="a Russian heading"),
    pytest.param(("大雨淹没青河两条街道",), "大雨淹没青河两条街道_青河日报", "大雨淹没青河两条街道", id="a Chinese heading"),
    pytest.param(("RAIN FLOODS KENT",), "Rain floods Kent", "RAIN FLOODS KENT", id="a heading in capitals"),
    pytest.param(("A", "B"), "", "A", id="two headings and no title"),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "title", "expected"), CHOICES)
def test_of_headings_and_title(headings: tuple[str, ...], title: str, expected: str) -> None:
    found = headline_of(Signals(URL, h1s=headings, title_tag=title))
    assert found is not None
    assert found[0] == expected


@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=60), st.text(max_size=60))
def test_any_titles_give_one_of_them_or_a_part(headings: list[str], title: str, fed: str) -> None:
    found = headline_of(Signals(URL, h1s=tuple(headings), title_tag=title, metas={"og:title": (title,)}), fed)
    assert found is None or any(found[0] in told for told in (*headings, title, fed))
