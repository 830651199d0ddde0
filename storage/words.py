"""Text as the words that are searched. Pure; the same for both databases, for what is indexed and for what is asked.

    "Zürich's 北京大学, 2026" -> zurich, s, 北京, 京大, 大学, 学, 2026

* Upper and lower case, accents, full and half width, ligatures count as one: Zürich is zurich, ﬁ is fi, ＡＰ is ap.
* Scripts that put no space between words (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are cut into pairs of
  characters, one beginning at each character; the last one of a run stands alone. A word of two or more characters is
  then found as a phrase, and a single character as the beginning of a pair. (FTS5's own trigrams find nothing that is
  shorter than three characters, and most Chinese words have two.)
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: characters of a word that count: the longest German ones have about 80, what is longer is an address or a code
LONGEST_WORD = 80
#: marks that do not tell words apart: accents, Hebrew points, Arabic vowels; and what only joins letters
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d]")
#: blocks where marks are part of words (vowel signs of Indic scripts and others), up to the end of the last of them
_MARKED_BLOCKS = ((0x0300, 0x1DFF), (0x302A, 0x309A), (0xA66F, 0xABED), (0xFE20, 0xFE2F))
_MARKS = "".join(
    chr(code)
    for first, last in _MARKED_BLOCKS
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_WORD = re.compile(f"[^\\W_]+(?:[{_MARKS}\u200c\u200d]+[^\\W_]*)*")
#: no space between words: Thai, Lao; Burmese; Hangul; Khmer; kana, Bopomofo; Han; Hangul; Han in the further planes
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U000323af"
)
_ASCII_WORD = re.compile("[0-9a-z]+")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A searched word and where it stands in its text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """The searched words of a text, in order."""
    if text.isascii():  # most of what is stored, in a quarter of the time
        return [found[:LONGEST_WORD] for found in _ASCII_WORD.findall(text.lower())]
    return [part for found in _WORD.findall(text) for part in _parts(found)]


def placed_words(text: str) -> Iterator[Word]:
    """The same with their places; parts of a word that changes its length when folded have the place of the whole."""
    for found in _WORD.finditer(text):
        parts, at = _parts(found[0]), found.start()
        if len(parts) == 1:
            yield Word(parts[0], at, found.end())
        elif sum(_starts(parts)) == len(found[0]):
            for part, advance in zip(parts, _starts(parts), strict=True):
                yield Word(part, at, min(at + max(advance, len(part)), found.end()))
                at += advance
        else:
            yield from (Word(part, found.start(), found.end()) for part in parts)


def is_single_character(word: str) -> bool:
    """Whether a word is one character of a script without spaces: it begins each pair that is to be found."""
    return len(word) == 1 and _IS_UNSPACED.match(word) is not None


def _starts(parts: tuple[str, ...]) -> list[int]:
    """How many characters of the text each part moves on by."""
    return [1 if _IS_UNSPACED.match(part) else len(part) for part in parts]


@functools.lru_cache(maxsize=100_000)
def _parts(found: str) -> tuple[str, ...]:
    if found.isascii():
        return (found.lower()[:LONGEST_WORD],)
    folded = unicodedata.normalize("NFKD", found).casefold()
    folded = unicodedata.normalize("NFC", _DROPPED.sub("", folded))
    # "½" becomes "1⁄2": what was one word may be two now
    runs = (run for word in _WORD.findall(folded) for run in _RUN.findall(word))
    return tuple(part for run in runs for part in _pairs(run))


def _pairs(run: str) -> Iterator[str]:
    if _IS_UNSPACED.match(run):
        yield from (run[at : at + 2] for at in range(len(run)))
    else:
        yield run[:LONGEST_WORD]
