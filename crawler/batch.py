"""Reading pages from JSON lines with the crawler's own reader, for measuring and reprocessing."""

import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from crawler.clean import clean_article
from crawler.extract.reader import read_page
from storage.records import Article, Page, Reading

#: pages arrive decoded, as UTF-8
_CONTENT_TYPE = "text/html; charset=utf-8"
_FIELDS = (
    "headline",
    "article_body",
    "authors",
    "date_published",
    "date_modified",
    "in_language",
    "article_section",
    "canonical_url",
    "main_image_url",
    "image_caption",
)


def extracted(line: str, folder: Path, now: datetime) -> dict[str, Any]:
    """Read one line {"id", "url", "html" | "html_path"}; paths are relative to `folder`, .gz is unpacked."""
    asked: dict[str, Any] = {}
    try:
        asked |= json.loads(line)
        page = _page(asked, folder)
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        return _line(asked.get("id"), Reading(reason=f"not a line to read: {error}"), None)
    reading = read_page(page)
    article = clean_article(reading.article, now) if reading.article else None
    return _line(asked.get("id"), reading, article)


def _page(asked: dict[str, Any], folder: Path) -> Page:
    if not isinstance(asked["url"], str):
        raise TypeError("url must be a string")
    return Page(asked["url"], _body(asked, folder), _CONTENT_TYPE if "html" in asked else "text/html")


def _body(asked: dict[str, Any], folder: Path) -> bytes:
    if "html" in asked:
        return str(asked["html"]).encode("utf-8", "replace")
    content = (folder / asked["html_path"]).read_bytes()
    return gzip.decompress(content) if asked["html_path"].endswith(".gz") else content


def _line(name: Any, reading: Reading, article: Article | None) -> dict[str, Any]:
    read: dict[str, Any] = {field: getattr(article, field, None) for field in _FIELDS}
    if article is not None:
        read["authors"] = list(article.authors)
        read["date_published"] = _iso(article.date_published, article.date_published_offset)
        read["date_modified"] = _iso(article.date_modified, None)
    return {"id": name, **read, "is_article": article is not None, "reason": reading.reason}


def _iso(moment: datetime | None, offset: int | None) -> str | None:
    if moment is None:
        return None
    zone = timezone(timedelta(minutes=offset)) if offset is not None else None
    return (moment.astimezone(zone) if zone else moment).isoformat()
