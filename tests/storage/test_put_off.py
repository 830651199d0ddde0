"""Work that is put off: done once for all at the end of a transaction, at once where nobody gathers, or not at all."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.put_off import gathering, perform, put_off

DONE: list[list[int]] = []


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    DONE.clear()


def work(_: Connection, items: Sequence[int]) -> None:
    DONE.append(list(items))


def test_what_was_put_off_is_done_once_for_all_and_in_order(database: Database) -> None:
    with database.write() as connection, gathering(connection):
        for number in (3, 1, 2):
            put_off(connection, work, number)
        assert DONE == []
        perform(connection)
        perform(connection)
    assert DONE == [[3, 1, 2]]


def test_where_nobody_gathers_it_is_done_at_once(writing: Connection) -> None:
    put_off(writing, work, 1)
    put_off(writing, work, 2)
    assert DONE == [[1], [2]]


def test_what_a_transaction_that_failed_put_off_is_not_done_by_the_next(database: Database) -> None:
    with database.write() as connection:
        with gathering(connection):
            put_off(connection, work, 1)
        assert DONE == []
    with database.write() as connection, gathering(connection):
        put_off(connection, work, 2)
        perform(connection)
    assert DONE == [[2]]


def test_a_connection_that_is_lost_meanwhile_hides_no_error(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.engine.connect() as connection, gathering(connection):
        _lose(connection)


def _lose(connection: Connection) -> None:
    connection.begin()
    put_off(connection, work, 1)
    connection.invalidate()
    raise ZeroDivisionError
