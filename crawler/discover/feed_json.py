"""JSON Feed 1.0 and 1.1, read entry by entry; what has the wrong type is taken as not said."""

import json
from html import escape
from typing import Any

from crawler.discover.entries import Entry, Feed
from crawler.discover.errors import UnreadableAnswer


def read_json(text: str) -> Feed:
    """The feed; raises ``UnreadableAnswer`` when the text is no JSON or holds no list of items."""
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer(f"feed: not JSON, {str(error)[:100]}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableAnswer("feed: JSON without items")
    problems = tuple(f"entry {at}: not an object" for at, item in enumerate(items, 1) if not isinstance(item, dict))
    entries = tuple(_entry(item) for item in items if isinstance(item, dict))
    return Feed(entries, _text(feed, "title"), _text(feed, "language"), None, problems)


def _entry(item: dict[str, Any]) -> Entry:
    number = _text(item, "id")
    html, text = _text(item, "content_html"), _text(item, "content_text")
    link = _text(item, "url") or _text(item, "external_url")
    return Entry(
        title=_text(item, "title"),
        title_is_text=True,
        link=link or number,
        id=number,
        id_is_link=True,
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        authors=_authors(item),
        summary=_text(item, "summary"),
        content=html or (_paragraphs(text) if text else None),
        keywords=tuple(tag for tag in _items(item, "tags") if isinstance(tag, str)),
        image=_text(item, "image") or _text(item, "banner_image"),
        language=_text(item, "language"),
    )


def _text(item: dict[str, Any], key: str) -> str | None:
    """A string, or a number as an id is now and then; anything else is not said."""
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**18 else None
    return value.strip() or None if isinstance(value, str) else None


def _items(item: dict[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    people = [*_items(item, "authors"), item.get("author")]
    return tuple(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())
