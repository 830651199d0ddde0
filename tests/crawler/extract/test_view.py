"""The blocks worth judging, and what is counted of them."""

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import walk
from crawler.extract.view import View, shifted, stacked, view_of

LONG = "The old lighthouse keeper climbed the hundred and nine steps once more to show the lamp to his grandchildren"


def view(body: str) -> View:
    return view_of(walk(LexborHTMLParser(f"<html><body>{body}</body></html>")))


SEEN = [
    pytest.param("<div>text</div>", ["text"], id="plain text is judged"),
    pytest.param("<div><a href=x>all linked</a></div>", [], id="a link alone is not"),
    pytest.param("<p><a href=x>all linked</a></p>", ["all linked"], id="a link that is a paragraph is"),
    pytest.param("<h1><a href=x>all linked</a></h1>", ["all linked"], id="a linked headline is"),
    pytest.param("<h2><a href=x>all linked</a></h2>", [], id="a linked subhead is not"),
    pytest.param("<div><a href=x>half</a> text</div>", ["half text"], id="text that begins with a link is"),
    pytest.param(f"<fieldset>name</fieldset><p>{LONG}</p>", [LONG], id="what a form asks is not"),
    pytest.param(f"<figure><p>seen</p></figure><p>{LONG}</p>", [LONG], id="what a picture shows is not"),
    pytest.param(f"<fieldset><p>{LONG}</p></fieldset><p>one</p>", [LONG, "one"], id="a form round most of the text is"),
    pytest.param("", [], id="nothing of an empty page"),
]


@pytest.mark.parametrize(("body", "texts"), SEEN)
def test_which_blocks_are_judged(body: str, texts: list[str]) -> None:
    assert [block.text for block in view(body).blocks] == texts


def test_places_lead_back_to_the_layout() -> None:
    assert view("<div><a href=x>one</a></div><p>two</p><div><a href=x>three</a></div><p>four</p>").places.tolist() == [
        1,
        3,
    ]


GOOD = [
    pytest.param(f"<p>{LONG}.</p>", True, id="a long line with a full stop"),
    pytest.param(f"<p>{LONG}</p>", False, id="a long line without"),
    pytest.param("<p>He came.</p>", False, id="a short sentence"),
    pytest.param(f"<p><a href=x>{LONG[:60]}</a>{LONG[60:]}.</p>", False, id="a line that is half a link"),
    pytest.param(
        f"<p>{'老灯塔的守护人再次登上一百零九级台阶' * 3}。</p>", True, id="a Chinese line with its full stop"
    ),
    pytest.param(f"<p>“{LONG}”</p>", True, id="a quotation"),
]


@pytest.mark.parametrize(("body", "good"), GOOD)
def test_what_looks_like_running_text(body: str, good: bool) -> None:
    assert view(body).good.tolist() == [good]


def test_spans_of_elements_count_judged_blocks_only() -> None:
    seen = view("<section><div><a href=x>one</a></div><p>two</p><p>three</p></section><p>four</p>")
    at = next(place for place, element in enumerate(seen.elements) if element.tag == "section")
    assert (seen.start[at], seen.end[at]) == (0, 2)
    assert (seen.link_start[at], seen.link_end[at]) == (0, 3)
    assert seen.link_run[-1] == len("one")


def test_columns_become_rows_of_one_matrix() -> None:
    matrix = stacked((np.arange(3), True, [0.5, 1, 2]), 3)
    assert matrix.tolist() == [[0, 1, 2], [1, 1, 1], [0.5, 1, 2]]
    assert matrix.dtype == np.float32


def test_rows_are_seen_from_the_blocks_before_and_after() -> None:
    before, after = shifted(np.array([[1, 2, 3], [4, 5, 6]]), (-1, 2), -9)
    assert before.tolist() == [[-9, 1, 2], [-9, 4, 5]]
    assert after.tolist() == [[3, -9, -9], [6, -9, -9]]


def test_one_block_has_no_neighbours() -> None:
    assert [seen.tolist() for seen in shifted(np.array([7.0]), (-2, -1, 1, 2), -1)] == [[-1]] * 4
