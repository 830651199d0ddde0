"""Small, pure treatments of strings that every part of the reader shares."""

import re
import unicodedata

from crawler.text import unescaped

#: controls, lone surrogates, byte order marks, soft hyphens, zero-width marks (joiners stay: Persian, emoji)
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]{1,2000}>")
#: letters of scripts that are written without spaces: each counts as a word
_DENSE = re.compile("[\u0e00-\u0fff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
#: the same and Korean syllables, which stand for two or three letters each
_HEAVY = re.compile("[\u0e00-\u0fff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_SPACE = ord(" ")
#: what stands in most texts beyond Latin-1, and is no letter of any kind
_TYPOGRAPHIC = "’“”–‘—„…"


class Runs:
    """Cuts texts into their runs of letters of a kind, as ``findall`` of an expression does.

    Texts whose letters all are of one byte are cut by a table, in less than half the time.
    """

    def __init__(self, kind: str) -> None:
        """``kind`` is an expression for one letter."""
        letter = re.compile(kind)
        self._found = re.compile(f"{kind}+").findall
        self._spaced = bytes(code if letter.match(chr(code)) else _SPACE for code in range(256))

    def __call__(self, text: str) -> list[str]:
        """The runs in their order."""
        try:
            return text.encode("latin-1").translate(self._spaced).decode("latin-1").split()
        except UnicodeEncodeError:
            return self._found(text)


_words = Runs(r"\w")


def unquoted(text: str) -> str:
    """The text with spaces for its quotation marks and dashes: most texts are of one byte a letter then."""
    if not text.isascii():
        for mark in _TYPOGRAPHIC:
            text = text.replace(mark, " ")
    return text


def clean(text: str) -> str:
    """One line: whitespace folded, controls, lone surrogates and invisible marks removed."""
    text = " ".join(text.split())
    if text.isprintable():  # none of the unwanted is
        return text
    return " ".join(_UNWANTED.sub("", text).split())


def unmarked(text: str) -> str:
    """One clean line of a string that may hold entities or tags ("Q&amp;A", "<i>Titanic</i>")."""
    text = unescaped(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return clean(text)


def folded(text: str) -> str:
    """Case, width, quotes and punctuation folded, for comparing ("“Café”!" and "Café" agree)."""
    text = unquoted(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_words(text.casefold()))


def words(text: str) -> list[str]:
    """The folded words of a text; letters of scripts without spaces stand alone."""
    text = unquoted(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DENSE.sub(r" \g<0> ", text))
    return _words(text.casefold())


def weight(text: str) -> int:
    """Length in letters of an alphabet: a Chinese letter or Korean syllable says as much as two or three Latin ones."""
    if text.isascii():
        return len(text)
    return len(text) + (len(_HEAVY.findall(text)) * 3) // 2


def likeness(first: str, second: str) -> float:
    """Share of common words (Dice) of two short texts, 0 to 1."""
    a, b = set(words(first)), set(words(second))
    if not a or not b:
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))
