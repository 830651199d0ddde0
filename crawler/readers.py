"""Reader processes: untrusted bytes are parsed where a page that never ends can be killed.

    loop: await readers.read(read_page, page, ...) -> turn -> [pipe] -> reader: CPU limit, parse -> [pipe] -> Reading

One tag with 20,000 attributes can hold a parser for a minute. So each task gets a CPU limit of its own (RLIMIT_CPU: it
counts the task's own CPU, so an innocent one survives a loaded machine) and the process a limit of memory. Readers
are forked from a small server process that has the parsers loaded; they end by themselves when the main process dies.
"""

import asyncio
import logging
import multiprocessing
import os
import resource
import select
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as PoolTimeout
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.allocator import give_back_early, give_back_now
from crawler.clean import clean_text
from crawler.discover.errors import EndpointError
from crawler.errors import OverCpu, ReaderFailed
from crawler.reader_turns import HEAVY, ReaderTurns
from storage.records import Page

P = ParamSpec("P")
T = TypeVar("T")

#: seconds of wall clock after which a reader that uses no CPU is given up
BACKSTOP = 60.0
#: bytes that a reader may take beyond what it has when it starts: the largest articles seen (3 MB) take 70 MB
MEMORY_LIMIT = 80_000_000
#: seconds: the kernel counts whole ones, so that a page has up to one less than its limit; with less it might have none
LEAST_CPU = 2.0
#: bytes of a page behind which a reader gives its memory back: the allocator keeps it otherwise
TRIM_BEHIND = 500_000
#: pages that one reader reads before it is replaced (parsers leak a little)
PAGES_PER_READER = 2000
#: seconds that readers have to end by themselves
END_PATIENCE = 2.0
#: what a packed body begins with, and for how many bytes it counts
GZIP, PACKED_WEIGHT = b"\x1f\x8b", HEAVY + 1
#: letters of a recorded reason
LONGEST_REASON = 200
#: loaded once in the server process that readers are forked from: what each loads by itself each holds by itself
PRELOADED = [
    "crawler.readers",
    "crawler.reading",
    "crawler.extract.reader",
    "crawler.discover.answer",
    "crawler.render.shell",
    "crawler.render.state",
]

log = logging.getLogger(__name__)


class Readers:
    """A pool of reader processes, started at the first page. `close` ends them."""

    def __init__(self, count: int, cpu_seconds: float, memory: int = MEMORY_LIMIT, backstop: float = BACKSTOP) -> None:
        self._count = count
        self._cpu_seconds = cpu_seconds
        self._memory = memory
        self._backstop = backstop
        self._turns = ReaderTurns(count)
        self._pool: ProcessPool | None = None
        self._reading: set[Future[Any]] = set()

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of ours on untrusted bytes in a reader. Raises ReaderFailed, or its EndpointError.

        The page is the first argument; whose turn it is depends on its host and size.
        """
        page = next((each for each in args if isinstance(each, Page)), None)
        async with self._turns.turn(_host(page), weight_of(page)):
            return await self._read(function, args, kwargs)

    async def _read(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        pool = self._started()
        future = pool.schedule(_limited, args=(self._cpu_seconds, function, args, kwargs), timeout=self._backstop)
        self._reading.add(future)
        future.add_done_callback(self._reading.discard)
        outcomes: list[T | BaseException] = await asyncio.gather(asyncio.wrap_future(future), return_exceptions=True)
        outcome = outcomes[0]
        if not isinstance(outcome, BaseException):
            return outcome
        if isinstance(outcome, BrokenProcessPool) and self._pool is pool:
            self._pool = None  # whoever asks next gets another one
        raise self._told(outcome) from None

    def _told(self, error: BaseException) -> Exception:
        """What a reader that gave no result is told as. An answer that is no list stays what it is."""
        if isinstance(error, EndpointError):
            return error
        if (why := self._why_stopped(error)) is not None:
            kind = OverCpu if _is_over_cpu(error) else ReaderFailed
            return kind(f"reader stopped: {why}")
        # a fault of ours that a page brought out: it costs that page, and the log says where it is
        log.error("a page made its reader fail", exc_info=error)
        told = f"reader failed: {type(error).__name__}: {error}"
        return ReaderFailed(clean_text(told, LONGEST_REASON) or "reader failed")

    def _why_stopped(self, error: BaseException) -> str | None:
        if isinstance(error, ProcessExpired):
            return _why_ended(error, self._cpu_seconds)
        if isinstance(error, PoolTimeout):
            return f"no result within {self._backstop:.0f} s"
        if isinstance(error, MemoryError):
            return "it needed too much memory"
        return "with its pool" if isinstance(error, asyncio.CancelledError | BrokenProcessPool) else None

    def close(self) -> None:
        """Let the readers end; what one is still reading after a moment is dropped."""
        self._turns.end(ReaderFailed("reader stopped: with its pool"))
        if self._pool is None:
            return
        self._pool.close()
        try:
            self._pool.join(END_PATIENCE)
        except PoolTimeout:
            self._pool.stop()
            for future in list(self._reading):
                future.cancel()  # the pool may leave it without an answer, for good
            self._pool.join()
        self._pool = None

    def _started(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:  # a pool that broke is replaced
            self._pool = ProcessPool(
                max_workers=self._count,
                max_tasks=PAGES_PER_READER,
                initializer=_begin_reader,
                initargs=(os.getpid(), self._memory),
                context=_context(),
            )
        return self._pool


def _context() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _begin_reader(main_process: int, memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides; a terminal sends ^C to all
    give_back_early()
    limit = _private_bytes() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    threading.Thread(target=_end_with, args=(main_process,), daemon=True).start()


def _end_with(main_process: int) -> None:
    """A busy reader survives the SIGKILL of its parent otherwise."""
    try:
        watched = os.pidfd_open(main_process)
    except ProcessLookupError:
        os._exit(1)
    select.select([watched], [], [])
    os._exit(1)


def _private_bytes() -> int:
    """Private writable memory of this process: what RLIMIT_DATA counts."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmData:"))


def weight_of(page: Page | None) -> int:
    """Bytes of a page, as far as they can be seen: 60 KB of gzip may be a sitemap of 50 MB, and count as heavy."""
    body = page.body if page else b""
    return max(len(body), PACKED_WEIGHT if body.startswith(GZIP) else 0)


def _host(page: Page | None) -> str:
    return page.url.split("/", 3)[2] if page and page.url.count("/") > 2 else ""


def _limited(cpu_seconds: float, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + max(cpu_seconds, LEAST_CPU))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))  # the default of SIGXCPU kills a regex stuck in C, too
    try:
        return function(*args, **kwargs)
    finally:
        if any(isinstance(each, Page) and len(each.body) > TRIM_BEHIND for each in args):
            give_back_now()


def _is_over_cpu(error: BaseException) -> bool:
    return isinstance(error, ProcessExpired) and error.exitcode in (-signal.SIGXCPU, -signal.SIGKILL)


def _why_ended(error: ProcessExpired, cpu_seconds: float) -> str:
    if _is_over_cpu(error):
        return f"over {cpu_seconds:.0f} s of CPU"
    return f"it ended with code {error.exitcode}"
