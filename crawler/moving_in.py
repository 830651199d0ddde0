"""Articles that were kept elsewhere, moved in: JSON lines through the clean, identify and keep steps of the crawler.

    line -> told_articles -> clean -> identified -> known already? nothing : record (crawler.keep) -> dated back

What is known stays as it is: a line is some program's memory of an article, and no publisher's correction. So an import
can be broken off and run again.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from crawler.clean import OLDEST, clean_article
from crawler.errands import FetchedArticle
from crawler.keep import Identified, identified, known_as, record
from crawler.told_articles import Told, told
from storage import articles, changes
from storage.database import Database

#: lines of one transaction: it holds the lock of all writers
AT_ONCE = 100
#: characters of a line: a body of the greatest length, escaped, and what stands beside it
LONGEST = 16_000_000


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one line: "new", "known", or "refused" with the reason."""

    number: int
    outcome: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """An article that can be kept, and when it was seen where it comes from."""

    item: Identified
    seen: Told


def move_in(database: Database, lines: Iterable[str], now: datetime, source_key: str | None = None) -> Iterator[Moved]:
    """Keep the articles of lines in their order, some in one transaction; blank lines are skipped."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while some := list(islice(numbered, AT_ONCE)):
        read = [(number, _read(line, now, source_key)) for number, line in some]  # before the lock is taken
        with database.write() as connection:
            moved = [_keep(connection, number, found, now) for number, found in read]
        yield from moved


def _read(line: str, now: datetime, source_key: str | None) -> _Ready | str:
    """What a line says, or why it says nothing."""
    if len(line) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    try:
        said = json.loads(line)
        if not isinstance(said, dict):
            return "it is no JSON object"
        seen = told(said, source_key)
        article = clean_article(seen.article, now)
        if not (article.headline and article.article_body):
            return "nothing is left of its headline or body when control characters are taken out"
        return _Ready(identified(FetchedArticle(article)), seen)
    except RecursionError:
        return "it is nested too deeply"
    except json.JSONDecodeError as error:
        return f"it is no JSON: {error}"
    except ValueError as error:
        return str(error).partition("\n")[0]


def _keep(connection: Connection, number: int, found: _Ready | str, now: datetime) -> Moved:
    if isinstance(found, str):
        return Moved(number, "refused", found)
    try:
        with connection.begin_nested():
            last = changes.lock_counter(connection)  # before the look-up, so that it sees all earlier articles
            if (known := known_as(connection, found.item)) is not None:
                articles.add_aliases(connection, known, found.item.aliases, now)
                return Moved(number, "known")
            kept = record(connection, found.item, now, last)
            articles.date_back(connection, kept.article_id, *_dates(found.seen, now))
    except DBAPIError as error:
        return Moved(number, "refused", str(error.orig).partition("\n")[0])
    return Moved(number, "new")


def _dates(seen: Told, now: datetime) -> tuple[datetime, datetime]:
    """When an article was first seen and when it was fetched: no date of the future, nor of before all news."""
    fetched = _past(seen.fetched_at, now) or _past(seen.first_seen_at, now) or now
    return min(_past(seen.first_seen_at, now) or fetched, fetched), fetched


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and OLDEST <= moment <= now else None
