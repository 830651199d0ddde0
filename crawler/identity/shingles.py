"""Fingerprints that find copies: cut, extended, reordered, lightly rewritten, with other words around. Pure.

    text -> words (characters where there are no spaces) -> shingles of 5 words (8 characters) -> hashes
         -> the smallest of them, the sketch: its 16 smallest are what a database looks copies up by
         -> the numbers, and what stands around them

Two texts are copies when

* enough of the smaller one stands in the larger one: much of it, or something of both;
* how each begins stands in the other, at least in parts: two articles above one long list of links share the list;
* their numbers agree: reports on markets, quakes, matches and weather share their words with last week's;
* two short texts have headlines that can be one: "Subscribe to read on" stands under a hundred.

The relation is between two texts alone, and symmetric: groups of copies do not depend on the order of arrival.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import compress

from crawler.identity.words import UNSPACED, tokens

#: Words in a shingle; four are shared by chance, six miss too many rewritten sentences. Five characters of a script
#: without spaces are two words ("東京で地震"), and every report of a quake has them.
SHINGLE, SHINGLE_UNSPACED = 5, 8
#: Hashes that are stored as rows to look up copies by.
KEYS = 16
#: Hashes in a sketch, at least, and one more for so many shingles: a short text must be found in a long one.
SKETCH, PER_SHINGLES = 128, 16
#: Numbers and contexts of numbers that are kept.
NUMBERS = 128
#: A text is read so far; nobody copies more.
MAX_WORDS, MAX_CHARACTERS = 20_000, 200_000

#: Share of the smaller text that must stand in the larger one, at least; and so much of it, or of both together: a
#: paragraph that was taken over into another report is a third of the one and a tenth of the other.
CONTAINED, MOSTLY_CONTAINED, CONTAINED_TOGETHER = 0.3, 0.45, 0.65
#: Where next to nothing of the larger text stands in the smaller one, more of the smaller one must stand in the larger.
NEXT_TO_NOTHING, CONTAINED_ALONE = 0.1, 0.55
#: Fewer shared shingles than these prove nothing: "the Associated Press reported on Monday" is two.
EVIDENCE = 6
#: An article begins with so many words; share of them that must stand in the other text, both ways, or one way: a wire
#: report can stand whole in the middle of a longer one.
HEAD_WORDS, HEAD_SHARED, HEAD_WHOLE = 125, 0.08, 0.7
#: The same share for texts of which less than `MOSTLY_CONTAINED` is shared.
HEAD_SHARED_OF_LITTLE = 0.12
#: Fewer numbers than these prove nothing. Share that must agree; in texts that are the same but for a few words, less.
FEW_NUMBERS, NUMBERS_AGREE, NUMBERS_AGREE_SAME, THE_SAME = 4, 0.6, 0.4, 0.75
#: Of texts with fewer shingles than this, the words of the headline are kept; share that two such headlines must share.
SHORT, HEADLINE_SHARED = 100, 0.5

#: Bytes of the five lengths that a stored fingerprint begins with.
_COUNTS = 20
_BITS = bytes.maketrans(b"01", b"\0\1")
_NUMBER = "#"
_LOW = 0xFFFFFFFF
#: A rolling hash: words are digits of a number in this base, modulo a prime of 61 bits.
_PRIME = (1 << 61) - 1
_BASE = 0x1F3D5B79A2C4E687
_BASE_OUT = {width: pow(_BASE, width, _PRIME) for width in (SHINGLE, SHINGLE_UNSPACED)}
#: the first character of the scripts that are written without spaces
_FIRST_UNSPACED = UNSPACED[0]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to find its copies; the same for texts that differ only in layout."""

    #: distinct shingles of the text
    size: int
    #: the smallest of their hashes (61 bits), ascending; all of them when there are not more
    hashes: tuple[int, ...]
    #: which of the hashes stand in the head of the text: bit 0 for the first
    head: int
    #: hashes (32 bits) of the distinct numbers, ascending
    numbers: tuple[int, ...]
    #: for each number its words around and itself, as one hash (32 bits each), ascending
    contexts: tuple[int, ...]
    #: hashes (32 bits) of the words of the headline, for a short text; ascending
    headline: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[int, ...]:
        """The hashes to look up copies by: a copy shares at least one of them."""
        return self.hashes[:KEYS]

    def to_bytes(self) -> bytes:
        """The fingerprint as it is stored: about 1.3 KB for an article of 400 words."""
        lengths = (len(self.hashes), len(self.contexts), len(self.numbers), len(self.headline))
        long, short = (*self.hashes, *self.contexts), (*self.numbers, *self.headline)
        arrays = (array("I", (self.size, *lengths)), array("Q", long), array("I", short))
        return b"".join((*(part.tobytes() for part in arrays), self.head.to_bytes(len(self.hashes) // 8 + 1)))

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Fingerprint":
        """Read what `to_bytes` wrote. Raises ValueError for anything else."""
        size, hashes, contexts, numbers, words = array("I", stored[:_COUNTS])
        middle = _COUNTS + 8 * (hashes + contexts)
        end = middle + 4 * (numbers + words)
        long, short = tuple(array("Q", stored[_COUNTS:middle])), tuple(array("I", stored[middle:end]))
        head = int.from_bytes(stored[end:])
        return cls(size, long[:hashes], head, short[:numbers], long[hashes:], short[numbers:])


@dataclass(frozen=True, slots=True)
class Similarity:
    """How much two texts have in common, each from 0 to 1; the same whichever of them comes first."""

    #: share of the smaller text that stands in the larger one
    containment: float
    #: share of the larger text that stands in the smaller one
    coverage: float
    #: share of the beginning of one text that stands in the other, the lesser way and the greater way
    heads: tuple[float, float]
    #: share of the numbers that agree; None where there are too few to tell
    numbers: float | None
    #: shingles that both have, among those that were compared
    shared: int
    #: share of the words of the shorter headline that the other has; None unless both texts are short and have one
    headlines: float | None = None

    @property
    def is_copy(self) -> bool:
        """Whether one text is a copy of the other, or of a part of it."""
        if self.headlines is not None and self.headlines < HEADLINE_SHARED:
            return False
        is_shared = _is_shared(self.shared, self.containment, self.coverage)
        return is_shared and self._begins_alike and self._tells_the_same_numbers

    @property
    def _begins_alike(self) -> bool:
        wanted = HEAD_SHARED if self.containment >= MOSTLY_CONTAINED else HEAD_SHARED_OF_LITTLE
        return self.heads[0] >= wanted or self.heads[1] >= HEAD_WHOLE

    @property
    def _tells_the_same_numbers(self) -> bool:
        wanted = NUMBERS_AGREE_SAME if self.containment >= THE_SAME else NUMBERS_AGREE
        return self.numbers is None or self.numbers >= wanted


def fingerprint(text: str, headline: str = "") -> Fingerprint:
    """The fingerprint of a body under its headline."""
    words = tokens(text[:MAX_CHARACTERS])[:MAX_WORDS]
    width = _width(words)
    runs = _shingles([_hash(word) for word in words], width)
    hashes, head = sorted(set(runs)), set(runs[: HEAD_WORDS - width + 1])
    sketch = tuple(hashes[: SKETCH + len(hashes) // PER_SHINGLES])
    places = [place for place, word in enumerate(words) if not word.isalpha() and _is_number(word)]
    numbers = sorted({_hash(words[place]) & _LOW for place in places})
    return Fingerprint(
        len(hashes),
        sketch,
        _bits(number in head for number in sketch),
        tuple(numbers[:NUMBERS]),
        tuple(sorted(set(_contexts(words, places)))[:NUMBERS]),
        tuple(sorted({_hash(word) & _LOW for word in tokens(headline)})) if len(hashes) < SHORT else (),
    )


def may_be_copy(mine: Fingerprint, hashes: frozenset[int], stored: bytes) -> bool:
    """Whether a text (with its hashes as a set) shares enough with a stored one to be compared: most share a phrase."""
    size, count = array("I", stored[:_COUNTS])[:2]
    theirs = array("Q", stored[_COUNTS : _COUNTS + 8 * count])
    shared = len(hashes.intersection(theirs))
    if shared < EVIDENCE:
        return False
    limit = min(_reach(mine.size, mine.hashes), _reach(size, theirs))
    fewer, more = sorted((bisect_right(mine.hashes, limit), bisect_right(theirs, limit)))
    return _is_shared(shared, shared / fewer, shared / more)


def compare(one: Fingerprint, other: Fingerprint) -> Similarity:
    """How similar two texts are; the order of the two does not matter.

    Sketches are compared up to the hash that both reach.
    """
    limit = min(_reach(one.size, one.hashes), _reach(other.size, other.hashes))
    mine, theirs = (set(side.hashes[: bisect_right(side.hashes, limit)]) for side in (one, other))
    shared = mine & theirs
    shares = sorted((_share(mine, shared), _share(theirs, shared)))
    heads = sorted((_share(mine.intersection(_head(one)), shared), _share(theirs.intersection(_head(other)), shared)))
    numbers, headlines = _numbers_agree(one, other), _headlines_agree(one, other)
    return Similarity(shares[1], shares[0], (heads[0], heads[1]), numbers, len(shared), headlines)


def _width(words: Sequence[str]) -> int:
    """How many words, or characters, make a shingle of this text."""
    characters = sum(len(word) == 1 and word >= _FIRST_UNSPACED for word in words)
    return SHINGLE_UNSPACED if 2 * characters > len(words) else SHINGLE


def _shingles(hashes: Sequence[int], width: int) -> list[int]:
    """The hashes of all runs of so many words, each made from the one before; a shorter text is one run."""
    rolling, base_out = 0, _BASE_OUT[width]
    for entering in hashes[:width]:
        rolling = (rolling * _BASE + entering) % _PRIME
    runs = [rolling] if hashes else []
    for leaving, entering in zip(hashes, hashes[width:], strict=False):
        rolling = (rolling * _BASE + entering - leaving * base_out) % _PRIME
        runs.append(rolling)
    return runs


@lru_cache(maxsize=1 << 16)
def _hash(text: str) -> int:
    """A hash of 61 bits that stays the same over processes, machines and versions of Python."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()) % _PRIME


def _bits(flags: Iterable[bool]) -> int:
    return sum(flag << bit for bit, flag in enumerate(flags))


def _is_number(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _contexts(words: Sequence[str], places: Iterable[int]) -> Iterator[int]:
    """Of "rose by 3 per cent": the hash of "rose by # per cent" in the upper half, of the words in the lower one."""
    for place in places:
        around = words[max(0, place - 2) : place + 3]
        masked = " ".join(_NUMBER if _is_number(word) else word for word in around)
        yield (_hash(masked) & _LOW) << 32 | _hash(" ".join(around)) & _LOW


def _is_shared(shared: int, containment: float, coverage: float) -> bool:
    """Whether two texts have enough in common, whatever it is."""
    if shared < EVIDENCE or containment < CONTAINED:
        return False
    if coverage < NEXT_TO_NOTHING and containment < CONTAINED_ALONE:
        return False
    return containment >= MOSTLY_CONTAINED or containment + coverage >= CONTAINED_TOGETHER


def _reach(size: int, hashes: Sequence[int]) -> int:
    """The hash up to which a sketch of so many shingles is complete."""
    return hashes[-1] if size > len(hashes) else 1 << 63


def _head(side: Fingerprint) -> Iterator[int]:
    # the bits as bytes, 0 or 1, the first one last: shifting a number of 155 bits 155 times took half of a comparison
    return compress(side.hashes, reversed(f"{side.head:b}".encode().translate(_BITS)))


def _share(part: set[int], shared: set[int]) -> float:
    return len(part & shared) / len(part) if part else 0.0


def _numbers_agree(one: Fingerprint, other: Fingerprint) -> float | None:
    """The mean of two shares: of the smaller side's numbers, and of the places where both sides have a number."""
    fewer, more = sorted((one.numbers, other.numbers), key=len)
    if len(fewer) < FEW_NUMBERS:
        return None
    shared = len(set(fewer) & set(more)) / len(fewer)
    masks, others = _by_mask(one.contexts), _by_mask(other.contexts)
    places = masks.keys() & others.keys()
    if not places:
        return shared
    same = sum(not masks[place].isdisjoint(others[place]) for place in places) / len(places)
    return (shared + same) / 2


def _headlines_agree(one: Fingerprint, other: Fingerprint) -> float | None:
    fewer, more = sorted((one.headline, other.headline), key=len)
    return len(set(fewer) & set(more)) / len(fewer) if fewer else None


def _by_mask(contexts: Iterable[int]) -> dict[int, set[int]]:
    places: dict[int, set[int]] = {}
    for context in contexts:
        places.setdefault(context >> 32, set()).add(context & _LOW)
    return places
