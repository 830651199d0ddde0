"""From a front page to the endpoints of its outlet: feeds, sitemaps and sections become endpoints of their own.

A source that is given as a part of a site (https://example.org/world/) stays with that part: sections below it, and
the feeds of the part where there are some.
"""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from crawler.discover.places import common_feeds, common_sitemaps
from crawler.urls import AddressError, fetch_key, host_of, same_site
from crawler.visit import ENDPOINT_LIMIT, Visit
from storage.endpoints import STAND_IN, Endpoint, EndpointEntry
from storage.records import EndpointFound, EndpointKind, Found

#: sections of one front page that are watched
SECTION_LIMIT = 12


async def endpoints_of(
    visit: Visit, entry: Endpoint, found: Found, *, rolled_past: bool = False
) -> list[EndpointEntry]:
    """The endpoints that a front page leads to; of other lists none, unless one rolled past: then the sitemaps."""
    if rolled_past:
        return list(_entries(visit, [*await _announced_sitemaps(visit, entry), *common_sitemaps(entry.url)]))
    if found.kind is not EndpointKind.LISTING or not (entry.is_configured or entry.is_stand_in):
        return []
    feeds = _feeds(entry, found)
    sections = [
        item for item in found.endpoints if item.kind is EndpointKind.LISTING and _is_below(item.url, entry.url)
    ]
    sitemaps = await _announced_sitemaps(visit, entry) if _is_root(entry.url) or not feeds else []
    candidates = [*feeds, *sitemaps, *sections[:SECTION_LIMIT]]
    if visit.is_first:
        candidates += _common_places(entry, has_feeds=bool(feeds), has_sitemaps=bool(sitemaps))
    return list(_entries(visit, candidates))[:ENDPOINT_LIMIT]


def front_page_of(visit: Visit, entry: Endpoint) -> list[EndpointEntry]:
    """The front page that stands in for a configured endpoint that cannot be read."""
    root = urljoin(entry.url, "/")
    configured = {fetch_key(url) for url in visit.source.url}
    if fetch_key(root) in configured:
        return []
    return [EndpointEntry(root, fetch_key(root), EndpointKind.LISTING, STAND_IN)]


def _feeds(entry: Endpoint, found: Found) -> list[EndpointFound]:
    feeds = [item for item in found.endpoints if item.kind is EndpointKind.FEED]
    if _is_root(entry.url):
        return feeds
    return [item for item in feeds if _is_below(item.url, entry.url)] or feeds


async def _announced_sitemaps(visit: Visit, entry: Endpoint) -> list[EndpointFound]:
    host = await visit.station.gate.host(host_of(entry.url), visit.lease.fence)
    if host.robots is None:
        return []
    return [EndpointFound(url, EndpointKind.SITEMAP, "robots.txt") for url in host.robots.sitemaps]


def _common_places(entry: Endpoint, *, has_feeds: bool, has_sitemaps: bool) -> list[EndpointFound]:
    """What nobody named: a sitemap may show more than the feeds; a part of a site with a feed stays with that."""
    feeds = [] if has_feeds else list(common_feeds(entry.url))
    wants_sitemaps = not has_sitemaps and (_is_root(entry.url) or not has_feeds)
    return feeds + list(common_sitemaps(entry.url)) if wants_sitemaps else feeds


def _entries(visit: Visit, candidates: Iterable[EndpointFound]) -> Iterable[EndpointEntry]:
    for item in candidates:
        try:
            # A publisher may have its feed elsewhere (feedburner); sections and sitemaps are its own.
            if item.kind is EndpointKind.FEED or same_site(item.url, visit.sites):
                yield EndpointEntry(item.url, fetch_key(item.url), item.kind, item.origin)
        except AddressError:
            continue


def _is_root(url: str) -> bool:
    return urlsplit(url).path in ("", "/")


def _is_below(url: str, front: str) -> bool:
    path = urlsplit(front).path
    folder = path if path.endswith("/") else path.rsplit("/", 1)[0] + "/"
    return _is_root(front) or urlsplit(url).path.startswith(folder)
