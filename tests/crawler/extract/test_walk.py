"""One walk over the tree: which blocks come out of it, and what is counted of each."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Block, Layout, walk


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def only(body: str) -> Block:
    blocks = layout(body).blocks
    assert len(blocks) == 1
    return blocks[0]


CUTS = [
    pytest.param("<p>one</p><p>two</p>", ["one", "two"], id="two paragraphs"),
    pytest.param("<div>one<p>two</p>three</div>", ["one", "two", "three"], id="text before and after an inner element"),
    pytest.param("<p>one <b>two</b> <i>three</i></p>", ["one two three"], id="inline elements cut nothing"),
    pytest.param("<p>one<br>two</p>", ["one two"], id="a line break is a space"),
    pytest.param("<div>one<br><br>two</div>", ["one", "two"], id="two line breaks part paragraphs"),
    pytest.param("<div>one<br> <br>two</div>", ["one", "two"], id="with white space between them too"),
    pytest.param("<ul><li>one<li>two</ul>", ["one", "two"], id="items whose ends are left out"),
    pytest.param("<table><tr><td>one<td>two</table>", ["one", "two"], id="cells"),
    pytest.param("<p>one<script>x()</script>two</p>", ["onetwo"], id="a script in the middle of a word"),
    pytest.param("<nav>one</nav><p>two</p><button>three</button>", ["two"], id="navigation and buttons are left out"),
    pytest.param("<p> \n </p><p>&nbsp;</p>", [], id="white space is no block"),
    pytest.param("<p>one<!-- two --></p>", ["one"], id="comments are not seen"),
    pytest.param("one", ["one"], id="text outside of all elements"),
    pytest.param("<custom-box><p>one</p></custom-box>", ["one"], id="elements that nobody knows"),
]


@pytest.mark.parametrize(("body", "texts"), CUTS)
def test_where_blocks_begin_and_end(body: str, texts: list[str]) -> None:
    assert [block.text for block in layout(body).blocks] == texts


COUNTS = [
    pytest.param("<p><a href=x>four</a> words</p>", "linked", 4, id="letters in links"),
    pytest.param("<p><a href=x>a</a><a href=y>b</a></p>", "links", 2, id="links"),
    pytest.param("<p><b>four</b> words</p>", "bold", 4, id="letters in bold"),
    pytest.param("<p><em>four</em> <i>more</i></p>", "slanted", 8, id="letters in italics"),
    pytest.param("<p><a href=x><b>four</b></a></p>", "bold", 4, id="bold inside of a link"),
    pytest.param("<p>one <time datetime=2026-01-13>then</time></p>", "stamp", "2026-01-13", id="the date of a time"),
    pytest.param("<p hidden>one</p>", "hidden", True, id="a hidden paragraph"),
    pytest.param("<div style='display: none'><p>one</p></div>", "hidden", True, id="one inside of a hidden element"),
    pytest.param("<p>one <span aria-hidden=true></span></p>", "hidden", False, id="an empty hidden element in it"),
]


@pytest.mark.parametrize(("body", "name", "value"), COUNTS)
def test_what_is_counted_of_a_block(body: str, name: str, value: object) -> None:
    assert getattr(only(body), name) == value


def test_text_before_a_hidden_element_is_not_hidden() -> None:
    assert [block.hidden for block in layout("<div>one<p hidden>two</p>three</div>").blocks] == [False, True, False]


def test_an_element_that_is_found_hidden_late_ends_where_it_ends() -> None:
    seen = layout("<div hidden><p></p><b>one</b></div><p>two</p><section hidden></section><p>three</p>")
    assert [(block.text, block.hidden) for block in seen.blocks] == [("one", True), ("two", False), ("three", False)]


def test_elements_that_hold_no_text_are_not_noted() -> None:
    seen = layout("<div class=empty><p><img src=a.jpg></p></div><section><i></i><p>one</p><p> </p></section>")
    assert [(e.tag, e.parent, e.depth, e.start, e.end) for e in seen.elements] == [
        ("body", -1, 1, 0, 1), ("section", 0, 2, 0, 1), ("p", 1, 3, 0, 1)
    ]  # fmt: skip


def test_a_link_ends_where_it_ends() -> None:
    first, second = layout("<p><a href=x>one</a></p><p>two</p>").blocks
    assert (first.linked, first.links, second.linked, second.links) == (3, 1, 0, 0)


def test_elements_cover_their_blocks() -> None:
    seen = layout("<section id=s><p>one</p><div><p>two</p><p>three</p></div></section><p>four</p>")
    spans = {(element.tag, element.start, element.end) for element in seen.elements}
    assert {("section", 0, 3), ("div", 1, 3), ("body", 0, 4)} <= spans
    assert seen.elements[seen.blocks[1].element].tag == "p"
    assert seen.blocks[1].tags == {"body", "section", "div", "p"}


def test_elements_of_equal_build_have_equal_shapes() -> None:
    shapes = [e.shape for e in layout("<p class=a>1</p><p class=a>2</p><p class=b>3</p>").elements if e.tag == "p"]
    assert shapes[0] == shapes[1] != shapes[2]


def test_pictures_know_how_many_blocks_stand_before_them() -> None:
    pictures = layout("<p>one</p><img src=/a.jpg alt=' A  boat '><p>two</p><img data-src=/b.jpg>").pictures
    assert [(picture.url, picture.at, picture.alt) for picture in pictures] == [
        ("/a.jpg", 1, "A boat"),
        ("/b.jpg", 2, ""),
    ]
