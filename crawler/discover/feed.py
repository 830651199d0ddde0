"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.

text -> JSON?  -> feed_json
     -> XML: from its root on, hostile entities refused -> cut to the limit -> feed_strict -> odd? -> feed_tolerant
     -> entries -> links, each broken entry a line in the problems
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import replace

from crawler.discover.entries import Feed, link_of
from crawler.discover.errors import UnreadableAnswer
from crawler.discover.feed_json import read_json
from crawler.discover.feed_strict import read_strict
from crawler.discover.feed_tolerant import read_tolerant
from crawler.discover.markup import plain_text
from crawler.discover.xml import from_root
from storage.records import EndpointKind, Found, Link

#: what a feed begins with, whatever stands before it
ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|RDF|feed|channel)\b", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|RDF|feed)\s*>", re.IGNORECASE)
_CLOSED = ("</rss>", "</rss>\n", "</feed>", "</feed>\n", "</rdf:RDF>", "</rdf:RDF>\n")
#: characters; a feed of 2,000 full texts has 8 million
_LARGEST = 10_000_000
#: characters of skipHours: 24 hours with their markup have 500
_SKIP_LENGTH = 2000
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")


def read_feed(text: str, url: str, link_limit: int = 2000) -> Found:
    """The links of a feed, with the publisher's own words on each. Raises ``EndpointError`` when it is no feed."""
    feed = parse(text, url, link_limit)
    links: list[Link] = []
    problems = list(feed.problems)
    for at, entry in enumerate(feed.entries, 1):
        link = link_of(entry, url)
        if link is None:
            problems.append(f"entry {at}: no address")
            continue
        links.append(link)
        if entry.published and link.published is None:
            problems.append(f"entry {at}: unreadable date {entry.published[:40]!r}")
    return Found(
        kind=EndpointKind.FEED,
        links=_without_shared_aliases(links),
        ttl=feed.ttl,
        title=plain_text(feed.title),
        in_language=_language(feed.language),
        problems=tuple(problems),
        quiet_hours=_hours(text),
        quiet_days=_days(text),
    )


def _hours(text: str) -> tuple[int, ...]:
    """<skipHours><hour>0</hour><hour>24</hour></skipHours>: 24 is 0 in the oldest RSS."""
    named = {int(hour) % 24 for hour in re.findall(r"\d{1,2}", _skipped(text, "skipHours")) if int(hour) <= 24}
    return tuple(sorted(named)) if len(named) < 24 else ()


def _days(text: str) -> tuple[int, ...]:
    """<skipDays><day>Sunday</day></skipDays>."""
    words = re.findall(r"[a-z]{6,9}", _skipped(text, "skipDays").lower())
    named = {_WEEKDAYS.index(word) for word in words if word in _WEEKDAYS}
    return tuple(sorted(named)) if len(named) < 7 else ()


def _skipped(text: str, name: str) -> str:
    begin = text.find(f"<{name}>")
    end = text.find(f"</{name}>", begin)
    return re.sub(r"<[^>]*>", " ", text[begin : min(end, begin + _SKIP_LENGTH)]) if 0 <= begin < end else ""


def parse(text: str, url: str, limit: int = 2000) -> Feed:
    """The feed as it is written, at most ``limit`` entries. Raises ``EndpointError`` when it is no feed."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        feed = read_json(text)
        return replace(feed, entries=feed.entries[:limit], problems=feed.problems + _cut(len(feed.entries), limit))
    document = from_root(text, ROOT)
    if document is None:
        raise UnreadableAnswer("feed: no element of a feed in it")
    text, problems = _bounded(document, limit)
    feed = read_strict(text) or read_tolerant(text, url)
    return replace(feed, problems=problems + feed.problems)


def _is_small_and_whole(text: str, limit: int) -> bool:
    """Whether nothing has to be cut, told without looking at each entry: nearly all feeds."""
    if len(text) > _LARGEST or not text.endswith(_CLOSED):
        return False
    plain = text.lower()
    return plain.count("item") + plain.count("entry") <= limit


def _bounded(text: str, limit: int) -> tuple[str, tuple[str, ...]]:
    """At most ``limit`` entries, and none that was cut off in the middle: half an address is a wrong address."""
    if _is_small_and_whole(text, limit):
        return text, ()
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    room = min(limit, bisect_right(ends, _LARGEST))
    if len(ends) > room:
        return _closed(text, ends[room - 1] if room else 0), _cut(len(ends), room)
    text = text[:_LARGEST]
    tail = text[ends[-1] if ends else 0 :]
    if _ROOT_END.search(tail) or not ends:
        return text, ()
    return _closed(text, ends[-1]), (f"feed: cut off after {len(ends)} entries",)


def _closed(text: str, end: int) -> str:
    """The text up to ``end`` with its root closed again, so that the rest stays readable by the fast lane."""
    root = text[1 : 1 + len(text[1:200].split(None, 1)[0].rstrip(">"))].rstrip("/>")
    channel = "</channel>" if root.lower() == "rss" and "<channel" in text[:5_000] else ""
    return f"{text[:end]}{channel}</{root}>"


def _cut(total: int, limit: int) -> tuple[str, ...]:
    return (f"feed: {total} entries, the first {limit} were read",) if total > limit else ()


def _without_shared_aliases(links: list[Link]) -> tuple[Link, ...]:
    """An address that several entries give as theirs (the front page as guid) is no alias of any."""
    if not any(link.also for link in links):
        return tuple(links)
    uses = Counter(address for link in links for address in (link.url, *link.also))
    return tuple(
        link._replace(also=tuple(address for address in link.also if uses[address] == 1)) if link.also else link
        for link in links
    )


def _language(value: str | None) -> str | None:
    """A BCP 47 tag such as "en" or "pt-BR"; None for "English" and rubbish."""
    tag = (value or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) and len(tag) <= 20 else None
