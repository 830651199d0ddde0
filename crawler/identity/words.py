"""The words of a text as identity compares them: without case, punctuation, width and layout.

"Don’t   panic — it’s 3.5 %"  ->  don t panic it s 3 5     (one word a token)
「東京で地震」                  ->  東 京 で 地 震           (one character a token: no spaces tell the words apart)
"""

import re
import unicodedata

#: Scripts that are written without spaces, as a class of a regular expression: Thai, Lao, Burmese, Khmer, kana, Han.
#: Hangul has spaces.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(f"[{UNSPACED}]|[^{UNSPACED} ]+")
_UNSPACED_TOKEN = re.compile(f"[{UNSPACED}]")

#: Punctuation, separators, controls and modifiers such as "´" part words; currency, plus and other symbols stay.
_PARTING = ("P", "Z", "C", "Sk")


class _Letters(dict[int, str | int | None]):
    """A table for `str.translate` that finds out about a character when it first meets it."""

    def __missing__(self, code: int) -> str | int | None:
        category = unicodedata.category(chr(code))
        # soft hyphens, joiners and other format characters stand inside words
        self[code] = result = None if category == "Cf" else " " if category.startswith(_PARTING) else code
        return result


_letters = _Letters()


def normalised(text: str) -> str:
    """The text in NFKC, case folded, with everything that is no letter, digit or symbol as single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_letters)
    return " ".join(folded.split())


def tokens(text: str) -> list[str]:
    """The words of a text, and the characters of scripts that are written without spaces."""
    normal = normalised(text)
    return normal.split() if normal.isascii() else _TOKEN.findall(normal)


def word_count(text: str) -> int:
    """How many words a text has; two characters of a script without spaces count as one word."""
    normal = normalised(text)
    unspaced = len(_UNSPACED_TOKEN.findall(normal))
    return len(_TOKEN.findall(normal)) - unspaced + unspaced // 2
