"""Work of a transaction that is put off to its end, where it is done for many at once.

    with gathering(connection): job, job, job -> put_off(connection, work, item) -> perform(connection) -> commit

Twenty articles that are kept in one transaction look their copies up in one statement. Where nobody gathers, the work
is done at once, for the one item.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
_WAITING = "newswatch.put_off"


@contextmanager
def gathering(connection: Connection) -> Iterator[None]:
    """Within this block work waits for `perform`; what was not performed at its end is dropped."""
    info = connection.info  # asked for once: a connection that was lost has none
    info[_WAITING] = {}
    try:
        yield
    finally:
        info.pop(_WAITING, None)


def put_off(connection: Connection, work: Callable[[Connection, Sequence[T]], None], item: T) -> None:
    """Do this work for the item when the transaction ends, together with the others; at once where nobody gathers."""
    waiting: dict[Any, list[T]] | None = connection.info.get(_WAITING)
    if waiting is None:
        work(connection, [item])
    else:
        waiting.setdefault(work, []).append(item)


def perform(connection: Connection) -> None:
    """Do what waits. The transaction is not to be committed without it."""
    waiting: dict[Any, list[Any]] = connection.info[_WAITING]
    for work, items in waiting.items():
        work(connection, items)
    waiting.clear()
