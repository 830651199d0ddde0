"""The blocks worth judging: rows of links are left out, but leave their weight in the containers that hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crawler.extract.blocks import Block, Element, Layout
from crawler.extract.letters import Letters

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: letters from which a block counts as a paragraph when others are placed relative to it
_PARAGRAPH = 80
_LINKED = 0.9
#: elements in which hardly any text stands: 8 of 1,700 blocks in them, of 641 pages
_BESIDE = frozenset(("figure", "fieldset"))
_MAY_BE_LINKED = frozenset(("p", "h1"))


@dataclass(frozen=True)
class View:
    """The blocks that are judged, with what is counted of each and of all that surrounds it.

    ``places`` are their indices in the layout. ``start`` and ``end`` are the elements' spans over these blocks;
    ``link_run`` is the running sum of linked letters over all blocks of the layout, ``link_start`` and ``link_end`` the
    spans over those.
    """

    blocks: list[Block]
    elements: list[Element]
    places: Places
    start: Places
    end: Places
    link_run: Numbers
    link_start: Places
    link_end: Places

    @cached_property
    def marks(self) -> Letters:
        """What the letters of the blocks are."""
        return Letters([block.text for block in self.blocks])

    @cached_property
    def letters(self) -> Numbers:
        """Weight of each block's text."""
        return self.marks.weights

    @cached_property
    def linked(self) -> Numbers:
        """Share of each block's letters that are links."""
        return np.array([block.linked for block in self.blocks]) / self.marks.sizes

    @cached_property
    def ends(self) -> Flags:
        """Whether each block ends like a sentence."""
        return self.marks.last("end")

    @cached_property
    def good(self) -> Flags:
        """Blocks that look like running text wherever they stand."""
        return (self.letters >= _PARAGRAPH) & (self.linked < 0.4) & self.ends

    @cached_property
    def around(self) -> Places:
        """The element round the element of each block."""
        return self.parents[self.element]

    @cached_property
    def shape(self) -> NDArray[np.int64]:
        """The shape of each block's element."""
        return self.shapes[self.element]

    @cached_property
    def element(self) -> Places:
        """The element of each block."""
        return np.array([block.element for block in self.blocks], dtype=np.intp)

    @cached_property
    def parents(self) -> Places:
        """The parent of each element of the page; the outermost is its own parent."""
        return np.array([max(0, element.parent) for element in self.elements], dtype=np.intp)

    @cached_property
    def shapes(self) -> NDArray[np.int64]:
        """The shape of each element of the page."""
        return np.array([element.shape for element in self.elements], dtype=np.int64)


def stacked(columns: Sequence[ArrayLike], number: int) -> Matrix:
    """What is known of ``number`` blocks: each column becomes one row, a single value a row of it."""
    matrix = np.empty((len(columns), number), dtype=np.float32)
    for place, column in enumerate(columns):
        matrix[place] = column
    return matrix


def shifted(rows: NDArray[Any], steps: Sequence[int], beyond: int) -> Iterator[NDArray[Any]]:
    """The rows as seen from each block when one looks so many blocks on; ``beyond`` where no block is."""
    reach, number = max(map(abs, steps)), rows.shape[-1]
    wide = np.full((*rows.shape[:-1], number + 2 * reach), beyond, dtype=rows.dtype)
    wide[..., reach : reach + number] = rows
    for step in steps:
        yield wide[..., reach + step : reach + step + number]


def _beside(blocks: list[Block]) -> list[bool]:
    """Which blocks stand in elements for what is beside the text; none, where most of the text does."""
    beside = [not block.tags.isdisjoint(_BESIDE) for block in blocks]
    long = [flag for flag, block in zip(beside, blocks, strict=True) if len(block.text) - block.linked >= _PARAGRAPH]
    return beside if 2 * sum(long) <= len(long) else [False] * len(blocks)


def view_of(layout: Layout) -> View:
    """Leave out what stands beside the text, and blocks that are links and nothing else unless they are paragraphs."""
    blocks = layout.blocks
    kept = [
        not beside and (block.linked < _LINKED * len(block.text) or not block.tags.isdisjoint(_MAY_BE_LINKED))
        for block, beside in zip(blocks, _beside(blocks), strict=True)
    ]
    rank = np.concatenate([[0], np.cumsum(kept)])
    start = np.array([element.start for element in layout.elements], dtype=np.intp)
    end = np.array([element.end for element in layout.elements], dtype=np.intp)
    places = np.flatnonzero(kept)
    links = np.concatenate([[0.0], np.cumsum([float(block.linked) for block in blocks])])
    return View([blocks[place] for place in places], layout.elements, places, rank[start], rank[end], links, start, end)
