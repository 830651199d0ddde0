"""Reader processes: what hangs, burns or crashes costs one page, and the next one is read by a fresh reader."""

import asyncio
import gzip
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from crawler import readers as of_readers
from crawler.discover.errors import WrongAnswer
from crawler.errors import ReaderFailed
from crawler.reader_turns import HEAVY
from crawler.readers import Readers, weight_of
from storage.records import Page
from tests.support import readers as work
from tests.support.tree import ROOT


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    opened = Readers(1, cpu_seconds=1.0)
    yield opened
    opened.close()


async def test_a_page_is_read_elsewhere_and_readers_are_used_again(readers: Readers) -> None:
    assert await asyncio.gather(*(readers.read(work.double, number) for number in range(50))) == list(range(0, 100, 2))
    first = await readers.read(work.process)
    assert first != os.getpid()
    assert await readers.read(work.process) == first


async def test_an_answer_that_is_no_list_comes_back_as_such_and_costs_no_reader(readers: Readers) -> None:
    before = await readers.read(work.process)
    with pytest.raises(WrongAnswer, match="a web page"):
        await readers.read(work.refuse, "a web page")
    assert await readers.read(work.process) == before


async def test_a_fault_of_ours_costs_its_page_only_and_stands_in_the_log(
    readers: Readers, caplog: pytest.LogCaptureFixture
) -> None:
    before = await readers.read(work.process)
    with pytest.raises(ReaderFailed) as failed:
        await readers.read(work.stumble)
    assert str(failed.value) == "reader failed: IndexError: list index out of range"
    assert await readers.read(work.process) == before
    (told,) = [record for record in caplog.records if record.name == "crawler.readers"]
    assert isinstance(told.exc_info, tuple)
    assert isinstance(told.exc_info[1], IndexError)


@pytest.mark.parametrize(
    ("body", "weight"),
    [
        pytest.param(b"<p>news</p>", 11, id="a page"),
        pytest.param(gzip.compress(bytes(50_000_000)), HEAVY + 1, id="a packed one counts as heavy, whatever is in it"),
        pytest.param(b"\x1f\x8b" + bytes(3 * HEAVY), 3 * HEAVY + 2, id="a large packed one by its size"),
    ],
)
def test_what_a_page_may_cost_is_seen_by_its_bytes(body: bytes, weight: int) -> None:
    assert weight_of(Page("https://daily.example/a", body)) == weight


@pytest.mark.parametrize("task", [work.grow_in_c, work.list_much])
async def test_a_parser_that_runs_out_of_memory_says_so(task: Callable[[int], int]) -> None:
    readers = Readers(1, cpu_seconds=5.0, memory=20_000_000)
    try:
        assert await readers.read(task, 10) >= 1
        with pytest.raises(ReaderFailed, match="reader stopped: it needed too much memory"):
            await readers.read(task, 300_000)
        assert await readers.read(task, 10) >= 1
    finally:
        readers.close()


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        pytest.param(work.burn, "reader stopped: over 1 s of CPU", id="CPU without end"),
        pytest.param(work.burn_in_c, "reader stopped: over 1 s of CPU", id="CPU without end inside one call of C"),
        pytest.param(work.die, "reader stopped: over 1 s of CPU", id="killed by the system"),
        pytest.param(work.leave, "reader stopped: it ended with code 7", id="a crash"),
        pytest.param(work.swell, "reader stopped: it needed too much memory", id="too much memory"),
    ],
)
async def test_a_reader_that_fails_costs_one_page(readers: Readers, task: Callable[[], object], reason: str) -> None:
    await readers.read(work.double, 1)
    with pytest.raises(ReaderFailed) as failed:
        await readers.read(task)
    assert str(failed.value) == reason
    assert await readers.read(work.double, 21) == 42


async def test_each_page_has_a_limit_of_its_own() -> None:
    readers = Readers(1, cpu_seconds=1.0)
    try:
        busy = "sum(i for i in range(2_000_000))"
        pids = {await readers.read(_calculate, busy) for _ in range(12)}
    finally:
        readers.close()
    assert len(pids) == 1


async def test_no_page_has_more_cpu_than_the_limit(tmp_path: Path) -> None:
    readers = Readers(1, cpu_seconds=3.0)
    try:
        note = tmp_path / "used"
        with pytest.raises(ReaderFailed, match="over 3 s of CPU"):
            await readers.read(work.burn_and_note, str(note))
    finally:
        readers.close()
    used = [float(line) for line in note.read_text(encoding="ascii").split()]
    assert 1.5 < used[-1] - used[0] <= 3.0


def _calculate(expression: str) -> int:
    """Some CPU, in all more than one page may use."""
    eval(expression)  # noqa: S307 - our own words
    return os.getpid()


async def test_a_reader_that_sleeps_is_given_up_in_the_end(tmp_path: Path) -> None:
    assert of_readers.BACKSTOP <= 60
    readers = Readers(1, cpu_seconds=1.0)
    waiting = asyncio.ensure_future(readers.read(work.sleep, str(tmp_path / "pid")))
    pid = await _written(tmp_path / "pid")
    readers.close()  # a stop does not wait for it
    with pytest.raises(ReaderFailed, match="with its pool"):
        await waiting
    assert _is_gone(pid)


async def test_a_reader_that_is_stopped_dead_is_killed_and_replaced(tmp_path: Path) -> None:
    readers = Readers(1, cpu_seconds=1.0, backstop=3.0)
    try:
        waiting = asyncio.ensure_future(readers.read(work.sleep, str(tmp_path / "pid")))
        pid = await _written(tmp_path / "pid")
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(ReaderFailed, match="reader stopped: no result within 3 s"):
            await waiting
        assert await readers.read(work.process) != pid
        assert _is_gone(pid)
    finally:
        readers.close()


async def test_who_stops_waiting_frees_the_reader(readers: Readers, tmp_path: Path) -> None:
    waiting = asyncio.ensure_future(readers.read(work.sleep, str(tmp_path / "pid")))
    await _written(tmp_path / "pid")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await readers.read(work.double, 21) == 42


async def test_closing_twice_or_unused_is_no_error() -> None:
    readers = Readers(1, cpu_seconds=1.0)
    readers.close()
    await readers.read(work.double, 1)
    readers.close()
    readers.close()


async def test_a_reader_starts_from_a_server_and_not_from_this_process() -> None:
    assert of_readers._context().get_start_method() == "forkserver"
    assert isinstance(of_readers._context(), multiprocessing.context.ForkServerContext)


MAIN = """
import asyncio, sys
from crawler.reader_turns import HEAVY
from crawler.readers import Readers, weight_of
from storage.records import Page
from tests.support.readers import sleep

async def main():
    await Readers(1, 5.0).read(sleep, sys.argv[1])

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_reader_ends_when_its_main_process_is_killed(tmp_path: Path) -> None:
    program, note = tmp_path / "main.py", tmp_path / "pid"
    program.write_text(MAIN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    main = subprocess.Popen([sys.executable, program, note], env=environment, cwd=ROOT)
    try:
        reader = await _written(note)
    finally:
        main.send_signal(signal.SIGKILL)
        main.wait()
    deadline = time.monotonic() + 60
    while not _is_gone(reader):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _written(path: Path) -> int:
    while not (path.exists() and path.read_text(encoding="ascii")):
        await asyncio.sleep(0.02)
    return int(path.read_text(encoding="ascii"))


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
