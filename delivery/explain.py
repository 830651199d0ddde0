"""What happened to an address, in sentences: every fetch attempt has an outcome, and here it is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection

from delivery.rows import Row, select_rows
from storage import traces
from storage.database import Database
from storage.records import LinkState
from storage.traces import EndpointTrace, LinkTrace

#: how many other addresses of an article are named
MOST_ALIASES = 12

KeyOf = Callable[[str], str]


def explain(database: Database, url: str, fetch_key: KeyOf, article_key: KeyOf) -> list[str]:
    """Lines that tell which source listed the address, what became of it, when it is tried again, and the article."""
    keys = {fetch_key(url), article_key(url)}
    with database.read() as connection:
        endpoints = traces.endpoints(connection, fetch_key(url))
        links = traces.links(connection, fetch_key(url), article_key(url))
        ids = {*traces.articles(connection, keys), *(link.article_id for link in links if link.article_id)}
        told = [line for article_id in sorted(ids) for line in _article(connection, article_id)]
    lines = [line for endpoint in endpoints for line in _endpoint(endpoint)]
    lines += [line for link in links for line in _link(link)]
    return [url, *(lines + told or _unknown())]


def _unknown() -> list[str]:
    return [
        "  not known: no endpoint of any source has listed it.",
        "  `newswatch sources` shows how the sources do; `newswatch try URL` reads one page without storing it.",
    ]


def _endpoint(endpoint: EndpointTrace) -> Iterator[str]:
    yield f"  endpoint of source {endpoint.source_key}: {endpoint.kind.value}, {endpoint.origin}, {endpoint.state}"
    if endpoint.state_reason:
        yield f"    {endpoint.state_reason} ({_times(endpoint.failures)} in a row)"
    if endpoint.last_attempt_at:
        yield f"    asked {_at(endpoint.last_attempt_at)}, last answer {_at(endpoint.last_success_at)}"
    yield f"    asked next {_at(endpoint.next_visit_at)}"


def _link(link: LinkTrace) -> Iterator[str]:
    yield f"  {link.kind.value} of source {link.source_key}, found {_at(link.found_at)}"
    yield f"    listed as {link.url}" + (f" by {link.listed_by}" if link.listed_by else "")
    yield f"    {_outcome(link)}"
    if link.next_try_at:
        yield f"    {'read again' if link.state is LinkState.STORED else 'tried next'} {_at(link.next_try_at)}"
    elif link.state is not LinkState.STORED:
        yield "    not tried again"


def _outcome(link: LinkTrace) -> str:
    reason = f": {link.reason}" if link.reason else ""
    if link.state is LinkState.PENDING and not link.attempts:
        return f"pending{reason}, not fetched yet"
    return f"{link.state.value}{reason} ({_at(link.outcome_at)}, tried {_times(link.attempts)})"


def _article(connection: Connection, article_id: int) -> Iterator[str]:
    (row,) = select_rows(connection, "SELECT * FROM v1_article WHERE article_id = :id", id=article_id)
    yield f"  article {article_id} of source {row['source_key']}: {row['headline']}"
    yield f"    {row['url']}"
    yield f"    first stored {_at(row['first_seen_at'])}, published {_published(row)}, version {row['version']}"
    if row["duplicate_of_id"]:
        yield f"    a copy of article {row['duplicate_of_id']}"
    if row["removed_at"]:
        yield f"    removed by the publisher, noticed {_at(row['removed_at'])}"
    statement = "SELECT url FROM v1_article_alias WHERE article_id = :id AND url <> :url ORDER BY added_at, url"
    aliases = [alias["url"] for alias in select_rows(connection, statement, id=article_id, url=row["url"])]
    yield from (f"    also {alias}" for alias in aliases[:MOST_ALIASES])
    if len(aliases) > MOST_ALIASES:
        yield f"    and {len(aliases) - MOST_ALIASES} more addresses"


def _published(row: Row) -> str:
    if row["date_published"] is None:
        return "at an unknown time"
    return f"{_at(row['date_published'])} (as written: {row['date_published_raw'] or '?'})"


def _at(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "never"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
