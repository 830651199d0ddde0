"""Answers that are built to cost memory or CPU: some where a list is expected, some where an article is."""

import gzip
import zlib
from collections.abc import Callable

from scrapy.utils._compression import brotli  # type: ignore[attr-defined]

from tests.hostile.server import Attack, ok

XML, HTML = "application/xml", "text/html; charset=utf-8"
_RSS = '<rss version="2.0"><channel><title>t</title>'
_URLS = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
#: ten entities, each of ten of the one before it
_LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))


def xml(text: str) -> bytes:
    """An answer of XML."""
    return ok(text.encode(), kind=XML)


def page(text: str) -> bytes:
    """An answer of HTML."""
    return ok(f"<html><body>{text}".encode(), kind=HTML)


def many(count: int, make: Callable[[int], str]) -> str:
    """So many pieces."""
    return "".join(map(make, range(count)))


def attributes(count: int) -> str:
    """The inside of a tag with so many attributes."""
    return " ".join(f'a{n}="1"' for n in range(count))


#: where a list of links is expected
LISTS: dict[str, bytes | Attack] = {
    "billion laughs": xml(f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">{_LAUGHS}]>{_RSS}<item><title>&j;</title></item></channel></rss>'),
    "quadratic blow-up": xml(f'<!DOCTYPE l [<!ENTITY a "{"a" * 50_000}">]>{_RSS}<item><title>{"&a;" * 50_000}</title></item>'),
    "external entity": xml(
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.66/x">'
        f'<!ENTITY % z SYSTEM "http://127.0.0.66/z"> %z;]>{_RSS}<item><title>&x;&y; of today</title><link>/news/harbour-story-1</link></item></channel></rss>'
    ),
    "external stylesheet and schema": xml(f'<?xml-stylesheet href="http://127.0.0.66/x"?><!DOCTYPE rss SYSTEM "http://127.0.0.66/dtd">{_RSS}</channel></rss>'),
    "XInclude of a file": xml(
        f'{_RSS}<item xmlns:xi="http://www.w3.org/2001/XInclude"><title>News <xi:include href="file:///etc/passwd" parse="text"/></title>'
        '<link>/news/harbour-story-2</link><description><xi:include href="http://127.0.0.66/x"/></description></item></channel></rss>'
    ),
    "entity in an address": xml(
        f'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>{_RSS}<item><title>News</title><link>/news/&x;</link><guid>&x;</guid></item></channel></rss>'
    ),
    "100,000 categories in an item": xml(f"{_RSS}<item><title>News</title><link>/x</link>{'<category>news</category>' * 100_000}</item></channel></rss>"),
    "100,000 authors in an item": xml(f"{_RSS}<item><title>News</title><link>/x</link>{'<author>a@b.c (Ana Ruiz)</author>' * 100_000}</item></channel></rss>"),
    "addresses of 1 MB": xml(_RSS + many(8, lambda n: f"<item><title>News</title><link>/{n}{'a/' * 500_000}</link><guid>{'g' * 100_000}</guid></item>")),
    "dates of 1 MB": xml(_RSS + many(8, lambda n: f"<item><title>News</title><link>/{n}</link><pubDate>{'12 May ' * 150_000}</pubDate></item>")),
    "100,000 alternate links of a page": page(f'{"<link rel=alternate type=application/rss+xml href=/feed>" * 100_000}<p>Nothing'),
    "sitemap index of 100,000": xml(
        "<sitemapindex>" + many(100_000, lambda n: f"<sitemap><loc>http://x.example/{n}.xml</loc></sitemap>") + "</sitemapindex>"
    ),
    "sitemap cut in its packing": ok(gzip.compress(_URLS.encode() + b"<url><loc>/x</loc></url>" * 300_000)[:-5000], kind="application/gzip"),
    "packed sitemap bomb": ok(gzip.compress(_URLS.encode() + bytes(60_000_000)), kind="application/gzip"),
    "sitemap packed twice": ok(gzip.compress(gzip.compress(_URLS.encode() + b" " * 60_000_000)), kind="application/gzip"),
    "sitemap packed in its packing": ok(zlib.compress(gzip.compress(_URLS.encode() + b" " * 60_000_000)), "Content-Encoding: deflate"),
    "feed of 60,000 items": xml(_RSS + many(60_000, lambda n: f"<item><title>Harbour news {n}</title><link>/news/story-{n}</link></item>")),
    "feed of one item of 9 MB": xml(f"{_RSS}<item><title>{'news ' * 1_800_000}</title><link>/x</link></item>"),
    "feed 300,000 deep": xml(f"{_RSS}<item>{'<a>' * 300_000}"),
    "feed of 300,000 attributes": xml(f"{_RSS}<item {attributes(300_000)}>"),
    "feed of open tags in CDATA": xml(f"{_RSS}<item><description><![CDATA[{'<div>' * 1_500_000}]]></description>"),
    "feed of less-than signs": xml(f"{_RSS}<item><title>{'<' * 5_000_000}"),
    "feed of ampersands": xml(f"{_RSS}<item><title>{'&' * 5_000_000}"),
    "sitemap of 50,000 addresses": xml(_URLS + many(50_000, lambda n: f"<url><loc>http://x.example/news/story-{n}</loc></url>")),
    "JSON feed a million deep": ok(b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000),
    "JSON feed with a number of 5 MB": ok(b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 5_000_000),
    "100,000 links": page(many(100_000, lambda n: f'<a href="/news/harbour-story-{n}">Harbour board hears number {n}</a>')),
    "list of 300,000 attributes": page(f'<p {attributes(300_000)}><a href="/x">Harbour board</a>'),
    "list 600,000 deep": page("<div>" * 600_000),
    "links in links": page('<a href="/x-story-1"><b>' * 200_000),
    "tables in tables": page("<table><tr><td>" * 300_000),
    "list of less-than signs": page("<" * 9_000_000),
    "open comments": page("<!--" * 2_000_000),
    "open selects": page("<select><option>" * 400_000),
    "list of 9 MB of HTML": page("<p>news <b>of</b> <i>the</i></p>\n" * 280_000),
    "list of 120,000 scripts": page('<script type="application/ld+json">[[[[{"a":1}]]]]</script>' * 120_000),
}  # fmt: skip
#: where an article is expected
PAGES: dict[str, bytes | Attack] = {
    "a line of 9 MB": page("news " * 1_800_000),
    "9 MB of HTML": page("<p>news <b>of</b> <i>the</i></p>\n" * 280_000),
    "9 MB of HTML in 9 KB": ok(brotli.compress(b"<p>news</p>" * 800_000, quality=5), "Content-Encoding: br"),
    "600,000 spans": page("<article>" + "<span>n</span>" * 600_000),
    "500,000 headings": page("<h1>News</h1>" * 500_000),
    "200,000 meta elements": page('<meta property="og:title" content="x">' * 200_000),
    "90,000 blocks of JSON-LD": page('<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>' * 90_000),
    "8 MB of JSON-LD": page('<script type="application/ld+json">{"@type":"NewsArticle","a":[' + '{"b":[1,2]},' * 700_000 + "1]}</script>"),
    "9 MB of NULs": page("\0" * 9_000_000),
    "UTF-7": ok(b"+ADw-script+AD4-" * 500_000, kind="text/html; charset=utf-7"),
    "formatting that never ends": page("<b><i><u><s>" * 500_000),
    "9 MB of spaces": page("<p>" + " " * 9_000_000 + "x"),
    "words that nearly match": page("<p>we " + "a " * 3_000_000),
    "open quotes": page('<a href="' * 400_000),
    "a date of 6 MB": page("<time>" + "12 " * 2_000_000),
    "a title of 5 MB": ok(b"<title>" + b"news " * 1_000_000 + b"</title>"),
    "an address of 5 MB": page(f'<link rel="canonical" href="http://x.example/{"a" * 5_000_000}">'),
    "300,000 attributes": page(f"<p {attributes(300_000)}>"),
    "100,000 deep": page("<div>" * 100_000 + "news"),
    "100,000 authors in JSON-LD": page(
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":[' + '{"@type":"Person","name":"Ana Ruiz"},' * 100_000 + "1]}</script>"
    ),
    "a number of 5 MB in JSON-LD": page('<script type="application/ld+json">{"@type":"NewsArticle","wordCount":' + "9" * 5_000_000 + "}</script>"),
    "JSON-LD that refers to itself": page(
        '<script type="application/ld+json">{"@id":"#a","@type":"NewsArticle","mainEntity":{"@id":"#a","mainEntity":{"@id":"#a"}},"isPartOf":{"@id":"#a"}}</script>'
    ),
    "200,000 refreshes": page('<meta http-equiv="refresh" content="0;url=/x">' * 200_000),
    "100,000 frames": page("<iframe src=/x></iframe>" * 100_000),
    "forms in forms": page("<form><button><form>" * 200_000),
    "a template in templates": page("<template>" * 100_000),
    "a drawing of 9 MB": page("<svg><g>" + "<path d='M0 0L9 9'/>" * 400_000),
    "one word of 9 MB": page("<p>" + "a" * 9_000_000),
    "marks on one letter": page("<p>a" + "\u0301" * 3_000_000),
    "references without end": page("<p>" + "&amp;#x26;" * 700_000 + "&#" + "9" * 500_000),
    "JSON-LD 100,000 deep": page('<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
}  # fmt: skip
