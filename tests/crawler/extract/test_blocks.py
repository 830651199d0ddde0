"""The page as a row of blocks."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.hints import hints_of, mask
from crawler.extract.teasers import teasers_in
from crawler.extract.view import view_of


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def texts(body: str) -> list[str]:
    return [block.text for block in layout(body).blocks]


def test_block_elements_part_the_text_and_inline_elements_do_not() -> None:
    assert texts("<p>One <b>bold</b> and <a href=x>linked</a> line.</p><div>Two</div>") == [
        "One bold and linked line.",
        "Two",
    ]


def test_a_blank_line_of_breaks_parts_and_a_single_break_does_not() -> None:
    assert texts("<div>One<br><br>Two<br>still two<br> <br>Three</div>") == ["One", "Two still two", "Three"]


def test_text_around_a_block_element_is_two_blocks() -> None:
    assert texts("<div>before<p>inside</p>after</div>") == ["before", "inside", "after"]


def test_scripts_styles_and_navigation_are_no_text() -> None:
    assert texts("<script>x</script><style>y</style><nav>menu</nav><noscript>z</noscript><p>text</p><!-- c -->") == [
        "text"
    ]


FRAMES = [
    pytest.param(
        "<header>site</header><p>text</p><footer>rights</footer>", ["text"], id="head and foot of the site go"
    ),
    pytest.param("<header><h1>news</h1></header><p>text</p>", ["news", "text"], id="a head with the headline stays"),
    pytest.param("<main><header>by</header><p>text</p></main>", ["by", "text"], id="the head of what is main stays"),
    pytest.param(
        "<article><p>text</p><footer>by</footer></article>", ["text", "by"], id="the foot of an article stays"
    ),
    pytest.param("<section><header>lead</header>text</section>", ["lead", "text"], id="the head of a section stays"),
    pytest.param(
        "<footer>a<header>b</header><footer>c</footer></footer><p>text</p>", ["text"], id="one in another goes"
    ),
    pytest.param("<main><aside>more</aside><p>text</p></main>", ["text"], id="an aside goes wherever it stands"),
    pytest.param(
        "<aside><p>one</p><p>two</p></aside><p>three</p>", ["one", "two", "three"], id="but not with most of the text"
    ),
    pytest.param("<header><p>one<p>two<p>three", ["one", "two", "three"], id="a head that nobody closed stays"),
    pytest.param("<footer>alone</footer>", [], id="a foot alone is nothing"),
]


@pytest.mark.parametrize(("body", "expected"), FRAMES)
def test_the_frame_of_the_site_is_no_text(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_letters_in_links_and_bold_are_counted() -> None:
    block = layout("<p>abc <a href=x>de</a> <b>fgh</b></p>").blocks[0]
    assert (block.linked, block.links, block.bold) == (2, 1, 3)


def test_a_link_round_block_elements_links_them_all() -> None:
    blocks = layout("<a href=x><div>one</div><div>two</div></a><p>free</p>").blocks
    assert [block.linked for block in blocks] == [3, 3, 0]


def test_hidden_blocks_are_marked() -> None:
    blocks = layout("<div style='display: none'><p>gone</p></div><p hidden>gone</p><p>here</p>").blocks
    assert [block.hidden for block in blocks] == [True, True, False]


def test_elements_cover_their_blocks() -> None:
    seen = layout("<section><p>a</p><p>b</p></section><p>c</p>")
    section = next(element for element in seen.elements if element.tag == "section")
    assert (section.start, section.end) == (0, 2)


def test_names_give_hints() -> None:
    assert hints_of("article-body js-share") == mask("article", "body", "share")
    assert hints_of("readMore") == hints_of("read-more") == mask("related")
    assert hints_of("x7 css-1q2w3") == 0


def test_rows_of_equal_boxes_with_linked_headlines_are_teasers() -> None:
    box = "<div class=t><h3><a href=x>A headline of some words</a></h3><p>A line about it.</p></div>"
    assert teasers_in(layout(box * 3)) == set(range(6))
    assert teasers_in(layout(box * 2)) == set()


def test_rows_of_links_are_not_judged_but_weigh_in_their_container() -> None:
    view = view_of(layout("<div><a href=x>One link</a></div><div><p>Some text</p></div>"))
    assert [block.text for block in view.blocks] == ["Some text"]
    assert view.link_run[-1] == len("One link")


def test_an_empty_page_has_no_blocks() -> None:
    assert layout("").blocks == []
