"""The links of a page: their best titles, where they stand, what stands around them."""

import pytest
from lxml import etree, html

from crawler.discover.anchors import Anchor, anchors, base_of, is_teaser_word

BASE = "https://harbour.example/world"


def root_of(body: str) -> etree._Element:
    return html.document_fromstring(f"<html><body>{body}</body></html>")


def read(body: str) -> list[Anchor]:
    return anchors(root_of(body), BASE)


def only(body: str) -> Anchor:
    found = read(body)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("body", "title", "rank"),
    [
        pytest.param("<a href=/a>Ferry leaves</a>", "Ferry leaves", 2, id="its own text"),
        pytest.param("<h2><a href=/a>Ferry leaves</a></h2>", "Ferry leaves", 3, id="in a heading"),
        pytest.param("<h2><span><a href=/a>Ferry leaves</a></span></h2>", "Ferry leaves", 3, id="deep in a heading"),
        pytest.param(
            "<a href=/a><h3>Ferry leaves</h3><p>It was six.</p></a>", "Ferry leaves", 3, id="around a heading"
        ),
        pytest.param("<a href=/a><h3></h3><p>It was six.</p></a>", "It was six.", 2, id="around an empty heading"),
        pytest.param("<a href=/a title='Ferry leaves'><img></a>", "Ferry leaves", 1, id="the title attribute"),
        pytest.param("<a href=/a aria-label='Ferry leaves'>»</a>", "»", 2, id="a sign is a text"),
        pytest.param(
            "<a href=/a aria-label='Ferry leaves'>Read more</a>", "Ferry leaves", 1, id="a label instead of read more"
        ),
        pytest.param("<a href=/a><img alt='A ferry'></a>", "A ferry", 1, id="the picture's text"),
        pytest.param(
            "<li><h3>Ferry leaves</h3><a href=/a>Read more</a></li>", "Ferry leaves", 3, id="the card's headline"
        ),
        pytest.param(
            "<div><h3>One</h3><h3>Two</h3><a href=/a>Read more</a></div>", "Read more", 0, id="two headlines are none"
        ),
        pytest.param(
            "<section><h3>World</h3><ul><li><a href=/a>Read more</a></li></ul></section>",
            "Read more",
            0,
            id="not the list's headline",
        ),
        pytest.param("<a href=/a></a>", "", 0, id="nothing"),
        pytest.param("<map><area href=/a title='Ferry leaves'></map>", "Ferry leaves", 1, id="a map"),
        pytest.param("<a href=/a> Ferry\n <b>leaves</b>\t</a>", "Ferry leaves", 2, id="white space and markup"),
    ],
)
def test_titles(body: str, title: str, rank: int) -> None:
    anchor = only(body)
    assert (anchor.title, anchor.rank) == (title, rank)


@pytest.mark.parametrize(
    ("body", "region"),
    [
        ("<nav><ul><li><a href=/a>x</a></ul></nav>", "nav"),
        ("<footer><p><a href=/a>x</a></p></footer>", "footer"),
        ("<header><a href=/a>x</a></header>", "header"),
        ("<aside><a href=/a>x</a></aside>", "aside"),
        ("<main><div><a href=/a>x</a></div></main>", "main"),
        ("<article><header><h2><a href=/a>x</a></h2></header></article>", "main"),
        ("<div role=navigation><a href=/a>x</a></div>", "nav"),
        ("<div role=contentinfo><a href=/a>x</a></div>", "footer"),
        ("<div class='site-footer dark'><a href=/a>x</a></div>", "footer"),
        ("<div id=main-menu><a href=/a>x</a></div>", "nav"),
        ("<div class=breadcrumb><a href=/a>x</a></div>", "nav"),
        ("<div class=navigator-news><a href=/a>x</a></div>", ""),
        ("<div class=c7><a href=/a>x</a></div>", ""),
    ],
)
def test_regions(body: str, region: str) -> None:
    assert only(body).region == region


def test_links_to_one_address_are_merged() -> None:
    anchor = only(
        "<nav><a href=/a>World</a></nav><main><a href=/a><img alt='A ferry'></a><h2><a href='/a#x'>Ferry leaves</a></h2>"
        "<a href=/a>Why the ferry left before anybody was on board</a><a href=/a>Read more</a></main>"
    )
    assert (anchor.title, anchor.rank, anchor.region, anchor.times) == ("Ferry leaves", 3, "main", 5)


def test_the_longer_of_two_plain_texts_is_the_title() -> None:
    assert (
        only("<a href=/a>World</a><a href=/a>Ferry leaves too early</a><a href=/a>Late</a>").title
        == "Ferry leaves too early"
    )


def test_order_is_that_of_the_page() -> None:
    found = read("<a href=/c>c</a><a href=/a>a</a><a href=/b>b</a><a href=/a>a</a>")
    assert [anchor.url[-1] for anchor in found] == ["c", "a", "b"]


def test_teasers_of_one_list_have_the_same_markup() -> None:
    teaser = "<li class='t x{0}'><h3 class=h><a href=/{0} class='l y{0}'>x</a></h3></li>"
    found = read("<ul>" + teaser.format(1) + teaser.format(2) + "</ul><p><a href=/3>x</a></p>")
    assert found[0].markup == found[1].markup == "li.t/h3.h/a.l"
    assert found[2].markup != found[0].markup


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<article><a href=/a>x</a><time datetime=2024-10-29>today</time></article>", "2024-10-29"),
        ("<a href=/a>x <time datetime=2024-10-29></time></a>", "2024-10-29"),
        ("<div><div><a href=/a>x</a></div><time datetime=2024-10-29></time></div>", "2024-10-29"),
        ("<article><a href=/a>x</a><time datetime=1></time><time datetime=2></time></article>", None),
        ("<section><time datetime=2024-10-29></time><ul><li><a href=/a>x</a></ul></section>", None),
        ("<article><a href=/a>x</a><time>today</time></article>", None),
    ],
)
def test_dates_of_cards(body: str, date: str | None) -> None:
    assert only(body).date == date


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("<base href='/en/'>", "https://harbour.example/en/"),
        ("<base target=_blank>", BASE),
        ("<base href='javascript:x'>", BASE),
        ("", BASE),
    ],
)
def test_the_base_of_a_page(head: str, base: str) -> None:
    assert base_of(root_of(head), BASE) == base


@pytest.mark.parametrize(
    "text",
    [
        "Read more",
        "READ MORE »",
        "Continue reading",
        "Weiterlesen …",
        "Lire la suite",
        "Leer más",
        "続きを読む",
        "阅读全文",
        "더보기",
        "Подробнее",
        "3 comments",
    ],
)
def test_words_of_teasers(text: str) -> None:
    assert is_teaser_word(text)


@pytest.mark.parametrize(
    "text",
    [
        "Read the room: why the council lost its vote",
        "Moreover",
        "Ferry leaves",
        "Mehrere Fähren fahren heute nicht nach Plan",
        "",
    ],
)
def test_words_of_headlines(text: str) -> None:
    assert not is_teaser_word(text)
