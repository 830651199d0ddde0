"""Addresses that never end: calendars, growing paths, session ids, sitemaps of sitemaps. Pure.

    address -> repeats itself, or is too deep?            said at once
            -> its shape -> so many tried, none kept?     said when enough of that shape were fetched in vain
                         -> so many lead to one article?  said, and nothing more: new ones may stand behind others
    page    -> holds nothing and only leads on?           said of a source that has nothing else (crawler.obstacles)

The shape is what is left of an address without what varies: "/calendar/2031/07?sid=8f3a" and
"/calendar/2031/08?sid=11c0" are both "/calendar/#/#?sid". Real articles share a shape as well; theirs is kept.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

#: addresses of one shape that are tried before it may be called a trap (our choice: an archive page shows 20 to 50)
TRIES = 50
#: of so many tries at least one must bring something
TRIES_FOR_ONE = 100
#: parts of a path; the deepest of 60,000 addresses of news seen had 11
DEEPEST = 16
#: how often one part may stand in a path: "/en/news/en/harbour-opens"; numbers do not count ("/11/11/11")
REPEATS = 3
#: further pages and sitemaps of one source that are remembered: 20 years of months, for each of eight sections
MOST_PAGES = 2000
#: links of one source that may wait; what is listed beyond them is listed again
MOST_WAITING = 20_000

#: addresses of one shape that lead to one and the same article, for it to be said (our choice: a live page shows one
#: article under some addresses, and an article has up to a dozen pages)
SAME = 20
#: articles of a visit that are looked at so, those first that were met most often
SAME_LOOKED = 10
#: two sitemaps that list each other, or one that lists itself
CIRCLE = "its sitemaps list only each other"

#: how the reason begins of an address that is not fetched because it is a trap
TRAP = "trap:"

_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[-_+]")
#: "8f3a1b2c3d4e": letters and digits without a word in them
_RANDOM = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{10,}", re.IGNORECASE)
#: a part with so many words, or so long, is a slug
_SLUG_WORDS, _SLUG_LENGTH = 3, 30


def address_trap(url: str) -> str | None:
    """Why an address is a trap by itself; None when it is not."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if len(parts) > DEEPEST:
        return f"{TRAP} the address is {len(parts)} parts deep"
    named = Counter(part for part in parts if not part.isdecimal())
    part, times = max(named.items(), key=lambda item: item[1], default=("", 0))
    return f"{TRAP} the address repeats {part[:50]!r} {times} times" if times >= REPEATS else None


def shape_of(url: str) -> str:
    """What an address has in common with those that differ in numbers, slugs and values only."""
    split = urlsplit(url)
    path = "/".join(_shape_of_part(part) for part in split.path.split("/"))
    names = sorted({_NUMBER.sub("#", name) for name, _ in parse_qsl(split.query, keep_blank_values=True)})
    return f"{path}?{'&'.join(names)}"[:200] if names else path[:200]


def _shape_of_part(part: str) -> str:
    if len(_WORDS.findall(part)) >= _SLUG_WORDS or len(part) > _SLUG_LENGTH:
        return "~"
    return "*" if _RANDOM.fullmatch(part) else _NUMBER.sub("#", part)


@dataclass(slots=True)
class Tries:
    """How many addresses of one shape were fetched, and how many of them brought something."""

    tried: int = 0
    kept: int = 0

    @property
    def is_trap(self) -> bool:
        """Whether nothing is to be expected of more."""
        return self.tried >= TRIES and self.kept * TRIES_FOR_ONE < self.tried


@dataclass(slots=True)
class Shapes:
    """The shapes of one source's addresses, as its visits met them. ``fresh`` is what this visit adds."""

    known: Mapping[str, Tries] = field(default_factory=dict)
    fresh: dict[str, Tries] = field(default_factory=dict)
    #: the first reason why something that its lists showed is not followed, in this visit
    met: str | None = None
    #: the first page of this visit that holds nothing and only leads on, and where to
    nowhere: str | None = None
    #: whether a list of this visit showed what was known already, or older than what is wanted
    shows_known: bool = False
    #: links of this visit's lists that are to be fetched
    listed: int = 0
    #: articles that were met under a further address in this visit, and how often
    same: Counter[int] = field(default_factory=Counter)

    def note(self, url: str, *, kept: bool) -> None:
        """An address was fetched."""
        tries = self.fresh.setdefault(shape_of(url), Tries())
        tries.tried += 1
        tries.kept += kept

    def lead_on(self, words: str | None) -> None:
        """A page held nothing, and leads on as these words say."""
        self.nowhere = self.nowhere or trap_of(words)

    def meet_again(self, addresses: Sequence[tuple[int, str]]) -> None:
        """Take note of all addresses of the articles that were met again, when most of what was read is such."""
        if 2 * self.same.total() >= sum(tries.tried for tries in self.fresh.values()):
            self.met = self.met or _one_article(addresses)

    @property
    def is_untried(self) -> bool:
        """Whether lists of this visit showed more than was fetched."""
        return self.listed > sum(tries.tried for tries in self.fresh.values())

    def trap(self, url: str) -> str | None:
        """Why an address is not to be fetched; None when it is."""
        return address_trap(url) or self._shape_trap(shape_of(url))

    def trapped(self) -> list[str]:
        """The shapes of this visit that are traps."""
        met = [self.met] if self.met else []
        return met + [reason for shape in self.fresh if (reason := self._shape_trap(shape))]

    def _shape_trap(self, shape: str) -> str | None:
        known, fresh = self.known.get(shape, Tries()), self.fresh.get(shape, Tries())
        total = Tries(known.tried + fresh.tried, known.kept + fresh.kept)
        if not total.is_trap:
            return None
        return f"{TRAP} of {total.tried} addresses like {shape[:80]} {total.kept or 'none'} brought anything"


def told(fresh: Sequence[str | None], pages: Sequence[str | None]) -> str | None:
    """The trap that the operator is told of one answer, by the reasons of its new links and of its further pages.

    One odd link among many is none; a further page that only grows always is one.
    """
    traps = [reason for reason in fresh if _is_trap(reason)]
    growing = [reason for reason in pages if _is_trap(reason)]
    return next(iter((*growing, *(traps if 2 * len(traps) >= len(fresh) else ()))), None)


def trap_of(words: str | None) -> str | None:
    """These words as the reason of a trap."""
    return f"{TRAP} {words}" if words else None


def _one_article(addresses: Sequence[tuple[int, str]]) -> str | None:
    shapes = Counter((article_id, shape_of(url)) for article_id, url in addresses)
    ((_, shape), count), *_ = shapes.most_common(1) or [((0, ""), 0)]
    return f"{TRAP} {count} addresses like {shape[:80]} lead to one article" if count >= SAME else None


def _is_trap(reason: str | None) -> bool:
    return reason is not None and reason.startswith(TRAP)
