"""A PostgreSQL store with the engine's tables and two sources that are due."""

from collections.abc import Iterator

import pytest

from engine import tables
from storage import sources
from storage.database import Database
from storage.store import open_database
from tests.storage.facts import NOW, entry_of


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    """The sources "daily" and "weekly" (ids 1 and 2), both due; no job yet."""
    database = open_database(postgres_url)
    tables.prepare(database)
    with database.write() as connection:
        sources.sync(connection, [entry_of("daily"), entry_of("weekly")], NOW)
    yield database
    database.dispose()
