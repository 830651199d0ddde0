"""Values that the tests of the store share: moments, addresses, sources, links and articles."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from storage import articles, changes, endpoints, frontier
from storage.articles import Keepsake
from storage.endpoints import Endpoint, EndpointEntry
from storage.frontier import LinkEntry, LinkRow, Origin
from storage.records import Article, EndpointKind, Link, LinkKind, LinkState
from storage.schema import link
from storage.sources import SourceEntry

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

#: ids of the two sources of the fixture `database`
DAILY, WEEKLY = 1, 2


def entry_of(key: str, site: str | None = None, *also: str, enabled: bool = True, render: str = "auto") -> SourceEntry:
    """A source as the configuration names it."""
    first = site or f"{key}.example"
    return SourceEntry(key, f"The {key.title()}", first, enabled, frozenset([first, *also]), render)


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def endpoint_of(connection: Connection, url: str = "https://daily.example/feed", source_id: int = DAILY) -> Endpoint:
    """An endpoint of a source, added when it is not there yet."""
    endpoints.add(connection, source_id, [EndpointEntry(url, url, EndpointKind.FEED, "configured")], NOW)
    return next(entry for entry in endpoints.all_of(connection, source_id) if entry.url == url)


def listed(name: str, state: LinkState = LinkState.PENDING, reason: str | None = None, **claims: Any) -> LinkEntry:
    """A link as a list shows it; `name` is its path, and its article key unless `article_key` is among the claims."""
    article_key = claims.pop("article_key", f"daily.example/{name}")
    url = f"https://daily.example/{name}"
    return LinkEntry(Link(url, **claims), url, article_key, state, reason)


def page(name: str, **claims: Any) -> LinkEntry:
    """A further page of a listing."""
    return listed(name, kind=LinkKind.PAGE, **claims)


def record(
    connection: Connection, *entries: LinkEntry, at: datetime = NOW, depth: int = 0, endpoint_id: int | None = None
) -> int:
    """Have an endpoint of "daily" list links."""
    return len(frontier.record(connection, Origin(DAILY, endpoint_id, depth), entries, at))


def next_names(
    connection: Connection, at: datetime = NOW, limit: int = 100, busy: Sequence[int] = (), source_id: int = DAILY
) -> list[str]:
    """The paths of the links that are to be fetched now, in order."""
    return [name_of(row) for row in frontier.next_links(connection, source_id, at, limit, busy)]


def next_row(connection: Connection, name: str, at: datetime = NOW) -> LinkRow:
    """The link of that path, which is to be fetched now."""
    rows = frontier.next_links(connection, DAILY, at, 100, [])
    return next(row for row in rows if name_of(row) == name)


def name_of(row: LinkRow) -> str:
    """The path of a link's address."""
    return row.link.url.removeprefix("https://daily.example/")


def link_row(connection: Connection, name: str, source_id: int = DAILY) -> Row[Any]:
    """All columns of a link."""
    here = (link.c.source_id == source_id, link.c.fetch_key == f"https://daily.example/{name}")
    return connection.execute(select(link).where(*here)).one()


def keepsake(name: str, at: datetime = NOW, **claims: Any) -> Keepsake:
    """An article ready to be kept."""
    found = Article(
        **{
            "url": f"https://daily.example/{name}",
            "headline": f"Headline of {name}",
            "article_body": f"First words of {name}.\n\nLast words.",
            "source_key": "daily",
            **claims,
        }
    )
    return Keepsake(found, f"daily.example/{name}", f"text of {name}", f"content of {name}", at)


def keep(connection: Connection, name: str, at: datetime = NOW, **claims: Any) -> int:
    """Store a new article with the change and the two address keys of it, as a keep transaction does."""
    number = changes.lock_counter(connection) + 1
    kept = keepsake(name, at, **claims)
    article_id = articles.add(connection, kept, number)
    articles.add_aliases(connection, article_id, dict.fromkeys([kept.own_key, kept.article.url], kept.article.url), at)
    changes.advance_counter(connection, number)
    return article_id
