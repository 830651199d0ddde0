"""Which of many short strings stand in a text: all of them are looked for at once.

Four letters from each place on are made one number, and only where that is the number of a string's beginning is it
looked at (Karp and Rabin, "Efficient randomized pattern-matching algorithms", 1987).
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

#: letters that are made one number; shorter strings are looked for one by one
_LETTERS = 4
#: odd numbers, so that all bits of a letter count; the highest bits of the sum are kept
_FACTORS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint32)
_BITS = 14


class Stems:
    """Strings to look for in texts."""

    def __init__(self, stems: Sequence[str]) -> None:
        """``stems`` are the strings, none of them empty."""
        self._short = tuple(stem for stem in stems if len(stem) < _LETTERS)
        self._long: dict[str, list[str]] = {}
        self._known = np.zeros(1 << _BITS, dtype=np.bool_)
        for stem in stems:
            if len(stem) >= _LETTERS:
                self._long.setdefault(stem[:_LETTERS], []).append(stem)
                self._known[_numbers(stem[:_LETTERS])] = True

    def places(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each of the strings stands in a text, in no order."""
        if len(text) >= _LETTERS:
            for at in np.flatnonzero(self._known[_numbers(text)]).tolist():
                for stem in self._long.get(text[at : at + _LETTERS], ()):
                    if text.startswith(stem, at):
                        yield at, stem
        for stem in self._short:
            at = text.find(stem)
            while at >= 0:
                yield at, stem
                at = text.find(stem, at + 1)


def _numbers(text: str) -> NDArray[np.uint32]:
    """The number of the letters from each place of a text on."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    last = len(codes) - _LETTERS + 1
    total: NDArray[np.uint32] = codes[:last] * _FACTORS[0]
    for place in range(1, _LETTERS):
        total += codes[place : last + place] * _FACTORS[place]
    total >>= np.uint32(32 - _BITS)
    return total
