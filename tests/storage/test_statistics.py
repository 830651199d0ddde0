"""Figures over many articles agree with the same figures counted by hand, on both databases."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from storage import sources, statistics
from storage.database import Database
from storage.schema import article, source
from storage.sources import SourceEntry
from storage.statistics import Delay, HourCount
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEGUN = NOW - timedelta(hours=48)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    """Two sources that are visited since two days."""
    opened = open_database(database_url)
    with opened.write() as connection:
        sources.sync(connection, [SourceEntry(key, key, f"{key}.example", enabled=True) for key in "ab"], NOW)
        connection.execute(update(source).values(first_visit_at=BEGUN))
    yield opened
    opened.dispose()


def put(store: Database, key: str, stored: datetime, published: datetime | None, precision: str = "second") -> None:
    """One article, with nothing but what is counted."""
    values = {
        "url": "u", "own_key": "k", "source_key": key, "headline": "h", "article_body": "b", "authors": [],
        "keywords": [], "provenance": {}, "word_count": 1, "change_seq": 1, "content_hash": "c", "version": 1,
        "first_seen_at": stored, "fetched_at": stored, "last_seen_at": stored, "date_published": published,
        "date_published_precision": precision if published else None,
    }  # fmt: skip
    with store.write() as connection:
        connection.execute(insert(article).values(**values))


def by_hour(store: Database, since: datetime) -> list[HourCount]:
    with store.read() as connection:
        return statistics.by_hour(connection, since)


def delays(store: Database, since: datetime = BEGUN) -> list[Delay]:
    with store.read() as connection:
        return statistics.delays(connection, since)


def test_articles_are_counted_by_source_and_hour(store: Database) -> None:
    put(store, "a", NOW, None)
    put(store, "a", NOW + timedelta(minutes=59, seconds=59.9), None)
    put(store, "b", NOW + timedelta(hours=1), None)
    put(store, "a", NOW - timedelta(hours=3), None)
    assert by_hour(store, NOW) == [HourCount("a", "2026-11-23 12", 2), HourCount("b", "2026-11-23 13", 1)]
    assert by_hour(store, NOW + timedelta(days=1)) == []


def test_the_delay_is_from_publication_to_row(store: Database) -> None:
    for seconds in (10, 20, 30, 40, 1000):
        put(store, "a", NOW, NOW - timedelta(seconds=seconds))
    (found,) = delays(store)
    assert (found.source_key, found.count) == ("a", 5)
    assert [found.p50, found.p95] == pytest.approx([30, 1000], abs=0.01)


@pytest.mark.parametrize(
    ("published", "precision"),
    [
        pytest.param(None, "second", id="nothing is claimed"),
        pytest.param(NOW - timedelta(hours=1), "day", id="a day has no time"),
        pytest.param(BEGUN - timedelta(hours=1), "second", id="it was there before we came"),
    ],
)
def test_what_has_no_delay_is_left_out(store: Database, published: datetime | None, precision: str) -> None:
    put(store, "a", NOW, published, precision)
    assert delays(store) == []


def test_a_claim_from_the_future_is_no_delay(store: Database) -> None:
    put(store, "a", NOW, NOW + timedelta(hours=5))
    assert delays(store) == [Delay("a", 1, 0.0, 0.0)]


def test_what_was_stored_before_is_left_out(store: Database) -> None:
    put(store, "a", NOW - timedelta(hours=30), NOW - timedelta(hours=31))
    assert delays(store, NOW - timedelta(hours=24)) == []


def test_quantiles_are_those_of_the_values_in_order(store: Database) -> None:
    chance, seconds = random.Random(7), {"a": [], "b": []}  # type: ignore[var-annotated]
    for _ in range(60):
        key, delay = chance.choice("ab"), chance.randrange(10_000)
        put(store, key, NOW, NOW - timedelta(seconds=delay))
        seconds[key].append(delay)
    found = {delay.source_key: delay for delay in delays(store)}
    assert Counter({key: delay.count for key, delay in found.items()}) == {k: len(v) for k, v in seconds.items()}
    for key, values in seconds.items():
        p50, p95 = (sorted(values)[math.ceil(len(values) * q / 100) - 1] for q in (50, 95))
        assert [found[key].p50, found[key].p95] == pytest.approx([p50, p95], abs=0.01)
