"""The state that a page carries in itself: JSON in its scripts, read before a browser is thought of. Pure.

    scripts ─> JSON (application/json, ld+json, window.X = {...}, JSON.parse("..."), Next's pushes, Nuxt's table)
            ─> dicts with a title and an address ─> list     ┐
            ─> the dict with the longest text    ─> article  ┘─> HTML behind the page, read by the usual readers

What is found is written as plain HTML into the page, so that one reader judges it as it judges any other page.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urlsplit

from crawler.discover.addresses import absolute
from crawler.tree import tree_of

#: values of JSON that are looked at on one page, and how deep: a front page has 50,000 at most
VALUES_MOST, DEPTH_MOST = 200_000, 40
#: entries that are taken for a list
ENTRIES_MOST = 300
#: letters of a title, and of a text that can be an article
TITLE_LEAST, TITLE_MOST, TEXT_LEAST = 12, 400, 400
_TITLES = ("headline", "title", "name", "shortHeadline", "displayTitle", "caption", "text")
_ADDRESSES = (
    "url",
    "link",
    "href",
    "canonicalUrl",
    "canonical_url",
    "webUrl",
    "shareUrl",
    "permalink",
    "path",
    "uri",
    "fullUrl",
)
_DATES = ("datePublished", "date_published", "publishedAt", "published_at", "publishDate", "firstPublished", "pubDate",
          "published", "createdAt", "created_at", "date", "timestamp")  # fmt: skip
_TEXTS = ("articleBody", "body", "bodyHtml", "body_html", "content", "contentHtml", "content_html", "html", "text",
          "paragraphs", "blocks", "components", "elements", "children")  # fmt: skip
_ASSIGNED = re.compile(r"(?:window|self|globalThis)(?:\.[\w$]+|\[[\"'][\w$-]+[\"']\])\s*=\s*(?=[\[{]|JSON\.parse\()")
_PARSED = re.compile(r"JSON\.parse\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", re.DOTALL)
_PUSHED = re.compile(r"self\.__next_f\.push\(\[1,\s*(\"(?:[^\"\\]|\\.)*\")\s*\]\)", re.DOTALL)
_ROW = re.compile(r"(?m)^[0-9a-f]+:(?=[\[{])")
_TAGS = re.compile(r"<(?:p|br|div|h\d)\b", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)

Values = dict[str, Any] | list[Any]


def with_state(text: str, url: str) -> str | None:
    """The page with what its own state holds written behind it; None when that holds neither a list nor an article."""
    values = list(_states(text))
    drawn = drawn_list(values, url) + _drawn_article(values, url)
    if not drawn:
        return None
    head, tag, tail = text.rpartition("</body")
    return f"{head}{drawn}{tag}{tail}" if tag else text + drawn


def listed(text: str, url: str) -> str | None:
    """A page that lists what a JSON answer lists; None when it lists nothing."""
    value = _loaded(text)
    drawn = drawn_list([value], url) if value is not None else ""
    return f"<html><body>{drawn}</body></html>" if drawn else None


def drawn_list(values: list[Values], url: str) -> str:
    """HTML of the entries that have a title and an address, each address once; "" for fewer than three."""
    entries: dict[str, str] = {}
    for value in _dicts(values):
        title, address = _title(value), _address(value, url)
        if title and address and address not in entries:
            heading = f'<h3><a href="{escape(address)}">{escape(title)}</a></h3>'
            entries[address] = f"<article>{heading}{_time(_date(value))}</article>"
        if len(entries) >= ENTRIES_MOST:
            break
    return f"<main>{''.join(entries.values())}</main>" if len(entries) > 2 else ""


def _time(date: str) -> str:
    return f'<time datetime="{escape(date)}">{escape(date)}</time>' if 8 <= len(date) <= 40 else ""


def _drawn_article(values: list[Values], url: str) -> str:
    """HTML of the one article that the page is about: the one with its address, else the longest."""
    path = urlsplit(url).path.rstrip("/")
    best = max((found for value in _dicts(values) if (found := _text_of(value, url, path))), default=None)
    if best is None:
        return ""
    _, _, title, body, date = best
    # the title element of a shell is often the site's name alone: JSON-LD says which heading is meant
    told = json.dumps({"@type": "NewsArticle", "headline": title, "datePublished": date or None}).replace(
        "<", "\\u003c"
    )
    said = f'<script type="application/ld+json">{told}</script>'
    return f"{said}<main><article><h1>{escape(title)}</h1>{_time(date)}<div>{body}</div></article></main>"


def _text_of(value: dict[str, Any], url: str, path: str) -> tuple[bool, int, str, str, str] | None:
    """Whether it is the page's own, how long it is, title, HTML and date; None for what is no article."""
    title = _title(value)
    body = _body(value) if title else ""
    if not title or len(body) < TEXT_LEAST:
        return None
    address = _address(value, url)
    is_own = bool(address and path and urlsplit(address).path.rstrip("/") == path)
    return is_own, len(body), title, body, _date(value)


def _date(value: dict[str, Any]) -> str:
    return next((str(value[key]) for key in _DATES if isinstance(value.get(key), str)), "")


def _body(value: dict[str, Any]) -> str:
    for key in _TEXTS:
        found = _markup(value.get(key), 0)
        if len(found) >= TEXT_LEAST:
            return found
    return ""


def _markup(value: Any, depth: int) -> str:
    """Paragraphs of a text, of HTML, or of a list of blocks."""
    if isinstance(value, str):
        if _TAGS.search(value):
            return value
        return "".join(f"<p>{escape(part.strip())}</p>" for part in value.split("\n") if len(part.strip()) > 1)
    if depth > 6:
        return ""
    if isinstance(value, list):
        return "".join(_markup(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return next((found for key in (*_TEXTS, "value", "data") if (found := _markup(value.get(key), depth + 1))), "")
    return ""


def _title(value: dict[str, Any]) -> str | None:
    for key in _TITLES:
        found = value.get(key)
        if isinstance(found, dict):  # {"rendered": "..."} of WordPress, {"text": "..."}
            found = found.get("rendered") or found.get("text") or found.get("default")
        if (
            isinstance(found, str)
            and TITLE_LEAST <= len(found := " ".join(found.split())) <= TITLE_MOST
            and _is_prose(found)
        ):
            return found
    return None


def _is_prose(text: str) -> bool:
    """Words, no path or code: "/assets/a.png", "some_key"."""
    return (" " in text or not text.isascii()) and not text.startswith(("/", "http", "{", "<"))


def _address(value: dict[str, Any], url: str) -> str | None:
    for key in _ADDRESSES:
        found = value.get(key)
        if isinstance(found, str) and found.startswith(("/", "https://", "http://")):
            return absolute(found, url)
    return None


def _dicts(values: list[Values]) -> Iterator[dict[str, Any]]:
    """All dicts in the order of the page, within bounds."""
    waiting: list[tuple[Any, int]] = [(value, 0) for value in reversed(values)]
    left = VALUES_MOST
    while waiting and left:
        left -= 1
        value, depth = waiting.pop()
        if isinstance(value, dict):
            yield value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if depth < DEPTH_MOST:
            waiting += [(item, depth + 1) for item in reversed(list(inner)) if isinstance(item, dict | list)]


def _states(text: str) -> Iterator[Values]:
    pushed = ""
    for node in tree_of(text).css("script"):
        kind, script = (node.attributes.get("type") or "").lower(), node.text() or ""
        if kind.endswith("json"):
            value = _loaded(script)
            if value is not None:
                yield _untabled(value)
        elif kind in ("", "text/javascript", "module", "application/javascript"):
            yield from _assigned(script)
            pushed += "".join(str(_loaded_text(match[1])) for match in _PUSHED.finditer(script))
    for match in _ROW.finditer(pushed):
        value = _decoded(pushed, match.end())
        if value is not None:
            yield value


def _assigned(script: str) -> Iterator[Values]:
    for match in _ASSIGNED.finditer(script):
        parsed = _PARSED.match(script, match.end())
        value = _loaded(_loaded_text(_double(parsed[1]))) if parsed else _decoded(script, match.end())
        if value is not None:
            yield value


def _double(literal: str) -> str:
    """A string of JavaScript as one of JSON."""
    if literal.startswith('"'):
        return literal
    return '"' + literal[1:-1].replace("\\'", "'").replace('\\"', '"').replace('"', '\\"') + '"'


def _loaded_text(literal: str) -> str:
    try:
        found = json.loads(literal, strict=False)
    except ValueError:
        return ""
    return found if isinstance(found, str) else ""


def _loaded(text: str) -> Values | None:
    try:
        value = json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _decoded(text: str, at: int) -> Values | None:
    """JSON that begins there, whatever follows; None for what is JavaScript only: {a: 1}."""
    try:
        value, _ = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _untabled(value: Values) -> Values:
    """Nuxt 3 writes one table: [{"title": 3}, ..., "the title"], where each number is the place of a value."""
    if not (isinstance(value, list) and len(value) > 5 and any(_refers(item, len(value)) for item in value[:6])):
        return value
    table = value

    def seen(place: Any) -> Any:
        """The value at a place, one level deep: what it refers to is in the list by itself."""
        is_place = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(table)
        return table[place] if is_place else place

    return [{key: seen(place) for key, place in item.items()} for item in table if isinstance(item, dict)]


def _refers(item: Any, size: int) -> bool:
    """Whether a dict holds places of a table and nothing else."""
    return bool(
        isinstance(item, dict)
        and item
        and all(
            isinstance(place, int) and not isinstance(place, bool) and -7 <= place < size for place in item.values()
        )
    )
