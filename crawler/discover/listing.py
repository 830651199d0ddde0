"""Web pages that list articles: front pages, sections, archives.

text -> lxml -> anchors (each address once, with its best title) -> which are articles   -> links
                                                                 -> which is the next page -> pages
                                                                 -> which are sections, feeds -> endpoints
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from lxml import etree

from crawler.discover.addresses import absolute, host_of
from crawler.discover.anchors import Anchor, anchors, base_of
from crawler.discover.dates import when
from crawler.discover.errors import UnreadableAnswer
from crawler.discover.links import THRESHOLD, article_scores
from crawler.discover.markup import plain_text
from crawler.discover.newness import newness, standing
from crawler.discover.nowhere import leads_on
from crawler.discover.paging import is_page_of, next_pages
from crawler.discover.shapes import Shapes
from crawler.discover.words import BOILERPLATE, MEDIA, NEVER_UNDER, SERVICE
from crawler.discover.xml import uncrowded
from storage.records import EndpointFound, EndpointKind, Found, Link

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_JSON_FEED = re.compile(r"feed\.json$|/feed/json/?$")
_FEED_PATH = re.compile(
    r"(?:/(?:feed|rss|atom)s?/?|/(?:feed|rss|atom|index)\.(?:xml|rdf|json)|\.(?:rss|atom|rdf)|[?&]feed=(?:rss2?|atom))$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments?/|comments?[-_]?feed|[?&]feed=comments|kommentare", re.IGNORECASE)
_SECTION_FOLDERS = ("category", "categories", "kategorie", "rubrik", "topics", "topic", "section", "sections", "thema")
_MOST_FEEDS = 12
#: how lxml words it that there is no memory left
_NO_ROOM = "unknown error"
_MOST_SECTIONS = 16


def read_listing(
    text: str,
    url: str,
    language: str | None = None,
    shapes: Shapes | None = None,
    before: Collection[str] | None = None,
) -> Found:
    """The articles that a web page lists, with its next page, sections and feeds. Raises ``UnreadableAnswer``.

    `shapes` is what the site's addresses turned out to be when they were fetched, `before` what has stood on the
    page so far (see ``newness``); None where nobody keeps that.
    """
    root = _parsed(text)
    base = base_of(root, url)
    found = [anchor for anchor in anchors(root, base) if not _same_page(anchor.url, url)]
    feeds = _feeds(root, base, found)
    pages = next_pages(_said_next(root, base), found, url)
    taken = {feed.url for feed in feeds} | {page.url for page in pages}
    rest = [anchor for anchor in found if anchor.url not in taken and not is_page_of(anchor, url)]
    news, stands = _compared([anchor.url for anchor in rest], before)
    articles, others = _parted(rest, article_scores(rest, url, shapes=shapes, news=news))
    links = tuple(map(_link, articles))
    return Found(
        EndpointKind.LISTING,
        links,
        pages,
        (*feeds, *_sections(others, url)),
        title=plain_text(root.findtext(".//title")),
        in_language=root.get("lang") or language,
        problems=() if links else ("listing: no links that look like articles",),
        standing=stands,
        leads_on=None if links else _leads_on(found, pages, url),
    )


def _leads_on(found: list[Anchor], pages: tuple[Link, ...], url: str) -> str | None:
    return leads_on(url, [anchor.url for anchor in found], [page.url for page in pages])


def _compared(urls: list[str], before: Collection[str] | None) -> tuple[list[float] | None, list[str] | None]:
    """What is new on the page, and what is to be remembered of it."""
    return (None, None) if before is None else (newness(urls, before), standing(urls, before))


def _parted(rest: list[Anchor], scores: list[float]) -> tuple[list[Anchor], list[Anchor]]:
    """What looks like articles, and all else."""
    articles = [anchor for anchor, score in zip(rest, scores, strict=True) if score >= THRESHOLD]
    others = [anchor for anchor, score in zip(rest, scores, strict=True) if score < THRESHOLD]
    return articles, others


def _said_next(root: etree._Element, base: str) -> list[str]:
    """<link rel="next" href="/world?page=2">."""
    written = (absolute(element.get("href", ""), base) for element in root.iter("link") if element.get("rel") == "next")
    return [address for address in written if address]


def _parsed(text: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(uncrowded(text).encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        if str(error).startswith(_NO_ROOM):
            raise MemoryError from None
        raise UnreadableAnswer(f"listing: {str(error)[:100]}") from None
    if root is None:
        raise UnreadableAnswer("listing: no element of a web page in it")
    return root


def _same_page(address: str, url: str) -> bool:
    return address.rstrip("/").partition("#")[0] == url.rstrip("/").partition("#")[0]


def _link(anchor: Anchor) -> Link:
    published = when(anchor.date)
    return Link(
        anchor.url,
        title=anchor.title[:500] or None,
        published=published,
        published_raw=anchor.date[:80] if published and anchor.date else None,
    )


def _feeds(root: etree._Element, base: str, found: list[Anchor]) -> tuple[EndpointFound, ...]:
    named = [address for address in (_named_feed(element, base) for element in root.iter("link")) if address]
    linked = [anchor.url for anchor in found if _FEED_PATH.search(anchor.url)]
    feeds = dict.fromkeys([*named, *linked], "link") | dict.fromkeys(named, "link rel")
    good = [(address, origin) for address, origin in feeds.items() if not _COMMENTS.search(address)]
    return tuple(EndpointFound(address, EndpointKind.FEED, origin) for address, origin in good[:_MOST_FEEDS])


def _named_feed(element: etree._Element, base: str) -> str | None:
    """<link rel="alternate" type="application/rss+xml" href="/feed">; "application/json" only for a JSON Feed."""
    if "alternate" not in element.get("rel", "").lower().split():
        return None
    address = absolute(element.get("href", ""), base)
    kind = element.get("type", "").split(";")[0].strip().lower()
    if kind in _FEED_TYPES or (kind == "application/json" and address and _JSON_FEED.search(address)):
        return address
    return None


def _sections(others: list[Anchor], url: str) -> tuple[EndpointFound, ...]:
    """Section fronts among the links that are no articles: short names of menus, one or two steps below the root."""
    host = host_of(url)
    names = [anchor for anchor in others if host_of(anchor.url) == host and _names_section(anchor)]
    ranked = sorted(names, key=lambda anchor: (anchor.region not in ("nav", "header"), anchor.url.count("/")))
    return tuple(EndpointFound(anchor.url, EndpointKind.LISTING, "navigation") for anchor in ranked[:_MOST_SECTIONS])


def _names_section(anchor: Anchor) -> bool:
    words = anchor.title.lower().split()
    if not 1 <= len(words) <= 4 or len(anchor.title) > 30 or not BOILERPLATE.isdisjoint(words):
        return False
    return anchor.region != "footer" and _is_section(anchor.url)


def _is_section(url: str) -> bool:
    """By the address: /world and /category/economy, not /about, /video or /tag/bridge."""
    parts = urlsplit(url)
    steps = [step.lower() for step in parts.path.split("/") if step]
    if not 1 <= len(steps) <= 3 or parts.query or not MEDIA.isdisjoint(steps):
        return False
    return steps[-1] not in SERVICE and (NEVER_UNDER.isdisjoint(steps) or steps[0] in _SECTION_FOLDERS)
