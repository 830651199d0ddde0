"""The index: both databases find what the query means, word by word, and know where it stands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text, update

from storage import search
from storage.database import Database
from storage.queries import MOST_WORDS, Document, Query, Term, document, matches, month, months, term
from storage.schema import article
from storage.schema_consumers import search_entry
from storage.search import Entry
from storage.search_spans import Span, Zone
from storage.words import words
from tests.storage.facts import DAY, NOW, keep

#: a small world, so that queries find something: words of several scripts, one that begins another
VOCABULARY = ("flood", "floods", "harbour", "opens", "zürich", "北京", "大学", "学", "don't", "2026", "co-op", "ไทย")
ALL = Span(None, 1000)


def _row(headline: str, body: str, **more: Any) -> dict[str, Any]:
    bare = dict.fromkeys(("description", "in_language", "article_section", "agency", "date_published"))
    return {**bare, "headline": headline, "article_body": body, "source_key": "daily", "first_seen_at": NOW, **more}


def _texts() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)


def _documents() -> st.SearchStrategy[Document]:
    rows = st.builds(
        _row,
        headline=_texts(),
        body=st.one_of(_texts(), st.builds("{} {}".format, st.just("filler " * 70), _texts())),
        description=st.one_of(st.none(), _texts()),
        source_key=st.sampled_from(("daily", "weekly")),
        in_language=st.sampled_from((None, "de", "de-CH", "en")),
        article_section=st.sampled_from((None, "World news", "Sports")),
        agency=st.sampled_from((None, "Reuters")),
        date_published=st.one_of(st.none(), st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))),
    )
    return rows.map(document)


def _terms() -> st.SearchStrategy[Term]:
    written = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join)
    return st.builds(lambda text, open_: term(text, is_open=open_) or Term(("flood",)), written, st.booleans())


def _fields() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    chosen = {
        "source": st.sampled_from((("daily",), ("weekly", "daily"), ("none",))),
        "language": st.sampled_from((("de",), ("DE-ch",), ("en", "de"))),
        "section": st.sampled_from((("world news",), ("news",), ("Sports",))),
        "agency": st.just(("reuters",)),
    }
    return st.fixed_dictionaries({}, optional=chosen)


QUERIES = st.builds(
    Query,
    wanted=st.lists(st.lists(_terms(), min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    unwanted=st.lists(_terms(), max_size=1).map(tuple),
    fields=_fields(),
    unwanted_fields=_fields(),
    since=st.one_of(st.none(), st.integers(0, 2000).map(lambda days: NOW - timedelta(days=days))),
    before=st.one_of(st.none(), st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))),
)


def _zone(query: Query, found: Document) -> Zone:
    """The best zone that holds all that is wanted."""
    only = Query(wanted=query.wanted)
    empty = Document((), (), (), (), NOW)
    for zone, part in (
        (Zone.HEADLINE, Document(found.headline, (), (), (), NOW)),
        (Zone.LEAD, Document(found.headline, found.lead, (), (), NOW)),
    ):
        if query.wanted and part != empty and matches(only, part):
            return zone
    return Zone.BODY


@settings(
    max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck)
)
@given(documents=st.lists(_documents(), min_size=1, max_size=12), queries=st.lists(QUERIES, min_size=1, max_size=12))
def test_both_databases_find_what_a_query_means(
    database: Database, documents: Sequence[Document], queries: Sequence[Query]
) -> None:
    """Whatever is asked: the articles that fit word by word, newest first, each with its zone."""
    with database.write() as connection:
        search.drop(connection, list(connection.execute(select(search_entry.c.article_id)).scalars()))
        search.put(connection, [Entry(number, number, item) for number, item in enumerate(documents, 1)])
    with database.read() as connection:
        for query in queries:
            found = search.newest(connection, query, ALL, NOW)
            fitting = [number for number, item in enumerate(documents, 1) if matches(query, item)]
            assert [item.article_id for item in found] == fitting[::-1], query
            assert [item.zone for item in found] == [_zone(query, documents[item.article_id - 1]) for item in found]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=st.text(min_size=1, max_size=30), is_open=st.booleans())
def test_no_word_is_a_syntax_error(database: Database, written: str, is_open: bool) -> None:
    asked = term(written, is_open=is_open)
    if asked is None:
        return
    found = document(_row(written, written))
    query = Query(wanted=((asked,),))
    with database.write() as connection:
        search.put(connection, [Entry(1, 1, found)])
        assert [item.article_id for item in search.newest(connection, query, ALL, NOW)] == [1]
        assert matches(query, found)


# what is kept of an article -------------------------------------------------------------------------------------------


def test_an_article_is_found_as_it_is_now_and_not_as_it_was(writing: Connection) -> None:
    first = keep(writing, "a", headline="Harbour opens")
    search.put(writing, search.entries(writing, [first]))
    writing.execute(update(article).values(headline="Harbour closes"))
    search.put(writing, search.entries(writing, [first]))
    assert (_ids(writing, "opens"), _ids(writing, "closes")) == ([], [first])
    search.drop(writing, [first, 99])
    assert _ids(writing, "closes") == []
    if writing.dialect.name == "sqlite":
        writing.execute(text("INSERT INTO search_text (search_text) VALUES ('integrity-check')"))


def test_removed_articles_and_those_that_are_not_there_have_no_entry(writing: Connection) -> None:
    here, removed = keep(writing, "a"), keep(writing, "b")
    writing.execute(update(article).where(article.c.article_id == removed).values(removed_at=NOW))
    assert [entry.article_id for entry in search.entries(writing, [here, removed, 99])] == [here]


def test_copies_have_one_number_and_a_group_is_no_article(writing: Connection) -> None:
    first, copy, grouped = keep(writing, "a"), keep(writing, "b"), keep(writing, "c")
    writing.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    writing.execute(update(article).where(article.c.article_id == grouped).values(syndication_group_id=first))
    assert [entry.copy_of for entry in search.entries(writing, [first, copy, grouped])] == [first, first, -first]


def _ids(connection: Connection, word: str, span: Span = ALL) -> list[int]:
    query = Query(wanted=((Term(tuple(words(word))),),))
    return [item.article_id for item in search.newest(connection, query, span, NOW)]


def test_a_span_is_the_newest_up_to_an_article(writing: Connection) -> None:
    search.put(writing, [Entry(number, number, document(_row("Flood", ""))) for number in range(1, 8)])
    assert _ids(writing, "flood", Span(None, 2)) == [7, 6]
    assert _ids(writing, "flood", Span(5, 3)) == [5, 4, 3]


def test_a_book_is_indexed_up_to_the_cap(writing: Connection) -> None:
    """PostgreSQL refuses a vector above 1 MB, and counts no places above 16,383."""
    book = document(_row("Book", " ".join(f"{number:x}" + "木" * 40 for number in range(30_000))))
    latin = document(_row("Latin", " ".join(f"w{number}" + "y" * 75 for number in range(30_000))))
    assert len(book.body) + len(book.headline) <= MOST_WORDS
    search.put(writing, [Entry(1, 1, book), Entry(2, 2, latin)])
    assert _ids(writing, "latin") == [2]
    assert _ids(writing, "w17" + "y" * 75) == [2]


# values ---------------------------------------------------------------------------------------------------------------


def test_the_date_for_search_is_the_publisher_s_but_never_after_we_saw_it() -> None:
    assert document(_row("a", "b", date_published=NOW - DAY)).at == NOW - DAY
    assert document(_row("a", "b")).at == NOW
    assert document(_row("a", "b", date_published=NOW + DAY)).at == NOW


@pytest.mark.parametrize(
    ("since", "before", "count"),
    [
        pytest.param(None, NOW, 0, id="no beginning: not narrowed"),
        pytest.param(NOW - 40 * DAY, None, 2, id="since October: two months"),
        pytest.param(datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), 2, id="over the year's end"),
        pytest.param(datetime(1990, 1, 1, tzinfo=UTC), None, 0, id="too many to be worth it"),
        pytest.param(NOW + 90 * DAY, None, 1, id="a future that nothing can fit"),
    ],
)
def test_a_range_of_dates_is_narrowed_by_months(since: datetime | None, before: datetime | None, count: int) -> None:
    found = months(Query(since=since, before=before), NOW)
    assert len(found) == count
    if since and count:
        assert found[0] == month(since)
