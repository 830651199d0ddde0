"""What a page says about itself."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.signals import Signals, Stamp, signals_of

URL = "https://paper.example/a"


def signals(head: str = "", body: str = "", root: str = "<html>") -> Signals:
    return signals_of(LexborHTMLParser(f"{root}<head>{head}</head><body>{body}</body></html>"), URL)


METAS = [
    pytest.param('<meta name="Author" content="Jana">', "author", ("Jana",), id="a name in any case"),
    pytest.param('<meta property="og:title" content="Rain">', "og:title", ("Rain",), id="a property"),
    pytest.param('<meta http-equiv="Content-Language" content="de">', "content-language", ("de",), id="an http-equiv"),
    pytest.param('<meta itemprop="datePublished" content="2024">', "datepublished", ("2024",), id="an itemprop"),
    pytest.param('<meta name="a b" content="x">', "b", ("x",), id="two names in one"),
    pytest.param('<meta name="a" property="b" content="x">', "b", ("x",), id="a name and a property"),
    pytest.param('<meta name="t" content="1"><meta name="t" content="2">', "t", ("1", "2"), id="two of a name, in order"),
    pytest.param('<meta name="t" content="Q&amp;amp;A &lt;b&gt;now&lt;/b&gt;">', "t", ("Q&A now",), id="escaped twice"),
    pytest.param('<meta name="t" content=" \u200b ">', "t", (), id="an empty content is none"),
    pytest.param('<meta name="t">', "t", (), id="no content"),
    pytest.param("<meta content=x>", "", (), id="no name"),
    pytest.param('<meta name="t" content="a\x00b">', "t", ("a\ufffdb",), id="a NUL, which HTML replaces"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "expected"), METAS)
def test_metas(head: str, name: str, expected: tuple[str, ...]) -> None:
    assert signals(head).metas.get(name, ()) == expected


def test_the_first_of_the_names_asked_for_is_told() -> None:
    got = signals('<meta name="b" content="2"><meta name="a" content="1">', '<i itemprop="author">Jana</i>')
    assert (got.meta("a", "b"), got.meta("x", "b"), got.meta("x"), got.meta()) == ("1", "2", None, None)
    assert (got.prop("x", "author"), got.prop("x")) == ("Jana", None)


ITEMS = [
    pytest.param('<span itemprop="author">Jana <b>Weber</b></span>', "author", ("Jana Weber",), id="the text"),
    pytest.param('<a itemprop="author" content="Jana Weber">profile</a>', "author", ("Jana Weber",), id="the content goes before the text"),
    pytest.param('<time itemprop="datePublished" datetime="2024-10-24">today</time>', "datepublished", ("2024-10-24",), id="the machine's date"),
    pytest.param('<div itemprop="articleBody">long</div>', "articlebody", (), id="the body is not kept here"),
    pytest.param(f'<p itemprop="about">{"x" * 9_000}</p>', "about", ("x" * 500,), id="a long text is cut"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "name", "expected"), ITEMS)
def test_microdata(body: str, name: str, expected: tuple[str, ...]) -> None:
    assert signals(body=body).itemprops.get(name, ()) == expected


STAMPS = [
    pytest.param('<time datetime="2024-10-24">today</time>', Stamp("2024-10-24", "today"), id="both dates"),
    pytest.param("<time> 24 <b>Oct</b></time>", Stamp("", "24 Oct"), id="what readers see"),
    pytest.param('<time class="Updated" itemprop="dateModified" pubdate>x</time>', Stamp("", "x", "updated datemodified pubdate"), id="its class, itemprop and pubdate are hints"),
    pytest.param(f"<time>{'x' * 900}</time>", Stamp("", "x" * 200), id="a long text is cut"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), STAMPS)
def test_time_elements(body: str, expected: Stamp) -> None:
    assert signals(body=body).stamps == (expected,)


def test_titles_and_headings() -> None:
    got = signals(
        "<title> Rain\n in Kent </title>",
        "<svg><title>icon</title></svg><h1>Rain <br>in Kent</h1><h1> </h1><h1>More</h1>",
    )
    assert (got.title_tag, got.h1s) == ("Rain in Kent", ("Rain in Kent", "More"))


LANGUAGES = [('<html lang="de-AT">', "de-AT"), ("<html lang=' fr '>", "fr"), ('<html xml:lang="pl">', "pl"), ("<html>", ""), ('<html lang="">', "")]  # fmt: skip


@pytest.mark.parametrize(("root", "language"), LANGUAGES)
def test_declared_language(root: str, language: str) -> None:
    assert signals(root=root).language == language


CANONICALS = [
    pytest.param('<link rel="canonical" href="/b">', "/b", id="plain"),
    pytest.param('<link rel="Canonical" href="/b">', "/b", id="in capitals"),
    pytest.param('<link rel="alternate canonical" href=" /b ">', "/b", id="among other relations, with spaces"),
    pytest.param('<link rel="canonical" href=""><link rel="canonical" href="/c">', "/c", id="of an empty and a full one the full"),
    pytest.param('<link rel="stylesheet" href="/b">', "", id="a style sheet is none"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), CANONICALS)
def test_canonical_address(head: str, expected: str) -> None:
    assert signals(head).canonical == expected


AUTHOR_LINKS = [
    pytest.param('<a rel="author" href="/x">Jana Weber</a>', ("Jana Weber",), id="by relation"),
    pytest.param('<a href="/autor/jana">Jana Weber</a>', ("Jana Weber",), id="by address"),
    pytest.param('<a href="/author/j">All</a>', (), id="a short word is no name"),
    pytest.param(
        '<a href="/autumn/fair">Autumn fair</a>' * 30 + '<a href="/autor/jw">Jana Weber</a>',
        ("Jana Weber",),
        id="addresses that only begin alike do not use up the looks",
    ),
    pytest.param(f'<a href="/author/j">{"x" * 90}</a>', (), id="a long text is no name"),
    pytest.param('<a href="/sport">Jana Weber</a>', (), id="a link elsewhere"),
]


@pytest.mark.parametrize(("body", "expected"), AUTHOR_LINKS)
def test_links_to_authors(body: str, expected: tuple[str, ...]) -> None:
    assert signals(body=body).author_links == expected


PLAYERS = [("<video src=v.mp4></video>", True), ("<iframe src='https://v.example/player/1'></iframe>", True), ("<iframe src='https://v.example/embed/1'></iframe>", True), ("<iframe src='https://ads.example/'></iframe>", False), ("<img src=player.jpg>", False)]  # fmt: skip


@pytest.mark.parametrize(("body", "has_player"), PLAYERS)
def test_players(body: str, has_player: bool) -> None:
    assert signals(body=body).has_player is has_player


def test_types_of_json_ld_and_microdata_together() -> None:
    block = f'<script type="application/ld+json; charset=utf-8">{json.dumps([{"@type": "WebPage"}, {"@type": "NewsArticle"}])}</script>'
    got = signals(block, '<div itemscope itemtype="https://schema.org/Review/"></div>')
    assert got.types == ("WebPage", "NewsArticle", "Review")


def test_of_two_articles_in_json_ld_the_title_chooses() -> None:
    block = json.dumps(
        [
            {"@type": "NewsArticle", "headline": "Sun in Surrey", "author": "x"},
            {"@type": "NewsArticle", "headline": "Rain in Kent"},
        ]
    )
    got = signals(f'<title>Rain in Kent</title><script type="application/ld+json">{block}</script>')
    assert (got.article["headline"], len(got.nodes)) == ("Rain in Kent", 2)


def test_endless_repetitions_are_cut() -> None:
    got = signals(
        '<meta name="t" content="x">' * 5_000,
        '<h1>x</h1><time>y</time><i itemprop="p">z</i><a href="/author/">Jana Weber</a>' * 5_000,
    )
    assert len(got.metas["t"]) == 21
    assert (len(got.h1s), len(got.stamps), len(got.itemprops["p"]), len(got.author_links)) == (60, 60, 21, 20)


def test_gathering_changes_nothing_in_the_tree() -> None:
    tree = LexborHTMLParser("<title>x</title><meta name=t content=y><h1>z</h1><time datetime=2024>w</time>")
    before = tree.html
    assert signals_of(tree, URL) == signals_of(tree, URL)
    assert tree.html == before


@settings(deadline=None)
@given(st.text(st.one_of(st.sampled_from("<>=\"'/ metaitmprohlng"), st.characters())))
def test_any_text_can_be_a_page(text: str) -> None:
    got = signals(
        f"<meta name=t content='{text}'><title>{text}</title><script type=application/ld+json>{text}</script>",
        f"<h1>{text}</h1><time {text}>",
    )
    assert all(value == value.strip() for values in got.metas.values() for value in values)
    assert "\n" not in got.title_tag


def test_endless_titles_headings_and_metas_are_read_in_part() -> None:
    endless = "Ferry " * 10_000
    head = f'<title>{endless}</title><meta name="description" content="{endless}">'
    signals = signals_of(
        LexborHTMLParser(f"<html><head>{head}</head><body><h1>{endless}</h1></body></html>"), "https://a.example/"
    )
    assert len(signals.title_tag) <= 1_000
    assert len(signals.h1s[0]) <= 1_000
    assert len(signals.meta("description") or "") <= 10_000


CRUMBS = [
    pytest.param('<ul class="c-breadcrumb"><li><h1>Rain</h1></li></ul>', (), id="a container of breadcrumbs"),
    pytest.param("<h1 data-breadcrumb-headline>Rain</h1>", (), id="an attribute of its own"),
    pytest.param("<nav><div><span><h1>Rain</h1></span></div></nav>", (), id="navigation"),
    pytest.param(
        '<ol itemtype="https://schema.org/BreadcrumbList"><li><h1>Rain</h1></li></ol><h1>Rain falls</h1>',
        ("Rain falls",),
        id="the page's own heading stays",
    ),
    pytest.param(
        '<div class="breadcrumbs-page"><div><div><div><div><div><h1>Rain</h1></div></div></div></div></div></div>',
        ("Rain",),
        id="a name far out says nothing",
    ),
]


@pytest.mark.parametrize(("body", "expected"), CRUMBS)
def test_a_heading_that_closes_a_path_is_none(body: str, expected: tuple[str, ...]) -> None:
    assert signals(body=body).h1s == expected
