"""docs/how-to/read-the-database.md: every query of it runs on both databases and answers something."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from delivery import health_chore
from storage.database import Database
from storage.schema import article
from storage.schema_health import visit
from storage.store import open_database
from storage.views import VIEWS
from tests.delivery.conftest import NOW, Desk, database
from tests.docs.pages import ROOT

__all__ = ["database"]

PAGE = ROOT / "docs" / "how-to" / "read-the-database.md"
QUERIES = re.findall(r"(?ms)^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def lived_in(database: Database) -> Database:
    """A store in which each of the questions has an answer."""
    desk = Desk(database)
    desk.keep("https://daily.example/1")
    copy = desk.keep("https://daily.example/2")
    desk.revise("https://daily.example/1", "Corrected")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=1))
        bare = {
            "source_id": 1,
            "seconds": 1.0,
            "requests": 1,
            "unchanged": 0,
            "new": 0,
            "unread": 0,
            "error": "HTTP 403",
        }
        connection.execute(insert(visit), [{**bare, "at": NOW + timedelta(hours=hour)} for hour in range(3)])
    health_chore.examine(database, NOW + timedelta(hours=4))
    return database


def test_there_are_queries_and_they_read_the_contract_alone() -> None:
    assert len(QUERIES) > 5
    named = {name for query in QUERIES for name in re.findall(r"(?:FROM|JOIN) (\w+)", query)}
    assert named <= VIEWS.keys()


def test_readers_are_granted_every_view() -> None:
    page = (PAGE.parent / "postgresql.md").read_text(encoding="utf-8")
    granted = re.search(r"(?s)GRANT SELECT ON (.*?) TO news_reader;", page)
    assert granted is not None
    assert re.findall(r"\w+", granted[1]) == list(VIEWS)


@pytest.mark.parametrize("query", QUERIES, ids=[query.split("FROM ")[1].split()[0] for query in QUERIES])
def test_each_query_runs_and_has_an_answer(lived_in: Database, query: str) -> None:
    with lived_in.read() as connection:
        assert connection.execute(text(query)).all() != []


def test_a_database_is_opened_by_the_names_of_its_views_alone(sqlite_url: str) -> None:
    opened = open_database(sqlite_url)
    with opened.read() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'view'")).scalars().all()
    assert set(found) == VIEWS.keys()
    opened.dispose()
