"""What people look at besides articles, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from storage import endpoints, inspection, sources
from storage.database import Database
from storage.endpoints import EndpointEntry
from storage.records import EndpointKind
from storage.schema import endpoint, link, source
from storage.sources import SourceEntry
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    """Two sources with two endpoints each."""
    opened = open_database(database_url)
    with opened.write() as connection:
        sources.sync(connection, [SourceEntry(key, key, f"{key}.example", enabled=True) for key in "ab"], NOW)
        for key in "ab":
            feeds = [f"https://{key}.example/{name}" for name in ("quiet", "busy")]
            entries = [EndpointEntry(url, url, EndpointKind.FEED, "link rel") for url in feeds]
            endpoints.add(connection, _source_id(connection, key), entries, NOW)
        busy = endpoint.c.url == "https://a.example/busy"
        connection.execute(update(endpoint).where(busy).values(last_new_at=NOW, failures=2, floor_seconds=60.0))
    yield opened
    opened.dispose()


def _source_id(connection: Connection, key: str) -> int:
    return int(connection.execute(select(source.c.source_id).where(source.c.key == key)).scalar_one())


def fail(store: Database, key: str, name: str, minutes: int, state: str = "failed") -> None:
    """A link of a source that came to an end some minutes ago."""
    with store.write() as connection:
        values = {
            "source_id": _source_id(connection, key),
            "url": f"https://{key}.example/{name}",
            "fetch_key": name,
            "article_key": name,
            "kind": "article",
            "state": state,
            "reason": "HTTP 500",
            "attempts": 3,
            "found_at": NOW - timedelta(days=1),
            "outcome_at": NOW - timedelta(minutes=minutes),
        }
        connection.execute(insert(link).values(**values))


def failed(store: Database, most: int = 10, key: str | None = None) -> list[str]:
    with store.read() as connection:
        return [found.url.rpartition("/")[2] for found in inspection.failed_links(connection, most, key)]


def test_the_endpoints_of_a_source_come_with_the_lively_ones_first(store: Database) -> None:
    with store.read() as connection:
        found = inspection.endpoints_of(connection, "a", 10)
    assert [one.url.rpartition("/")[2] for one in found] == ["busy", "quiet"]
    assert (found[0].failures, found[0].floor_seconds, found[0].last_new_at) == (2, 60.0, NOW)
    assert (found[1].kind, found[1].origin, found[1].last_new_at) == ("feed", "link rel", None)


def test_a_source_that_is_not_there_has_no_endpoints(store: Database) -> None:
    with store.read() as connection:
        assert inspection.endpoints_of(connection, "nobody", 10) == []
        assert len(inspection.endpoints_of(connection, "a", 1)) == 1


def test_what_failed_last_comes_first_and_nothing_else_comes(store: Database) -> None:
    fail(store, "a", "old", 60)
    fail(store, "b", "new", 1)
    fail(store, "a", "stored", 0, "stored")
    assert failed(store) == ["new", "old"]
    assert failed(store, 1) == ["new"]
    assert failed(store, key="a") == ["old"]
    assert failed(store, key="nobody") == []
    with store.read() as connection:
        (one,) = inspection.failed_links(connection, 1)
    assert (one.source_key, one.reason, one.attempts, one.next_try_at) == ("b", "HTTP 500", 3, None)
