"""What a feed says, before it is judged: the same values whichever lane read them, and their way to links."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from crawler.discover.addresses import absolute
from crawler.discover.dates import when
from crawler.discover.markup import looks_like_html, one_line, plain_text
from storage.records import Link

#: names that feeds put where a person should stand
_NOBODY = frozenset(
    {"admin", "administrator", "editor", "webmaster", "noreply", "no-reply", "unknown", "author", "none", "null"}
)
_MAIL_AND_NAME = re.compile(r"^\s*[^\s@()<>]+@[^\s@()<>]+\s*\(\s*([^()]*?)\s*\)\s*$")
_NAME_AND_MAIL = re.compile(r"\s*[<(]?(?:mailto:)?[^\s@()<>]+@[^\s@()<>]+[>)]?\s*$")
#: "By Ana Ruiz"; but "Von der Leyen" and "Por Pinto" are names
_BY = re.compile(r"^(?:[Bb][Yy]|BY|[Vv]on|[Pp]ar|[Pp]or)\s+(?=[^\W\d_a-z]\S*\s+\S)")
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_LONGEST_TTL = 31 * 1440
_MANY = 40
_LONG_SUMMARY = 1_500
_PARAGRAPHS = re.compile(r"</p>|<br", re.IGNORECASE)


class Entry(NamedTuple):
    """One entry of a feed as it is written; addresses may be relative, dates are raw, texts may hold markup.

    A tuple, since it lives for a moment and there are thousands: a frozen dataclass takes three times as long to make.
    """

    title: str | None = None
    #: the title is said to be plain text: "The <blink> tag" is about a tag
    title_is_text: bool = False
    link: str | None = None
    id: str | None = None
    #: the id is also the address of the entry (RSS: guid that is not isPermaLink="false")
    id_is_link: bool = False
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    keywords: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    #: further addresses: where a feed proxy leads to first, then alternates
    original: str | None = None
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is written."""

    entries: tuple[Entry, ...] = ()
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    problems: tuple[str, ...] = ()


def link_of(entry: Entry, base: str) -> Link | None:
    """The link that an entry is about, with all that the entry says; None when it names no http address.

    Where a feed proxy wrote the original address beside its own (feedburner:origLink), the original is fetched.
    """
    addresses = _addresses(entry, base)
    if not addresses:
        return None
    published = when(entry.published)
    return Link(
        url=addresses[0],
        title=title_of(entry),
        published=published,
        published_raw=(one_line(entry.published) or "")[:80] or None if entry.published else None,
        modified=_modified(entry, published),
        authors=names(entry.authors),
        description=plain_text(entry.summary),
        body_html=_full_text(entry),
        in_language=entry.language,
        keywords=_keywords(entry.keywords),
        image_url=absolute(entry.image, base) if entry.image else None,
        also=addresses[1:],
    )


def title_of(entry: Entry) -> str | None:
    """The title of an entry as one line of plain text."""
    if entry.title_is_text and entry.title and not looks_like_html(entry.title):
        return one_line(entry.title)
    return plain_text(entry.title)


def names(authors: tuple[str, ...]) -> tuple[str, ...]:
    """Persons and agencies from author fields: no mail addresses, no "By", none twice."""
    if not authors:
        return ()
    cleaned = (_name(author) for author in authors[:_MANY])
    return tuple(dict.fromkeys(name for name in cleaned if name and name.lower() not in _NOBODY))


def minutes(value: str | None, times: int = 1) -> timedelta | None:
    """A ``ttl`` in minutes as a span, at most a month; None for zero, rubbish and negative numbers."""
    text = (value or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    total = min(int(text) * times, _LONGEST_TTL)
    return timedelta(minutes=total) if total else None


def update_period(period: str | None, frequency: str | None) -> timedelta | None:
    """The span between two updates by the syndication module: "hourly" and 2 are 30 minutes."""
    length = _PERIODS.get((period or "").strip().lower())
    often = minutes(frequency or "1")
    if not length or not often:
        return None
    return max(
        timedelta(minutes=1), min(timedelta(minutes=length) / (often / timedelta(minutes=1)), timedelta(days=31))
    )


def _addresses(entry: Entry, base: str) -> tuple[str, ...]:
    """All http addresses of the entry, the one to fetch first, none twice."""
    if not (entry.id_is_link or entry.original or entry.alternates):  # nearly all
        url = absolute(entry.link or "", base)
        return (url,) if url else ()
    found: dict[str, None] = {}
    for address in (entry.original, entry.link, entry.id if entry.id_is_link else None, *entry.alternates[:_MANY]):
        if address and (url := absolute(address, base)):
            found[url] = None
    return tuple(found)


def _modified(entry: Entry, published: datetime | None) -> datetime | None:
    return published if entry.updated == entry.published else when(entry.updated)


def _full_text(entry: Entry) -> str | None:
    """The article itself where the feed carries it, also in a ``description`` that is far too long for a summary."""
    if entry.content:
        return entry.content
    summary = entry.summary or ""
    return summary if len(summary) > _LONG_SUMMARY and _PARAGRAPHS.search(summary) else None


def _keywords(terms: tuple[str, ...]) -> tuple[str, ...]:
    if not terms:
        return ()
    return tuple(dict.fromkeys(filter(None, map(_term, terms[:_MANY]))))


@lru_cache(4096)  # the entries of a feed share a few dozen
def _term(term: str) -> str | None:
    return plain_text(term)


def _name(author: str) -> str | None:
    """Ana Ruiz, from "desk@example.org (Ana Ruiz)", "Ana Ruiz <ana@example.org>" and "By Ana Ruiz"."""
    name = plain_text(author[:300]) or ""
    turned = _MAIL_AND_NAME.match(author[:300])
    name = turned[1] if turned else _NAME_AND_MAIL.sub("", name)
    name = _BY.sub("", name).strip(" ,;|")
    return name if name and "@" not in name and "://" not in name else None
