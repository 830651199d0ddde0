"""Waiting for new changes: PostgreSQL says when there are some (NOTIFY), SQLite is asked again after a moment.

Listening begins before the first look: what is committed between a look and the wait for the next one ends that wait.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import DatabaseGone

#: the channel of PostgreSQL on which a commit that holds changes is announced
CHANNEL = "newswatch_change"
#: seconds between two looks on SQLite: one look is one row of an index, and nobody reads news faster
SQLITE_PAUSE = 1.0
#: seconds after which PostgreSQL is looked at without a word from it: a pooler in between may swallow NOTIFY
POSTGRESQL_PAUSE = 5.0

Wait = Callable[[], None]


def announce(connection: Connection) -> None:
    """Wake those who wait when this transaction commits; SQLite has nobody to tell."""
    if connection.dialect.name == "postgresql":
        # the same text each time: of equal notices in one transaction, a group of 200 articles, one is sent
        connection.execute(text(f"NOTIFY {CHANNEL}"))


@contextmanager
def waiting(database: Database) -> Iterator[Wait]:
    """A function that returns as soon as there may be new changes, and in any case after a few seconds."""
    if database.is_sqlite:
        yield lambda: time.sleep(SQLITE_PAUSE)
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        try:
            yield lambda: _next_notice(connection)
        finally:
            connection.invalidate()  # it goes on listening: nobody else may get it out of the pool


def _next_notice(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        for _ in driver.notifies(timeout=POSTGRESQL_PAUSE, stop_after=1):
            return
    except connection.dialect.loaded_dbapi.Error as error:
        raise DatabaseGone(str(error).strip()) from error
