"""What the model sees of each block: its text, its markup, its place and its neighbours, as one row of numbers."""

# ruff: noqa: E501 - the columns stand as they are named

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from crawler.extract.furniture import signs_of_all
from crawler.extract.hints import NAMES
from crawler.extract.people import starts_as_byline
from crawler.extract.places import Sums, placed
from crawler.extract.text import words
from crawler.extract.view import Matrix, View, shifted, stacked

_OWN_TAGS = (
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "blockquote",
    "figcaption",
    "section",
    "article",
    "dd",
    "pre",
    "header",
    "footer",
)
_AROUND = (
    "article",
    "main",
    "section",
    "aside",
    "nav",
    "header",
    "footer",
    "figure",
    "ul",
    "ol",
    "table",
    "form",
    "blockquote",
    "button",
    "details",
)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}:\d{2}")
#: letters of a line that is looked through for a date, and digits that one has ("9:30")
_LONGEST_DATED, _LEAST_DIGITS = 120, 3
#: how many blocks on the neighbours are
_STEPS = (-3, -2, -1, 1, 2, 3)
_HINT_BITS = np.arange(len(NAMES), dtype=np.uint64)
#: letters of a block that are compared with what the head of the page says
_COMPARED = 240
#: columns of the text that are told of neighbours: length, links, end mark, capitals, two signs
_OF_NEIGHBOURS = [0, 2, 9, 14, 21, 22]


@dataclass(frozen=True, slots=True)
class Context:
    """What else of the page helps to tell its text."""

    headline: str = ""
    description: str = ""
    #: the text that JSON-LD gives as articleBody, "" when it gives none
    article_body: str = ""
    #: places of captions and of teasers in the layout
    captions: frozenset[int] = frozenset()
    teasers: frozenset[int] = frozenset()


def matrix_of(view: View, context: Context) -> Matrix:
    """One row of numbers for each block of the view, in page order.

    It is built with one row for each number, as all parts of it are, and turned.
    """
    sums = Sums(view)
    main = sums.main_element()
    text = np.concatenate([_letters(view), _wording(view, context)])
    parts = [text, *_markup(view, main), *placed(view, sums, main, context.headline), *_neighbours(text, view)]
    return np.concatenate(parts).T


def _letters(view: View) -> Matrix:
    """Length, links, bold, punctuation, capitals, digits."""
    marks, sizes = view.marks, view.marks.sizes
    per_hundred = 100 / (view.letters + 20)
    spoken = np.maximum(marks.words, 1)
    counted = [(block.links, block.bold, block.slanted, block.hidden) for block in view.blocks]
    links, bold, slanted, hidden = np.array(counted, dtype=np.float64).T
    columns = (
        view.letters, marks.words, view.linked, np.minimum(links, 9), bold / sizes, slanted / sizes, hidden,
        per_hundred * marks.count("comma"), per_hundred * marks.stops,
        view.ends, marks.last("question"), marks.last("colon"), marks.count("digit") / sizes, marks.count("upper") / sizes,
        marks.capital_words / spoken, marks.first("lower"), marks.first("opening"), marks.count("at") > 0, marks.count("rights") > 0, marks.count("bar") > 0,
        np.minimum(marks.count("quote"), 9),
    )  # fmt: skip
    return stacked(columns, len(view.blocks))


def _wording(view: View, context: Context) -> Matrix:
    """What each text says: calls, bylines, dates, repetition, likeness to what the head of the page says."""
    texts = [block.text for block in view.blocks]
    copies = Counter(texts)
    seen: Counter[str] = Counter()
    likeness = _Likeness(context)
    rows = []
    told = zip(texts, view.places.tolist(), signs_of_all(texts), _may_be_dated(view), strict=True)
    for text, place, signs, may_be_dated in told:
        rows.append(
            (
                *signs, len(text) < 160 and starts_as_byline(text), may_be_dated and _DATED.search(text) is not None,
                min(seen[text], 3), min(copies[text], 4), *likeness.of(text), place in context.captions, place in context.teasers,
            )
        )  # fmt: skip
        seen[text] += 1
    return np.array(rows, dtype=np.float32).T


def _may_be_dated(view: View) -> list[bool]:
    """Whether each text is short and has digits enough for a date or a time: the expression for them is slow."""
    flags: list[bool] = ((view.marks.sizes < _LONGEST_DATED) & (view.marks.count("digit") >= _LEAST_DIGITS)).tolist()
    return flags


class _Likeness:
    """How much of a block's words are in the headline, the description and articleBody."""

    def __init__(self, context: Context) -> None:
        self.headline = frozenset(words(context.headline))
        self.description = frozenset(words(context.description))
        self.body = frozenset(_pairs(words(context.article_body))) if context.article_body else frozenset()

    def of(self, text: str) -> tuple[float, float, float, float]:
        """Dice with headline and description; shares of words in the description, of word pairs in articleBody (-1: none)."""
        own = words(text[:_COMPARED])
        kinds = frozenset(own)
        inside = -1.0
        if self.body:
            pairs = _pairs(own)
            inside = sum(map(self.body.__contains__, pairs)) / max(1, len(pairs))
        within = len(kinds & self.description) / max(1, len(kinds))
        return _dice(kinds, self.headline), _dice(kinds, self.description), within, inside


def _pairs(spoken: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(spoken)) or [(word, "") for word in spoken]


def _dice(first: frozenset[str], second: frozenset[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _markup(view: View, main: int) -> tuple[Matrix, Matrix]:
    """Hints of a block's own element, of the two above, of all above that the main element does not share; tags."""
    hints = np.array([element.hints for element in view.elements], dtype=np.uint64)
    special = np.array(_special_hints(view, main), dtype=np.uint64)
    given = np.array([(block.own, block.above) for block in view.blocks], dtype=np.uint64)
    around = hints[view.around] | hints[view.parents[view.around]]
    bits = np.stack([given[:, 0], around, special[view.element], given[:, 1]])
    spread = (bits[:, None, :] >> _HINT_BITS[None, :, None]) & np.uint64(1)
    return spread.reshape(-1, len(view.blocks)).astype(np.float32), _tags(view)


def _tags(view: View) -> Matrix:
    """The tag of each block's element, and the tags round it: a page has few different pairs of them."""
    found: dict[tuple[str, frozenset[str]], int] = {}
    kinds = [found.setdefault((view.elements[block.element].tag, block.tags), len(found)) for block in view.blocks]
    flags = [[own == tag for tag in _OWN_TAGS] + [tag in around for tag in _AROUND] for own, around in found]
    return np.array(flags, dtype=np.float32).T[:, kinds]


def _special_hints(view: View, main: int) -> list[int]:
    """For each element the hints on its way up that do not stand above the main element too."""
    special: list[int] = []
    start, end = view.elements[main].start, view.elements[main].end
    for element in view.elements:
        shared = element.start <= start and element.end >= end
        inherited = special[element.parent] if element.parent >= 0 else 0
        special.append(0 if shared else inherited | element.hints)
    return special


def _neighbours(text: Matrix, view: View) -> Iterator[Matrix]:
    """Of the three blocks before and after: length, links, end mark, capitals, signs, and whether the shape is the same."""
    groups = np.stack([np.unique(view.shape, return_inverse=True)[1], view.around])
    shown = shifted(text[_OF_NEIGHBOURS], _STEPS, -1)
    for seen, theirs in zip(shown, shifted(groups, _STEPS, -1), strict=True):
        yield seen
        yield (theirs == groups).astype(np.float32)
