"""Where a block stands: in its containers, among blocks of its shape, between headline and paragraphs."""

# ruff: noqa: E501 - the columns stand as they are named in the docstring

from itertools import accumulate

import numpy as np

from crawler.extract.text import folded
from crawler.extract.view import Flags, Matrix, Numbers, Places, View

_LEVELS = 4
_FAR = 30
_HEADINGS = frozenset(("h1", "h2", "h3"))


class Sums:
    """Running sums over the blocks, from which any element's share of text, links and paragraphs follows."""

    def __init__(self, view: View) -> None:
        self.view = view
        columns = np.stack([view.letters, view.letters * view.good, view.good.astype(np.float64)], axis=1)
        self.run = np.vstack([np.zeros((1, 3)), np.cumsum(columns, axis=0)])
        self.total = self.run[-1]
        self.depth = np.array([element.depth for element in view.elements])

    def of_elements(self, chosen: Places) -> Matrix:
        """Letters, links against letters, share of paragraphs, share of the page's paragraphs, blocks, depth."""
        view = self.view
        start, end = view.start[chosen], view.end[chosen]
        held = self.run[end] - self.run[start]
        links = view.link_run[view.link_end[chosen]] - view.link_run[view.link_start[chosen]]
        letters = held[:, 0] + 1
        columns = (
            np.log1p(held[:, 0]), links / (letters + links), held[:, 1] / letters, held[:, 1] / (self.total[1] + 1), np.log1p(end - start),
            np.log1p(held[:, 2]), self.depth[chosen],
        )  # fmt: skip
        return np.stack(columns, axis=1).astype(np.float32)

    def main_element(self) -> int:
        """The element that most paragraph letters stand in directly; those in its children count less."""
        view = self.view
        scores = np.zeros(len(view.elements))
        chosen = view.element[view.good]
        letters = view.letters[view.good]
        for share in (1.0, 1.0, 0.5, 0.25):
            np.add.at(scores, chosen, share * letters)
            chosen = view.parents[chosen]
        single = (self.run[view.end] - self.run[view.start])[:, 2] <= 1
        scores[single] *= 0.3
        return int(np.argmax(scores))


def place_matrix(view: View, sums: Sums, main: int, headline: str) -> Matrix:
    """All that is known of where each block stands."""
    chains = _chains(view)
    head = _headline_place(view, headline)
    levels = [sums.of_elements(chains[:, level]) for level in range(_LEVELS)]
    kin = _kinship(view, main)
    kin_of_head = _kinship(view, int(view.element[head])) if head >= 0 else kin
    return np.hstack(
        [
            *levels,
            _shapes(view, sums),
            _order(view, sums, main),
            _skipped(view),
            kin,
            kin_of_head,
            _after_headline(view, head),
            _siblings(view),
        ]
    )


def _chains(view: View) -> Places:
    """The elements round each block, nearest first."""
    chain = [view.element]
    for _ in range(_LEVELS - 1):
        chain.append(view.parents[chain[-1]])
    return np.stack(chain, axis=1)


def _shapes(view: View, sums: Sums) -> Matrix:
    """Of the blocks of equal shape, and of equal shape in containers of equal shape: how many, how long, how linked."""
    near = view.shapes[view.element]
    far = near * 31 + view.shapes[view.parents[view.element]]
    return np.hstack([_of_shape(view, sums, near), _of_shape(view, sums, far)])


def _of_shape(view: View, sums: Sums, shapes: Places) -> Matrix:
    _, group = np.unique(shapes, return_inverse=True)
    number = np.bincount(group)
    letters = np.bincount(group, view.letters)
    paragraphs = np.bincount(group, view.letters * view.good)
    linked = np.bincount(group, view.letters * view.linked)
    columns = (
        np.log1p(number), np.log1p(letters / number), paragraphs / (letters + 1), paragraphs / (sums.total[1] + 1), linked / (letters + 1)
    )  # fmt: skip
    return np.stack(columns, axis=1)[group].astype(np.float32)


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
        here / number, np.full(number, np.log1p(number)), np.full(number, np.log1p(sums.total[1])), inside,
        np.clip((here - start) / max(1, end - start), -0.5, 1.5), np.full(number, -99) if head is None else np.clip(here - head, -40, 60),
        before, after, sums.run[:-1, 1] / (sums.total[1] + 1), np.minimum(sums.run[:-1, 2], 20), np.minimum(sums.total[2] - sums.run[1:, 2], 20),
        np.clip(here - first, -_FAR, 60), np.clip(last - here, -_FAR, 60),
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)


def _skipped(view: View) -> Matrix:
    """How many blocks of mere links stand right before and right after each block."""
    gaps = np.minimum(np.diff(np.concatenate([[-1], view.places])) - 1, 15)
    after = np.concatenate([gaps[1:], [15]])
    return np.stack([gaps, after], axis=1).astype(np.float32)


def _distances(good: Flags) -> tuple[Numbers, Numbers]:
    """Blocks since the last paragraph before each block, and until the next one after it (at most 30)."""
    flags = good.tolist()
    before = list(accumulate(flags[:-1], _step, initial=_FAR))
    after = list(accumulate(flags[:0:-1], _step, initial=_FAR))[::-1]
    return np.array(before, dtype=np.float64), np.array(after, dtype=np.float64)


def _step(steps: int, is_good: int) -> int:
    return 1 if is_good else min(_FAR, steps + 1)


def _kinship(view: View, main: int) -> Matrix:
    """Levels between a block and an element: how far up the common ancestor is, how far down from there the block."""
    elements = view.elements
    rank: dict[int, int] = {}
    element = main
    while element >= 0:
        rank[element] = len(rank)
        element = elements[element].parent
    known: dict[int, tuple[int, int]] = {}
    for block in view.blocks:
        if block.element not in known:
            element, down = block.element, 0
            while element >= 0 and element not in rank:
                element, down = elements[element].parent, down + 1
            known[block.element] = min(12, rank.get(element, 12)), min(12, down)
    return np.array([known[block.element] for block in view.blocks], dtype=np.float32)


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
    shapes, articles = view.shapes[view.element], _articles(view)[view.element]
    own_shape, own_article = (shapes[head], articles[head]) if head >= 0 else (0, -1)
    headings = np.array([element.tag in _HEADINGS for element in view.elements], dtype=bool)[view.element] & (
        here > head
    )
    columns = (
        np.minimum(60, here - head) if head >= 0 else np.full(len(here), -99),
        np.minimum(np.cumsum(headings & (shapes == own_shape)), 5),
        np.minimum(np.cumsum(headings), 12),
        np.where(articles < 0, 0, np.where(articles == own_article, 1, -1)),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _articles(view: View) -> Places:
    """For each element the innermost article element round it or itself, -1 when there is none."""
    found: list[int] = []
    for place, element in enumerate(view.elements):
        found.append(place if element.tag == "article" else found[element.parent] if element.parent >= 0 else -1)
    return np.array(found, dtype=np.intp)


def _siblings(view: View) -> Matrix:
    """Of the blocks under the same parent and grandparent: how many, length and spread, links, share of end marks."""
    parents = view.parents[view.element]
    size = np.log1p(view.letters)
    columns: list[Numbers] = []
    for keys in (parents, view.parents[parents]):
        _, group = np.unique(keys, return_inverse=True)
        number = np.bincount(group)
        mean = np.bincount(group, size) / number
        spread = np.sqrt(np.maximum(np.bincount(group, size**2) / number - mean**2, 0))
        for column in (
            np.log1p(number),
            mean,
            spread,
            np.bincount(group, view.linked) / number,
            np.bincount(group, view.ends) / number,
        ):
            columns.append(column[group])  # noqa: PERF401 - the columns are of two kinds of keys
    return np.stack(columns, axis=1).astype(np.float32)
