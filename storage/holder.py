"""One process at a time: what runs once in the cluster is done by whoever holds an advisory lock of PostgreSQL.

The lock belongs to a connection, so it is free again as soon as the process, or its way to the database, is gone; then
another process takes it. On SQLite, where one machine does all, everybody holds it: what is guarded by it must bear two
at once, as it must in the moment when a holder has lost its connection and does not know it yet.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database

#: the lock of housekeeping and followers (any number, the same in all versions)
CHORES_LOCK = 7_240_002
#: seconds between two looks whether the lock is still ours, or free by now
LOOK_EVERY = 2.0


class Holder:
    """The hold of one process on one lock. Not for several threads at once."""

    def __init__(self, database: Database, lock: int = CHORES_LOCK) -> None:
        self._database = database
        self._lock = lock
        self._connection: Connection | None = None

    @property
    def held(self) -> bool:
        """Whether the lock was ours at the last look."""
        return self._database.is_sqlite or self._connection is not None

    def holds(self) -> bool:
        """Whether the lock is ours now; takes it when it is free. False as well while the database is away."""
        if self._database.is_sqlite:
            return True
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))  # it is ours for as long as this connection lives
                return True
            return self._take()
        except SQLAlchemyError:  # also a pool that has no connection left
            self.release()
            return False

    def release(self) -> None:
        """Give the lock back, if it was ours."""
        if self._connection is not None:
            self._connection.invalidate()  # nobody else may get the lock out of the pool
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = self._connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": self._lock}).scalar_one()
        if not taken:
            self._connection.close()
            self._connection = None
        return bool(taken)


async def while_held(holder: Holder, work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    """Until `stop` is set: have `work` done while the lock is ours; its event is set when it must end.

    Work that fails is noticed at the next look: what it failed with is raised, and the lock is free for another.
    """
    ended: asyncio.Event | None = None
    working: asyncio.Future[None] | None = None
    try:
        while not stop.is_set():
            if not await asyncio.to_thread(holder.holds) or (working is not None and working.done()):
                await _end(working, ended)
                working = ended = None
            elif working is None:
                ended = asyncio.Event()
                working = asyncio.ensure_future(work(ended))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        await _end(working, ended)
    finally:
        await asyncio.to_thread(holder.release)


async def _end(working: "asyncio.Future[None] | None", ended: asyncio.Event | None) -> None:
    if working is not None and ended is not None:
        ended.set()
        await working
