"""What runs once in the cluster: one holds the lock, another takes it when the holder is gone."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import QueuePool, text

from storage import holder
from storage.database import Database
from storage.holder import Holder, while_held
from tests.support.tree import ROOT


@pytest.fixture
def two(postgres_store_url: str) -> Iterator[tuple[Holder, Holder]]:
    """Two processes that want it."""
    databases = [Database(postgres_store_url) for _ in range(2)]
    first, second = (Holder(database) for database in databases)
    yield first, second
    for one, database in zip((first, second), databases, strict=True):
        one.release()
        database.dispose()


def test_one_holds_it_and_the_next_one_when_it_is_given_back(two: tuple[Holder, Holder]) -> None:
    first, second = two
    assert [first.holds(), second.holds(), first.holds()] == [True, False, True]
    assert (first.held, second.held) == (True, False)
    first.release()
    assert [second.holds(), first.holds()] == [True, False]


HOLDING = """
import sys
from storage.database import Database
from storage.holder import Holder
holder = Holder(Database(sys.argv[1]))
print(holder.holds(), flush=True)
sys.stdin.read()
"""


def test_another_takes_over_when_the_holder_is_killed(two: tuple[Holder, Holder], postgres_store_url: str) -> None:
    words = [sys.executable, "-c", HOLDING, postgres_store_url]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not two[0].holds()
        process.kill()
    while not two[0].holds():
        pass  # the server notices at once that the connection is gone
    assert not two[1].holds()


def test_who_loses_the_connection_holds_it_no_more_until_it_takes_it_again(
    two: tuple[Holder, Holder], postgres_store_url: str
) -> None:
    first, second = two
    assert first.holds()
    other = Database(postgres_store_url)
    with other.write() as connection:
        locks = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock"
        connection.execute(text(locks), {"lock": holder.CHORES_LOCK})
    other.dispose()
    assert not first.holds()
    assert not first.held
    assert second.holds()


def test_on_sqlite_where_one_machine_does_all_everybody_holds_it(sqlite_store_url: str) -> None:
    database = Database(sqlite_store_url)
    assert all(Holder(database).holds() and Holder(database).held for _ in range(2))
    database.dispose()


def test_who_gets_no_connection_of_the_pool_does_not_hold_it(two: tuple[Holder, Holder]) -> None:
    pool = two[0]._database.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout, pool._max_overflow = 0.05, 0
    taken = [two[0]._database.engine.connect() for _ in range(pool.size())]
    assert not two[0].holds()
    for connection in taken:
        connection.close()
    assert two[0].holds()


async def test_work_that_fails_is_told_at_the_next_look_and_leaves_the_lock_to_another(
    two: tuple[Holder, Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "LOOK_EVERY", 0.05)
    told: list[asyncio.Event] = []

    async def fail(ended: asyncio.Event) -> None:
        told.append(ended)
        raise RuntimeError("nobody has thought of this")

    with pytest.raises(RuntimeError, match="nobody has thought of this"):
        await asyncio.wait_for(while_held(two[0], fail, asyncio.Event()), 30)
    assert [ended.is_set() for ended in told] == [True], "what ran beside it ends, too"
    assert not two[0].held
    async with asyncio.timeout(30):
        while not two[1].holds():
            await asyncio.sleep(0.02)


async def test_work_is_done_while_it_is_held_and_by_the_other_one_afterwards(
    two: tuple[Holder, Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "LOOK_EVERY", 0.05)
    told: list[str] = []
    begun = {"first": asyncio.Event(), "second": asyncio.Event()}
    stops = {"first": asyncio.Event(), "second": asyncio.Event()}

    async def work(name: str, ended: asyncio.Event) -> None:
        told.append(f"{name} begins")
        begun[name].set()
        await ended.wait()
        told.append(f"{name} ends")

    def run(name: str, its: Holder) -> "asyncio.Future[None]":
        return asyncio.ensure_future(while_held(its, lambda ended: work(name, ended), stops[name]))

    first = run("first", two[0])
    await asyncio.wait_for(begun["first"].wait(), 30)
    second = run("second", two[1])
    await asyncio.sleep(0.3)
    assert told == ["first begins"]
    stops["first"].set()
    await asyncio.wait_for(first, 30)
    await asyncio.wait_for(begun["second"].wait(), 30)
    stops["second"].set()
    await asyncio.wait_for(second, 30)
    assert told == ["first begins", "first ends", "second begins", "second ends"]
