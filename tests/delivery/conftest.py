"""A small store to serve from, on SQLite and on PostgreSQL: two sources, and a way to put articles into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import articles, changes, endpoints, frontier, sources
from storage.articles import Keepsake
from storage.database import Database
from storage.endpoints import EndpointEntry
from storage.frontier import LinkEntry, Origin, Outcome
from storage.records import Article, EndpointKind, Link, LinkKind, LinkState
from storage.schema import source
from storage.sources import SourceEntry
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def fetch_key(url: str) -> str:
    """Stands for the crawler's strict key."""
    return url


def article_key(url: str) -> str:
    """Stands for the crawler's looser key."""
    return url.removeprefix("https://").removeprefix("www.").partition("?")[0].rstrip("/")


@dataclass(frozen=True)
class Desk:
    """Puts things into the store as visits would."""

    database: Database

    def keep(self, url: str, at: datetime = NOW, source_key: str = "daily", **claims: object) -> int:
        """Store a new article; return its id."""
        found = Article(
            **{  # type: ignore[arg-type]
                "url": url,
                "headline": f"Headline of {url}",
                "article_body": "First paragraph.\n\nSecond paragraph.",
                "source_key": source_key,
                **claims,
            }
        )
        keepsake = Keepsake(found, article_key(url), f"text {url}", f"content {url}", at)
        with self.database.write() as connection:
            number = changes.lock_counter(connection) + 1
            article_id = articles.add(connection, keepsake, number)
            addresses = {key(address): address for address in (url, *found.also) for key in (fetch_key, article_key)}
            articles.add_aliases(connection, article_id, addresses, at)
            changes.advance_counter(connection, number)
        return article_id

    def revise(self, url: str, headline: str, what: Sequence[str] = ("headline",), at: datetime = NOW) -> None:
        """Store a corrected headline of an article."""
        changed = Article(url=url, headline=headline, article_body="First paragraph.", source_key="daily")
        keepsake = Keepsake(changed, article_key(url), f"text {url}", f"content {headline}", at)
        with self.database.write() as connection:
            number = changes.lock_counter(connection) + 1
            (match,) = articles.look_up(connection, [article_key(url)], None, None)
            articles.revise(connection, keepsake, match, what, number)
            changes.advance_counter(connection, number)

    def list_link(self, url: str, outcome: Outcome | None = None, source_key: str = "daily") -> None:
        """Have the feed of a source list a link, and settle it when an outcome is given."""
        with self.database.write() as connection:
            source_id = connection.execute(select(source.c.source_id).where(source.c.key == source_key)).scalar_one()
            feed = f"https://{source_key}.example/feed.xml"
            endpoints.add(connection, source_id, [EndpointEntry(feed, feed, EndpointKind.FEED, "configured")], NOW)
            (endpoint,) = endpoints.all_of(connection, source_id)
            entry = LinkEntry(Link(url, LinkKind.ARTICLE), fetch_key(url), article_key(url), LinkState.PENDING)
            frontier.record(connection, Origin(source_id, endpoint.endpoint_id), [entry], NOW)
            rows = frontier.next_links(connection, source_id, NOW, 10, [])
            for row in rows:
                if outcome is not None and row.link.url == url:
                    frontier.settle(connection, row, outcome, NOW + timedelta(seconds=5))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty store with the sources "daily" and "weekly" (which is off)."""
    opened = open_database(database_url)
    entries = [
        SourceEntry("daily", "The Daily", "daily.example", enabled=True),
        SourceEntry("weekly", "The Weekly", "weekly.example", enabled=False),
    ]
    with opened.write() as connection:
        sources.sync(connection, entries, NOW)
    yield opened
    opened.dispose()


@pytest.fixture
def desk(database: Database) -> Desk:
    """The way to put things into the store."""
    return Desk(database)
