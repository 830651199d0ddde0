"""Teasers: small equal boxes, each a linked headline with a line of text, as section fronts and "more stories" have."""

from collections import Counter

from crawler.extract.blocks import Block, Layout
from crawler.extract.text import weight

#: a box of more blocks than this is no teaser
_MAX_BLOCKS = 5
#: boxes of equal shape that make a row
_ROW = 3
_HEADLINE = 15
_MOSTLY = 0.8


def teasers_in(layout: Layout) -> set[int]:
    """The blocks that stand in boxes of a row of teasers."""
    linked = [is_linked_line(block) for block in layout.blocks]
    boxes = [
        e
        for e in layout.elements
        if 1 < e.end - e.start <= _MAX_BLOCKS and _has_linked_headline(linked[e.start : e.end])
    ]
    shapes = Counter(box.shape for box in boxes)
    return {place for box in boxes if shapes[box.shape] >= _ROW for place in range(box.start, box.end)}


def is_linked_line(block: Block) -> bool:
    """Whether a block is, nearly all of it, a link as long as a headline."""
    return block.linked >= _MOSTLY * len(block.text) and weight(block.text) >= _HEADLINE


def _has_linked_headline(linked: list[bool]) -> bool:
    """Whether a linked line has text after it that is no link."""
    return True in linked[:-1] and False in linked
