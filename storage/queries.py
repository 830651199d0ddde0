"""What is looked for, and an article as it is looked for: values, and whether the one fits the other. Pure.

The same query is compiled into FTS5's language, into a tsquery, and judged here word by word (`matches`), for watches
and as the measure in the tests of the other two.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from storage.words import is_single_character, words

#: words of the body that count as its beginning, where news says what it is about
LEAD_WORDS = 60
#: words of an article that are indexed: PostgreSQL counts places up to 16,383, and refuses a text vector above 1 MB
MOST_WORDS, MOST_BYTES = 15_000, 400_000
#: months that a range of dates is narrowed by; a longer one is only compared
MOST_MONTHS = 36
#: begins what is indexed beside the words: a character of nobody's language
_MARK = "\ue000"
#: is indexed with every article: "everything but ..." has to begin somewhere
EVERYTHING = f"{_MARK}x"


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or words that stand one after another."""

    words: tuple[str, ...]
    #: the last word may go on
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: one term of each group of `wanted`, none of `unwanted`, and the fields as given."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()
    #: source, language, section, agency -> values, one of which is to fit
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unwanted_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: published (or, where that is unknown, first seen) at this instant or later, and before that one
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article as it is indexed."""

    headline: tuple[str, ...]
    #: description and first words of the body
    lead: tuple[str, ...]
    body: tuple[str, ...]
    facets: tuple[str, ...]
    #: its date for search: publication, else first seen
    at: datetime


def document(article: Mapping[str, Any]) -> Document:
    """An article (columns of the table or of `v1_article`) as it is indexed."""
    headline = _capped(words(article["headline"]), MOST_WORDS // 10)
    description = _capped(words(article["description"] or ""), MOST_WORDS // 10)
    body = _capped(words(article["article_body"] or ""), MOST_WORDS - len(headline) - len(description))
    at = min(article["date_published"] or article["first_seen_at"], article["first_seen_at"])
    return Document(headline, description + body[:LEAD_WORDS], body, tuple(_facets(article, at)), at)


def _capped(found: list[str], most: int) -> tuple[str, ...]:
    """The first words, as many as fit into both caps."""
    found = found[:most]
    if len(found) * 4 < MOST_BYTES // 20:  # most are short: no need to count
        return tuple(found)
    size = 0
    for count, word in enumerate(found):
        size += len(word.encode()) + 1
        if size > MOST_BYTES:
            return tuple(found[:count])
    return tuple(found)


def _facets(article: Mapping[str, Any], at: datetime) -> Iterator[str]:
    yield EVERYTHING
    yield facet("source", article["source_key"])
    yield month(at)
    if language := article["in_language"]:
        yield from {facet("language", language), facet("language", language.partition("-")[0])}
    for name, value in (("section", article["article_section"]), ("agency", article["agency"])):
        if value:
            yield from dict.fromkeys(facet(name, part) for part in (value, *words(value)))


def facet(name: str, value: str) -> str:
    """What is indexed for a field: section "World news" is found as that, as world and as news."""
    folded = value.casefold() if name == "source" else " ".join(words(value))
    return f"{_MARK}{name[:2]}{blake2b(folded.encode(), digest_size=8).hexdigest()}"


def month(at: datetime) -> str:
    """What is indexed for the month of a date."""
    return f"{_MARK}m{at.year:04}{at.month:02}"


def months(query: Query, now: datetime) -> list[str]:
    """The months that a query is limited to; [] when it is limited to none, or to many."""
    if query.since is None:
        return []
    first = query.since.year * 12 + query.since.month - 1
    end = min(query.before, now) if query.before else now
    last = end.year * 12 + end.month - 1
    if last - first >= MOST_MONTHS:
        return []
    return [f"{_MARK}m{number // 12:04}{number % 12 + 1:02}" for number in range(first, max(last, first) + 1)]


def limits(query: Query, now: datetime) -> list[list[str]]:
    """What is indexed beside the words and is to be there: one of each list."""
    wanted = [[facet(name, value) for value in values] for name, values in query.fields.items()]
    return [*wanted, found] if (found := months(query, now)) else wanted


def refused_facets(query: Query) -> list[str]:
    """What is indexed beside the words and is not to be there."""
    return [facet(name, value) for name, values in query.unwanted_fields.items() for value in values]


def term(text: str, *, is_open: bool = False) -> Term | None:
    """The term that a word or a phrase stands for; None: it has nothing that is searched."""
    found = tuple(words(text))
    if len(found) > 1 and is_single_character(found[-1]) and found[-2][1:] == found[-1]:
        found = found[:-1]  # 大学 is the pair 大学; its last character stands alone only where a run ends
    return Term(found, is_open or is_single_character(found[-1])) if found else None


def matches(query: Query, found: Document) -> bool:
    """Whether a query fits an article."""
    return _fits_words(query, found) and _fits_fields(query, found) and _fits_date(query, found.at)


def _fits_words(query: Query, found: Document) -> bool:
    zones = (found.headline, found.lead, found.body)
    is_wanted = all(any(_has(zones, item) for item in group) for group in query.wanted)
    return is_wanted and not any(_has(zones, item) for item in query.unwanted)


def _fits_fields(query: Query, found: Document) -> bool:
    is_wanted = all(_is_one_of(found, name, values) for name, values in query.fields.items())
    return is_wanted and not any(_is_one_of(found, name, values) for name, values in query.unwanted_fields.items())


def _fits_date(query: Query, at: datetime) -> bool:
    return (query.since is None or at >= query.since) and (query.before is None or at < query.before)


def _has(zones: Iterable[tuple[str, ...]], wanted: Term) -> bool:
    return any(next(places(zone, wanted), None) is not None for zone in zones)


def places(zone: tuple[str, ...], wanted: Term) -> Iterator[int]:
    """Where a term begins among words."""
    first, size = wanted.words[0], len(wanted.words)
    may_go_on = wanted.is_open and size == 1
    for at, word in enumerate(zone):
        if (word == first or (may_go_on and word.startswith(first))) and _fits(zone[at : at + size], wanted):
            yield at


def _fits(window: tuple[str, ...], wanted: Term) -> bool:
    if len(window) < len(wanted.words) or window[:-1] != wanted.words[:-1]:
        return False
    return window[-1].startswith(wanted.words[-1]) if wanted.is_open else window[-1] == wanted.words[-1]


def _is_one_of(found: Document, name: str, values: tuple[str, ...]) -> bool:
    return any(facet(name, value) in found.facets for value in values)
