"""Waiting for changes: however many clients wait, one thread looks.

    client ─> Bell.first ─> look: something? answer : wait for the ring, at most `wait` seconds ─> look again
    thread ─> storage.wakeups ─> a change was committed ─> ring

A client that waits costs a future, no thread and no connection of the database.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from delivery.changes import position
from storage.database import Database
from storage.errors import StorageError
from storage.wakeups import Wait, waiting

T = TypeVar("T")

#: seconds until the database is looked at again after it could not be reached
RETRY = 5.0

log = logging.getLogger(__name__)


class Bell:
    """Rings when changes were committed. `close` ends the thread and lets everybody who waits go."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._ring = asyncio.Event()

    async def first(self, look: Callable[[], Awaitable[list[T]]], longest: float) -> list[T]:
        """What a look finds; when that is nothing, what is found within so many seconds."""
        deadline = time.monotonic() + longest
        while True:
            ring = self._ring  # taken before the look: what is committed in between rings this one
            found = await look()
            left = deadline - time.monotonic()
            if found or left <= 0 or self._closed.is_set():
                return found
            self._listen()
            with suppress(TimeoutError):
                await asyncio.wait_for(ring.wait(), left)

    def close(self) -> None:
        """Let all who wait go, and end the thread when it wakes next."""
        self._closed.set()
        self._ring.set()

    def _listen(self) -> None:
        """Start the thread when the first one waits."""
        if self._thread is None:
            arguments = (asyncio.get_running_loop(),)
            self._thread = threading.Thread(target=self._watch, args=arguments, name="newswatch-bell", daemon=True)
            self._thread.start()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._closed.is_set():
            try:
                with waiting(self._database) as wait:
                    self._tell(loop, wait)
            except (DBAPIError, StorageError) as error:
                log.warning("who waits for changes waits longer: %s", str(error).strip().partition("\n")[0])
                self._closed.wait(RETRY)

    def _tell(self, loop: asyncio.AbstractEventLoop, wait: Wait) -> None:
        seen = position(self._database)
        while not self._closed.is_set():
            loop.call_soon_threadsafe(self._strike)  # also at first: a change may have come before we listened
            while (now := position(self._database)) == seen and not self._closed.is_set():
                wait()
            seen = now

    def _strike(self) -> None:
        self._ring.set()
        self._ring = asyncio.Event()
