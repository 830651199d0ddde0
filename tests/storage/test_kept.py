"""Articles with kept pages, as they are looked up to be read again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, update

from storage import articles, changes, frontier, kept
from storage.articles import Keepsake
from storage.frontier import Outcome
from storage.kept import Selection
from storage.records import Article, LinkState, Precision
from storage.schema import article
from tests.storage.facts import DAILY, HOUR, NOW, listed, record

READ = Article(
    "https://daily.example/a", "A bridge opens", "One.\n\nTwo.", authors=("Ana", "Bo"), keywords=("bridge",),
    date_published=datetime(2026, 11, 22, 8, 30, tzinfo=UTC), date_published_raw="22 Nov 2026, 09:30",
    date_published_precision=Precision.MINUTE, date_published_offset=60, provenance={"headline": "json-ld"},
    source_key="daily", in_language="en", is_accessible_for_free=False,
)  # fmt: skip


def store(
    connection: Connection, name: str, page: str | None = "page", source: str = "daily", at: datetime = NOW
) -> int:
    """Store an article whose page has that name."""
    number = changes.lock_counter(connection) + 1
    content = replace(READ, url=f"https://daily.example/{name}", source_key=source)
    keepsake = Keepsake(content, f"daily.example/{name}", None, f"hash-{name}", at, page)
    article_id = articles.add(connection, keepsake, number)
    changes.advance_counter(connection, number)
    return article_id


def names(connection: Connection, selection: Selection, after: int = 0, limit: int = 100) -> Sequence[str]:
    found = kept.kept_articles(connection, selection, after, limit)
    return [each.article.url.rpartition("/")[2] for each in found]


def test_an_article_comes_back_field_by_field(writing: Connection) -> None:
    article_id = store(writing, "a")
    (found,) = kept.kept_articles(writing, Selection(), 0, 10)
    assert found.article == READ
    assert (found.article_id, found.version, found.page_hash, found.content_hash) == (article_id, 1, "page", "hash-a")
    assert found.link is None


def test_articles_without_a_page_are_left_out(writing: Connection) -> None:
    store(writing, "a", page=None)
    store(writing, "b")
    assert names(writing, Selection()) == ["b"]


def test_what_retention_took_out_does_not_come_back_by_its_page(writing: Connection) -> None:
    whole, text = store(writing, "a"), store(writing, "b")
    store(writing, "c")
    writing.execute(update(article).where(article.c.article_id == whole).values(pruned_at=NOW))
    writing.execute(update(article).where(article.c.article_id == text).values(body_pruned_at=NOW))
    assert names(writing, Selection()) == ["c"]


def test_they_come_in_the_order_of_their_numbers_some_at_a_time(writing: Connection) -> None:
    numbers = [store(writing, name) for name in "abcde"]
    assert names(writing, Selection(), limit=2) == ["a", "b"]
    assert names(writing, Selection(), after=numbers[1], limit=2) == ["c", "d"]
    assert names(writing, Selection(), after=numbers[4]) == []


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection(), ["a", "b", "c"], id="all"),
        pytest.param(Selection("daily"), ["a", "c"], id="of one source"),
        pytest.param(Selection("monthly"), [], id="of a source without articles"),
        pytest.param(Selection(since=NOW + HOUR), ["b", "c"], id="fetched since a moment"),
        pytest.param(Selection("daily", NOW + HOUR), ["c"], id="both"),
    ],
)
def test_a_selection(writing: Connection, selection: Selection, expected: list[str]) -> None:
    store(writing, "a")
    store(writing, "b", source="weekly", at=NOW + HOUR)
    store(writing, "c", at=NOW + 2 * HOUR)
    assert names(writing, selection) == expected


def test_what_the_endpoint_said_comes_with_it(writing: Connection) -> None:
    article_id = store(writing, "a")
    record(writing, listed("a", title="Bridge!", authors=("Ana",), published=NOW, published_raw="today"))
    (row,) = frontier.next_links(writing, DAILY, NOW, 10, [])
    frontier.settle(writing, row, Outcome(LinkState.STORED, article_id=article_id), NOW)
    (found,) = kept.kept_articles(writing, Selection(), 0, 10)
    assert found.link is not None
    assert (found.link.title, found.link.authors, found.link.published) == ("Bridge!", ("Ana",), NOW)
    assert found.link.published_raw == "today"


def test_an_article_that_got_another_version_is_not_as_it_was_read(writing: Connection) -> None:
    store(writing, "a")
    (found,) = kept.kept_articles(writing, Selection(), 0, 10)
    assert kept.is_as_read(writing, found)
    writing.execute(update(article).values(version=2))
    assert not kept.is_as_read(writing, found)
    assert not kept.is_as_read(writing, replace(found, article_id=99))


def test_the_number_of_a_source(writing: Connection) -> None:
    assert kept.source_id_of(writing, "daily") == DAILY
    assert kept.source_id_of(writing, "monthly") is None
