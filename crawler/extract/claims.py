"""The values that one reading passes along: what was given with the page, and what was made out of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.extract.blocks import Layout
from crawler.extract.body import Body
from crawler.extract.dates import Dates
from crawler.extract.memory import SiteMemory
from crawler.extract.people import Byline
from crawler.extract.signals import Signals
from crawler.extract.text import weight
from storage.records import Link


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a page beside its bytes."""

    #: what the feed or sitemap said
    link: Link | None = None
    #: the zone of naive dates, as the operator says
    timezone: str | None = None
    #: the language of the source, as the operator says
    language: str | None = None
    #: what other pages of the site taught
    memory: SiteMemory | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What was made out of one page, before it is decided whether it is an article. Pairs are (value, origin)."""

    signals: Signals
    layout: Layout
    headline: tuple[str, str]
    body: Body
    #: the text of the article, from the page or from what stands in for it
    text: tuple[str, str]
    captions: tuple[int, ...]
    teasers: frozenset[int]
    byline: tuple[Byline, str]
    dates: Dates
    #: shapes of blocks that name the authors, or do not though they did (crawler.extract.signed)
    bylines: Mapping[str, float]

    @property
    def letters(self) -> int:
        """Weight of the text."""
        return weight(self.text[0])
