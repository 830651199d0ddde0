"""The build of blocks, and what a site's other articles had in it."""

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.shapes import likelihoods, shape_of, with_known

PAGE = "<div id=post-17><p class=text>One.</p><p class=text>Two.</p><p class=note>Three.</p></div><p>Four.</p>"


def layout(body: str = PAGE) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def judged(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_blocks_of_one_build_have_one_shape() -> None:
    seen = layout()
    shapes = [shape_of(seen, place) for place in range(4)]
    assert shapes[0] == shapes[1]
    assert len(set(shapes)) == 3


def test_numbers_in_names_make_no_difference() -> None:
    assert shape_of(layout(), 0) == shape_of(layout(PAGE.replace("17", "204")), 0)


def test_the_shape_of_text_outside_of_all_elements() -> None:
    assert len(shape_of(layout("bare text"), 0)) == 12


def test_likelihoods_are_means_and_leave_out_what_was_not_judged() -> None:
    seen = layout()
    assert likelihoods(seen, judged(0.9, 0.7, 0.0, 0.2)) == {shape_of(seen, 0): 0.8, shape_of(seen, 3): 0.2}


DRAWN = [
    pytest.param((0.9, 2), 0.4, 0.4, id="two articles teach nothing"),
    pytest.param((0.95, 3), 0.4, 0.64, id="three that had text there make it likelier"),
    pytest.param((0.95, 30), 0.4, 0.76, id="thirty do more"),
    pytest.param((0.02, 30), 0.6, 0.17, id="and furniture makes it less likely"),
    pytest.param((0.02, 30), 0.99, 0.65, id="but not against what is plain to see"),
]


@pytest.mark.parametrize(("known", "own", "about"), DRAWN)
def test_a_known_shape_draws_a_block_to_itself(known: tuple[float, int], own: float, about: float) -> None:
    seen = layout()
    drawn = with_known(seen, judged(own, 0.5, 0.5, 0.0), {shape_of(seen, 0): known})
    assert drawn[0] == pytest.approx(about, abs=0.02)
    assert drawn[2] == pytest.approx(0.5), "another shape is left alone"
    assert drawn[3] == 0.0, "what was not judged stays so"


def test_nothing_known_changes_nothing() -> None:
    given = judged(0.9, 0.2, 0.4, 0.0)
    assert with_known(layout(), given, {}) == pytest.approx(given, abs=0.001)


def test_a_page_without_blocks_is_left_as_it_is() -> None:
    assert with_known(layout(""), judged(), {"x": (0.9, 9)}).shape == (0,)
