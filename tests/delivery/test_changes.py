"""The change feed as programs read it: in order, nothing left out, nothing twice, and a clear word when it cannot be."""

from collections.abc import Iterator
from itertools import islice

import pytest

from delivery import changes
from storage.database import Database
from storage.errors import CursorTooOld
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
