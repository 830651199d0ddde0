"""Waiting for changes: on PostgreSQL a commit ends the wait, on both a wait ends by itself."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from storage import changes, wakeups
from storage.database import Database
from storage.errors import DatabaseGone
from tests.storage.facts import keep
from tests.support.postgres import PostgresServer

#: a wait that is ended by a notice ends long before this; one that is not would fail the test instead of hanging it
LONG = 60.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that only a notice can end within the test."""
    monkeypatch.setattr(wakeups, "POSTGRESQL_PAUSE", LONG)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that end at once."""
    monkeypatch.setattr(wakeups, "POSTGRESQL_PAUSE", 0.01)
    monkeypatch.setattr(wakeups, "SQLITE_PAUSE", 0.01)


@pytest.fixture
def server(postgres_store_url: str) -> Iterator[Database]:
    """An empty store on PostgreSQL."""
    opened = Database(postgres_store_url)
    yield opened
    opened.dispose()


def keep_one(database: Database, name: str) -> None:
    with database.write() as connection:
        keep(connection, name)


def returns(wait: wakeups.Wait, begun: threading.Event | None = None) -> threading.Thread:
    """The wait in a thread of its own, begun."""

    def begin() -> None:
        if begun is not None:
            begun.set()
        wait()

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    return thread


@pytest.mark.usefixtures("impatient")
def test_a_wait_ends_by_itself(database: Database) -> None:
    """A pooler that swallows notices, or SQLite, which has none, must not leave a consumer waiting for ever."""
    with wakeups.waiting(database) as wait:
        assert [wait() for _ in range(3)] == [None] * 3


@pytest.mark.usefixtures("patient")
def test_a_commit_ends_the_wait(server: Database) -> None:
    with wakeups.waiting(server) as wait:
        begun = threading.Event()
        waiting = returns(wait, begun)
        begun.wait()
        keep_one(server, "a")
        waiting.join(LONG / 2)
        assert not waiting.is_alive()


@pytest.mark.usefixtures("patient")
def test_what_was_committed_before_the_wait_ends_it_at_once(server: Database) -> None:
    """Between a look that found nothing and the wait an article may come: it must not lie there until the next one."""
    with wakeups.waiting(server) as wait:
        keep_one(server, "a")
        waiting = returns(wait)
        waiting.join(LONG / 2)
        assert not waiting.is_alive()


@pytest.mark.usefixtures("patient")
def test_each_of_several_that_wait_is_woken(server: Database) -> None:
    with wakeups.waiting(server) as first, wakeups.waiting(server) as second:
        keep_one(server, "a")
        threads = [returns(first), returns(second)]
        for thread in threads:
            thread.join(LONG / 2)
        assert not any(thread.is_alive() for thread in threads)


def _notices(server: Database, write: str) -> int:
    """How many notices a listener gets of what `write` does."""
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"LISTEN {wakeups.CHANNEL}"))
        with server.write() as writing:
            for name in "abc":
                keep(writing, name)
            if write == "rolled back":
                writing.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
        driver = connection.connection.driver_connection
        count = len(list(driver.notifies(timeout=0.3)))  # type: ignore[union-attr]  # psycopg
        connection.invalidate()
    return count


@pytest.mark.parametrize(
    ("write", "count"),
    [
        pytest.param("committed", 1, id="three articles in one transaction are one notice"),
        pytest.param("rolled back", 0, id="what was taken back is not announced"),
    ],
)
def test_notices(server: Database, write: str, count: int) -> None:
    assert _notices(server, write) == count


def test_a_fence_is_no_news(server: Database) -> None:
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"LISTEN {wakeups.CHANNEL}"))
        with server.write() as writing:
            changes.advance_counter(writing, 7, "fence")
        driver = connection.connection.driver_connection
        assert list(driver.notifies(timeout=0.3)) == []  # type: ignore[union-attr]  # psycopg
        connection.invalidate()


@pytest.mark.usefixtures("impatient")
def test_a_connection_that_listened_is_not_used_again(server: Database) -> None:
    """It would go on gathering notices that nobody reads."""
    with wakeups.waiting(server) as wait:
        wait()
    with server.read() as connection:
        assert connection.execute(text("SELECT pg_listening_channels()")).all() == []


def test_a_server_that_goes_away_ends_the_wait_with_an_error(postgres_server: PostgresServer, server: Database) -> None:
    with wakeups.waiting(server) as wait:
        postgres_server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        with pytest.raises(DatabaseGone):
            wait()
