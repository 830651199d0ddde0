"""Whose page is read next: nobody's heavy pages stand before everybody's light ones."""

import asyncio
from collections.abc import Sequence

import pytest

from crawler import reader_turns
from crawler.reader_turns import HEAVY, ReaderTurns

LIGHT = 100


class Desk:
    """Pages that are read until they are let go, in the order in which they came to be read."""

    def __init__(self, readers: int) -> None:
        self.turns = ReaderTurns(readers)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def bring(self, name: str, weight: int = LIGHT, asker: str | None = None) -> None:
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.ensure_future(self._read(name, weight, asker or name))
        await asyncio.sleep(0)

    async def end(self, names: Sequence[str]) -> None:
        for name in names:
            self._ends[name].set()
            await self._tasks[name]
            await asyncio.sleep(0)

    async def drop(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)

    async def _read(self, name: str, weight: int, asker: str) -> None:
        async with self.turns.turn(asker, weight):
            self.begun.append(name)
            await self._ends[name].wait()


async def test_as_many_pages_are_read_at_once_as_there_are_readers() -> None:
    desk = Desk(2)
    for name in "abc":
        await desk.bring(name)
    assert desk.begun == ["a", "b"]
    await desk.end("a")
    assert desk.begun == ["a", "b", "c"]
    await desk.end("bc")


async def test_a_heavy_page_leaves_a_reader_to_the_light_ones() -> None:
    desk = Desk(2)
    await desk.bring("heavy", HEAVY + 1)
    await desk.bring("heavier", HEAVY + 2)
    await desk.bring("light")
    assert desk.begun == ["heavy", "light"]
    await desk.end(["light"])
    assert desk.begun == ["heavy", "light"]
    await desk.end(["heavy"])
    assert desk.begun[-1] == "heavier"
    await desk.end(["heavier"])


async def test_the_only_reader_reads_heavy_pages_too() -> None:
    desk = Desk(1)
    await desk.bring("heavy", HEAVY + 1)
    await desk.bring("light")
    assert desk.begun == ["heavy"]
    await desk.end(["heavy", "light"])
    assert desk.begun == ["heavy", "light"]


async def test_who_has_cost_least_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 1))
    monkeypatch.setattr(reader_turns, "monotonic", lambda: float(next(clock)))
    desk = Desk(1)
    await desk.bring("first of greedy", asker="greedy")
    await desk.bring("second of greedy", asker="greedy")
    await desk.bring("modest")
    await desk.end(["first of greedy"])
    assert desk.begun == ["first of greedy", "modest"]
    await desk.end(["modest", "second of greedy"])


async def test_a_small_page_comes_before_the_large_ones_of_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(n / 10 for n in range(1000))
    monkeypatch.setattr(reader_turns, "monotonic", lambda: next(clock))
    desk = Desk(1)
    await desk.bring("first of modest", asker="modest")
    for number in range(3):
        await desk.bring(f"stranger {number}", HEAVY)
    await desk.bring("second of modest", asker="modest")
    await desk.end(["first of modest"])
    assert desk.begun == ["first of modest", "second of modest"]
    await desk.end(["second of modest", "stranger 0", "stranger 1", "stranger 2"])


async def test_an_asker_that_burns_readers_counts_as_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(reader_turns, "monotonic", lambda: float(next(clock)))
    desk = Desk(2)
    for number in range(4):
        await desk.bring(f"burning {number}", asker="burning")
    await desk.end(["burning 0"])  # ten seconds by this clock
    await desk.bring("light")
    assert desk.begun == ["burning 0", "burning 1", "light"]
    await desk.end(["light", "burning 1", "burning 2", "burning 3"])


async def test_who_does_not_wait_any_more_is_left_out() -> None:
    desk = Desk(1)
    for name in "abc":
        await desk.bring(name)
    await desk.drop("b")
    await desk.end("a")
    assert desk.begun == ["a", "c"]
    await desk.end("c")


async def test_a_reading_that_is_cancelled_gives_its_turn_back() -> None:
    desk = Desk(1)
    await desk.bring("a")
    await desk.bring("b")
    await desk.drop("a")
    await asyncio.sleep(0)
    assert desk.begun == ["a", "b"]
    await desk.end("b")


async def test_at_the_end_all_that_wait_are_answered() -> None:
    desk = Desk(1)
    await desk.bring("a")
    waiting = asyncio.ensure_future(desk.turns.turn("b", LIGHT).__aenter__())
    await asyncio.sleep(0)
    desk.turns.end(RuntimeError("closed"))
    with pytest.raises(RuntimeError, match="closed"):
        await waiting
    await desk.end("a")
