"""Sitemaps: URL sets, indexes, the news and image extensions, plain lists of addresses.

    text -> XML: from its root on, hostile entities refused -> lxml in recovering mode, one <url> at a time -> links
         -> no XML: one address a line

Elements go by their local names: publishers forget to declare ``news:``, or declare another schema address.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from crawler.discover.addresses import absolute
from crawler.discover.dates import when
from crawler.discover.errors import UnreadableAnswer
from crawler.discover.markup import one_line, plain_text
from crawler.discover.traits import never_article
from crawler.discover.xml import from_root
from storage.records import EndpointKind, Found, Link, LinkKind

_ROOT = re.compile(r"<(?:[\w-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
#: lxml would read "?a=1&b=2" as "?a=1=2"; inside of CDATA it is right
_BARE_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?\]\]>|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)", re.DOTALL | re.IGNORECASE
)
_ADDRESS_LINE = re.compile(r"^\s*(https?://[^\s<>\"']{1,2000})\s*$", re.MULTILINE)
#: the protocol allows 50,000
_MOST_ROWS = 60_000
#: children of an index that list no articles: "category-sitemap.xml", "sitemap-authors.xml"
_OTHER_THINGS = re.compile(
    r"[^/]*(?:post_tag|tags?|categor(?:y|ies)|authors?|users?|images?|videos?|galler(?:y|ies)|products?)[-_]?(?:sitemap[^/]*|\d*\.xml(?:\.gz)?)$"
    r"|sitemap[-_](?:tags?|categor(?:y|ies)|authors?|users?|images?|videos?|galler(?:y|ies)|products?)[^/]*$",
    re.IGNORECASE,
)
#: inside of these a <loc> or a <title> is not the page's own
_EXTENSIONS = frozenset({"news", "image", "video"})


@dataclass(slots=True)
class _Row:
    """One <url> or <sitemap> as it is written."""

    name: str
    #: "loc", "lastmod", "news/title", "news/publication/language", "image/loc" -> the first value
    said: dict[str, str] = field(default_factory=dict)


def read_sitemap(text: str, url: str) -> Found:
    """The links of a sitemap, or the children of an index as pages. Raises ``EndpointError`` when unreadable."""
    document = from_root(text, _ROOT)
    if document is None:
        return _from_lines(text.lstrip("\ufeff"), url)
    document = _BARE_AMPERSAND.sub(lambda match: match[0] if len(match[0]) > 1 else "&amp;", document)
    links: list[Link] = []
    pages: list[Link] = []
    problems: list[str] = []
    news = False
    for at, row in enumerate(islice(_rows(_whole(document, problems), problems), _MOST_ROWS), 1):
        address = absolute(row.said.get("loc", ""), url)
        if address is None:
            problems.append(f"entry {at}: no address")
        elif row.name == "sitemap":
            pages.append(Link(address, LinkKind.PAGE, modified=when(row.said.get("lastmod"))))
        else:
            links.append(_link(address, row.said, url))
            news = news or "news" in row.said
    if news:
        return Found(EndpointKind.NEWS_SITEMAP, tuple(links), tuple(pages), problems=tuple(problems))
    links = [link for link in links if not never_article(link.url, url)]
    pages = [page for page in pages if not _OTHER_THINGS.search(page.url)]
    return Found(EndpointKind.SITEMAP, tuple(links), tuple(pages), problems=tuple(problems))


def _from_lines(text: str, url: str) -> Found:
    addresses = (absolute(line, url) for line in islice(_ADDRESS_LINE.findall(text), _MOST_ROWS))
    links = [Link(address) for address in addresses if address]
    if not links:
        raise UnreadableAnswer("sitemap: neither XML nor a list of addresses")
    return Found(EndpointKind.SITEMAP, tuple(link for link in links if not never_article(link.url, url)))


def _whole(document: str, problems: list[str]) -> str:
    """The document up to its last whole entry: where it was cut off, half an address is a wrong address."""
    if _ROOT_END.search(document, max(0, len(document) - 200)):
        return document
    problems.append("sitemap: cut off")
    end = max(
        document.rfind("</url>"), document.rfind("</sitemap>"), document.rfind(":url>"), document.rfind(":sitemap>")
    )
    return document[: document.find(">", end) + 1] if end >= 0 else document


def _rows(document: str, problems: list[str]) -> Iterator[_Row]:
    """One row after the other, each dropped from memory when it was read."""
    source = io.BytesIO(document.encode("utf-8", "replace"))
    events = etree.iterparse(
        source, events=("end",), recover=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    try:
        for _, element in events:
            name = _local(element.tag)
            if name in ("url", "sitemap"):
                yield _row(name, element)
                _forget(element)
    except etree.XMLSyntaxError as error:
        problems.append(f"sitemap: {str(error)[:100]}")


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _local(tag: object) -> str:
    """The same for "news:title" and "{http://…/sitemap-news/0.9}title": "title"."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _row(name: str, element: etree._Element) -> _Row:
    row = _Row(name)
    for child in element:
        own = _local(child.tag)
        if own in _EXTENSIONS:
            row.said.setdefault(own, "")
            _say(row, child, own)
        else:
            row.said.setdefault(own, (child.text or "").strip())
    return row


def _say(row: _Row, extension: etree._Element, prefix: str) -> None:
    for child in extension:
        name = f"{prefix}/{_local(child.tag)}"
        row.said.setdefault(name, (child.text or "").strip())
        for grandchild in child:
            row.said.setdefault(f"{name}/{_local(grandchild.tag)}", (grandchild.text or "").strip())


def _link(address: str, said: dict[str, str], url: str) -> Link:
    published = said.get("news/publication_date")
    image = said.get("image/loc")
    return Link(
        address,
        title=plain_text(said.get("news/title")),
        published=when(published),
        published_raw=(one_line(published) or "")[:80] or None,
        modified=when(said.get("lastmod")),
        in_language=(said.get("news/publication/language") or said.get("news/language") or "")[:20] or None,
        keywords=_keywords(said.get("news/keywords", "")),
        image_url=absolute(image, url) if image else None,
    )


def _keywords(line: str) -> tuple[str, ...]:
    words = (plain_text(word) for word in line[:2000].split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:40]
