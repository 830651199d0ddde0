"""A connection that is lost costs no write: the group is repeated, against a real server that goes and comes back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest
import sqlalchemy
from sqlalchemy import Connection, insert, select, text

from storage.database import Database
from storage.errors import DatabaseGone
from storage.schema import meta
from storage.store import open_database
from storage.writer import Writer
from tests.support.postgres import PostgresServer, running_postgres


@pytest.fixture
def writer(postgres_store_url: str) -> Iterator[Writer]:
    database = Database(postgres_store_url)
    with database.write() as connection:
        connection.execute(meta.delete().where(meta.c.name != "epoch"))
    opened = Writer(database, patience=60)
    yield opened
    opened.close()
    database.dispose()


def _add(connection: Connection, name: str) -> None:
    connection.execute(insert(meta).values(name=name, value=""))


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(
            connection.execute(select(meta.c.name).where(meta.c.name != "epoch").order_by(meta.c.name)).scalars()
        )


class Cut:
    """A job that writes, and whose connection is cut when it runs for the first time."""

    def __init__(self, statement: str = "SELECT pg_terminate_backend(pg_backend_pid())") -> None:
        self.runs = 0
        self._statement = statement

    def __call__(self, connection: Connection) -> int:
        self.runs += 1
        _add(connection, "cut")
        if self.runs == 1:
            connection.execute(text(self._statement))
        return self.runs


def test_a_job_whose_connection_is_cut_runs_again(writer: Writer) -> None:
    assert writer.do(Cut()) == 2
    assert _names(writer.database) == ["cut"]


def test_a_group_is_repeated_as_a_whole_and_each_job_is_kept_once(writer: Writer) -> None:
    gathered, cut = threading.Event(), Cut()
    first = writer._submit(lambda _: gathered.wait())
    names = [f"{number:02}" for number in range(40)]
    before = [writer._submit(partial(_add, name=name)) for name in names[:20]]
    middle = writer._submit(cut)
    after = [writer._submit(partial(_add, name=name)) for name in names[20:]]
    gathered.set()
    assert first.result()
    assert (middle.result(), [future.result() for future in [*before, *after]]) == (2, [None] * 40)
    assert (cut.runs, _names(writer.database)) == (2, [*names, "cut"])


def test_a_transaction_that_stands_still_is_ended_by_the_server_and_repeated(writer: Writer) -> None:
    """What happens to a process that is frozen inside a commit, with a shorter time than in earnest."""
    frozen = Cut("SET idle_in_transaction_session_timeout = '50ms'")
    stood_still = threading.Event()

    def job(connection: Connection) -> int:
        runs = frozen(connection)
        if runs == 1:
            # no answer of the server is awaited meanwhile: it is the server that gives up
            _until_gone(connection)
            stood_still.set()
        connection.execute(text("SELECT 1"))
        return runs

    assert writer.do(job) == 2
    assert stood_still.is_set()
    assert _names(writer.database) == ["cut"]


def _until_gone(connection: Connection) -> None:
    """Wait until the server has ended the connection."""
    driver = connection.connection.driver_connection
    assert driver is not None
    pid = driver.info.backend_pid
    watcher = sqlalchemy.create_engine(connection.engine.url)
    with watcher.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while watching.execute(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}).scalar():
            watching.execute(text("SELECT pg_sleep(0.02)"))
    watcher.dispose()


def test_a_deadlock_with_another_process_is_repeated(writer: Writer) -> None:
    rival = Database(writer.database.url.render_as_string(hide_password=False))
    with rival.write() as connection:
        for name in ("left", "right"):
            _add(connection, name)
    both_hold_one = threading.Barrier(2)
    runs: list[str] = []

    def crosswise(connection: Connection) -> None:
        runs.append("writer")
        connection.execute(meta.update().where(meta.c.name == "left").values(value="writer"))
        if len(runs) == 1:
            both_hold_one.wait()
        connection.execute(meta.update().where(meta.c.name == "right").values(value="writer"))

    future = writer._submit(crosswise)
    with rival.write() as connection:
        # patient, so that it is the writer who is told to give way
        connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        connection.execute(meta.update().where(meta.c.name == "right").values(value="rival"))
        both_hold_one.wait()
        connection.execute(meta.update().where(meta.c.name == "left").values(value="rival"))
    future.result()
    assert runs == ["writer", "writer"]
    rival.dispose()


# a server that goes and comes back ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outage:
    """A server of one test's own that can be stopped, and an opened store on it."""

    server: PostgresServer
    database: Database

    def control(self, *words: str) -> None:
        """Run pg_ctl."""
        self.server.control(*words)

    def stop(self) -> None:
        self.control("stop", "-m", "fast")

    def start(self) -> None:
        self.control("start")


@pytest.fixture
def outage(postgres_server: PostgresServer) -> Iterator[Outage]:
    """A server that keeps what it has promised (that of the other tests is careless); skipped where there is none."""
    with running_postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as server:
        database = open_database(server.url("postgres"))
        yield Outage(server, database)
        database.dispose()


def _add_once(connection: Connection, name: str) -> str:
    """A job that may run twice: whether a commit was done is not known when its answer was lost."""
    if not connection.execute(select(meta.c.name).where(meta.c.name == name)).first():
        _add(connection, name)
    return name


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param("fast", id="an orderly restart"),
        pytest.param("immediate", id="a crash"),
    ],
)
def test_a_restart_under_load_loses_nothing_and_doubles_nothing(outage: Outage, mode: str) -> None:
    writer = Writer(outage.database, patience=60)
    names, half_way = [f"{number:03}" for number in range(300)], threading.Event()

    def add(name: str) -> str:
        if name == "150":
            half_way.set()
        return writer.do(lambda c: _add_once(c, name))

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(add, names)
        half_way.wait()
        outage.control("restart", "-m", mode)
        assert list(answers) == names
    assert _names(outage.database) == names
    writer.close()


def test_who_waits_too_long_is_told_that_the_database_is_gone(outage: Outage) -> None:
    writer = Writer(outage.database, patience=0.5)
    outage.stop()
    with pytest.raises(DatabaseGone):
        writer.do(lambda c: _add(c, "lost"))
    outage.start()
    writer.do(lambda c: _add(c, "kept"))
    assert _names(outage.database) == ["kept"]
    writer.close()


def test_closing_does_not_wait_for_a_server_that_is_not_there(outage: Outage) -> None:
    writer = Writer(outage.database)
    outage.stop()
    future = writer._submit(lambda c: _add(c, "lost"))
    writer.close()
    assert isinstance(future.exception(), DatabaseGone)
