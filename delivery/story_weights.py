"""How much the terms of a text tell: rare ones most. Pure.

    Told -> what other texts have, too, and few enough -> weighed by its rarity -> the heaviest, as a vector of length 1

Rarity is counted by texts, and for headlines by stories, as they stood when stories were counted last: the name of a
story of a hundred headlines stands in a hundred texts, and says what they tell of all the same.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from delivery.steps import Steps

#: terms (words and pairs of words) that are kept of a text
TEXT_TERMS = 120
#: power of the rarity of a term, in texts with a body and in headlines
RARITY, RARITY_BRIEF = 1.5, 1.0
#: a word that more than this share of the texts have (of so many texts, at least) is "the" or "said", in any language
FUNCTION_SHARE, FUNCTION_LEAST = 0.15, 10

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Told:
    """A text as far as its story goes."""

    article_id: int
    #: words and pairs of words -> 1 + log of how often they stand there
    terms: Mapping[str, float]
    #: days since 1970 of the claimed publication, else of its arrival
    day: float
    #: whether it is a headline without a body
    is_brief: bool


class Rarities:
    """In how many texts, and in how many stories, each term is."""

    def __init__(self) -> None:
        self._texts = 0
        self._known_in: Counter[str] = Counter()
        #: term of headlines -> how many stories have it; and how many stories there were
        self._spread: dict[str, float] = {}
        self._spread_over = 0

    def add(self, told: Told) -> None:
        """Count a text."""
        self._texts += 1
        self._known_in.update(told.terms.keys())

    def drop(self, told: Told) -> None:
        """Count it no more."""
        self._texts -= 1
        for term in told.terms:
            if self._known_in[term] > 1:
                self._known_in[term] -= 1
            else:
                del self._known_in[term]

    def counting_stories(self, stories: Iterable[Iterable[Told]]) -> Steps[None]:
        """Count stories of headlines, in steps: a term 70 times in one and once in another is in 1.03 of them."""
        total, squares = defaultdict[str, int](int), defaultdict[str, int](int)
        self._spread_over = 0
        for headlines in stories:
            self._spread_over += 1
            for term, count in Counter(chain.from_iterable(told.terms for told in headlines)).items():
                total[term] += count
                squares[term] += count * count
            yield
        known = self._known_in
        self._spread = {term: count * count / squares[term] for term, count in total.items() if known[term] > 1}

    def vector(self, told: Told) -> Vector:
        """The vector of one text."""
        terms = told.terms
        return _unit({term: terms[term] * tells for term, tells in self._telling(terms, is_brief=told.is_brief)})

    def telling(self, *, is_brief: bool) -> Steps[dict[str, float]]:
        """All terms that tell something of texts, or of headlines, and how much: to weigh many, as long as none comes.

        Stories are to be counted before.
        """
        known: dict[str, float] = {}
        for term, tells in self._telling(self._spread if is_brief else self._known_in, is_brief=is_brief):
            known[term] = tells
            yield
        return known

    def _telling(self, terms: Iterable[str], *, is_brief: bool) -> Iterator[tuple[str, float]]:
        """Those of the terms that tell something, and how much."""
        by_stories = is_brief and self._spread
        return self._by_stories(terms) if by_stories else self._by_texts(terms, RARITY_BRIEF if is_brief else RARITY)

    def _by_texts(self, terms: Iterable[str], power: float) -> Iterator[tuple[str, float]]:
        count, known_in, rarities = self._texts, self._known_in, dict[int, float]()
        most = max(FUNCTION_SHARE * count, FUNCTION_LEAST)
        for term in terms:
            known = known_in[term]
            # a word that nobody else has cannot tell whom this text is near to; "of the" tells nothing
            if 1 < known <= most:
                first, _, second = term.partition(" ")
                if not second or (known_in[first] <= most and known_in[second] <= most):
                    if known not in rarities:
                        rarities[known] = math.log((count + 1) / (known + 0.5)) ** power
                    yield term, rarities[known]

    def _by_stories(self, terms: Iterable[str]) -> Iterator[tuple[str, float]]:
        known_in, spread, over = self._known_in, self._spread, self._spread_over
        for term in terms:
            known = known_in[term]
            if known > 1:
                rarity = math.log((over + 1) / (spread.get(term, known) + 0.5))
                if rarity > 0:
                    yield term, rarity


def weighed(told: Told, telling: Mapping[str, float]) -> Vector:
    """The vector of a text, by how much terms tell."""
    return _unit({term: weight * telling[term] for term, weight in told.terms.items() if term in telling})


def largest(vector: Vector, count: int) -> Vector:
    """So many of the heaviest terms; of those that weigh the same the first by their letters."""
    if len(vector) <= count:
        return vector
    least = sorted(vector.values(), reverse=True)[count - 1]
    kept = {term: weight for term, weight in vector.items() if weight > least}
    last = sorted(term for term, weight in vector.items() if weight == least)
    return kept | dict.fromkeys(last[: count - len(kept)], least)


def length(vector: Vector) -> float:
    """The length of a vector."""
    return math.hypot(*vector.values())


def _unit(vector: Vector) -> Vector:
    kept = largest(vector, TEXT_TERMS)
    whole = length(kept) or 1.0
    return {term: weight / whole for term, weight in kept.items()}
