"""The one border that text, dates and sizes cross before they reach the database.

PostgreSQL refuses NUL, SQLite stores it and then cuts `length()`; both refuse lone surrogates; the year 9999 with an
offset breaks PostgreSQL only. What passes here is stored alike by both.
"""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.records import Article, Link

#: characters of one field; a body longer than this is no article
BODY_LIMIT, HEADLINE_LIMIT, FIELD_LIMIT = 2_000_000, 1_000, 10_000
#: characters of a text with its markup, as feeds carry it: a report of 3,000 words with its pictures has 60,000
HTML_LIMIT = 300_000
#: characters of an address: PostgreSQL indexes 2,700 bytes at most, browsers and servers agree on about 2,000
URL_LIMIT = 2_000
#: entries of one list (authors, keywords)
LIST_LIMIT = 100
#: news is not older than this, nor dated further ahead
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
FUTURE_LIMIT = timedelta(days=366)

# C0 and C1 controls but tab and newline, bidi overrides that hide text, lone surrogates, non-characters
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n\s*\n\s*")


def clean_text(text: str | None, limit: int = FIELD_LIMIT) -> str | None:
    """One line of text: forbidden characters out, white space folded, NFC; None when nothing is left."""
    if text is None:
        return None
    line = " ".join(_FORBIDDEN.sub(" ", text[: 2 * limit]).split())
    return unicodedata.normalize("NFC", line)[:limit].strip() or None


def clean_body(text: str) -> str:
    """Text in paragraphs: as `clean_text`, but line breaks stay and paragraphs are parted by one empty line."""
    visible = _SPACES.sub(" ", _FORBIDDEN.sub(" ", text[:BODY_LIMIT].replace("\r\n", "\n").replace("\r", "\n")))
    paragraphs = (_GAPS.sub("\n\n", "\n".join(line.strip() for line in visible.split("\n")))).strip()
    return unicodedata.normalize("NFC", paragraphs)


def clean_date(moment: datetime | None, now: datetime) -> datetime | None:
    """A moment in UTC that both databases can hold; None for one that no news can have."""
    if moment is None:
        return None
    try:
        instant = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
    return instant if OLDEST <= instant <= now + FUTURE_LIMIT else None


def clean_list(values: tuple[str, ...]) -> tuple[str, ...]:
    """Lines without repetition, in order."""
    cleaned = (clean_text(value, HEADLINE_LIMIT) for value in values[: 10 * LIST_LIMIT])
    return tuple(dict.fromkeys(value for value in cleaned if value))[:LIST_LIMIT]


def clean_url(url: str | None) -> str | None:
    """An http(s) address without forbidden characters, or None."""
    cleaned = clean_text(url, URL_LIMIT + 1)
    if cleaned is None or len(cleaned) > URL_LIMIT or not cleaned.lower().startswith(("http://", "https://")):
        return None
    return cleaned


def clean_article(article: Article, now: datetime) -> Article:
    """An article that both databases store alike. A date that no news can have becomes unknown, its raw text stays."""
    published = clean_date(article.date_published, now)
    return replace(
        article,
        headline=clean_text(article.headline, HEADLINE_LIMIT) or "",
        article_body=clean_body(article.article_body),
        canonical_url=clean_url(article.canonical_url),
        description=clean_text(article.description),
        authors=clean_list(article.authors),
        date_published=published,
        date_published_raw=clean_text(article.date_published_raw, HEADLINE_LIMIT),
        date_published_precision=article.date_published_precision if published else None,
        date_published_offset=article.date_published_offset if published else None,
        date_modified=clean_date(article.date_modified, now),
        in_language=clean_text(article.in_language, 35),
        article_section=clean_text(article.article_section, HEADLINE_LIMIT),
        keywords=clean_list(article.keywords),
        main_image_url=clean_url(article.main_image_url),
        image_caption=clean_text(article.image_caption),
        agency=clean_text(article.agency, HEADLINE_LIMIT),
        also=tuple(url for url in map(clean_url, article.also[:LIST_LIMIT]) if url),
    )


def clean_html(text: str | None) -> str | None:
    """Markup without forbidden characters; None where it is longer than any article: cut, it would be half a text."""
    return _FORBIDDEN.sub(" ", text) if text and len(text) <= HTML_LIMIT else None


def clean_link(link: Link, now: datetime) -> Link | None:
    """A link that both databases store alike; None when it has no usable address."""
    url = clean_url(link.url)
    if url is None:
        return None
    return link._replace(
        url=url,
        title=clean_text(link.title, HEADLINE_LIMIT),
        published=clean_date(link.published, now),
        published_raw=clean_text(link.published_raw, HEADLINE_LIMIT),
        modified=clean_date(link.modified, now),
        authors=clean_list(link.authors),
        description=clean_text(link.description),
        body_html=clean_html(link.body_html),
        in_language=clean_text(link.in_language, 35),
        section=clean_text(link.section, HEADLINE_LIMIT),
        keywords=clean_list(link.keywords),
        image_url=clean_url(link.image_url),
        also=tuple(address for address in map(clean_url, link.also[:LIST_LIMIT]) if address),
    )
