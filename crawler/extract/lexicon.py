"""What words and class names weigh for and against a block being text of an article: a hashed linear model.

Words are hashed to a table of weights, so that no text of the pages it was learned from is kept.
"""

import re
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from crawler.extract.blocks import Block, Element
from crawler.extract.text import Runs, unquoted
from crawler.extract.view import View

BUCKETS = 1 << 13
_words = Runs(r"[^\W\d_]")
_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: letters of a line, of a short block, and of a block whose last words count
_LINE, _SHORT, _MIDDLE = 25, 60, 160
#: for blocks of each size: how it is called, what its words are marked with, how many of them count
_SIZES = ("size0", "size1", "size2", "size3")
_PREFIXES = ("t0", "t1", "t2", "t2")
_COUNTED = (12, 12, 3, 1)


def text_keys(text: str) -> list[int]:
    """Buckets of the words of a short block, of the first and last words of a longer one."""
    return [_bucket(key) for key in _told(text)]


def _told(text: str) -> list[str]:
    size = len(text)
    grade = 0 if size < _LINE else 1 if size < _SHORT else 2 if size < _MIDDLE else 3
    spoken = _words(unquoted(text[:100]).lower())
    prefix = _PREFIXES[grade]
    keys = [_SIZES[grade], *[prefix + word for word in spoken[: _COUNTED[grade]]]]
    if spoken:
        keys.append("first" + spoken[0])
    if size < _MIDDLE:
        keys += ["last" + word for word in _words(unquoted(text[-30:]).lower())[-2:]]
    return keys


def name_keys(names: str, prefix: str) -> list[int]:
    """Buckets of the words in class names."""
    return [_bucket(key) for key in _named(names, prefix)]


def _named(names: str, prefix: str) -> list[str]:
    return [prefix + word for word in _words_of_names(names)]


@lru_cache(maxsize=20_000)  # each element is also the parent of others
def _words_of_names(names: str) -> list[str]:
    return [word.lower() for word in _NAME.findall(names[:200])[:14]]


def _bucket(key: str) -> int:
    return crc32(key.encode("utf-8", "replace")) % BUCKETS


def keys_of(elements: list[Element], block: Block) -> tuple[list[int], list[int], list[int]]:
    """Buckets of a block's text, of its element's names and of its parent's."""
    element = elements[block.element]
    parent = elements[element.parent].names if element.parent >= 0 else ""
    return text_keys(block.text), name_keys(element.names, "own"), name_keys(parent, "parent")


class Lexicon:
    """The learned weights, one for each bucket."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self.weights: list[float] = weights.tolist()
        self._of_key = lru_cache(maxsize=50_000)(self._weight)
        self._of_names = lru_cache(maxsize=20_000)(self._names_weight)

    def scores(self, view: View) -> NDArray[np.float32]:
        """For each block the weight of its words, of its element's names and of its parent's."""
        rows = []
        for block in view.blocks:
            element = view.elements[block.element]
            parent = view.elements[element.parent].names if element.parent >= 0 else ""
            spoken = sum(map(self._of_key, _told(block.text)))
            rows.append((spoken, self._of_names(element.names, "own"), self._of_names(parent, "parent")))
        return np.array(rows, dtype=np.float32)

    def _weight(self, key: str) -> float:
        return self.weights[_bucket(key)]

    def _names_weight(self, names: str, prefix: str) -> float:
        return sum(map(self._of_key, _named(names, prefix)))
