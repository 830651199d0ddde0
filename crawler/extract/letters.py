"""What the letters of many texts are, counted for all texts of a page at once."""

# ruff: noqa: E501 - the scripts stand in one line

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: marks that end a sentence, a quotation behind it included
TERMINAL = '.!?…。！？।؟”"»」』’'
#: scripts in which a letter stands for two or three of an alphabet
_HEAVY = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF))  # fmt: skip
_SIGNS = {
    "comma": ",、،",
    "stop": ".",
    "dense stop": "。।",
    "end": TERMINAL,
    "question": "?؟？",
    "colon": ":：",
    "quote": '"“„«',
    "opening": "“\"«„‘'「",
    "at": "@",
    "rights": "©",
    "bar": "|",
}
_BIT = {name: 1 << place for place, name in enumerate(("digit", "upper", "lower", "space", "heavy", *_SIGNS))}
#: code points beyond this (emoji, rare signs) are of no kind
_LAST = 0xFFFF


def _table() -> NDArray[np.uint16]:
    """The kinds of every code point of the basic plane, as bits."""
    signs = np.array([chr(code) for code in range(_LAST)])
    kinds = np.zeros(_LAST + 1, dtype=np.uint16)
    for name, holds in (
        ("digit", np.char.isdigit),
        ("upper", np.char.isupper),
        ("lower", np.char.islower),
        ("space", np.char.isspace),
    ):
        kinds[:_LAST] |= holds(signs).astype(np.uint16) * _BIT[name]
    for first, last in _HEAVY:
        kinds[first : last + 1] |= _BIT["heavy"]
    for name, listed in _SIGNS.items():
        kinds[[ord(sign) for sign in listed]] |= _BIT[name]
    return kinds


_KINDS = _table()


class Letters:
    """The letters of a row of texts, none of them empty."""

    def __init__(self, texts: Sequence[str]) -> None:
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
        self.sizes = np.array([len(text) for text in texts], dtype=np.intp)
        self.ends = np.cumsum(self.sizes)
        self.starts = self.ends - self.sizes
        self._owner = np.repeat(np.arange(len(texts)), self.sizes)
        self._kinds = _KINDS[np.minimum(codes, _LAST)]
        first = np.zeros(len(codes), dtype=np.uint16)
        first[1:] = self._kinds[:-1] & _BIT["space"]
        first[self.starts] = _BIT["space"]
        self._begins = first > 0

    def count(self, kind: str) -> Counts:
        """How many letters of a kind each text has."""
        return self._sum((self._kinds & _BIT[kind]) > 0)

    def first(self, kind: str) -> Flags:
        """Whether each text begins with a letter of a kind."""
        found: Flags = (self._kinds[self.starts] & _BIT[kind]) > 0
        return found

    def last(self, kind: str) -> Flags:
        """Whether each text ends with a letter of a kind."""
        found: Flags = (self._kinds[self.ends - 1] & _BIT[kind]) > 0
        return found

    @property
    def words(self) -> Counts:
        """How many words each text has."""
        return self._sum(self._begins)

    @property
    def capital_words(self) -> Counts:
        """How many words of each text begin with a capital."""
        return self._sum(self._begins & ((self._kinds & _BIT["upper"]) > 0))

    @property
    def stops(self) -> Counts:
        """Full stops with a space behind, and those of scripts that write none."""
        dotted = (self._kinds & _BIT["stop"]) > 0
        dotted[:-1] &= (self._kinds[1:] & _BIT["space"]) > 0
        dotted[self.ends - 1] = False
        return self._sum(dotted | ((self._kinds & _BIT["dense stop"]) > 0))

    @property
    def weights(self) -> Counts:
        """Length of each text in letters of an alphabet."""
        return self.sizes.astype(np.float64) + np.floor(self.count("heavy") * 1.5)

    def _sum(self, flags: Flags) -> Counts:
        return np.bincount(self._owner[np.flatnonzero(flags)], minlength=len(self.sizes)).astype(np.float64)
