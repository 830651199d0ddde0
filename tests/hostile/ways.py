"""Ways in which an internal address is given to a crawler: each makes a site that leads to the canary."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.server import HostileServer, Site, article, feed, ok

#: spellings of 127.0.0.66
SPELLINGS = {
    "dotted": "127.0.0.66",
    "decimal": "2130706498",
    "octal": "0177.0.0.0102",
    "octal in one number": "017700000102",
    "hexadecimal": "0x7f000042",
    "hexadecimal parts": "0x7f.0.0.0x42",
    "hexadecimal in capitals": "0X7F.0X0.0X0.0X42",
    "mixed parts": "0x7f.0.0102",
    "zeros before": "0000177.0000.0000.0000102",
    "two parts": "127.66",
    "three parts": "127.0.66",
    "IPv4-mapped": "[::ffff:127.0.0.66]",
    "IPv4-mapped in hexadecimal": "[::ffff:7f00:42]",
    "IPv4-mapped in full": "[0:0:0:0:0:ffff:7f00:0042]",
    "IPv4-compatible": "[::127.0.0.66]",
    "IPv4-translated": "[::ffff:0:127.0.0.66]",
    "NAT64": "[64:ff9b::127.0.0.66]",
    "NAT64 for local use": "[64:ff9b:1::127.0.0.66]",
    "6to4": "[2002:7f00:42::]",
    "Teredo": "[2001:0:7f00:42::80ff:ffbd]",
    "IPv6 loopback": "[::1]",
    "IPv6 of nothing": "[::]",
    "IPv6 link-local": "[fe80::1]",
    "IPv6 with a zone": "[fe80::1%25lo]",
    "IPv6 unique local": "[fd00::1]",
    "full-width digits": "１２７.0.0.66",
    "circled digits": "①②⑦.⓪.⓪.⑥⑥",
    "ideographic full stops": "127。0。0。66",
    "half-width full stops": "127｡0｡0｡66",
    "trailing dot": "127.0.0.66.",
    "percent-encoding": "%31%32%37.0.0.66",
    "percent-encoded dots": "127%2E0%2E0%2E66",
    "userinfo": "example.com@127.0.0.66",
    "userinfo with a port": "example.com:80@127.0.0.66",
    "two at signs": "a@b@127.0.0.66",
    "backslash": "127.0.0.66\\@example.com",
    "backslash before": "example.com\\@127.0.0.66",
    "hash before the at sign": "127.0.0.66#@example.com",
    "tab": "127.0.\t0.66",
    "soft hyphen": "127.0.\u00ad0.66",
    "zero-width space": "127.0.\u200b0.66",
    "zero": "0",
    "localhost": "localhost",
    "localhost with a dot": "localhost.",
    "localhost in capitals": "LOCALHOST",
    "name below localhost": "news.localhost",
    "broadcast": "255.255.255.255",
    "nothing": "0.0.0.0",
    "cloud metadata": "169.254.169.254",
    "cloud metadata in decimal": "2852039166",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 192": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "benchmarking": "198.18.0.1",
    "multicast": "224.0.0.1",
}
Way = Callable[[Site, str], None]


@dataclass(frozen=True, slots=True)
class Trap:
    """A site whose ``entry`` is given to the crawler as a source."""

    site: Site
    entry: str


def rss(items: str, channel: str = "") -> bytes:
    """A feed with these items."""
    text = f'<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>H</title>{channel}{items}</channel></rss>'
    return ok(text.encode(), kind="application/rss+xml")


def listing(body: str, head: str = "", *headers: str) -> bytes:
    """A front page with that in it."""
    text = f"<!DOCTYPE html><html><head><title>Harbour</title>{head}</head><body><main>{body}</main></body></html>"
    return ok(text.encode(), *headers)


def _item(url: str, more: str = "") -> str:
    return f"<item><title>Harbour news of today in seven words</title><link>{url}</link>{more}</item>"


def _feed_item(site: Site, there: str) -> None:
    site.answers["/entry"] = rss(_item(there))


def _feed_guid(site: Site, there: str) -> None:
    site.answers["/entry"] = rss(f'<item><title>Harbour news</title><guid isPermaLink="true">{there}</guid></item>')


def _feed_enclosure(site: Site, there: str) -> None:
    more = f'<enclosure url="{there}" type="text/html" length="9"/><comments>{there}</comments><source url="{there}">s</source>'
    site.answers["/entry"] = rss(_item(f"{site.url}/news/story-1", more))


def _feed_next(site: Site, there: str) -> None:
    rels = "".join(
        f'<atom:link rel="{rel}" href="{there}"/>' for rel in ("self", "next", "hub", "alternate", "via", "first")
    )
    site.answers["/entry"] = rss(
        _item(f"{site.url}/news/story-1"), f"{rels}<link>{there}</link><newLocation>{there}</newLocation>"
    )


def _atom(site: Site, there: str) -> None:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{there}"><title>H</title><entry><title>Harbour news of today</title><link href="news/harbour-story-1"/></entry></feed>'
    site.answers["/entry"] = ok(text.encode(), kind="application/atom+xml")


def _json_feed(site: Site, there: str) -> None:
    text = f'{{"version":"https://jsonfeed.org/version/1.1","title":"H","next_url":"{there}","feed_url":"{there}","items":[{{"id":"1","url":"{there}","external_url":"{there}","title":"Harbour"}}]}}'
    site.answers["/entry"] = ok(text.encode(), kind="application/feed+json")


def _sitemap(site: Site, there: str) -> None:
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{there}</loc><lastmod>2099-01-01</lastmod></url></urlset>'
    site.answers["/entry"] = ok(text.encode(), kind="application/xml")


def _sitemap_index(site: Site, there: str) -> None:
    text = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{there}</loc></sitemap></sitemapindex>'
    site.answers["/entry"] = ok(text.encode(), kind="application/xml")


def _sitemap_of_text(site: Site, there: str) -> None:
    site.answers["/entry"] = ok(f"{there}\n{there}?2\n".encode(), kind="text/plain")


def _robots_sitemap(site: Site, there: str) -> None:
    site.answers["/robots.txt"] = ok(f"User-agent: *\nDisallow:\nSitemap: {there}\n".encode(), kind="text/plain")
    site.answers["/"] = listing("<p>Nothing yet</p>")


def _link(site: Site, there: str) -> None:
    site.answers["/"] = listing(f'<h2><a href="{there}">Harbour board hears residents about the quay</a></h2>')


def _base(site: Site, there: str) -> None:
    links = "".join(
        f'<h2><a href="news/harbour-story-{n}">Harbour board hears residents about quay {n}</a></h2>' for n in range(9)
    )
    site.answers["/"] = listing(links, f'<base href="{there}">')


def _link_feed(site: Site, there: str) -> None:
    rels = f'<link rel="alternate" type="application/rss+xml" href="{there}"><link rel="sitemap" href="{there}"><link rel="next" href="{there}"><link rel="preload" href="{there}">'
    site.answers["/"] = listing("<p>Nothing yet</p>", rels)


def _refresh(site: Site, there: str) -> None:
    site.answers["/"] = listing("<p>Nothing yet</p>", f'<meta http-equiv="refresh" content="0; url={there}">')


def _headers(site: Site, there: str) -> None:
    quoted = there.encode("idna", "ignore").decode() if there.isascii() is False else there
    site.answers["/"] = listing(
        "<p>Nothing yet</p>", "", f"Refresh: 0; url={quoted}", f"Link: <{quoted}>; rel=alternate", f"Content-Location: {quoted}", f"SourceMap: {quoted}"
    )  # fmt: skip


def _on_article(head: str, body: str = "") -> Way:
    def way(site: Site, there: str) -> None:
        site.answers["/entry"] = feed([f"{site.url}/news/harbour-story-1"])
        site.answers["/news/harbour-story-1"] = ok(
            article("Aldmoor", head.replace("THERE", there), body.replace("THERE", there))
        )

    return way


def _moved(status: int) -> Way:
    def way(site: Site, there: str) -> None:
        site.answers["/entry"] = f"HTTP/1.1 {status} Moved\r\nContent-Length: 0\r\nLocation: {there}\r\n\r\n".encode()
        site.answers["/"] = listing("<p>Nothing yet</p>")

    return way


def _moved_twice(site: Site, there: str) -> None:
    site.answers["/entry"] = ok(b"", "Location: /second", status="301 Moved")
    site.answers["/second"] = f"HTTP/1.1 302 Moved\r\nContent-Length: 0\r\nLocation: {there}\r\n\r\n".encode()


WAYS: dict[str, Way] = {
    "feed item": _feed_item,
    "guid of a feed item": _feed_guid,
    "enclosure, comments and source of a feed item": _feed_enclosure,
    "self, next and hub of a feed": _feed_next,
    "xml base of an Atom feed": _atom,
    "JSON feed": _json_feed,
    "sitemap": _sitemap,
    "sitemap index": _sitemap_index,
    "sitemap of plain text": _sitemap_of_text,
    "Sitemap line of robots.txt": _robots_sitemap,
    "link of a page": _link,
    "base href of a page": _base,
    "link elements of a page": _link_feed,
    "meta refresh": _refresh,
    "Refresh and Link headers": _headers,
    "canonical": _on_article('<link rel="canonical" href="THERE"><link rel="amphtml" href="THERE">'),
    "Open Graph": _on_article('<meta property="og:url" content="THERE"><meta property="og:image" content="THERE">'),
    "JSON-LD": _on_article('<script type="application/ld+json">{"@context":"THERE","@type":"NewsArticle","url":"THERE","mainEntityOfPage":"THERE","image":"THERE"}</script>'),
    "pictures and frames": _on_article("", '<img src="THERE"><iframe src="THERE"></iframe><video poster="THERE"></video><object data="THERE"></object>'),
    "next page of an article": _on_article('<link rel="next" href="THERE">', '<a rel="next" href="THERE">2</a>'),
    "stylesheets and scripts": _on_article('<link rel="stylesheet" href="THERE"><script src="THERE"></script><link rel="manifest" href="THERE">'),
    **{f"redirect {status}": _moved(status) for status in (300, 301, 302, 303, 307, 308)},
    "second redirect": _moved_twice,
}  # fmt: skip


def led(server: HostileServer, way: str, spelling: str) -> Trap:
    """A site that leads to the canary by that way; its path there says by which."""
    site = server.site(f"{way}, {spelling}")
    there = f"http://{SPELLINGS[spelling]}:{server.canary_port}/news/{len(server.sites)}-story-1"
    WAYS[way](site, there)
    return Trap(site, site.url + ("/entry" if "/entry" in site.answers else "/"))
