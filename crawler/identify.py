"""Articles from JSON lines through the keep step of the crawler, for measuring and for batches from elsewhere.

    {"id","url","source","published","title","body"} -> clean -> identified -> record (crawler.keep) -> article id

Any line gets an answer: what is missing is unknown, an unusable address is none, and a line that is no JSON says why.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from crawler.clean import clean_article, clean_url
from crawler.errands import FetchedArticle
from crawler.keep import identified, record
from crawler.urls import AddressError, article_key, fetch_key
from storage import changes
from storage.database import Database
from storage.records import Article

#: lines in one transaction
AT_ONCE = 200
#: milliseconds since 1970 are numbers above this, seconds are below it (it is the year 5138 in seconds)
_MILLISECONDS = 1e11


@dataclass(frozen=True, slots=True)
class Named:
    """One line that was read: what it is called, and the article that it is in the store."""

    #: its "id", or "line 7"
    name: Any
    #: article key of its address; None: it has no usable one
    key: str | None = None
    #: None: it could not be kept, for the reason in `problem`
    article_id: int | None = None
    problem: str | None = None


def keep_lines(database: Database, lines: Iterable[str], now: datetime) -> Iterator[Named]:
    """Keep the articles of lines in their order, some hundred in one transaction; blank lines are skipped."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while some := list(islice(numbered, AT_ONCE)):
        with database.write() as connection:
            kept = [_keep_line(connection, line, number, now) for number, line in some]
        yield from kept


def article_of(line: str, number: int) -> tuple[Any, str | None, Article]:
    """The name, the article key and the article of a line. Raises ValueError when it is no JSON object."""
    said = json.loads(line)
    if not isinstance(said, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - of a line, as the decoder's own errors are
    name = said.get("id")
    name = f"line {number}" if name is None or isinstance(name, (list, dict)) else name
    url, key = _address(said.get("url"), number)
    article = Article(
        url=url,
        headline=_text(said.get("title") or said.get("headline")),
        article_body=_text(said.get("body") or said.get("article_body")),
        date_published=_moment(said.get("published") or said.get("published_ms")),
        source_key=_text(said.get("source")) or f"source of line {number}",
    )
    return name, key, article


def _keep_line(connection: Connection, line: str, number: int, now: datetime) -> Named:
    name, key = f"line {number}", None
    try:
        name, key, article = article_of(line, number)
        item = identified(FetchedArticle(clean_article(article, now)))
        with connection.begin_nested():
            kept = record(connection, item, now, changes.lock_counter(connection))
    except (ValueError, RecursionError, DBAPIError) as error:
        return Named(name, key, problem=str(error).partition("\n")[0])
    return Named(name, key, kept.article_id)


def _address(url: Any, number: int) -> tuple[str, str | None]:
    """The address and its article key; where there is none, an address that nobody else has."""
    cleaned = clean_url(url) if isinstance(url, str) else None
    try:
        if cleaned is not None and fetch_key(cleaned):
            return cleaned, article_key(cleaned)
    except AddressError:
        pass
    return f"http://no-address.invalid/{number}", None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _moment(value: Any) -> datetime | None:
    """An instant from ISO 8601 text, or from seconds or milliseconds since 1970."""
    try:
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
