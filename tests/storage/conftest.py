"""Stores to write into: opened, empty but for two sources, one for each test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage import sources
from storage.database import Database
from storage.store import open_database
from storage.tables import all_tables
from storage.writer import Writer
from tests.storage.facts import NOW, entry_of
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of this version, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("original") / "news.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def postgres_shared(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database with the tables of this version, to be emptied for each test."""
    with postgres_server.database() as url:
        open_database(url).dispose()
        yield url


@pytest.fixture
def sqlite_store_url(sqlite_original: Path, sqlite_url: str) -> str:
    """The URL of an empty SQLite store."""
    shutil.copy(sqlite_original, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def postgres_store_url(postgres_shared: str) -> str:
    """The URL of an empty PostgreSQL store."""
    database = Database(postgres_shared)
    with database.write() as connection:
        _empty(connection)
    database.dispose()
    return postgres_shared


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store; a test that asks for it runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_store_url" if request.param == "sqlite" else "postgres_store_url")
    return url


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """A store with the sources "daily" and "weekly" (ids 1 and 2), both due."""
    opened = Database(store_url)
    with opened.write() as connection:
        sources.sync(connection, [entry_of("daily"), entry_of("weekly")], NOW)
    yield opened
    opened.dispose()


@pytest.fixture
def writing(database: Database) -> Iterator[Connection]:
    """A transaction on that store; committed at the end of the test."""
    with database.write() as connection:
        yield connection


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    """A writer on that store, closed after the test."""
    opened = Writer(database, patience=30)
    yield opened
    opened.close()


def _empty(connection: Connection) -> None:
    # one transaction that waits for nobody: a test that left one open fails here, by name, instead of hanging
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    kept = {"counter", "meta"}
    names = ", ".join(table.name for table in all_tables().tables.values() if table.name not in kept)
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    connection.execute(text("UPDATE counter SET n = 0"))
