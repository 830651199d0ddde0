"""The bell: who waits is woken by a commit, and one thread looks for all."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator

import pytest

from delivery.api.bell import Bell
from delivery.changes import after
from storage.database import Database
from tests.delivery.conftest import Desk


@pytest.fixture
def bell(database: Database) -> Iterator[Bell]:
    found = Bell(database)
    yield found
    found.close()
    if found._thread is not None:
        found._thread.join(30)


def looking(database: Database, looks: list[int], cursor: int = 0) -> Callable[[], Awaitable[list[int]]]:
    async def look() -> list[int]:
        """The numbers of the changes after a cursor."""
        looks.append(1)
        return [row["change_seq"] for row in await asyncio.to_thread(after, database, cursor)]

    return look


def watchers() -> int:
    return sum(thread.name == "newswatch-bell" for thread in threading.enumerate())


async def test_what_is_there_is_answered_at_once_and_nobody_watches(bell: Bell, database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    looks: list[int] = []
    assert await bell.first(looking(database, looks), 50) == [1]
    assert (len(looks), watchers()) == (1, 0)


async def test_who_does_not_want_to_wait_looks_once(bell: Bell, database: Database) -> None:
    looks: list[int] = []
    assert await bell.first(looking(database, looks), 0) == []
    assert (len(looks), watchers()) == (1, 0)


async def test_all_who_wait_are_woken_by_one_commit_and_one_thread(bell: Bell, database: Database, desk: Desk) -> None:
    waiting = [asyncio.ensure_future(bell.first(looking(database, []), 50)) for _ in range(5)]
    await asyncio.sleep(0.2)
    assert watchers() == 1
    await asyncio.to_thread(desk.keep, "https://daily.example/a")
    assert await asyncio.gather(*waiting) == [[1]] * 5


async def test_who_has_seen_what_is_there_waits_for_what_comes(bell: Bell, database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    looks: list[int] = []
    waiting = asyncio.ensure_future(bell.first(looking(database, looks, 1), 50))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(desk.keep, "https://daily.example/b")
    assert await waiting == [2]
    assert len(looks) >= 2


async def test_who_waits_when_it_closes_is_let_go(bell: Bell, database: Database) -> None:
    waiting = asyncio.ensure_future(bell.first(looking(database, []), 50))
    await asyncio.sleep(0.1)
    bell.close()
    assert await waiting == []
    assert await bell.first(looking(database, []), 50) == []
