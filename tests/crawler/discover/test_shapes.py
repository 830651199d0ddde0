"""What is learned of the shapes of a site's addresses, and how much better its listings are read then."""

import pytest

from benchmarks.simulated_sites import SITES, after, measured
from crawler.discover.shapes import Shapes, counts_of, weights_of
from crawler.discover.traits import shape_of


def corrected(odds: float, shapes: Shapes, shape: str, first: str) -> float:
    """What a look at the page becomes by what was fetched."""
    share, evidence = weights_of(shapes, shape, first)
    return odds * share + evidence


@pytest.mark.parametrize(
    ("path", "shape", "first"),
    [
        ("/news/man-bites-dog-again", "w/S", "news"),
        ("/story/76595", "w/N", "story"),
        ("/2026/11/man-bites-dog-again", "n/n/S", "2026"),
        ("/?p=76595", "w/N", "p"),
        ("/dog", "w", ""),
    ],
)
def test_the_shape_of_an_address(path: str, shape: str, first: str) -> None:
    assert shape_of(f"https://daily.example{path}") == (shape, first)


def test_shapes_are_counted_as_a_whole_and_by_their_first_step() -> None:
    site = "https://daily.example"
    counts = counts_of([(f"{site}/news/a-b-c", True), (f"{site}/news/d-e-f", True), (f"{site}/video/g-h-i", False)])
    assert counts == {"news w/S": (2, 0), "video w/S": (0, 1), "w/S": (2, 1)}


def test_what_was_fetched_counts_the_more_the_more_it_is() -> None:
    grown = [corrected(-5.0, {"w/N": (count, 0)}, "w/N", "story") for count in (0, 1, 5, 20)]
    assert grown[0] == -5
    assert grown == sorted(grown)
    assert grown[-1] > 2
    assert corrected(5.0, {"w/N": (0, 20)}, "w/N", "story") < -2


def test_a_first_step_counts_for_itself_when_enough_was_fetched() -> None:
    counts = {"w/S": (50, 0), "video w/S": (0, 3), "sport w/S": (0, 1)}
    assert corrected(0.0, counts, "w/S", "video") < 0
    assert corrected(0.0, counts, "w/S", "sport") > 0, "one page says too little"


@pytest.mark.parametrize("name", SITES)
def test_after_twenty_pages_a_simulated_site_is_read_right(name: str) -> None:
    assert after(name, 20) >= 0.99


def test_what_was_learned_makes_no_simulated_site_worse() -> None:
    for _, cold, learned in measured(20):
        assert learned >= cold
