"""The terms by which stories know a text: its words and the pairs of its words. Pure.

    headline, body            -> words -> words and pairs, those of the headline weigh more
    headline alone, address   -> beginnings of words (reca: recall, recalls, recalled) of both -> the same

Two headlines of one event share few words, so their inflections count as one, and the words of the address count, too:
".../gm-ignition-switch-recall-probe-2014.html" under "Congress wants answers". No language needs a list of its own.
"""

import math
import re
import sys
from collections import Counter
from itertools import pairwise
from operator import itemgetter
from urllib.parse import urlsplit

from storage.words import words

#: words of a body that are read, and how many times a word of the headline counts
LEAD, HEADLINE_WEIGHT = 200, 3
#: terms that are kept of a text before it is known which of them are rare
TERMS_KEPT = 250
#: letters by which words are told apart in headlines without bodies
STEM = 5
#: a part of a path with fewer words than this is a section, a number or a name, and no headline
SLUG_WORDS = 3

_PARTING = re.compile(r"[-_+,.~]|%20")


def terms_of(headline: str, body: str, address: str = "") -> dict[str, float]:
    """The terms of an article, the most frequent first: 1 + log of how often each stands there."""
    counts = _of_text(headline, body) if body.strip() else _of_headline(headline, address)
    weights = {count: round(1 + math.log(count), 2) for count in set(counts.values())}
    # `most_common` of nearly all of them takes five times as long as to sort them
    frequent = sorted(counts.items(), key=itemgetter(1), reverse=True)[:TERMS_KEPT]
    return {sys.intern(term): weights[count] for term, count in frequent}


def slug_words(address: str) -> list[str]:
    """The words of the part of an address that reads like a headline; none where no part does."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return []
    parts = ([word for word in words(_PARTING.sub(" ", part)) if word.isalpha()] for part in path.split("/"))
    longest = max(parts, key=len, default=[])
    return longest if len(longest) >= SLUG_WORDS else []


def _of_text(headline: str, body: str) -> Counter[str]:
    counts = Counter(_terms(words(body[: 12 * LEAD])[:LEAD]))
    for term in _terms(words(headline)):
        counts[term] += HEADLINE_WEIGHT
    return counts


def _of_headline(headline: str, address: str) -> Counter[str]:
    counts = Counter(_terms([word[:STEM] for word in words(headline)]))
    if counts:
        # no word counts twice because the address repeats the headline
        counts |= Counter(set(_terms([word[:STEM] for word in slug_words(address)])))
    return counts


def _terms(spoken: list[str]) -> list[str]:
    pairs = [f"{one} {other}" for one, other in pairwise(spoken) if len(one) > 1 and len(other) > 1]
    return [word for word in spoken if len(word) > 1] + pairs
