"""Named cursors: how far each consumer of the change feed has come, kept beside what it reads.

A consumer that writes into this database moves its cursor in the same transaction: what it wrote and the cursor stand
or fall together. One that writes elsewhere (a pipe, a queue) moves it after its output was taken: killed in between,
it is handed the same changes again, and never misses one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import changes
from storage.database import insert_new
from storage.errors import CursorMoved
from storage.schema_consumers import consumer

#: the names of Newswatch's own followers begin so; a consumer who asks for such a name is refused
OURS = "newswatch:"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a consumer has come."""

    #: number of the last change that it has done with
    change_seq: int
    #: the history that this number belongs to
    epoch: str


def place(connection: Connection, name: str) -> Place | None:
    """Where a consumer stands; None: nobody of this name was here."""
    statement = select(consumer.c.change_seq, consumer.c.epoch).where(consumer.c.name == name)
    row = connection.execute(statement).first()
    return Place(row.change_seq, row.epoch) if row else None


def start(connection: Connection, name: str, change_seq: int, now: datetime) -> Place:
    """Put a consumer, new or not, at a number of the present history."""
    begun = Place(change_seq, changes.epoch(connection))
    values = {"change_seq": begun.change_seq, "epoch": begun.epoch, "moved_at": now}
    if not insert_new(connection, consumer, [{"name": name, **values}]):
        connection.execute(update(consumer).where(consumer.c.name == name).values(**values))
    return begun


def move(connection: Connection, name: str, before: Place, change_seq: int, now: datetime) -> Place:
    """Move a cursor that stands where this process left it; return where it stands now.

    Raises CursorMoved when it stands elsewhere: two processes that share a name would each get a part of the changes.
    """
    is_untouched = (consumer.c.name == name) & (consumer.c.change_seq == before.change_seq)
    statement = update(consumer).where(is_untouched, consumer.c.epoch == before.epoch)
    if not connection.execute(statement.values(change_seq=change_seq, moved_at=now)).rowcount:
        raise CursorMoved(f"{name}: {CursorMoved.__doc__}")
    return Place(change_seq, before.epoch)


def take(connection: Connection, name: str, before: Place | None, change_seq: int, now: datetime) -> Place:
    """Move the cursor of a follower that writes into this database, in the transaction of what it writes.

    ``before`` is where it stood when it read (None: nowhere yet). The row stays locked until the commit. Its number
    holds in another epoch, too: a backup brought back what it had written together with its cursor.
    Raises CursorMoved when it stands elsewhere by now: then nothing is to be written.
    """
    if before is None:
        before = Place(0, changes.epoch(connection))
        values = {"change_seq": before.change_seq, "epoch": before.epoch, "moved_at": now}
        if not insert_new(connection, consumer, [{"name": name, **values}]):
            raise CursorMoved(f"{name}: {CursorMoved.__doc__}")
    move(connection, name, before, change_seq, now)
    here = Place(change_seq, changes.epoch(connection))
    connection.execute(update(consumer).where(consumer.c.name == name).values(epoch=here.epoch))
    return here
