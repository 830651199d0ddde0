"""Group commit: one thread writes what all visits of this process have queued, as one transaction.

    job, job, job -> [BEGIN; job; job; ...; what they put off; COMMIT] -> futures
    and when one of them fails: [BEGIN; SAVEPOINT job RELEASE; SAVEPOINT job RELEASE; ...; COMMIT]

A job that fails loses only its own savepoint; its error goes to whoever asked. Hardly any fails, and savepoints took a
tenth of a group's time, so a group is first tried without. A failure and a lost connection repeat the whole group: a
job must be able to run twice (each reads what it needs inside the transaction). While one group commits the next one
gathers: under load groups grow by themselves, without load nobody waits.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.database import Database, is_connection_lost
from storage.errors import DatabaseGone
from storage.put_off import gathering, perform

T = TypeVar("T")
Job = Callable[[Connection], T]

#: jobs in one transaction: 20 to 200 cost the same for each, more only hold the lock for longer (measured)
GROUP_LIMIT = 200
#: seconds for which a group is repeated while the database cannot be reached
PATIENCE = 120.0
#: seconds between two tries, doubled up to the second figure
RETRY_DELAY, RETRY_DELAY_MAX = 0.1, 5.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Order:
    job: Job[Any]
    future: Future[Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """The one thread that writes. `run` and `do` hand it a job; `close` lets it finish what is queued."""

    def __init__(self, database: Database, patience: float = PATIENCE) -> None:
        self.database = database
        self._patience = patience
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        #: nothing may be queued behind the end mark: nobody would ever answer it
        self._queueing = threading.Lock()
        self._thread = threading.Thread(target=self._write, name="newswatch-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """Await the commit of a job and return what it returned. Raises what it raised, or DatabaseGone."""
        return await asyncio.wrap_future(self._submit(job))

    def do(self, job: Job[T]) -> T:
        """The same for callers without a loop."""
        return self._submit(job).result()

    def close(self) -> None:
        """Write what is queued and end the thread. May be called twice."""
        with self._queueing:
            if not self._closed.is_set():
                self._closed.set()
                self._orders.put(None)
        self._thread.join()

    def _submit(self, job: Job[T]) -> "Future[T]":
        future: Future[T] = Future()
        with self._queueing:
            if self._closed.is_set():
                future.set_exception(DatabaseGone("the writer is closed"))
            else:
                self._orders.put(_Order(job, future))
        return future

    def _write(self) -> None:
        while group := self._gather():
            self._commit_patiently(group)
            for order in group:
                _deliver(order)

    def _gather(self) -> list[_Order]:
        first = self._orders.get()
        group: list[_Order] = []
        while first is not None:
            group.append(first)
            if len(group) >= GROUP_LIMIT or self._orders.empty():
                return group
            first = self._orders.get()
        self._orders.put(None)  # the end mark stays for the next round
        return group

    def _commit_patiently(self, group: list[_Order]) -> None:
        deadline, delay = time.monotonic() + self._patience, RETRY_DELAY
        while True:
            try:
                self._commit(group)
            except DBAPIError as error:
                if not is_connection_lost(error) or time.monotonic() > deadline or self._closed.is_set():
                    _fail(group, error)
                    return
                log.warning("database not ready, %d writes wait: %s", len(group), _first_line(error))
                time.sleep(delay)
                delay = min(delay * 2, RETRY_DELAY_MAX)
            else:
                return

    def _commit(self, group: list[_Order]) -> None:
        try:
            with self.database.write() as connection, gathering(connection):
                # what the jobs put off is done last, and fails like one of them
                for order in (*group, _Order(perform, Future())):
                    _perform(order, connection, nullcontext)
                    if order.error is not None:
                        raise _OneFailed
        except _OneFailed:
            with self.database.write() as connection:
                for order in group:
                    _perform(order, connection, connection.begin_nested)


class _OneFailed(Exception):
    """A job of the group failed: what the others wrote with it is undone, too."""


def _perform(order: _Order, connection: Connection, shelter: Callable[[], AbstractContextManager[Any]]) -> None:
    order.result, order.error = None, None
    try:
        with shelter():
            order.result = order.job(connection)
    except Exception as error:  # whatever a job raises belongs to whoever asked, not to the group
        if is_connection_lost(error):
            raise
        order.error = error


def _fail(group: list[_Order], error: Exception) -> None:
    for order in group:
        order.error = DatabaseGone(_first_line(error))


def _deliver(order: _Order) -> None:
    # from here on it cannot be cancelled any more: an answer to a cancelled future would end this thread
    if not order.future.set_running_or_notify_cancel():
        return
    if order.error is not None:
        order.future.set_exception(order.error)
    else:
        order.future.set_result(order.result)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
