"""Where feeds and sitemaps stand when nobody names them. Each place costs a request: few, the likeliest first."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.discover.addresses import absolute
from storage.records import COMMON_PLACE, EndpointFound, EndpointKind

_FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml", "/sitemap_index.xml")
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_OF_NEWS = re.compile(r"news|google|latest|recent|today|48", re.IGNORECASE)
_MOST = 30


def common_feeds(front_url: str) -> tuple[EndpointFound, ...]:
    """Where a site's feed usually is: below the given address (WordPress: /world/feed/), then at the root."""
    places = [urljoin(front_url, path) for path in _FEEDS]
    if urlsplit(front_url).path.strip("/"):
        places.insert(0, front_url.partition("?")[0].rstrip("/") + "/feed/")
    return _found(places, EndpointKind.FEED)


def common_sitemaps(front_url: str) -> tuple[EndpointFound, ...]:
    """Where a site's sitemaps usually are, those for news first."""
    return _found([urljoin(front_url, path) for path in _SITEMAPS], None)


def sitemaps_in_robots(robots_txt: str, robots_url: str) -> tuple[EndpointFound, ...]:
    """The sitemaps that a robots.txt names, those for news first; its rules are judged elsewhere."""
    written = (absolute(match, robots_url) for match in _SITEMAP_LINE.findall(robots_txt[:1_000_000]))
    addresses = list(dict.fromkeys(address for address in written if address))
    addresses.sort(key=lambda address: _kind(address) is not EndpointKind.NEWS_SITEMAP)
    return tuple(EndpointFound(address, _kind(address), "robots.txt") for address in addresses[:_MOST])


def _kind(address: str) -> EndpointKind:
    """By its name: "/sitemap-news.xml" holds news; the host does not count (news.example)."""
    named = _OF_NEWS.search(urlsplit(address).path)
    return EndpointKind.NEWS_SITEMAP if named else EndpointKind.SITEMAP


def _found(places: list[str], kind: EndpointKind | None) -> tuple[EndpointFound, ...]:
    unique = dict.fromkeys(places)
    return tuple(EndpointFound(place, kind or _kind(place), COMMON_PLACE) for place in unique)
