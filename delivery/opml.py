"""Lists of feeds as feed readers exchange them (OPML): text in, outlets out, and back. Pure.

    OPML -> outlines, in their folders -> outlets: feeds that name one home page are one outlet
    outlets -> one outline for each of their addresses, which name their home page -> OPML

What other programs write comes with bare ampersands, folders within folders and addresses in several attributes; what
cannot be an address is left for the caller to refuse, with the name that stands beside it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from lxml import etree

from delivery.xml_text import sayable

#: bytes of a list: the longest that readers export have some thousand feeds
LONGEST = 10_000_000
#: "Tom & Jerry", "?a=1&b=2": ampersands that begin no entity
_BARE = re.compile(rb"&(?!(?:#\d+|#x[0-9a-fA-F]+|\w+);)")
#: "feed://example.org/rss", "feed:https://example.org/rss": for a browser that hands it to a reader
_FEED = re.compile(r"(?i)^feed:(//)?(?=\w)")


class OpmlError(ValueError):
    """A file that is no list of feeds; the message says what it should be."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet of a list."""

    name: str
    #: its pages and feeds
    urls: tuple[str, ...]
    #: address that feed readers lead to; None: none is named
    home: str | None = None
    language: str | None = None
    #: folders that it lies in, and categories that it names
    topics: tuple[str, ...] = ()


def read(content: bytes) -> list[Outlet]:
    """The outlets of a list, in its order. Raises OpmlError."""
    if len(content) > LONGEST:
        raise OpmlError(f"a list of feeds has at most {LONGEST // 1_000_000} MB")
    # no entities are resolved: a list of feeds needs none but those of XML
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(_BARE.sub(b"&amp;", content), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or root.tag.lower() != "opml":
        raise OpmlError("this is no OPML, the XML that feed readers export their lists as (<opml><body><outline ...>)")
    return _joined(_outlets(outline) for outline in root.iter("outline"))


def _outlets(outline: "etree._Element") -> Outlet | None:
    """What one outline names; None: it is a folder, or says nothing."""
    told = _attributes_of(outline)
    home = told.get("htmlurl")
    url = _FEED.sub(_web_scheme, told.get("xmlurl") or told.get("url") or home or "") or None
    if url is None:
        return None
    name = _name(told) or urlsplit(url).hostname or url
    return Outlet(name, (url,), home, told.get("language"), tuple(dict.fromkeys(_topics(outline, told))))


def _web_scheme(found: re.Match[str]) -> str:
    return "http://" if found[1] else ""


def _attributes_of(outline: "etree._Element") -> dict[str, str]:
    """Those that say something; some programs write their names in capitals."""
    found = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
    return {name: value for name, value in found.items() if value}


def _name(told: Mapping[str, str]) -> str:
    return " ".join((told.get("title") or told.get("text") or "").split())


def _topics(outline: "etree._Element", told: Mapping[str, str]) -> Iterator[str]:
    """The folders from the outermost on, then the last part of each category ("/Press/Daily")."""
    folders = [_name(_attributes_of(above)) for above in outline.iterancestors("outline")]
    named = (part.strip().strip("/").rpartition("/")[2] for part in told.get("category", "").split(","))
    yield from filter(None, (*reversed(folders), *named))


def _joined(found: Iterable[Outlet | None]) -> list[Outlet]:
    """Outlets with one home page as one; without one, those of one name and host."""
    outlets: dict[object, Outlet] = {}
    for outlet in filter(None, found):
        mark = outlet.home or (outlet.name, urlsplit(outlet.urls[0]).netloc)
        before = outlets.setdefault(mark, outlet)
        urls = tuple(dict.fromkeys((*before.urls, *outlet.urls)))
        topics = tuple(dict.fromkeys((*before.topics, *outlet.topics)))
        outlets[mark] = replace(before, urls=urls, topics=topics)
    return list(outlets.values())


def written(outlets: Sequence[Outlet], feeds: Iterable[str], title: str = "Newswatch") -> bytes:
    """A list that feed readers take; addresses that are among the feeds are written as such, others as links."""
    root, known = ET.Element("opml", version="2.0"), frozenset(feeds)
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for outlet in outlets:
        for url in outlet.urls:
            ET.SubElement(body, "outline", dict(_attributes(outlet, url, is_feed=url in known)))
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _attributes(outlet: Outlet, url: str, *, is_feed: bool) -> Iterator[tuple[str, str]]:
    yield "type", "rss" if is_feed else "link"
    name = sayable(outlet.name)
    yield from (("text", name), ("title", name))
    yield ("xmlUrl" if is_feed else "url"), url
    if outlet.home:
        yield "htmlUrl", outlet.home
    if outlet.language:
        yield "language", outlet.language
    if outlet.topics:
        yield "category", ",".join(sayable(topic).replace(",", " ") for topic in outlet.topics)
