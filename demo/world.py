"""The truth behind the demo web: which articles there are and what they say, made from a seed.

    seed, now -> World(outlets, articles, decoys)

Nothing here knows of a server: addresses are paths, ``web`` puts the host in front of them. The same seed and the
same ``now`` make the same world, to the letter.
"""

import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Self

from demo.outlets import OUTLETS, Outlet
from demo.prose import Teller, grammar

#: The oldest article is this old: well inside the horizon of seven days.
SPAN = timedelta(hours=60)
#: Articles of an archive: well behind the horizon.
ARCHIVED = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Version:
    """What an article says at one time."""

    headline: str
    description: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The paragraphs, separated by an empty line, as ``article_body`` has them."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its own address (a path), what is true of it, and its versions, the first one first."""

    outlet: str
    number: int
    path: str
    section: str
    language: str
    #: with the outlet's own offset, whole minutes
    published: datetime
    versions: tuple[Version, ...]
    authors: tuple[str, ...] = ()
    agency: str | None = None
    caption: str = ""
    #: further addresses that lead here by 301
    redirects: tuple[str, ...] = ()
    #: further addresses that show the same page
    variants: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The headline of the first version."""
        return self.versions[0].headline


@dataclass(frozen=True, slots=True)
class Decoy:
    """A page that is listed among the articles and must not be stored as one; ``why`` is its kind."""

    outlet: str
    why: str
    path: str
    article: Article


@dataclass(frozen=True, slots=True)
class World:
    """All outlets with their articles in the order of publication, and the decoys among them."""

    seed: int
    now: datetime
    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]
    decoys: tuple[Decoy, ...]

    @classmethod
    def make(
        cls,
        seed: int = 1,
        articles: int = 6,
        outlets: Iterable[str | Outlet] | None = None,
        now: datetime | None = None,
    ) -> Self:
        """A world of ``articles`` articles for each outlet (keys or outlets of one's own; all when None)."""
        now = (now or datetime.now(UTC)).astimezone(UTC).replace(second=0, microsecond=0)
        chosen = _chosen(outlets)
        makers = [_Maker(outlet, seed, now) for outlet in chosen]
        return cls(
            seed,
            now,
            chosen,
            tuple(article for maker in makers for article in maker.articles(articles)),
            tuple(decoy for maker in makers for decoy in maker.decoys()),
        )

    def of(self, outlet: str) -> tuple[Article, ...]:
        """The articles of one outlet, oldest first."""
        return tuple(article for article in self.articles if article.outlet == outlet)


class _Maker:
    """Makes the articles of one outlet."""

    def __init__(self, outlet: Outlet, seed: int, now: datetime) -> None:
        self._outlet = outlet
        self._words = grammar(outlet.language)
        self._rng = random.Random(f"{seed}/{outlet.key}")
        self._now = now.astimezone(timezone(timedelta(hours=outlet.utc_offset)))
        self._number = self._rng.randrange(70_000, 90_000)
        self._headlines: set[str] = set()

    def articles(self, count: int) -> list[Article]:
        """``count`` articles, spread over the last sixty hours, the youngest a few minutes old."""
        step = SPAN / max(count, 1)
        ages = [step * (back + self._rng.uniform(0.1, 0.9)) for back in reversed(range(count))]
        return [self._article(self._now - age) for age in ages]

    def decoys(self) -> list[Decoy]:
        """The pages of this outlet that must not be stored, each dressed as an article."""
        return [
            self._decoy(why, number) for why, count in self._outlet.decoys.items() for number in range(1, count + 1)
        ]

    def _article(self, published: datetime) -> Article:
        self._number += self._rng.randrange(1, 5)
        teller = Teller(self._words, self._rng)
        first = self._first_version(teller)
        section = self._rng.choice(self._words.sections)
        published = published.replace(second=0, microsecond=0)
        fields = {
            "section": section, "slug": slug(first.headline), "number": self._number,
            "year": published.year, "month": published.month, "day": published.day,
        }  # fmt: skip
        agency = self._outlet.agency if self._number % 3 == 0 else None
        return Article(
            self._outlet.key, self._number, self._outlet.path.format(**fields), section, self._outlet.language,
            published, (first, self._corrected(first, teller)),
            authors=() if agency else self._byline(teller),
            agency=agency,
            caption=teller.tell("caption"),
            redirects=tuple(pattern.format(**fields) for pattern in self._outlet.redirects),
            variants=tuple(pattern.format(**fields) for pattern in self._outlet.variants),
        )  # fmt: skip

    def _first_version(self, teller: Teller) -> Version:
        headline = teller.tell("headline")
        while slug(headline) in self._headlines:
            headline = teller.tell("headline")
        self._headlines.add(slug(headline))
        paragraphs = [teller.paragraph("opening")]
        paragraphs += [teller.paragraph() for _ in range(self._rng.randrange(3, 8))]
        return Version(headline, teller.tell("description"), tuple(paragraphs))

    def _corrected(self, first: Version, teller: Teller) -> Version:
        """The version after a correction: another second paragraph, in every second article a part of the headline."""
        changed = replace(first, paragraphs=(first.paragraphs[0], teller.paragraph(), *first.paragraphs[2:]))
        return replace(changed, headline=teller.reword(first.headline)) if self._number % 2 else changed

    def _byline(self, teller: Teller) -> tuple[str, ...]:
        return tuple(dict.fromkeys(teller.person() for _ in range(2 if self._number % 4 == 0 else 1)))

    def _decoy(self, why: str, number: int) -> Decoy:
        article = self._article(self._now - (ARCHIVED if why == "horizon" else timedelta(hours=number)))
        path = (
            article.path
            if why == "horizon"
            else _DECOY_PATHS[why].format(
                slug=slug(article.headline),
                number=article.number,
                year=self._now.year,
            )
        )
        return Decoy(self._outlet.key, why, path, replace(article, path=path))


#: Addresses that look like articles: a slug of many hyphens, an id of five digits, a date.
_DECOY_PATHS = {
    "tag": "/tag/{slug}",
    "gallery": "/gallery/{slug}-{number}",
    "video": "/video/{number}/{slug}",
    "author": "/author/the-reporter-with-{number}-stories",
    "calendar": "/calendar/{year}/01/15/",
    "gone": "/news/{slug}-{number}",
    "members": "/members/{slug}-{number}",
    "fault": "/fault/{slug}-{number}",
}


def slug(headline: str) -> str:
    """A headline as a part of an address: "Würde für 40 Bäume" -> "wurde-fur-40-baume"; other scripts in hex."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    if len(words) < 3:
        words = [f"{ord(letter):x}" for letter in headline if letter.isalnum()]
    return "-".join(words)


def _chosen(outlets: Iterable[str | Outlet] | None) -> tuple[Outlet, ...]:
    known: Sequence[Outlet] = OUTLETS
    if outlets is None:
        return tuple(known)
    by_key = {outlet.key: outlet for outlet in known}
    return tuple(each if isinstance(each, Outlet) else by_key[each] for each in outlets)
