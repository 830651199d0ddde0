"""The model as shipped: probabilities for every block, of every layout."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.features import Context, matrix_of
from crawler.extract.judge import probabilities, with_words
from crawler.extract.places import Sums
from crawler.extract.view import view_of
from tests.crawler.extract.pages import HEADLINE, PARAGRAPHS, paragraphs, teasers

TEXT = paragraphs(*PARAGRAPHS)
LINKS = "<ul>" + "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(6)) + "</ul>"


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


SHAPES = [
    pytest.param("", id="no block"),
    pytest.param("word", id="one word"),
    pytest.param(LINKS, id="links only"),
    pytest.param(TEXT, id="text only"),
    pytest.param(f"<h1>{HEADLINE}</h1>{LINKS}{TEXT}{teasers(4)}", id="a page with all of it"),
    pytest.param("<p>a</p>" * 6_000, id="more blocks than are looked at"),
    pytest.param("<p>،،،</p><p>!</p><p>7</p>", id="marks and digits only"),
]


@pytest.mark.parametrize("body", SHAPES)
def test_every_block_has_a_probability(body: str) -> None:
    seen = layout(body)
    judged = probabilities(seen, Context())
    assert judged.shape == (len(seen.blocks),)
    assert np.isfinite(judged).all()
    assert ((judged >= 0) & (judged <= 1)).all()


def test_rows_of_links_are_given_no_chance() -> None:
    seen = layout(f"{LINKS}{TEXT}")
    assert not probabilities(seen, Context())[:6].any()


def test_paragraphs_are_likelier_than_what_stands_round_them() -> None:
    seen = layout(f"<h1>{HEADLINE}</h1><p>By Jana Weber</p>{TEXT}<p>Advertisement</p><footer>© 2024</footer>")
    judged = probabilities(seen, Context(headline=HEADLINE))
    assert judged[2:5].min() > 0.42
    assert max(*judged[:2], *judged[5:]) < 0.42


def test_judging_twice_gives_the_same() -> None:
    body = f"<h1>{HEADLINE}</h1>{LINKS}{TEXT}{teasers(4)}"
    first, second = (probabilities(layout(body), Context(headline=HEADLINE)) for _ in range(2))
    assert np.array_equal(first, second)


WIDTH = matrix_of(view_of(layout(TEXT)), Context()).shape[1]


@pytest.mark.parametrize("body", SHAPES[1:2] + SHAPES[3:])
def test_rows_of_numbers_have_one_width_and_no_hole(body: str) -> None:
    view = view_of(layout(body))
    rows = matrix_of(view, Context(headline=HEADLINE, description="x", article_body="told"))
    assert rows.shape == (len(view.blocks), WIDTH)
    assert np.isfinite(rows).all()


def test_the_context_is_seen() -> None:
    view = view_of(layout(f"<h1>{HEADLINE}</h1>{TEXT}"))
    blank = matrix_of(view, Context())
    for known in (
        Context(headline=HEADLINE), Context(description=PARAGRAPHS[0]), Context(article_body=PARAGRAPHS[1]),
        Context(captions=frozenset({2})), Context(teasers=frozenset({3})),
    ):  # fmt: skip
        assert not np.array_equal(matrix_of(view, known), blank), known


def test_words_of_neighbours_stand_beside_a_blocks_own() -> None:
    rows = np.zeros((3, 2), dtype=np.float32)
    scores = np.array([[1, 0, 0], [2, 0, 0], [0, 3, 0]], dtype=np.float32)
    got = with_words(rows, scores)
    assert got[:, 2:5].tolist() == scores.tolist()
    assert got[:, 5:].tolist() == [[-5, -5, 2, 3], [-5, 1, 3, -5], [1, 2, -5, -5]]


def test_the_main_element_is_the_one_that_holds_the_paragraphs() -> None:
    view = view_of(layout(f"<div><p>Short.</p></div><section><div>{TEXT}</div></section><div>{LINKS}</div>"))
    main = view.elements[Sums(view).main_element()]
    assert (main.tag, main.end - main.start) == ("div", 3)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>A line.",
                "<div>",
                "</div>",
                "<h1>Head",
                "<a href=x>link</a>",
                "<li>item",
                "<br><br>",
                "。",
                "<article>",
                "<td>",
            ]
        ),
        max_size=30,
    )
)
def test_any_row_of_blocks_can_be_judged(pieces: list[str]) -> None:
    seen = layout("".join(pieces))
    judged = probabilities(seen, Context(headline="Head"))
    assert len(judged) == len(seen.blocks)
    assert np.isfinite(judged).all()
