"""Which groups of copies an article belongs to, and what a copy has less and more than the original. Pure.

    fingerprint + stored texts that share a key with it -> groups that it joins
    fingerprint of the copy, of the original            -> Likeness

Groups are the connected parts of a relation between two texts (`crawler.identity.shingles`), so they are the same for
any order of arrival: whoever comes last finds all the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.identity.shingles import Fingerprint, Similarity, compare, fingerprint
from crawler.identity.words import word_count
from storage.records import Article

#: A key that so many groups of copies have is furniture ("sign up for our newsletter") and leads to nothing. Groups are
#: counted, not articles: one wire report in fifty outlets is one group. (With 10, two of 20 orders of 4,130 labelled
#: articles gave another group, because a copy was found by such keys alone; with 40 all orders give the same.)
COMMON = 40
#: A body without a line break that has fewer words than this says nothing by itself; a line of print holds 10 to 15.
LINE = 20
#: so many characters always hold more words than a line has
_LINE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a copy and its original have in common; shares from 0 to 1."""

    #: share of the shorter text that stands in the longer one
    similarity: float
    #: share of the original that the copy left out
    cut: float
    #: share of the copy that the original does not have
    added: float


def print_of(article: Article) -> Fingerprint | None:
    """The fingerprint of an article; None where the text is empty, or one line and no more.

    "Watch the video." is a line; 24 words of a wire report are a text, though the page has them as one paragraph.
    """
    body = article.article_body.strip()
    if not body or ("\n" not in body and word_count(body[:_LINE_CHARACTERS]) < LINE):
        return None
    return fingerprint(body, article.headline)


def joined(mine: Fingerprint, others: Iterable[tuple[int, Fingerprint]]) -> dict[int, Similarity]:
    """Of stored texts as (group, fingerprint), the groups in which there is a copy; each is looked at until one is."""
    groups: dict[int, Similarity] = {}
    for group, other in others:
        if group not in groups:
            similarity = compare(mine, other)
            if similarity.is_copy:
                groups[group] = similarity
    return groups


def common_keys(groups: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """The keys (key -> groups of the texts that have it) that too many groups have."""
    return frozenset(key for key, having in groups.items() if len(set(having)) >= COMMON)


def likeness(copy: Fingerprint, original: Fingerprint, known: Similarity | None = None) -> Likeness:
    """How a copy differs from its original, as far as sketches tell; `known`: they were compared already."""
    similarity = known or compare(copy, original)
    of_longer, of_shorter = similarity.coverage, similarity.containment
    of_original, of_copy = (of_longer, of_shorter) if original.size >= copy.size else (of_shorter, of_longer)
    return Likeness(round(of_shorter, 3), round(1 - of_original, 3), round(1 - of_copy, 3))
