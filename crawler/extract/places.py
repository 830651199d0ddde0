"""Where a block stands: in its containers, among blocks of its shape, between headline and paragraphs."""

# ruff: noqa: E501 - the columns stand as they are named in the docstring

from collections.abc import Iterator
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from crawler.extract.text import folded
from crawler.extract.view import Flags, Matrix, Numbers, Places, View, stacked

_LEVELS = 4
_FAR = 30
_HEADINGS = frozenset(("h1", "h2", "h3"))


class Sums:
    """Running sums over the blocks, from which any element's share of text, links and paragraphs follows."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.run = np.zeros((3, len(view.blocks) + 1))
        np.cumsum([view.letters, view.letters * view.good, view.good], axis=1, out=self.run[:, 1:])
        self.total = self.run[:, -1]
        self.depth = np.array([element.depth for element in view.elements])

    def of_elements(self, chosen: Places) -> Matrix:
        """Letters, links against letters, share of paragraphs, share of the page's paragraphs, blocks, depth."""
        view = self.view
        start, end = view.start[chosen], view.end[chosen]
        own, in_paragraphs, paragraphs = self.run[:, end] - self.run[:, start]
        links = view.link_run[view.link_end[chosen]] - view.link_run[view.link_start[chosen]]
        letters = own + 1
        columns = (
            np.log1p(own), links / (letters + links), in_paragraphs / letters, in_paragraphs / (self.total[1] + 1), np.log1p(end - start),
            np.log1p(paragraphs), self.depth[chosen],
        )  # fmt: skip
        return stacked(columns, len(chosen))

    def main_element(self) -> int:
        """The element that most paragraph letters stand in directly; those in its children count less."""
        view = self.view
        scores = np.zeros(len(view.elements))
        chosen = view.element[view.good]
        letters = view.letters[view.good]
        for share in (1.0, 1.0, 0.5, 0.25):
            scores += np.bincount(chosen, share * letters, minlength=len(scores))
            chosen = view.parents[chosen]
        single = self.run[2, view.end] - self.run[2, view.start] <= 1
        scores[single] *= 0.3
        return int(np.argmax(scores))


def placed(view: View, sums: Sums, main: int, headline: str) -> Iterator[Matrix]:
    """All that is known of where each block stands."""
    head = _headline_place(view, headline)
    yield from _levels(view, sums)
    yield _of_shape(view, sums, view.shape)
    yield _of_shape(view, sums, view.shape * 31 + view.shapes[view.around])
    yield _order(view, sums, main)
    yield _skipped(view)
    yield _after_headline(view, head)


def _levels(view: View, sums: Sums) -> Matrix:
    """Of the elements round each block, nearest first."""
    chain = [view.element]
    for _ in range(_LEVELS - 1):
        chain.append(view.parents[chain[-1]])
    known = sums.of_elements(np.concatenate(chain)).reshape(-1, _LEVELS, len(view.blocks))
    return known.transpose(1, 0, 2)


def _of_shape(view: View, sums: Sums, shapes: NDArray[np.int64]) -> Matrix:
    """Of the blocks of equal shape: how many, how long, how linked."""
    _, group = np.unique(shapes, return_inverse=True)
    number = np.bincount(group)
    letters = np.bincount(group, view.letters)
    paragraphs = np.bincount(group, view.letters * view.good)
    linked = np.bincount(group, view.letters * view.linked)
    columns = (
        np.log1p(number), np.log1p(letters / number), paragraphs / (letters + 1), paragraphs / (sums.total[1] + 1), linked / (letters + 1)
    )  # fmt: skip
    return stacked(columns, len(number))[:, group]


def _order(view: View, sums: Sums, main: int) -> Matrix:
    """Place in the page, in the main element, and distances to h1 and to paragraphs before and after."""
    number = len(view.blocks)
    here = np.arange(number)
    start, end = view.start[main], view.end[main]
    head = next((place for place, block in enumerate(view.blocks) if "h1" in block.tags), None)
    inside = (here >= start) & (here < end)
    paragraphs = np.flatnonzero(view.good & inside)
    first, last = (paragraphs[0], paragraphs[-1]) if len(paragraphs) else (0, number)
    before, after = _distances(view.good)
    columns = (
        here / number, np.log1p(number), np.log1p(sums.total[1]), inside,
        np.clip((here - start) / max(1, end - start), -0.5, 1.5), -99 if head is None else np.clip(here - head, -40, 60),
        before, after, sums.run[1, :-1] / (sums.total[1] + 1), np.minimum(sums.run[2, :-1], 20), np.minimum(sums.total[2] - sums.run[2, 1:], 20),
        np.clip(here - first, -_FAR, 60), np.clip(last - here, -_FAR, 60),
    )  # fmt: skip
    return stacked(columns, number)


def _skipped(view: View) -> Matrix:
    """How many blocks of mere links stand right before and right after each block."""
    gaps = np.minimum(np.diff(np.concatenate([[-1], view.places])) - 1, 15)
    after = np.concatenate([gaps[1:], [15]])
    return stacked([gaps, after], len(gaps))


def _distances(good: Flags) -> tuple[Numbers, Numbers]:
    """Blocks since the last paragraph before each block, and until the next one after it (at most 30)."""
    flags = good.tolist()
    before = list(accumulate(flags[:-1], _step, initial=_FAR))
    after = list(accumulate(flags[:0:-1], _step, initial=_FAR))[::-1]
    return np.array(before, dtype=np.float64), np.array(after, dtype=np.float64)


def _step(steps: int, is_good: int) -> int:
    return 1 if is_good else min(_FAR, steps + 1)


def _headline_place(view: View, headline: str) -> int:
    """The block that shows the headline (the first in a heading, else the first at all), -1 when none does."""
    name = folded(headline)
    if not name:
        return -1
    most = 2 * len(headline) + 20
    shown = [place for place, block in enumerate(view.blocks) if len(block.text) < most and folded(block.text) == name]
    headings = [place for place in shown if view.elements[view.blocks[place].element].tag in ("h1", "h2")]
    return next(iter(headings or shown), -1)


def _after_headline(view: View, head: int) -> Matrix:
    """Distance to the headline, headings of its shape and of any kind since, and whether the article element is its."""
    here = np.arange(len(view.blocks))
    articles = _articles(view)
    own_shape, own_article = (view.shape[head], articles[head]) if head >= 0 else (0, -1)
    is_heading = [view.elements[block.element].tag in _HEADINGS for block in view.blocks]
    headings = np.array(is_heading) & (here > head)
    columns = (
        np.minimum(60, here - head) if head >= 0 else -99,
        np.minimum(np.cumsum(headings & (view.shape == own_shape)), 5),
        np.minimum(np.cumsum(headings), 12),
        np.where(articles < 0, 0, np.where(articles == own_article, 1, -1)),
    )
    return stacked(columns, len(here))


def _articles(view: View) -> Places:
    """For each block the innermost article element round it, -1 when there is none."""
    found = np.full(len(view.blocks), -1, dtype=np.intp)
    for place, element in enumerate(view.elements):
        if element.tag == "article":
            found[view.start[place] : view.end[place]] = place
    return found
