"""The shared vocabulary: what every part of Newswatch calls the things it hands on.

Standard library only; no other module of Newswatch is imported here. The names follow one article on its way:

    Endpoint -> Page -> Found(Link, ...) -> Link -> Page -> Reading(Article) -> Article -> row, Change

Times are aware datetimes in UTC unless a field says otherwise; ``None`` means unknown, never "" or False.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

#: the need of a browser of a source whose pages show no more in one (crawler.render.need)
USELESS = "useless"


class EndpointKind(StrEnum):
    """What kind of list an endpoint is; ``UNKNOWN`` until its first answer was read."""

    UNKNOWN = "unknown"
    FEED = "feed"
    SITEMAP = "sitemap"
    NEWS_SITEMAP = "news_sitemap"
    LISTING = "listing"


class LinkKind(StrEnum):
    """What a link leads to, as far as the page that showed it can tell."""

    #: a page that looks like one article
    ARTICLE = "article"
    #: a further page of a listing, or a child of a sitemap index
    PAGE = "page"


class LinkState(StrEnum):
    """How far a link has come; everything but ``PENDING`` is an outcome that was committed."""

    PENDING = "pending"
    STORED = "stored"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    FAILED = "failed"


class ChangeKind(StrEnum):
    """What happened to an article, as the change feed tells it."""

    NEW = "new"
    REVISED = "revised"
    REMOVED = "removed"
    GROUPED = "grouped"


class Precision(StrEnum):
    """How exact a publisher's date is."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a server, as it came.

    ``url`` is the final address after redirects, ``content_type`` the raw header value ("" when there was none),
    ``body`` the bytes after transfer and content decoding.
    """

    url: str
    body: bytes
    content_type: str = ""
    status: int = 200


class Link(NamedTuple):
    """An address that an endpoint listed, with what the endpoint said about it.

    A tuple, since a visit makes thousands: a frozen dataclass takes four times as long to make.
    """

    url: str
    kind: LinkKind = LinkKind.ARTICLE
    title: str | None = None
    #: the publisher's claim, in UTC
    published: datetime | None = None
    #: the same as it was written, with the publisher's offset
    published_raw: str | None = None
    #: feed ``updated``, sitemap ``lastmod``: when it moves, the article is read again
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    #: full text that came with a feed entry (HTML), for pages that cannot be read
    body_html: str | None = None
    in_language: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image_url: str | None = None
    #: further addresses of the same article that the entry names (feed proxy target, guid that is a link)
    also: tuple[str, ...] = ()


#: origin of an endpoint that nobody named: it is where others have their feed or sitemap
COMMON_PLACE = "common place"


@dataclass(frozen=True, slots=True)
class EndpointFound:
    """An endpoint that a page names or that stands in a common place, to be tried."""

    url: str
    kind: EndpointKind
    #: how it was found: "link rel", "robots.txt", "common place", "navigation"
    origin: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from one answer of one endpoint. ``problems`` name broken entries, which cost no other entry."""

    kind: EndpointKind
    links: tuple[Link, ...] = ()
    #: further pages of this listing, or children of this sitemap index
    pages: tuple[Link, ...] = ()
    endpoints: tuple[EndpointFound, ...] = ()
    #: the publisher's own floor between two visits (ttl, sy:updatePeriod), if it names one
    ttl: timedelta | None = None
    title: str | None = None
    in_language: str | None = None
    problems: tuple[str, ...] = ()
    #: hours (0 to 23) and weekdays (0: Monday) in which the publisher wants no visits, in UTC
    quiet_hours: tuple[int, ...] = ()
    quiet_days: tuple[int, ...] = ()
    #: what has stood on a page from the first look on, as short hashes (crawler.discover.newness)
    standing: Sequence[str] | None = None
    #: where a list without articles leads on without end, in words (crawler.discover.nowhere)
    leads_on: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read. Field names are schema.org's NewsArticle in snake_case.

    ``article_body`` is plain text, paragraphs separated by an empty line. ``provenance`` maps each field that is
    set to where it came from: "rules", "json-ld", "opengraph", "meta", "microdata", "feed", "text", "url".
    """

    url: str
    headline: str
    article_body: str
    canonical_url: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    date_published: datetime | None = None
    date_published_raw: str | None = None
    date_published_precision: Precision | None = None
    #: minutes east of UTC as the publisher wrote it, or shows its readers; None for a naive date
    date_published_offset: int | None = None
    date_modified: datetime | None = None
    in_language: str | None = None
    article_section: str | None = None
    keywords: tuple[str, ...] = ()
    main_image_url: str | None = None
    image_caption: str | None = None
    is_accessible_for_free: bool | None = None
    #: whether the publisher calls it a live blog: it is written on while it is read
    is_live: bool = False
    agency: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    #: addresses that lead to this article besides ``url`` (asked for, redirected from, AMP, feed proxy)
    also: tuple[str, ...] = ()
    source_key: str = ""
    #: address of the endpoint that listed it
    discovered_via: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of one page: an article, or the reason why there is none.

    ``dropped`` holds the text blocks of the page that were left out of the body (for ``newswatch try``).
    """

    article: Article | None = None
    #: short and stable, for example "section front", "gallery", "soft 404", "consent wall"; beside an article: why it
    #: was read from its feed
    reason: str | None = None
    dropped: tuple[str, ...] = ()
    #: those of them that the text would have, if the site's other pages had them not
    repeated: tuple[str, ...] = ()
    #: shape of block (tag and names of its element and of the one round it, as a hash) -> how likely text stands there
    shapes: Mapping[str, float] = field(default_factory=dict)
    #: shape of a block about the headline -> 1: it names the authors whom the head of the page names; 0: it does not
    bylines: Mapping[str, float] = field(default_factory=dict)
    #: minutes east of UTC in which a time without zone was written, where something proved it
    clock: int | None = None
    #: address of the page on which the article goes on
    next_url: str | None = None
    #: where an empty page leads on without end, in words (crawler.discover.nowhere)
    leads_on: str | None = None

    @property
    def is_article(self) -> bool:
        """Whether the page is one article."""
        return self.article is not None
