"""Group commit: many jobs, one transaction; each gets its own answer, whatever befalls the others or the connection."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import DatabaseGone
from storage.put_off import put_off
from storage.schema import meta
from storage.writer import GROUP_LIMIT, Job, Writer


class Refused(Exception):
    """What a job raises that does not want to be kept."""


def adding(name: str) -> Job[str]:
    """A job that adds a row and returns its name."""

    def job(connection: Connection) -> str:
        connection.execute(insert(meta).values(name=name, value=""))
        return name

    return job


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(
            connection.execute(select(meta.c.name).where(meta.c.name != "epoch").order_by(meta.c.name)).scalars()
        )


@pytest.fixture(autouse=True)
def _only_the_epoch(database: Database) -> None:
    with database.write() as connection:
        connection.execute(meta.delete().where(meta.c.name != "epoch"))


class Held:
    """A job that holds up the writer until it is let go, so that what comes after it gathers in one group."""

    def __init__(self, writer: Writer) -> None:
        self._let_go, begun = threading.Event(), threading.Event()

        def wait(_: Connection) -> None:
            begun.set()
            self._let_go.wait()

        self._done = writer._submit(wait)
        begun.wait()

    def let_go(self) -> None:
        self._let_go.set()
        self._done.result()


def group_number(connection: Connection) -> str:
    """What tells one transaction from another."""
    if connection.dialect.name == "sqlite":
        return str(id(connection.get_transaction()))
    return str(connection.execute(text("SELECT pg_current_xact_id()")).scalar_one())


def test_a_job_is_committed_when_it_answers(writer: Writer, database: Database) -> None:
    assert writer.do(adding("a")) == "a"
    assert names(database) == ["a"]


async def test_a_job_is_awaited(writer: Writer, database: Database) -> None:
    assert await asyncio.gather(*(writer.run(adding(name)) for name in "abc")) == ["a", "b", "c"]
    assert names(database) == ["a", "b", "c"]


def test_what_was_queued_meanwhile_is_one_transaction(writer: Writer) -> None:
    held = Held(writer)
    waiting = [writer._submit(group_number) for _ in range(GROUP_LIMIT)]
    held.let_go()
    assert len({future.result() for future in waiting}) == 1


def test_a_group_is_no_longer_than_its_limit(writer: Writer) -> None:
    held = Held(writer)
    transactions: list[object] = []
    waiting = [writer._submit(lambda c: transactions.append(c.get_transaction())) for _ in range(GROUP_LIMIT + 1)]
    held.let_go()
    for future in waiting:
        future.result()
    assert [transactions.count(one) for one in dict.fromkeys(transactions)] == [GROUP_LIMIT, 1]


def test_the_jobs_of_one_caller_are_done_in_order(writer: Writer) -> None:
    done: list[int] = []
    waiting = [writer._submit(partial(_tell, done, number)) for number in range(500)]
    for future in waiting:
        future.result()
    assert done == list(range(500))


def _tell(done: list[int], number: int, _: Connection) -> None:
    done.append(number)


def _twice(connection: Connection) -> None:
    adding("twice")(connection)
    adding("twice")(connection)


def _refused(connection: Connection) -> None:
    adding("refused")(connection)
    raise Refused


@pytest.mark.parametrize(
    ("job", "error"),
    [
        pytest.param(_refused, Refused, id="a job that changes its mind"),
        pytest.param(_twice, IntegrityError, id="a job that the database refuses"),
    ],
)
def test_a_job_that_fails_loses_what_it_wrote_and_nothing_else(
    writer: Writer, database: Database, job: Job[None], error: type[Exception]
) -> None:
    held = Held(writer)
    before, failing, after = writer._submit(adding("before")), writer._submit(job), writer._submit(adding("later"))
    held.let_go()
    assert (before.result(), after.result()) == ("before", "later")
    assert isinstance(failing.exception(), error)
    assert names(database) == ["before", "later"]


def test_savepoints_are_made_only_where_a_job_of_the_group_failed(writer: Writer, database: Database) -> None:
    made: list[str] = []
    event.listen(database.engine, "savepoint", lambda _connection, name: made.append(name))
    held = Held(writer)
    waiting = [writer._submit(adding(name)) for name in "abc"]
    held.let_go()
    assert [future.result() for future in waiting] == ["a", "b", "c"]
    assert made == []
    held = Held(writer)
    good, bad = writer._submit(adding("d")), writer._submit(_refused)
    held.let_go()
    assert isinstance(bad.exception(), Refused)
    assert good.result() == "d"
    assert len(made) >= 2
    assert names(database) == ["a", "b", "c", "d"]


def _putting_off(name: str) -> Job[None]:
    return lambda connection: put_off(connection, _add_all, name)


def _add_all(connection: Connection, names: Sequence[str]) -> None:
    if "bad" in names:
        raise Refused
    connection.execute(insert(meta).values(name="+".join(names), value=""))


def test_what_the_jobs_of_a_group_put_off_is_done_once_for_all_of_them(writer: Writer, database: Database) -> None:
    held = Held(writer)
    waiting = [writer._submit(_putting_off(name)) for name in "abc"]
    held.let_go()
    assert [future.result() for future in waiting] == [None] * 3
    assert names(database) == ["a+b+c"]


def test_when_what_was_put_off_fails_only_the_job_fails_that_it_belongs_to(writer: Writer, database: Database) -> None:
    held = Held(writer)
    waiting = [writer._submit(_putting_off(name)) for name in ("a", "bad", "c")]
    held.let_go()
    assert [type(future.exception()) for future in waiting] == [type(None), Refused, type(None)]
    assert names(database) == ["a", "c"]


async def test_nobody_waits_for_a_job_that_was_cancelled_and_the_thread_goes_on(
    writer: Writer, database: Database
) -> None:
    held = await asyncio.to_thread(Held, writer)
    given_up = asyncio.ensure_future(writer.run(adding("given up")))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    await asyncio.to_thread(held.let_go)
    assert await writer.run(adding("next")) == "next"
    # the end of a visit that is broken off gives its lease back though nobody waits for it any more
    assert names(database) == ["given up", "next"]


def test_jobs_that_are_cancelled_at_any_moment_do_not_end_the_thread(writer: Writer) -> None:
    for _ in range(300):
        future = writer._submit(lambda _: None)
        future.cancel()
    assert writer.do(lambda _: "alive") == "alive"


# the end --------------------------------------------------------------------------------------------------------------


def test_close_writes_what_is_queued(database: Database) -> None:
    writer = Writer(database)
    held = Held(writer)
    waiting = [writer._submit(adding(f"{number:03}")) for number in range(GROUP_LIMIT + 50)]
    closing = threading.Thread(target=writer.close)
    closing.start()
    held.let_go()
    closing.join()
    assert all(future.done() for future in waiting)
    assert len(names(database)) == GROUP_LIMIT + 50


async def test_after_the_end_a_job_is_told_so(database: Database) -> None:
    writer = Writer(database)
    writer.close()
    with pytest.raises(DatabaseGone, match="closed"):
        await writer.run(adding("late"))
    with pytest.raises(DatabaseGone, match="closed"):
        writer.do(adding("late"))
    assert names(database) == []


def test_close_may_be_called_twice(database: Database) -> None:
    writer = Writer(database)
    writer.close()
    writer.close()
    assert not writer._thread.is_alive()


def test_each_job_gets_an_answer_though_the_writer_closes_meanwhile(database: Database) -> None:
    writer, started = Writer(database), threading.Barrier(5)

    def submit() -> int:
        started.wait()
        written = 0
        for _ in range(200):
            try:
                writer.do(lambda _: None)
            except DatabaseGone:
                break
            written += 1
        return written

    with ThreadPoolExecutor(4) as pool:
        callers = [pool.submit(submit) for _ in range(4)]
        started.wait()
        writer.close()
        assert all(caller.result() <= 200 for caller in callers)
