"""Articles as other programs write them down, one JSON object each: names and shapes in, Article out. Pure.

    {"title", "maintext", "date_publish", "authors": [{"name"}]} -> the names of the contract -> Article

Known are our own export, schema.org's NewsArticle, and what news-please, fundus, newspaper, trafilatura and Zyte write.
What is not there stays unknown.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.clean import clean_url
from storage.records import Article, Precision

#: field of the contract -> the names under which it is looked for, the first that says something counts
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "mainEntityOfPage", "source"),
    "canonical_url": ("canonical_url", "canonicalUrl", "canonical", "mainEntityOfPage"),
    "headline": ("headline", "title", "name"),
    "article_body": ("article_body", "articleBody", "maintext", "plaintext", "body", "text", "content"),
    "description": ("description", "summary", "excerpt", "abstract"),
    "authors": ("authors", "author", "creator", "byline"),
    "date_published": (
        "date_published", "datePublished", "date_publish", "publishing_date", "publish_date", "published_at",
        "publishedAt", "published", "date",
    ),
    "date_modified": ("date_modified", "dateModified", "date_modify", "modified", "updated"),
    "in_language": ("in_language", "inLanguage", "language", "lang"),
    "article_section": ("article_section", "articleSection", "section"),
    "keywords": ("keywords", "tags", "topics"),
    "main_image_url": ("main_image_url", "image_url", "mainImage", "top_image", "image"),
    "image_caption": ("image_caption",),
    "is_accessible_for_free": ("is_accessible_for_free", "isAccessibleForFree"),
    "is_live": ("is_live",),
    "agency": ("agency", "creditText"),
    "also": ("also", "aliases"),
    "source_key": ("source_key", "source"),
    "discovered_via": ("discovered_via",),
    "first_seen_at": ("first_seen_at", "date_download", "crawl_date", "fetched_at"),
    "fetched_at": ("fetched_at", "date_download", "crawl_date"),
}  # fmt: skip
#: what `provenance` says of a field that came this way and does not say itself where from
IMPORTED = "import"
#: milliseconds since 1970 are numbers above this, seconds are below it (it is the year 5138 in seconds)
_MILLISECONDS = 1e11


@dataclass(frozen=True, slots=True)
class Told:
    """An article, and when it was first seen and fetched where it comes from; None: nobody says."""

    article: Article
    first_seen_at: datetime | None
    fetched_at: datetime | None


def told(said: Mapping[str, Any], source_key: str | None = None) -> Told:
    """The article of an object; `source_key` is for one that names none. Raises ValueError for one that is none."""
    found = {field: _first(said, names) for field, names in NAMES.items()}
    url = _own_address(said)
    values: dict[str, Any] = {name: made(found[name]) for name, made in _MADE.items()}
    if missing := next((name for name in ("headline", "article_body") if not values[name]), None):
        raise ValueError(f"it has no {missing}")
    key = source_of(found["source_key"], source_key, url)
    article = Article(**{**values, **_dates(said, found), "url": url, "source_key": key})
    return Told(_with_provenance(article, said), moment(found["first_seen_at"]), moment(found["fetched_at"]))


def _own_address(said: Mapping[str, Any]) -> str:
    """The first that is an address of the web."""
    for name in NAMES["url"]:
        if url := clean_url(_address(said.get(name))):
            return url
    raise ValueError("it has no address (url)")


def _first(said: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "", [], {})), None)


def source_of(value: Any, usual: str | None, url: str) -> str:
    """The key of the source: as it is named, the usual one, or the host of the address."""
    named = value if isinstance(value, str) and "://" not in value else None
    return named or usual or (urlsplit(url).hostname or "").removeprefix("www.")


def _text(value: Any) -> str | None:
    """A text: of a list its parts as paragraphs, of an object its name or text."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, Mapping):
        return _text(next((value[name] for name in ("name", "text", "@value") if value.get(name)), None))
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_text, value))) or None
    return None


def _lines(value: Any) -> tuple[str, ...]:
    """A list of short texts; "a; b" and "a, b" are two."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";" if ";" in value else ",") if part.strip())
    values = value if isinstance(value, list) else [value]
    return tuple(found for each in values if (found := _text(each)))


def _address(value: Any) -> str | None:
    """An address: of a list the first, of an object its url."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


def _addresses(value: Any) -> tuple[str, ...]:
    return tuple(found for each in (value if isinstance(value, list) else [value]) if (found := _address(each)))


def _flag(value: Any) -> bool | None:
    """True or false, also as schema.org's pages write it ("False")."""
    known = {"true": True, "false": False}
    return value if isinstance(value, bool) else known.get(value.lower()) if isinstance(value, str) else None


#: fields that are made of what is found for them alone
_MADE: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("headline", "article_body", "description", "in_language", "article_section"), _text),
    **dict.fromkeys(("image_caption", "agency", "discovered_via"), _text),
    **dict.fromkeys(("authors", "keywords"), _lines),
    **dict.fromkeys(("canonical_url", "main_image_url"), _address),
    "also": _addresses,
    "is_accessible_for_free": _flag,
    "is_live": lambda value: _flag(value) is True,
}


def _dates(said: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The date of publication with all that is said about it, and the one of the last change."""
    value = found["date_published"]
    published, raw = moment(value), said.get("date_published_raw")
    return {
        "date_published": published,
        "date_published_raw": raw if isinstance(raw, str) else str(value) if published else None,
        # our export writes dates in UTC, and their offset beside them
        "date_published_offset": _minutes(said["date_published_offset"])
        if "date_published_offset" in said
        else _offset(value),
        "date_published_precision": _precision(said.get("date_published_precision"), value),
        "date_modified": moment(found["date_modified"]),
    }


def _minutes(value: Any) -> int | None:
    return value if isinstance(value, int) and abs(value) < 24 * 60 else None


def moment(value: Any) -> datetime | None:
    """An instant of ISO 8601, of the form of e-mails, or of seconds or milliseconds since 1970."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        found = _parsed(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _offset(value: Any) -> int | None:
    """Minutes east of UTC, where the text says so."""
    try:
        shift = _parsed(value.strip()).utcoffset() if isinstance(value, str) else None
    except (ValueError, TypeError):
        return None
    return int(shift.total_seconds() // 60) if shift is not None else None


def _precision(given: Any, value: Any) -> Precision | None:
    if moment(value) is None:
        return None
    if isinstance(given, str) and given in set(Precision):
        return Precision(given)
    return Precision.DAY if isinstance(value, str) and ":" not in value else Precision.SECOND


def _with_provenance(article: Article, said: Mapping[str, Any]) -> Article:
    """Where each field came from: as the line says, else that it was imported."""
    given = said.get("provenance")
    known = given if isinstance(given, Mapping) else {}
    return replace(article, provenance={name: str(known.get(name) or IMPORTED)[:40] for name in _filled(article)})


def _filled(article: Article) -> Iterator[str]:
    names = ("headline", "article_body", "description", "authors", "date_published", "date_modified", "in_language",
             "article_section", "keywords", "main_image_url", "image_caption", "agency", "canonical_url")  # fmt: skip
    yield from (name for name in names if getattr(article, name))
