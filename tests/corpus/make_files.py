"""Writes tests/corpus/files: bad input of our own making, under the licence of this project.

python -m tests.corpus.make_files
"""

import gzip
from pathlib import Path

FOLDER = Path(__file__).with_name("files")
_RSS = '<rss version="2.0"><channel><title>Harbour</title>{}</channel></rss>'
_ITEM = "<item><title>{}</title><link>https://corpus.example/news/{}</link><pubDate>{}</pubDate></item>"
_NEWS = "<p>The harbour board met on Monday and heard residents, who asked for a wider quay and a lower fee.</p>" * 6


def _feed(title: str, name: str = "story-1", date: str = "Fri, 20 Nov 2026 10:00:00 GMT") -> bytes:
    return _RSS.format(_ITEM.format(title, name, date)).encode("utf-8", "surrogatepass")


def _page(title: str, body: str = _NEWS, head: str = "") -> bytes:
    text = (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article>"
    )
    return text.encode("utf-8", "surrogatepass")


#: name -> content
CONTENT: dict[str, bytes] = {
    "feed-nul.xml": _feed("Quay \0 opens"),
    "feed-surrogate.xml": _feed("Quay \ud83d opens"),
    "feed-character-references.xml": _feed("Quay &#0; &#xD800; &#x110000; &#99999999999; opens"),
    "feed-year-9999.xml": _feed("Quay opens", date="Fri, 31 Dec 9999 23:59:59 -1200"),
    "feed-no-date.xml": _feed("Quay opens", date="soon"),
    "feed-cut.xml": _feed("Quay opens")[:120],
    "feed-latin-1-as-utf-8.xml": b'<?xml version="1.0" encoding="utf-8"?>' + _feed("Caf\u00e9").decode().encode("latin-1"),
    "feed-utf-16.xml": _feed("Quay opens").decode().encode("utf-16"),
    "feed-utf-32.xml": _feed("Quay opens").decode().encode("utf-32"),
    "feed-script.xml": _feed("<![CDATA[<script>alert(1)</script>Quay <b>opens</b>]]>"),
    "feed-bidi.xml": _feed("Quay \u202e snepo \u2066 x \ufeff"),
    "feed-link-javascript.xml": _RSS.format("<item><title>Quay</title><link>javascript:alert(1)</link></item>").encode(),
    "feed-huge-number.json": b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":' + b"9" * 5000 + b"}]}",
    "feed-wrong-types.json": b'{"version":"https://jsonfeed.org/version/1.1","items":[1,null,{"id":[],"url":{},"title":7}]}',
    "feed-surrogate.json": b'{"version":"https://jsonfeed.org/version/1.1","items":[{"url":"/a","title":"\\ud83d x \\u0000"}]}',
    "sitemap-cut.xml.gz": gzip.compress(b"<urlset><url><loc>https://corpus.example/a</loc></url></urlset>", mtime=0)[:-9],
    "sitemap-odd-dates.xml": b"<urlset><url><loc>https://corpus.example/a</loc><lastmod>0000-13-99T99:99Z</lastmod></url></urlset>",
    "sitemap-odd-addresses.txt": b"https://corpus.example/a\nhttp://[\nhttps://\0/\nhttps://corpus.example/" + b"a" * 9000,
    "page-nul.html": _page("Quay \0 opens", _NEWS.replace("quay", "qu\0ay")),
    "page-surrogate.html": _page("Quay \ud83d opens", _NEWS.replace("quay", "\udc00quay")),
    "page-controls.html": _page("Quay \x01\x1b[31m\x7f\x85 opens", _NEWS.replace("quay", "\x08quay\ufffe")),
    "page-deep.html": _page("Quay opens", "<div>" * 5000 + _NEWS),
    "page-attributes.html": _page("Quay opens", "<p " + " ".join(f"a{n}={n}" for n in range(5000)) + ">" + _NEWS),
    "page-json-ld-deep.html": _page("Quay opens", head=f'<script type="application/ld+json">{"[" * 5000}</script>'),
    "page-json-ld-odd.html": _page("Quay", head='<script type="application/ld+json">{"@type":["NewsArticle",7],"headline":{"a":1},"datePublished":1e999,"author":[[[]]]}</script>'),
    "page-odd-charset.html": _page("Quay opens", head='<meta charset="no-such-charset">'),
    "page-utf-7.html": b"<meta charset=utf-7>+ADw-script+AD4-" + _page("Quay opens"),
    "page-comment-open.html": _page("Quay opens", "<!-- " + _NEWS),
    "page-empty.html": b"",
    "page-spaces.html": b" \t\r\n" * 1000,
    "robots-utf-16.txt": "User-agent: *\nDisallow: /closed".encode("utf-16"),
    "robots-stars.txt": b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"*b$\n",
    "robots-odd.txt": b"User-agent\nDisallow:\xff\xfe\nCrawl-delay: 1e999\nCrawl-delay: -1\nSitemap: javascript:x\n",
    "rubbish.bin": bytes(range(256)) * 20,
}  # fmt: skip

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in CONTENT.items():
        (FOLDER / name).write_bytes(content)
