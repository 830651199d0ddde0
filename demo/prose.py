"""Sentences for the demo web: a small grammar for each language, and a teller that never repeats itself early.

    words/en.toml -> Grammar -> Teller(one article) -> headline, paragraphs, names

Every clause is drawn from a shuffled deck without putting it back, so that the paragraphs of one article differ, and
two articles share few runs of five words (they must not look like copies of each other).
"""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Grammar:
    """The word lists of one language.

    ``cast`` is drawn once for an article, ``lists`` anew at each use. A paragraph has at least ``minimum`` words
    (characters where ``joint``, which stands between two sentences, is empty: Japanese).
    """

    language: str
    sections: tuple[str, ...]
    minimum: int
    joint: str
    cast: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[str]]
    months: tuple[str, ...]
    #: how a page prints a moment
    stamp: str
    #: between two names of a byline
    joined: str

    def moment(self, at: datetime) -> str:
        """A moment as a page of this language prints it, in the offset that ``at`` has."""
        month = self.months[at.month - 1]
        return self.stamp.format(year=at.year, month=month, day=at.day, hour=at.hour, minute=at.minute)


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language; FileNotFoundError when there is none."""
    with (WORDS / f"{language}.toml").open("rb") as file:
        read = tomllib.load(file)
    calendar = read["calendar"]
    return Grammar(
        language,
        tuple(read["sections"]),
        read["minimum"],
        read["joint"],
        read["cast"],
        read["grammar"],
        tuple(calendar["months"]),
        calendar["stamp"],
        calendar["joined"],
    )


class Teller:
    """Tells one article: the same cast throughout, no clause twice before its list is used up."""

    def __init__(self, words: Grammar, rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._decks: dict[str, list[str]] = {}
        self._cast = {name: rng.choice(choices) for name, choices in words.cast.items()}

    def tell(self, name: str) -> str:
        """One line of the list ``name`` with its slots filled, its first letter large."""
        line = self._fill("{" + name + "}")
        return line[:1].upper() + line[1:]

    def paragraph(self, first: str = "sentence") -> str:
        """Sentences until the paragraph is long enough; ``first`` names the list of the first one."""
        told = [self.tell(first)]
        while self._size(told) < self._words.minimum:
            told.append(self.tell("sentence"))
        return self._words.joint.join(told)

    def reword(self, headline: str) -> str:
        """A headline with one of its parts exchanged, as an editor corrects it: "60 trains" instead of "40 ferries"."""
        lists = self._words.lists
        slots = dict.fromkeys(slot for line in lists["headline"] for slot in _SLOT.findall(line) if slot in lists)
        found = [(len(part), part, slot) for slot in slots for part in lists[slot] if part in headline]
        _, part, slot = max(found)
        return headline.replace(part, self._rng.choice([other for other in lists[slot] if other != part]))

    def person(self) -> str:
        """A name for a byline; in Japanese the family name comes first."""
        first, last = (self._rng.choice(self._words.cast[part]) for part in ("first", "last"))
        return f"{first} {last}" if self._words.joint else f"{last}{first}"

    def _size(self, told: Sequence[str]) -> int:
        return len(" ".join(told).split()) if self._words.joint else sum(map(len, told))

    def _fill(self, line: str) -> str:
        while _SLOT.search(line):
            line = _SLOT.sub(lambda slot: self._draw(slot[1]), line, count=1)
        return line

    def _draw(self, name: str) -> str:
        if name in self._cast:
            return self._cast[name]
        if not self._decks.get(name):
            deck = list(self._words.lists[name])
            self._rng.shuffle(deck)
            self._decks[name] = deck
        return self._decks[name].pop()
