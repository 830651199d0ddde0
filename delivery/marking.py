"""Texts with the words of a query marked in them. Pure.

A marked text is a row of pieces, so that each who shows it escapes and colours by rules of his own.
"""

from collections.abc import Iterator, Sequence

from storage.queries import Query, places
from storage.words import Word, placed_words

#: pieces of a text in order, each with whether it was searched for
Marked = tuple[tuple[str, bool], ...]

#: characters of a snippet, and how many of them stand before the first word that was found
SNIPPET, BEFORE = 240, 60
#: characters of a text that are looked through for a snippet
LOOKED_THROUGH = 8_000
#: places that a snippet may begin at: a common word is at hundreds
MOST_PLACES = 50
ELLIPSIS = "…"


def marked(text: str, query: Query) -> Marked:
    """The whole text with what was found."""
    return tuple(_pieces(text, _found(text, query)))


def snippet(text: str, query: Query) -> Marked:
    """The part of a text that shows most of the words that were looked for; its beginning when there are none."""
    text = " ".join(text[:LOOKED_THROUGH].split())
    found = _found(text, query)
    start = _best_start(text, found)
    end = _word_end(text, start + SNIPPET)
    inside = [
        (max(first, start) - start, min(last, end) - start) for first, last in found if first < end and last > start
    ]
    pieces = _pieces(text[start:end], inside)
    before, after = [(ELLIPSIS, False)] * (start > 0), [(ELLIPSIS, False)] * (end < len(text))
    return (*before, *pieces, *after)


def _found(text: str, query: Query) -> list[tuple[int, int]]:
    """Where words and phrases of the query stand, in order, without overlaps."""
    found = list(placed_words(text))
    zone = tuple(word.text for word in found)
    terms = [item for group in query.wanted for item in group]
    ranges = sorted(_range(found[at : at + len(item.words)]) for item in terms for at in places(zone, item))
    return _joined(ranges)


def _range(found: Sequence[Word]) -> tuple[int, int]:
    return found[0].start, found[-1].end


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _pieces(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    at = 0
    for first, last in found:
        if first > at:
            yield text[at:first], False
        yield text[first:last], True
        at = last
    if at < len(text):
        yield text[at:], False


def _best_start(text: str, found: list[tuple[int, int]]) -> int:
    """Where a snippet begins that shows most: different words count more than one word often."""
    if not found:
        return 0
    found = found[:MOST_PLACES]
    best = max(found, key=lambda place: (_shown(text, found, place[0]), -place[0]))
    start = max(best[0] - BEFORE, 0)
    blank = text.find(" ", start, best[0])
    return blank + 1 if start and blank >= 0 else start


def _shown(text: str, found: list[tuple[int, int]], start: int) -> int:
    end = start + SNIPPET - BEFORE
    return len({text[first:last].casefold() for first, last in found if start <= first and last <= end})


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", end - BEFORE, end)
    return blank if blank > 0 else end
