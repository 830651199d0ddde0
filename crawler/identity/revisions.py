"""What kind of change a new version brings: a typo, other numbers, a new paragraph, another text, a paywall. Pure.

old text, new text -> edits (words before, words after) -> kinds
                                                        -> the words that are stored with the version
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Protocol

from crawler.identity.words import UNSPACED, normalised

#: The kinds, in the order in which they are told.
KINDS = (
    *("headline", "typo", "numbers", "quotes", "added", "removed", "rewritten", "authors", "date_published"),
    *("paywall", "paywall_lifted"),
)
#: An article went behind a paywall when its page says so and shows less than this share of the words that it showed.
_TEASER = 0.7
#: What is stored of one revision: so many edits, each side so many characters. A text that was rewritten as a whole is
#: stored whole with its version anyway.
EDITS_KEPT, EDIT_CHARACTERS = 200, 1_000

#: When more than this share of the words changed, the text is another one and no single edit is worth telling.
_REWRITTEN = 0.6
#: A misspelt word and the right one share this much of their letters; in an edit of more words something else happened.
_TYPO_ALIKE, _TYPO_WORDS = 0.7, 3
#: Beyond so many pairs of words the texts are not compared word by word.
_MAX_PAIRS = 4_000_000

_PIECE = re.compile(rf"[{UNSPACED}]|[^{UNSPACED}\s]+")
_QUOTED = re.compile(r"“[^“”]{3,}”|\"[^\"]{3,}\"|«[^«»]{3,}»|„[^„“”]{3,}[“”]|「[^「」]{3,}」")
_NUMBER = re.compile(r"\d+")


class Version(Protocol):
    """One version of an article, as far as changes are told: an Article, or what is stored of one."""

    @property
    def headline(self) -> str:
        """The headline."""

    @property
    def article_body(self) -> str:
        """The text."""

    @property
    def authors(self) -> tuple[str, ...]:
        """The byline."""

    @property
    def date_published(self) -> datetime | None:
        """The publisher's claim."""

    @property
    def is_accessible_for_free(self) -> bool | None:
        """Whether all can read it, as far as the page says."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that were replaced; one side is "" where words were only added or removed."""

    before: str
    after: str


def what_changed(old: Version, new: Version) -> tuple[str, ...]:
    """The kinds of change between two versions, in the order of `KINDS`."""
    differs = {
        "headline": _spaced(old.headline) != _spaced(new.headline),
        "authors": _people(old) != _people(new),
        "date_published": old.date_published != new.date_published,
    }
    if goes_behind_paywall(old, new):
        body = {"paywall"}
    else:
        body = set(_body_kinds(old.article_body, new.article_body))
        differs["paywall_lifted"] = old.is_accessible_for_free is False and new.is_accessible_for_free is not False
    return tuple(kind for kind in KINDS if kind in body or differs.get(kind))


def goes_behind_paywall(old: Version, new: Version) -> bool:
    """Whether the new version is only what a paywall leaves of the old one."""
    if new.is_accessible_for_free is not False or old.is_accessible_for_free is False:
        return False
    return _length(new.article_body) < _TEASER * _length(old.article_body)


def changed_words(old: Version, new: Version) -> tuple[dict[str, str], ...]:
    """The edits from one version to the next as they are stored: {"part", "before", "after"}, headline first."""
    parts = ("headline", old.headline, new.headline), ("body", old.article_body, new.article_body)
    found = [
        {"part": part, "before": edit.before[:EDIT_CHARACTERS], "after": edit.after[:EDIT_CHARACTERS]}
        for part, before, after in parts
        for edit in edits(before, after)
    ]
    if _people(old) != _people(new):
        found.append({"part": "authors", "before": ", ".join(old.authors), "after": ", ".join(new.authors)})
    return tuple(found[:EDITS_KEPT])


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """The words that differ between two texts, in order; white space does not count."""
    before, after = list(_PIECE.finditer(old)), list(_PIECE.finditer(new))
    found = []
    for here, there in _differences([piece[0] for piece in before], [piece[0] for piece in after]):
        found.append(Edit(_cut(old, before[here]), _cut(new, after[there])))
    return tuple(found)


def _differences(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[slice, slice]]:
    """Where two lists of words differ. What both begin and end with is not compared."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    mine, theirs = before[start : len(before) - end], after[start : len(after) - end]
    if len(mine) * len(theirs) > _MAX_PAIRS:
        yield slice(start, len(before) - end), slice(start, len(after) - end)
        return
    for tag, i, j, k, m in SequenceMatcher(None, mine, theirs).get_opcodes():
        if tag != "equal":
            yield slice(start + i, start + j), slice(start + k, start + m)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two lists begin with together."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _cut(text: str, pieces: Sequence[re.Match[str]]) -> str:
    return text[pieces[0].start() : pieces[-1].end()] if pieces else ""


def _body_kinds(old: str, new: str) -> Iterator[str]:
    changes = edits(old, new)
    if _is_rewritten(changes, old, new):
        yield "rewritten"
        return
    for edit in changes:
        yield from _edit_kinds(edit)
    before, after = _quotes(old), _quotes(new)
    if before - after and after - before:
        yield "quotes"


def _is_rewritten(changes: Sequence[Edit], old: str, new: str) -> bool:
    replaced = any(edit.before and edit.after for edit in changes)
    touched = sum(max(_length(edit.before), _length(edit.after)) for edit in changes)
    return replaced and touched > _REWRITTEN * max(_length(old), _length(new))


def _edit_kinds(edit: Edit) -> Iterator[str]:
    before, after = normalised(edit.before), normalised(edit.after)
    if before == after:
        yield "typo"
    elif not before or not after:
        yield "added" if after else "removed"
    else:
        yield from _replacement_kinds(before, after)


def _replacement_kinds(before: str, after: str) -> Iterator[str]:
    if _NUMBER.findall(before) != _NUMBER.findall(after):
        yield "numbers"
    words, others = _NUMBER.sub("", before).split(), _NUMBER.sub("", after).split()
    if words == others:
        return
    yield "typo" if _alike(words, others) else "rewritten"


def _alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the words are the others misspelt: "recieve" and "receive", "to day" and "today"."""
    if "".join(words) == "".join(others):
        return True
    if len(words) != len(others) or len(words) > _TYPO_WORDS:
        return False
    pairs = zip(words, others, strict=True)
    return all(SequenceMatcher(None, word, other).ratio() >= _TYPO_ALIKE for word, other in pairs)


def _quotes(text: str) -> set[str]:
    return {normalised(quote) for quote in _QUOTED.findall(text)}


def _length(text: str) -> int:
    return len(_PIECE.findall(text))


def _people(version: Version) -> set[str]:
    return {author.casefold() for author in version.authors}


def _spaced(text: str) -> str:
    return " ".join(text.split())
