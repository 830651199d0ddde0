"""The change feed for programs: what happened to which article, in the order of commits, nothing left out.

cursor -> storage.changes.after -> with url, headline and source of the article -> cursor of the next call
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from delivery.rows import Row, select_rows
from storage import changes, consumers
from storage.changes import Change
from storage.database import Database
from storage.errors import CursorTooOld

#: waits for news; returns whether to look again
Pause = Callable[[], bool]

BATCH = 500
#: what a change tells of its article besides the id
_ABOUT = "article_id, url, headline, source_key, date_published, version"


def after(database: Database, cursor: int, epoch: str | None = None, batch: int = BATCH) -> list[Row]:
    """At most ``batch`` changes after a cursor, in order; [] when nothing has happened since.

    A row has change_seq, kind, what, at, and of its article as it is now: article_id, url, headline, source_key,
    date_published, version. Raises CursorTooOld when changes after the cursor are gone, or when ``epoch`` is given and
    is not that of the database (a backup was restored).
    """
    with database.read() as connection:
        _check_epoch(epoch, changes.epoch(connection))
        found = changes.after(connection, cursor, batch)
        ids = {str(int(change.article_id)) for change in found}
        statement = f"SELECT {_ABOUT} FROM v1_article WHERE article_id IN ({', '.join(ids)})"  # noqa: S608 - numbers
        about = {row["article_id"]: row for row in select_rows(connection, statement)} if ids else {}
    return [_told(change, about.get(change.article_id, _gone(change.article_id))) for change in found]


def follow(database: Database, cursor: int, pause: Pause, epoch: str | None = None) -> Iterator[Row]:
    """All changes after a cursor, then those to come.

    ``pause`` is called when nothing is left: it waits, and returns whether to look again. Raises as :func:`after`.
    """
    for found in _batches(database, cursor, pause, epoch):
        yield from found


def consume(
    database: Database, name: str, write: Callable[[list[Row]], None], pause: Pause, restart: int | None = None
) -> None:
    """Hand ``write`` all changes that the consumer of this name has not had yet, then those to come.

    Its cursor is kept in the database and moved each time after ``write`` has returned: whoever is killed in between is
    handed those changes again. A new consumer begins with the first change, or, as a known one does that begins anew,
    after the number ``restart``. Raises as :func:`after`, and CursorMoved when two processes share a name.
    """
    with database.write() as connection:
        place = consumers.place(connection, name)
        if place is None or restart is not None:
            place = consumers.start(connection, name, restart or 0, datetime.now(UTC))
    for found in _batches(database, place.change_seq, pause, place.epoch):
        write(found)
        with database.write() as connection:
            place = consumers.move(connection, name, place, found[-1]["change_seq"], datetime.now(UTC))


def _batches(database: Database, cursor: int, pause: Pause, epoch: str | None) -> Iterator[list[Row]]:
    while True:
        if found := after(database, cursor, epoch):
            yield found
            cursor = found[-1]["change_seq"]
        elif not pause():
            return


def position(database: Database) -> tuple[str, int]:
    """Epoch and number of the newest change: where a consumer starts who has just read all articles."""
    with database.read() as connection:
        return changes.epoch(connection), changes.last_number(connection)


def _check_epoch(asked: str | None, actual: str) -> None:
    if asked is not None and asked != actual:
        raise CursorTooOld(
            f"this cursor belongs to epoch {asked}, the database is in epoch {actual} (a backup was restored, or it is "
            f"another database): export all articles anew, then follow from the newest change"
        )


def _gone(article_id: int) -> Row:
    """What is told of an article whose words were deleted: that it was there."""
    return {**dict.fromkeys(_ABOUT.split(", ")), "article_id": article_id}


def _told(change: Change, about: Row) -> Row:
    return {
        "change_seq": change.change_seq,
        "kind": change.kind.value,
        "what": list(change.what),
        "at": change.at,
        **about,
    }
