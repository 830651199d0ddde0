"""Transactions on both databases: what is rolled back is gone, who reads holds up nobody, who writes waits in turn."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from storage.database import CHUNK, Database, chunks, insert_new, is_connection_lost
from storage.types import Json, Key, UtcDateTime

notes = Table(
    "notes",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("n", BigInteger),
    Column("at", UtcDateTime),
    Column("details", Json),
)
numbered = Table("numbered", notes.metadata, Column("id", Key, primary_key=True), Column("name", Text))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with two small tables of its own."""
    opened = Database(database_url)
    notes.metadata.create_all(opened.engine)
    yield opened
    opened.dispose()


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(notes.c.name).order_by(notes.c.name)).scalars())


def _note(connection: Connection, name: str, **values: Any) -> None:
    connection.execute(insert(notes).values(name=name, **values))


class Refused(Exception):
    """What a block raises to have its transaction rolled back."""


def _note_twice(connection: Connection, name: str) -> None:
    _note(connection, name)
    _note(connection, name)


def _refuse_after_a_savepoint(connection: Connection) -> None:
    with connection.begin_nested():
        _note(connection, "inside")
    raise Refused


def test_a_block_that_ends_well_is_committed(database: Database) -> None:
    with database.write() as connection:
        _note(connection, "a")
    assert _names(database) == ["a"]


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        _note_twice(connection, "a")
    assert _names(database) == []


def test_a_released_savepoint_is_gone_when_the_transaction_around_it_is_rolled_back(database: Database) -> None:
    with pytest.raises(Refused), database.write() as connection:
        _refuse_after_a_savepoint(connection)
    assert _names(database) == []


def test_a_savepoint_that_is_rolled_back_takes_nothing_else_with_it(database: Database) -> None:
    with database.write() as connection:
        _note(connection, "before")
        with pytest.raises(IntegrityError), connection.begin_nested():
            _note_twice(connection, "inside")
        _note(connection, "after")
    assert _names(database) == ["after", "before"]


def test_a_reader_sees_what_was_committed_while_a_writer_is_at_work(database: Database) -> None:
    with database.write() as connection:
        _note(connection, "committed")
    with database.write() as connection:
        _note(connection, "under way")
        assert _names(database) == ["committed"]


def test_an_open_reader_holds_up_no_writer(database: Database) -> None:
    with database.read() as reading:
        assert reading.execute(select(notes.c.name)).all() == []
        with database.write() as writing:
            _note(writing, "a")
    assert _names(database) == ["a"]


def test_writers_who_read_first_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    """With a deferred BEGIN each of them would be told "database is locked" as soon as two have read."""

    def count_up(name: str) -> None:
        for _ in range(25):
            with database.write() as connection:
                lock = select(notes.c.n).where(notes.c.name == "sum").with_for_update()
                n = connection.execute(lock).scalar_one()
                connection.execute(notes.update().where(notes.c.name == "sum").values(n=n + 1))

    with database.write() as connection:
        _note(connection, "sum", n=0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, "abcd"))
    with database.read() as connection:
        assert connection.execute(select(notes.c.n)).scalar_one() == 100


def test_a_sqlite_writer_holds_the_lock_from_its_first_moment(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    other = sqlalchemy.create_engine(sqlite_url, connect_args={"timeout": 0, "isolation_level": None})
    with database.write(), other.connect() as connection, pytest.raises(OperationalError, match="locked"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    other.dispose()
    database.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers and a writer side by side"),
        pytest.param("foreign_keys", 1, id="an article that is not there cannot be pointed at"),
        pytest.param("synchronous", 1, id="a power cut costs the last commits at most"),
    ],
)
def test_pragmas_of_each_sqlite_connection(sqlite_url: str, pragma: str, value: Any) -> None:
    database = Database(sqlite_url)
    with database.read() as first, database.read() as second:
        assert [c.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for c in (first, second)] == [value, value]
    database.dispose()


def test_a_file_that_somebody_makes_at_this_moment_is_waited_for(tmp_path: Path) -> None:
    """The switch to WAL waits for nobody: without patience of ours it says "locked" at once."""
    file = tmp_path / "news.db"
    maker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    maker.execute("CREATE TABLE t (n)")
    maker.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.2, maker.execute, ["COMMIT"])
    done.start()
    database = Database(f"sqlite:///{file}")
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    done.join()
    maker.close()
    database.dispose()


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/down/news.db")
    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.dispose()
    assert (tmp_path / "deep" / "down" / "news.db").exists()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("idle_in_transaction_session_timeout", "15s", id="a frozen writer loses its transaction"),
        pytest.param("timezone", "UTC", id="times are shown as they are meant"),
    ],
)
def test_settings_of_each_postgresql_connection(postgres_url: str, setting: str, value: str) -> None:
    database = Database(postgres_url)
    with database.read() as connection:
        assert connection.execute(text(f"SHOW {setting}")).scalar_one() == value
    database.dispose()


@pytest.mark.parametrize(
    ("lease", "value"), [pytest.param(6.0, "1500ms", id="a short lease"), pytest.param(60.0, "15s", id="the usual one")]
)
def test_no_transaction_stands_still_for_as_long_as_a_lease(postgres_url: str, lease: float, value: str) -> None:
    database = Database(postgres_url, lease)
    with database.read() as connection:
        shown = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    assert shown == value
    database.dispose()


@pytest.mark.parametrize(
    ("lease", "value"),
    [
        pytest.param(60.0, "5min", id="of a process that visits"),
        pytest.param(None, "0", id="of an export, which may take as long as it likes"),
    ],
)
def test_how_long_a_statement_may_take(postgres_url: str, lease: float | None, value: str) -> None:
    database = Database(postgres_url, lease)
    with database.read() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == value
    assert ("statement_timeout" in database.driver_arguments()["options"]) is (lease is not None)
    database.dispose()


def test_a_connection_that_was_cut_while_it_was_idle_is_not_met_again(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    with database.read() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with other.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with database.read() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    database.dispose()
    other.dispose()


def test_the_lease_clock_goes_forward_and_keeps_its_name(database: Database) -> None:
    with database.write() as connection:
        name, first = database.lease_clock(connection)
        assert name
        assert (name, True) == ((later := database.lease_clock(connection))[0], later[1] >= first)


# insert_new and chunks ------------------------------------------------------------------------------------------------


def test_insert_new_adds_what_is_not_there_and_leaves_what_is(database: Database) -> None:
    with database.write() as connection:
        _note(connection, "b", n=1)
        assert insert_new(connection, notes, [{"name": name, "n": 2} for name in "abc"]) == 2
        kept = {row.name: row.n for row in connection.execute(select(notes))}
    assert kept == {"a": 2, "b": 1, "c": 2}


def test_insert_new_of_nothing_is_nothing(database: Database) -> None:
    with database.write() as connection:
        assert insert_new(connection, notes, []) == 0


def test_insert_new_lets_the_database_number_the_rows(database: Database) -> None:
    with database.write() as connection:
        insert_new(connection, numbered, [{"name": name} for name in "abc"])
        assert list(connection.execute(select(numbered.c.id).order_by(numbered.c.id)).scalars()) == [1, 2, 3]


def test_insert_new_takes_more_rows_than_one_statement_holds(database: Database) -> None:
    rows = [{"name": f"{number:05}", "n": number, "at": None, "details": None} for number in range(601)]
    with database.write() as connection:
        assert insert_new(connection, notes, rows) == len(rows)
        assert insert_new(connection, notes, rows) == 0
    assert len(_names(database)) == len(rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 30), max_size=20), max_size=5))
def test_insert_new_counts_each_key_once_however_the_rows_are_cut(database: Database, batches: list[list[int]]) -> None:
    seen: set[int] = set()
    with database.write() as connection:
        connection.execute(delete(notes))
        for batch in batches:
            inserted = insert_new(connection, notes, [{"name": str(key), "n": key} for key in batch])
            assert inserted == len(set(batch) - seen)
            seen |= set(batch)
        assert set(connection.execute(select(notes.c.n)).scalars()) == seen


@given(values=st.lists(st.integers()), size=st.integers(1, 10))
def test_chunks_are_the_values_in_order_and_none_is_too_long(values: list[int], size: int) -> None:
    pieces = list(chunks(values, size))
    assert [value for piece in pieces for value in piece] == values
    assert all(1 <= len(piece) <= size for piece in pieces)


def test_a_chunk_fits_one_statement() -> None:
    assert [len(piece) for piece in chunks(range(CHUNK + 1))] == [CHUNK, 1]


# values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), id="in UTC"),
        pytest.param(datetime(2026, 11, 23, 1, 0, 0, 1, tzinfo=timezone(timedelta(hours=9))), id="of the day before"),
        pytest.param(datetime(1900, 1, 1, tzinfo=UTC), id="long ago"),
    ],
)
def test_a_moment_comes_back_as_the_same_instant_in_utc(database: Database, moment: datetime) -> None:
    with database.write() as connection:
        _note(connection, "a", at=moment)
        read = connection.execute(select(notes.c.at)).scalar_one()
    assert (read, read.utcoffset()) == (moment, timedelta(0))


def test_moments_of_all_zones_are_compared_as_instants(database: Database) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    tokyo = datetime(2026, 11, 23, 20, 59, tzinfo=timezone(timedelta(hours=9)))  # 11:59 UTC
    with database.write() as connection:
        _note(connection, "noon", at=noon)
        _note(connection, "tokyo", at=tokyo)
        assert list(connection.execute(select(notes.c.name).where(notes.c.at < noon)).scalars()) == ["tokyo"]


def test_a_naive_moment_is_refused(database: Database) -> None:
    with database.write() as connection, pytest.raises(StatementError, match="naive time"):
        _note(connection, "a", at=datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 -- that is the point


@pytest.mark.parametrize(
    "details",
    [
        pytest.param({"title": "Größe 大", "tags": ["a", "b"], "depth": {"n": 1.5}}, id="nested, in any script"),
        pytest.param([], id="an empty list"),
        pytest.param("text", id="a text"),
    ],
)
def test_lists_and_mappings_come_back_as_they_were(database: Database, details: Any) -> None:
    with database.write() as connection:
        _note(connection, "a", details=details)
        assert connection.execute(select(notes.c.details)).scalar_one() == details


def test_no_list_is_null_in_sql_too(database: Database) -> None:
    with database.write() as connection:
        _note(connection, "a", details=None)
        assert list(connection.execute(select(notes.c.name).where(notes.c.details.is_(None))).scalars()) == ["a"]


# which failures pass --------------------------------------------------------------------------------------------------


def _error_of(database: Database, statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as raised, database.write() as connection:
        connection.execute(text(statement))
    return raised.value


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT * FROM nowhere", id="a table that is not there"),
        pytest.param("SELECT nothing FROM notes", id="a column that is not there"),
        pytest.param("SELEC 1", id="no SQL"),
        pytest.param("INSERT INTO notes (name) VALUES ('a'), ('a')", id="a key twice"),
        pytest.param("INSERT INTO notes (name) VALUES (NULL), (NULL)", id="a value that must be there"),
    ],
)
def test_a_fault_of_the_statement_does_not_pass_by_itself(database: Database, statement: str) -> None:
    if "NULL" in statement and database.is_sqlite:
        statement = "INSERT INTO numbered (id) VALUES (1), (1)"  # SQLite takes NULL as a text key
    assert not is_connection_lost(_error_of(database, statement))


def test_a_key_too_long_for_an_index_is_the_fault_of_its_row(postgres_url: str) -> None:
    """PostgreSQL reports it as an "operational error", as it does a lost connection."""
    database = Database(postgres_url)
    notes.metadata.create_all(database.engine)
    long = "INSERT INTO notes (name) SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) AS n"
    assert not is_connection_lost(_error_of(database, long))
    database.dispose()


def test_a_lock_that_is_held_too_long_passes(sqlite_url: str) -> None:
    holder = Database(sqlite_url)
    hasty = sqlalchemy.create_engine(sqlite_url, connect_args={"timeout": 0, "isolation_level": None})
    with holder.write(), hasty.connect() as connection, pytest.raises(OperationalError) as raised:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    assert is_connection_lost(raised.value)
    hasty.dispose()
    holder.dispose()


def test_a_file_that_may_not_be_written_now_passes(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    assert is_connection_lost(_error_of(database, "CREATE TABLE t (n)"))
    database.dispose()


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("SELECT pg_terminate_backend(pg_backend_pid())", id="the server ends the connection"),
        pytest.param("SET LOCAL lock_timeout = 1; LOCK TABLE notes", id="a lock is held too long"),
    ],
)
def test_what_befalls_a_connection_passes(postgres_url: str, how: str) -> None:
    database = Database(postgres_url)
    notes.metadata.create_all(database.engine)
    with database.write() as holder:
        holder.execute(text("LOCK TABLE notes"))
        assert is_connection_lost(_error_of(database, how))
    database.dispose()


def test_a_server_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    with pytest.raises(OperationalError) as raised, database.read():
        pass
    assert is_connection_lost(raised.value)
    database.dispose()


def test_two_transactions_that_wait_for_each_other_are_told_to_repeat(postgres_url: str) -> None:
    database = Database(postgres_url)
    notes.metadata.create_all(database.engine)
    with database.write() as connection:
        insert_new(connection, notes, [{"name": "a"}, {"name": "b"}])
    both_hold_one = threading.Barrier(2)

    def take(first: str, second: str) -> bool:
        try:
            with database.write() as connection:
                connection.execute(notes.update().where(notes.c.name == first).values(n=1))
                both_hold_one.wait()
                connection.execute(notes.update().where(notes.c.name == second).values(n=1))
        except DBAPIError as error:
            return is_connection_lost(error)
        return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, "ab", "ba")) == [False, True]
    database.dispose()


def test_an_error_of_our_own_is_no_lost_connection() -> None:
    assert not is_connection_lost(ValueError("database is locked"))
