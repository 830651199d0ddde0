"""The change feed as programs read it: in order, nothing left out, nothing twice, and a clear word when it cannot be."""

from collections.abc import Iterator
from itertools import islice

import pytest
from sqlalchemy import delete, update

from delivery import changes
from delivery.rows import Row
from storage.database import Database
from storage.errors import CursorMoved, CursorTooOld
from storage.schema import change, meta
from tests.delivery.conftest import NOW, Desk


def pauses(*answers: bool) -> Iterator[bool]:
    yield from answers


def test_an_empty_store_has_no_changes(database: Database) -> None:
    assert changes.after(database, 0) == []


def test_changes_come_in_order_with_their_article_as_it_is_now(database: Database, desk: Desk) -> None:
    first = desk.keep("https://daily.example/a", date_published=NOW)
    desk.keep("https://daily.example/b")
    desk.revise("https://daily.example/a", "Corrected")
    rows = changes.after(database, 0)
    assert [(row["change_seq"], row["kind"], row["what"]) for row in rows] == [
        (1, "new", []),
        (2, "new", []),
        (3, "revised", ["headline"]),
    ]
    assert rows[2] == {
        "change_seq": 3,
        "kind": "revised",
        "what": ["headline"],
        "at": NOW,
        "article_id": first,
        "url": "https://daily.example/a",
        "headline": "Corrected",
        "source_key": "daily",
        "date_published": None,
        "version": 2,
    }


def test_a_cursor_is_where_the_next_call_goes_on(database: Database, desk: Desk) -> None:
    for number in range(5):
        desk.keep(f"https://daily.example/{number}")
    read: list[int] = []
    while rows := changes.after(database, read[-1] if read else 0, batch=2):
        read += [row["change_seq"] for row in rows]
    assert read == [1, 2, 3, 4, 5]


def test_following_goes_on_with_what_comes_while_it_waits(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/before")

    def pause() -> bool:
        desk.keep("https://daily.example/meanwhile")
        return True

    rows = islice(changes.follow(database, 0, pause), 3)
    assert [row["url"].rpartition("/")[2] for row in rows][:2] == ["before", "meanwhile"]


def test_following_ends_when_the_pause_says_so(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    answers = pauses(True, True, False)
    assert [row["change_seq"] for row in changes.follow(database, 0, lambda: next(answers))] == [1]
    assert list(answers) == []


def test_following_from_the_position_shows_only_what_comes(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/old")
    epoch, newest = changes.position(database)
    desk.keep("https://daily.example/new")
    rows = changes.after(database, newest, epoch)
    assert [row["url"] for row in rows] == ["https://daily.example/new"]


def test_a_cursor_of_another_epoch_is_refused_with_the_way_to_start_again(database: Database) -> None:
    with pytest.raises(CursorTooOld, match="export all articles anew"):
        changes.after(database, 0, epoch="another")


def test_a_cursor_ahead_of_the_database_is_refused(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    with pytest.raises(CursorTooOld, match="ahead of the newest change"):
        list(changes.follow(database, 99, lambda: False))


# named cursors --------------------------------------------------------------------------------------------------------


class Killed(Exception):
    """What ends a consumer in the middle."""


def consumed(database: Database, name: str = "archive", restart: int | None = None) -> list[int]:
    """The numbers that one call of a consumer is handed."""
    rows: list[Row] = []
    changes.consume(database, name, rows.extend, lambda: False, restart)
    return [row["change_seq"] for row in rows]


def test_a_consumer_goes_on_where_it_was(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    desk.keep("https://daily.example/b")
    assert consumed(database) == [1, 2]
    desk.keep("https://daily.example/c")
    assert consumed(database) == [3]
    assert consumed(database) == []


def test_consumers_do_not_take_from_each_other(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert (consumed(database, "archive"), consumed(database, "alerts")) == ([1], [1])


def test_what_was_not_taken_comes_again(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")

    def killed(_rows: list[Row]) -> None:
        raise Killed

    with pytest.raises(Killed):
        changes.consume(database, "archive", killed, lambda: False)
    assert consumed(database) == [1]


def test_a_consumer_killed_at_any_batch_misses_nothing(
    database: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven changes in batches of two, killed while each of them is written: each is handed out again."""
    monkeypatch.setattr(changes.after, "__defaults__", (None, 2))
    for number in range(7):
        desk.keep(f"https://daily.example/{number}")
    taken: list[int] = []

    def take_one_batch(rows: list[Row]) -> None:
        if taken[-1:] == [rows[0]["change_seq"]]:
            taken.extend(row["change_seq"] for row in rows[1:])
            return
        taken.append(rows[0]["change_seq"])
        raise Killed

    for _ in range(4):
        with pytest.raises(Killed):
            changes.consume(database, "archive", take_one_batch, lambda: False)
    changes.consume(database, "archive", take_one_batch, lambda: False)
    assert taken == [1, 2, 3, 4, 5, 6, 7]


def test_a_consumer_begins_anew_after_a_number(database: Database, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    assert consumed(database) == [1, 2, 3]
    assert consumed(database, restart=1) == [2, 3]
    assert consumed(database, restart=0) == [1, 2, 3]
    assert consumed(database) == []


def test_a_new_consumer_may_begin_at_the_end(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/old")
    assert consumed(database, restart=changes.position(database)[1]) == []
    desk.keep("https://daily.example/new")
    assert consumed(database) == [2]


def test_a_consumer_gets_what_comes_while_it_waits(database: Database, desk: Desk) -> None:
    answers, rows = pauses(True, False), list[Row]()

    def pause() -> bool:
        desk.keep("https://daily.example/meanwhile")
        return next(answers)

    changes.consume(database, "archive", rows.extend, pause)
    assert [row["change_seq"] for row in rows] == [1]


def test_a_second_process_of_a_name_ends(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")

    def disturbed(_rows: list[Row]) -> None:
        consumed(database)

    with pytest.raises(CursorMoved, match="a name of its own"):
        changes.consume(database, "archive", disturbed, lambda: False)


def test_after_a_restored_backup_a_consumer_is_told_how_to_begin_again(database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    assert consumed(database) == [1]
    with database.write() as connection:
        connection.execute(update(meta).where(meta.c.name == "epoch").values(value="restored"))
    with pytest.raises(CursorTooOld, match="export all articles anew"):
        consumed(database)
    assert consumed(database, restart=1) == []
    assert consumed(database) == []


def test_a_consumer_that_slept_for_too_long_is_told_how_to_begin_again(database: Database, desk: Desk) -> None:
    for number in range(3):
        desk.keep(f"https://daily.example/{number}")
    assert consumed(database, restart=3) == []
    with database.write() as connection:
        connection.execute(delete(change).where(change.c.change_seq < 3))
    with pytest.raises(CursorTooOld, match="follow from 3"):
        consumed(database, "late")
