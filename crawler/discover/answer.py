"""One answer of an endpoint, whatever it turns out to be: its links, in the order of the page, each once.

    Page -> unpacked -> text -> what is it -> feed | sitemap | listing -> Found -> each link once, at most link_limit

A feed or a sitemap is read as what it is, whatever it was thought to be. A web page is read as a listing only where a
listing was expected or nothing is known: the address of a feed that answers with a web page is broken, and says so,
or else the menu of an error page would be taken for news.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from crawler.discover.errors import EmptyAnswer, WrongAnswer
from crawler.discover.feed import read_feed
from crawler.discover.listing import read_listing
from crawler.discover.packed import unpacked
from crawler.discover.shapes import Shapes
from crawler.discover.sitemap import read_sitemap
from crawler.text import decode
from storage.records import EndpointKind, Found, Link, Page

#: what each kind of document begins with; that of a web page may follow on a warning, or on nothing
_ROOTS = {
    EndpointKind.FEED: re.compile(r"<(?:[\w-]+:)?(?:rss|RDF|feed|channel)[\s>]", re.IGNORECASE),
    EndpointKind.SITEMAP: re.compile(r"<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE),
    EndpointKind.LISTING: re.compile(
        r"<(?:!doctype\s+html|html|head|body|div|a|p|h[1-6]|table|[uo]l|li|title|meta|script|section|article|main|nav"
        r"|header|footer|aside|span|form|center|font|frameset|noscript|style|base)[\s>/]",
        re.IGNORECASE,
    ),
}
_ADDRESS = re.compile(r"https?://\S+\s")
_MOST_PROBLEMS = 50
_SITEMAPS = (EndpointKind.SITEMAP, EndpointKind.NEWS_SITEMAP)


def read_endpoint(
    page: Page,
    kind: EndpointKind,
    link_limit: int = 2000,
    language: str | None = None,
    shapes: Shapes | None = None,
    before: Collection[str] | None = None,
) -> Found:
    """The links that an answer lists. Raises ``EndpointError`` when the answer as a whole cannot be read."""
    body, problems = unpacked(page.body)
    text = decode(body, page.content_type)
    if not text.strip():
        raise EmptyAnswer("empty answer")
    actual = kind_of(text, kind)
    if actual is EndpointKind.FEED:
        found = read_feed(text, page.url, link_limit)
    elif actual in _SITEMAPS:
        found = read_sitemap(text, page.url)
    else:
        found = read_listing(text, page.url, language, shapes, before)
    return _limited(replace(found, problems=problems + found.problems), link_limit)


def kind_of(text: str, expected: EndpointKind = EndpointKind.UNKNOWN) -> EndpointKind:
    """What a text is. Raises ``WrongAnswer`` for a web page or rubbish where a feed or a sitemap should be."""
    start = text[:60_000].lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return EndpointKind.FEED
    roots = _roots(start)
    if expected is EndpointKind.FEED and EndpointKind.FEED in roots:  # behind a warning that PHP printed as HTML
        return EndpointKind.FEED
    if roots and roots[0] is not EndpointKind.LISTING:
        return roots[0]
    if _ADDRESS.match(start + "\n"):
        return EndpointKind.SITEMAP
    if expected in (EndpointKind.FEED, *_SITEMAPS):
        instead = "a web page" if roots else "neither XML nor JSON"
        raise WrongAnswer(f"{expected.value}: answered with {instead}")
    if not roots:  # without a single tag there is no link: b"PK\x03\x04...", "Service suspended"
        raise WrongAnswer("answered with neither a web page nor XML nor JSON")
    return EndpointKind.LISTING


def _roots(start: str) -> list[EndpointKind]:
    """What kinds of document begin in this text, the first one first."""
    places = {kind: match.start() for kind, root in _ROOTS.items() if (match := root.search(start))}
    return sorted(places, key=places.__getitem__)


def _limited(found: Found, limit: int) -> Found:
    links, problem = _cut(_unique(found.links), limit, "links")
    pages, more = _cut(_unique(found.pages), limit, "pages")
    problems = problem + more + found.problems
    if len(problems) > _MOST_PROBLEMS:
        problems = (*problems[:_MOST_PROBLEMS], f"and {len(problems) - _MOST_PROBLEMS} more problems")
    return replace(found, links=links, pages=pages, problems=problems)


def _unique(links: tuple[Link, ...]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
    return tuple(found.values())


def _cut(links: tuple[Link, ...], limit: int, name: str) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """At most ``limit`` links in the order of the page: the newest where there are dates, else from both ends."""
    if len(links) <= limit:
        return links, ()
    order = sorted(range(len(links)), key=lambda at: _newness(links[at], min(at, len(links) - 1 - at)), reverse=True)
    kept = sorted(order[:limit])
    return tuple(links[at] for at in kept), (f"{len(links)} {name}, {limit} of them were read",)


def _newness(link: Link, from_end: int) -> tuple[float, int]:
    moment = link.modified or link.published
    return (moment.timestamp() if moment else 0.0, -from_end)
