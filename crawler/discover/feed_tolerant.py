"""The tolerant lane: whatever calls itself a feed, by feedparser."""

import io
import re
import xml.sax
from collections.abc import Mapping
from typing import Any, cast

import feedparser

from crawler.discover.entries import Entry, Feed, minutes, update_period
from crawler.discover.errors import HostileAnswer, UnreadableAnswer
from crawler.discover.feed_strict import is_image
from crawler.discover.xml import uncrowded

#: what feedparser and the libraries under it are seen to raise on rubbish
_LIBRARY_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError, OSError,
    xml.sax.SAXException,
)  # fmt: skip
_TEXT_BESIDE = re.compile(r"<(?:description|summary|content)\b")
_CAPTION = "<media:description"
_CAPTION_END = "</media:description>"
_GUID = re.compile(r"<guid\b([^<>]{0,300})>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,500})")
_FALSE = re.compile(r"isPermaLink\s*=\s*[\"']false", re.IGNORECASE)
#: feedparser looks for mail addresses in names, in time that grows with the square of their length
_LONG_NAME = re.compile(
    r"(<(?:[\w-]+:)?(?:author|creator|name|email|managingEditor|webMaster|publisher)"
    r"\b[^<>]{0,500}>(?:<!\[CDATA\[)?[^<]{500})[^<]+",
    re.IGNORECASE,
)
#: deeper than any entry is built; feedparser's time grows with the square of it
_DEEPEST = 500
_STEP = re.compile(
    r"<!\[CDATA\[.*?\]\]>|</(?P<end>item\b|entry\b)?|(?P<empty>/>)|<(?!br\b|img\b|hr\b|p\b)(?P<open>[a-zA-Z])",
    re.DOTALL,
)


def read_tolerant(text: str, url: str) -> Feed:
    """The feed as feedparser reads it, addresses resolved. ``text`` begins with its root (``xml.from_root``).

    Raises ``UnreadableAnswer`` when feedparser finds neither an entry nor a feed in it.
    """
    if _depth(text) > _DEEPEST:
        raise HostileAnswer(f"feed: nested more than {_DEEPEST} deep")
    text = _LONG_NAME.sub(r"\1", _without_captions(uncrowded(text)))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    source = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        parsed = feedparser.parse(source, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except _LIBRARY_ERRORS as error:
        raise UnreadableAnswer(f"feed: {type(error).__name__}: {str(error)[:120]}") from None
    return _feed(cast("Mapping[str, Any]", parsed), text)


def _depth(text: str) -> int:
    """How deep the elements of an entry are nested; what is left open ends with the entry."""
    depth = deepest = 0
    for step in _STEP.finditer(text):
        if step["open"]:
            depth += 1
            deepest = max(deepest, depth)
        elif step["end"]:
            depth = 0
        elif not step[0].startswith("<!"):
            depth = max(0, depth - 1)
    return deepest


def _without_captions(text: str) -> str:
    """Without <media:description>: feedparser takes the caption of a picture for the text of the article."""
    if _CAPTION not in text or not _TEXT_BESIDE.search(text):
        return text
    first, *rest = text.split(_CAPTION)
    return first + "".join(part.partition(_CAPTION_END)[2] if _CAPTION_END in part else part for part in rest)


def _feed(parsed: Mapping[str, Any], text: str) -> Feed:
    head, version = parsed["feed"], str(parsed.get("version") or "")
    if not version and not parsed["entries"] and not _raw(head, "title"):
        raise UnreadableAnswer(f"feed: neither RSS nor Atom ({_reason(parsed)})")
    no_permalinks = frozenset(guid.strip() for attributes, guid in _GUID.findall(text) if _FALSE.search(attributes))
    atom = version.startswith("atom")
    entries = tuple(_entry(entry, no_permalinks, atom=atom) for entry in parsed["entries"])
    return Feed(
        entries,
        _raw(head, "title"),
        _raw(head, "language"),
        minutes(_raw(head, "ttl")) or update_period(_raw(head, "sy_updateperiod"), _raw(head, "sy_updatefrequency")),
    )


def _reason(parsed: Mapping[str, Any]) -> str:
    return " ".join(str(parsed.get("bozo_exception") or "no element of a feed").split())[:100]


def _entry(entry: Mapping[str, Any], no_permalinks: frozenset[str], *, atom: bool) -> Entry:
    published, updated = _raw(entry, "published"), _raw(entry, "updated") or _raw(entry, "created")
    summary, content = _raw(entry, "summary"), _content(entry)
    number = _raw(entry, "id")
    return Entry(
        title=_raw(entry, "title"),
        title_is_text=_title_is_text(entry),
        link=_raw(entry, "link"),
        id=number,
        id_is_link=not atom and number is not None and number not in no_permalinks,
        published=published if published or atom else updated,
        updated=updated,
        authors=_authors(entry),
        summary=None if summary == content else summary,
        content=content,
        keywords=tuple(str(tag.get("term") or tag.get("label") or "") for tag in _list(entry, "tags")),
        image=_image(entry),
        language=_raw(entry, "language"),
        original=_raw(entry, "feedburner_origlink"),
    )


def _raw(values: Mapping[str, Any], key: str) -> str | None:
    """The value as it was written; feedparser's own mapping would pass ``published`` for ``updated``."""
    value = dict.get(cast("dict[str, Any]", values), key)
    return value.strip() or None if isinstance(value, str) else None


def _list(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = dict.get(cast("dict[str, Any]", values), key)
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else []


def _title_is_text(entry: Mapping[str, Any]) -> bool:
    detail = dict.get(cast("dict[str, Any]", entry), "title_detail")
    return isinstance(detail, dict) and detail.get("type") == "text/plain"


def _content(entry: Mapping[str, Any]) -> str | None:
    values = [str(content.get("value") or "").strip() for content in _list(entry, "content")]
    return max(values, key=len, default="") or None


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """As written where there is one: feedparser cuts "a@harbour.example (Ana)" at the fourth letter of "example"."""
    named = tuple(str(author["name"]) for author in _list(entry, "authors") if author.get("name"))
    single = _raw(entry, "author")
    return (single,) if single and len(named) <= 1 else named


def _image(entry: Mapping[str, Any]) -> str | None:
    pictures = [*_list(entry, "media_content"), *_list(entry, "media_thumbnail"), *_enclosures(entry)]
    for picture in pictures:
        address = picture.get("url") or picture.get("href")
        if isinstance(address, str) and is_image(picture.get("type"), picture.get("medium"), address):
            return address
    return None


def _enclosures(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in _list(entry, "links") if link.get("rel") == "enclosure"]
