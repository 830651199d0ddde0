"""What the model sees of each block: its text, its markup, its container and its neighbours, as one row of numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from crawler.extract.blocks import Block, Layout
from crawler.extract.furniture import signs_of
from crawler.extract.hints import NAMES
from crawler.extract.people import starts_as_byline
from crawler.extract.text import folded, weight, words

Matrix = NDArray[np.float32]

_OWN_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "blockquote", "figcaption", "section", "article", "dd", "pre", "header", "footer")
_AROUND = ("article", "main", "section", "aside", "nav", "header", "footer", "figure", "ul", "ol", "table", "form", "blockquote", "button", "details")
_TERMINAL = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "”", '"', "»", "」", "』", "’")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}:\d{2}")
#: letters from which a block counts as a paragraph when others are placed relative to it
_PARAGRAPH = 80
_LEVELS = 4
_REACH = 3

TEXT_COLUMNS = (
    "weight", "words", "linked", "links", "bold", "slanted", "hidden", "commas", "stops", "terminal", "asks", "colon", "digits", "capitals",
    "title_case", "starts_lower", "starts_quote", "at", "copyright", "bar", "quotes", "leads_away", "calls", "closes", "about_author", "byline",
    "dated", "copies_before", "copies", "like_headline", "like_description", "in_article_body", "caption", "teaser",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """What else of the page helps to tell its text."""

    headline: str = ""
    description: str = ""
    #: the text that JSON-LD gives as articleBody, "" when it gives none
    article_body: str = ""
    captions: frozenset[int] = frozenset()
    teasers: frozenset[int] = frozenset()


def matrix_of(layout: Layout, context: Context) -> Matrix:
    """One row of numbers for each block, in page order."""
    letters = np.array([weight(block.text) for block in layout.blocks], dtype=np.float32)
    text = _text_matrix(layout.blocks, letters, context)
    good = _paragraphs(layout.blocks, letters)
    sums = _Sums(layout, letters, good)
    main = sums.main_element(layout)
    markup = _markup_matrix(layout, _special_hints(layout, main))
    place = _place_matrix(layout, sums, main, context.headline)
    own = np.hstack([text, markup, place])
    return np.hstack([own, _neighbours(text, place, layout)])


def _text_matrix(blocks: Sequence[Block], letters: Matrix, context: Context) -> Matrix:
    copies = Counter(block.text for block in blocks)
    seen: Counter[str] = Counter()
    likeness = _Likeness(context)
    rows = []
    for place, block in enumerate(blocks):
        rows.append(
            [
                *_letters_row(block, float(letters[place])),
                *signs_of(block.text),
                len(block.text) < 160 and starts_as_byline(block.text),
                len(block.text) < 120 and bool(_DATED.search(block.text)),
                min(seen[block.text], 3),
                min(copies[block.text], 4),
                *likeness.of(block.text),
                place in context.captions,
                place in context.teasers,
            ]
        )
        seen[block.text] += 1
    return np.array(rows, dtype=np.float32)


def _letters_row(block: Block, letters: float) -> list[float]:
    text, size = block.text, len(block.text)
    spoken = text.split()
    first, last = text[0], text[-1]
    head = spoken[:40]
    return [
        np.log1p(letters), np.log1p(len(spoken)), block.linked / size, min(block.links, 9), block.bold / size, block.slanted / size, block.hidden,
        100 * sum(map(text.count, ",、،，")) / (letters + 20), 100 * sum(map(text.count, (". ", "。", "।"))) / (letters + 20),
        text.endswith(_TERMINAL), last in "?؟？", last in ":：", sum(map(str.isdigit, text[:200])) / min(size, 200),
        sum(map(str.isupper, text[:200])) / min(size, 200), sum(word[0].isupper() for word in head) / len(head),
        first.islower(), first in "“\"«„‘'「", "@" in text, "©" in text, "|" in text, min(9, sum(map(text.count, '"“„«'))),
    ]  # fmt: skip


class _Likeness:
    """How much of a block's words are in the headline, the description and articleBody."""

    def __init__(self, context: Context) -> None:
        self.headline = frozenset(words(context.headline))
        self.description = frozenset(words(context.description))
        self.body = frozenset(_grams(words(context.article_body))) if context.article_body else frozenset()

    def of(self, text: str) -> tuple[float, float, float]:
        """Dice with the headline and the description; share of word pairs that articleBody has (-1: there is none)."""
        own = words(text[:400])
        kinds = frozenset(own)
        pairs = _grams(own)
        inside = -1.0 if not self.body else sum(pair in self.body for pair in pairs) / max(1, len(pairs))
        return _dice(kinds, self.headline), _dice(kinds, self.description), inside


def _grams(spoken: list[str]) -> list[tuple[str, str]]:
    return list(zip(spoken, spoken[1:], strict=False)) or [(word, "") for word in spoken]


def _dice(first: frozenset[str], second: frozenset[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _paragraphs(blocks: Sequence[Block], letters: Matrix) -> NDArray[np.bool_]:
    """Blocks that look like running text wherever they stand."""
    linked = np.array([block.linked / len(block.text) for block in blocks])
    ends = np.array([block.text.endswith(_TERMINAL) for block in blocks])
    return (letters >= _PARAGRAPH) & (linked < 0.4) & ends


def _special_hints(layout: Layout, main: int) -> list[int]:
    """For each element the hints on its way up that do not stand above the main element too."""
    special: list[int] = []
    start, end = layout.elements[main].start, layout.elements[main].end
    for element in layout.elements:
        shared = element.start <= start and element.end >= end
        inherited = special[element.parent] if element.parent >= 0 else 0
        special.append(0 if shared else inherited | element.hints)
    return special


def _markup_matrix(layout: Layout, special: list[int]) -> Matrix:
    elements, count = layout.elements, len(NAMES)
    rows = []
    for block in layout.blocks:
        element = elements[block.element]
        near = elements[element.parent].hints if element.parent >= 0 else 0
        grand = elements[element.parent].parent if element.parent >= 0 else -1
        near |= elements[grand].hints if grand >= 0 else 0
        rows.append((block.own, near, special[block.element], block.above))
    bits = np.array(rows, dtype=np.uint64)
    spread = (bits[:, :, None] >> np.arange(count, dtype=np.uint64)[None, None, :]) & np.uint64(1)
    hints = spread.reshape(len(rows), 4 * count).astype(np.float32)
    tags = [[elements[b.element].tag == tag for tag in _OWN_TAGS] + [tag in b.tags for tag in _AROUND] for b in layout.blocks]
    return np.hstack([hints, np.array(tags, dtype=np.float32)])


def _place_matrix(layout: Layout, sums: "_Sums", main: int, headline: str) -> Matrix:
    """Where a block stands: in its containers, among blocks of its shape, between the paragraphs of the page."""
    chains = _chains(layout)
    levels = [sums.of_elements(chains[:, level]) for level in range(_LEVELS)]
    head = _headline_place(layout, headline)
    return np.hstack(
        [
            *levels,
            sums.shapes(layout),
            sums.order(layout, main),
            sums.kinship(layout, main),
            sums.kinship(layout, layout.blocks[head].element if head >= 0 else main),
            _after_headline(layout, head),
            _lists(layout, sums.letters),
        ]
    )


def _headline_place(layout: Layout, headline: str) -> int:
    """The block that shows the headline (the first in a heading, else the first at all), -1 when none does."""
    name = folded(headline)
    shown = [place for place, block in enumerate(layout.blocks) if len(block.text) < 400 and folded(block.text) == name]
    headings = [place for place in shown if layout.elements[layout.blocks[place].element].tag in ("h1", "h2")]
    return next(iter(headings or shown), -1)


def _after_headline(layout: Layout, head: int) -> Matrix:
    """Distance to the headline, headings of its shape and of any kind since, and whether the article element is its."""
    elements = layout.elements
    heading = elements[layout.blocks[head].element] if head >= 0 else None
    alike = others = 0
    own_article = _article_round(layout, head) if head >= 0 else -1
    rows = []
    for place, block in enumerate(layout.blocks):
        element = elements[block.element]
        if place > head and element.tag in ("h1", "h2", "h3"):
            others += 1
            alike += heading is not None and element.shape == heading.shape
        article = _article_round(layout, place)
        same = 0 if article < 0 else (1 if article == own_article else -1)
        rows.append((min(60, place - head) if head >= 0 else -99, min(alike, 5), min(others, 12), same))
    return np.array(rows, dtype=np.float32)


def _article_round(layout: Layout, place: int) -> int:
    """The innermost article element round a block, -1 when there is none."""
    if "article" not in layout.blocks[place].tags:
        return -1
    element = layout.blocks[place].element
    while layout.elements[element].tag != "article":
        element = layout.elements[element].parent
    return element


def _lists(layout: Layout, letters: Matrix) -> Matrix:
    """Of the blocks under the same grandparent: how many, mean length and spread, mean links, share of end marks."""
    elements = layout.elements
    group = np.array([elements[elements[b.element].parent].parent if elements[b.element].parent >= 0 else -1 for b in layout.blocks])
    near = np.array([elements[b.element].parent for b in layout.blocks])
    linked = np.array([b.linked / len(b.text) for b in layout.blocks])
    ends = np.array([b.text.endswith(_TERMINAL) for b in layout.blocks], dtype=np.float64)
    columns = []
    for keys in (near, group):
        _, inverse = np.unique(keys, return_inverse=True)
        number = np.bincount(inverse)
        size = np.log1p(letters)
        mean = np.bincount(inverse, size) / number
        spread = np.sqrt(np.maximum(np.bincount(inverse, size**2) / number - mean**2, 0))
        columns += [np.log1p(number)[inverse], mean[inverse], spread[inverse], (np.bincount(inverse, linked) / number)[inverse]]
        columns.append((np.bincount(inverse, ends) / number)[inverse])
    return np.stack(columns, axis=1).astype(np.float32)


def _chains(layout: Layout) -> NDArray[np.intp]:
    """The elements round each block, nearest first (the outermost repeated)."""
    rows = []
    for block in layout.blocks:
        chain = [block.element]
        while len(chain) < _LEVELS:
            parent = layout.elements[chain[-1]].parent
            chain.append(parent if parent >= 0 else chain[-1])
        rows.append(chain)
    return np.array(rows, dtype=np.intp)


class _Sums:
    """Running sums over the blocks, from which any element's share of text, links and paragraphs follows."""

    def __init__(self, layout: Layout, letters: Matrix, good: NDArray[np.bool_]) -> None:
        linked = np.array([weight(b.text) * b.linked / len(b.text) for b in layout.blocks])
        columns = np.stack([letters, linked, letters * good, good.astype(np.float64)], axis=1)
        self.run = np.vstack([np.zeros((1, 4)), np.cumsum(columns, axis=0)])
        self.letters, self.good = letters, good
        self.start = np.array([e.start for e in layout.elements])
        self.end = np.array([e.end for e in layout.elements])
        self.depth = np.array([e.depth for e in layout.elements])
        self.total = self.run[-1]

    def of_elements(self, chosen: NDArray[np.intp]) -> Matrix:
        """Letters, link density, share of paragraphs, share of the page's paragraphs, blocks, depth of elements."""
        start, end = self.start[chosen], self.end[chosen]
        held = self.run[end] - self.run[start]
        letters = held[:, 0] + 1
        columns = (
            np.log1p(held[:, 0]), held[:, 1] / letters, held[:, 2] / letters, held[:, 2] / (self.total[2] + 1), np.log1p(end - start),
            np.log1p(held[:, 3]), self.depth[chosen],
        )  # fmt: skip
        return np.stack(columns, axis=1).astype(np.float32)

    def main_element(self, layout: Layout) -> int:
        """The element that most paragraph letters stand in directly, those in its children counted half."""
        scores = np.zeros(len(layout.elements))
        for place in np.flatnonzero(self.good):
            element, share = layout.blocks[place].element, 1.0
            for _ in range(4):
                scores[element] += share * self.letters[place]
                element, share = layout.elements[element].parent, share * (1.0 if share == 1.0 else 0.5)
                if element < 0:
                    break
        single = (self.run[self.end] - self.run[self.start])[:, 3] <= 1
        scores[single] *= 0.3
        return int(np.argmax(scores))

    def shapes(self, layout: Layout) -> Matrix:
        """Of the blocks of equal shape: how many, how long, and their share of the page's paragraphs."""
        elements = layout.elements
        near = [elements[b.element].shape for b in layout.blocks]
        far = [hash((elements[b.element].shape, elements[max(0, elements[b.element].parent)].shape)) for b in layout.blocks]
        return np.hstack([self._of_shape(near), self._of_shape(far)])

    def _of_shape(self, shapes: list[int]) -> Matrix:
        _, inverse = np.unique(np.array(shapes), return_inverse=True)
        number = np.bincount(inverse)
        letters = np.bincount(inverse, self.letters)
        paragraphs = np.bincount(inverse, self.letters * self.good)
        linked = np.bincount(inverse, np.diff(self.run[:, 1]))
        columns = (
            np.log1p(number), np.log1p(letters / number), paragraphs / (letters + 1), paragraphs / (self.total[2] + 1), linked / (letters + 1)
        )  # fmt: skip
        return np.stack(columns, axis=1)[inverse].astype(np.float32)

    def order(self, layout: Layout, main: int) -> Matrix:
        """Place in the page, in the main element, and distances to h1 and to paragraphs before and after."""
        number = len(layout.blocks)
        here = np.arange(number)
        start, end = self.start[main], self.end[main]
        heads = [place for place, block in enumerate(layout.blocks) if "h1" in block.tags]
        head = heads[0] if heads else -1
        before, after = _distances(self.good)
        inside = (here >= start) & (here < end)
        within = np.clip((here - start) / max(1, end - start), -0.5, 1.5)
        columns = (
            here / number, np.full(number, np.log1p(number)), np.full(number, np.log1p(self.total[2])), inside, within,
            np.clip(here - head, -40, 60) if head >= 0 else np.full(number, -99), before, after,
            self.run[:-1, 2] / (self.total[2] + 1), np.minimum(self.run[:-1, 3], 20), np.minimum(self.total[3] - self.run[1:, 3], 20),
            np.clip(here - _first(self.good & inside), -30, 60), np.clip(_last(self.good & inside) - here, -30, 60),
        )  # fmt: skip
        return np.stack(columns, axis=1).astype(np.float32)

    def kinship(self, layout: Layout, main: int) -> Matrix:
        """Levels between a block and the main element: how far up the common ancestor is, how far down the block."""
        above = []
        element = main
        while element >= 0:
            above.append(element)
            element = layout.elements[element].parent
        rank = {element: step for step, element in enumerate(above)}
        known: dict[int, tuple[int, int]] = {}
        rows = []
        for block in layout.blocks:
            if block.element not in known:
                known[block.element] = _climb(layout, block.element, rank)
            rows.append(known[block.element])
        return np.minimum(np.array(rows, dtype=np.float32), 12)


def _climb(layout: Layout, element: int, rank: dict[int, int]) -> tuple[int, int]:
    down = 0
    while element >= 0 and element not in rank:
        element, down = layout.elements[element].parent, down + 1
    return rank.get(element, 12), down


def _distances(good: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    """Blocks since the last paragraph before each block, and until the next one after it (at most 30)."""
    before = list(accumulate(good[:-1], lambda steps, is_good: 1 if is_good else min(30, steps + 1), initial=30))
    after = list(accumulate(good[:0:-1], lambda steps, is_good: 1 if is_good else min(30, steps + 1), initial=30))[::-1]
    return np.array(before, dtype=np.float32), np.array(after, dtype=np.float32)


def _first(flags: NDArray[np.bool_]) -> int:
    return int(np.argmax(flags)) if flags.any() else 0


def _last(flags: NDArray[np.bool_]) -> int:
    return len(flags) - 1 - int(np.argmax(flags[::-1])) if flags.any() else len(flags)


def _neighbours(text: Matrix, place: Matrix, layout: Layout) -> Matrix:
    """Of the three blocks before and after: length, links, end mark, signs, and whether the shape is the same."""
    shown = text[:, [0, 2, 9, 14, 21, 22]]
    shape = np.array([layout.elements[b.element].shape for b in layout.blocks])
    parent = np.array([layout.elements[b.element].parent for b in layout.blocks])
    columns = []
    for step in (*range(-_REACH, 0), *range(1, _REACH + 1)):
        columns += [_shifted(shown, step), _shifted(shape, step, equal=True), _shifted(parent, step, equal=True)]
    return np.hstack(columns).astype(np.float32)


def _shifted(values: NDArray[np.generic], step: int, *, equal: bool = False) -> Matrix:
    """The rows ``step`` further on (-1 beyond the ends), or whether they equal the row itself."""
    number = len(values)
    there = np.arange(number) + step
    valid = (there >= 0) & (there < number)
    moved = values[np.clip(there, 0, number - 1)]
    if equal:
        return ((moved == values) & valid).astype(np.float32)[:, None]
    return np.where(valid[:, None], moved, -1).astype(np.float32)
