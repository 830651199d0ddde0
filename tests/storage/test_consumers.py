"""Named cursors: each consumer goes on where it was, together with what it wrote, and never beside a second of its name."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update

from storage import changes, consumers
from storage.consumers import Place
from storage.database import Database
from storage.errors import CursorMoved
from storage.schema import meta, story
from storage.schema_consumers import consumer
from tests.storage.facts import NOW, keep

LATER = NOW + timedelta(minutes=5)


def test_nobody_stands_anywhere_before_he_was_there(writing: Connection) -> None:
    assert consumers.place(writing, "archive") is None


def test_a_consumer_begins_in_the_present_history(writing: Connection) -> None:
    begun = consumers.start(writing, "archive", 0, NOW)
    assert begun == Place(0, changes.epoch(writing))
    assert consumers.place(writing, "archive") == begun


def test_a_cursor_is_where_it_was_moved_to(database: Database) -> None:
    with database.write() as connection:
        begun = consumers.start(connection, "archive", 0, NOW)
    with database.write() as connection:
        moved = consumers.move(connection, "archive", begun, 7, LATER)
    with database.read() as connection:
        assert consumers.place(connection, "archive") == moved == Place(7, begun.epoch)
        assert connection.execute(select(consumer.c.moved_at)).scalar_one() == LATER


def test_each_name_has_a_cursor_of_its_own(writing: Connection) -> None:
    first, second = (consumers.start(writing, name, 0, NOW) for name in ("archive", "alerts"))
    consumers.move(writing, "archive", first, 7, NOW)
    assert consumers.place(writing, "alerts") == second


def test_what_was_written_and_the_cursor_stand_or_fall_together(database: Database) -> None:
    with database.write() as connection:
        begun = consumers.start(connection, "stories", 0, NOW)
    with database.write() as connection:
        values = {"headline": "Flood", "first_seen_at": NOW, "last_seen_at": NOW, "article_count": 1}
        connection.execute(insert(story).values(**values))
        consumers.move(connection, "stories", begun, 7, NOW)
        connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
    with database.read() as connection:
        assert consumers.place(connection, "stories") == begun
        assert connection.execute(select(story.c.story_id)).all() == []


def test_a_second_process_of_the_same_name_is_refused(writing: Connection) -> None:
    begun = consumers.start(writing, "archive", 0, NOW)
    consumers.move(writing, "archive", begun, 7, NOW)
    with pytest.raises(CursorMoved, match=r"archive: .*give each consumer a name of its own"):
        consumers.move(writing, "archive", begun, 9, NOW)
    assert consumers.place(writing, "archive") == Place(7, begun.epoch)


def test_of_two_that_move_at_once_one_is_refused(database: Database) -> None:
    with database.write() as connection:
        begun = consumers.start(connection, "archive", 0, NOW)
    together, ends = threading.Barrier(2), list[str]()

    def move(to: int) -> None:
        together.wait()
        try:
            with database.write() as connection:
                consumers.move(connection, "archive", begun, to, NOW)
            ends.append("moved")
        except CursorMoved:
            ends.append("refused")

    threads = [threading.Thread(target=move, args=(number,)) for number in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["moved", "refused"]


def test_who_begins_anew_is_no_second_process(writing: Connection) -> None:
    begun = consumers.start(writing, "archive", 0, NOW)
    consumers.move(writing, "archive", begun, 7, NOW)
    again = consumers.start(writing, "archive", 3, LATER)
    assert consumers.place(writing, "archive") == again == Place(3, begun.epoch)
    assert consumers.move(writing, "archive", again, 4, LATER).change_seq == 4


def test_a_cursor_of_another_history_is_not_moved(writing: Connection) -> None:
    consumers.start(writing, "archive", 5, NOW)
    with pytest.raises(CursorMoved):
        consumers.move(writing, "archive", Place(5, "another"), 6, NOW)


def test_who_begins_anew_after_a_restored_backup_belongs_to_the_new_history(writing: Connection) -> None:
    old = consumers.start(writing, "archive", 5, NOW)
    writing.execute(update(meta).where(meta.c.name == "epoch").values(value="restored"))
    assert consumers.place(writing, "archive") == old
    assert consumers.start(writing, "archive", 0, NOW) == Place(0, "restored")


def test_the_view_tells_how_far_behind_each_is(writing: Connection) -> None:
    for name in ("a", "b", "c"):
        keep(writing, name)
    consumers.start(writing, "archive", 1, NOW)
    consumers.start(writing, "alerts", 3, NOW)
    rows = writing.execute(text("SELECT consumer, change_seq, changes_behind FROM v1_consumer ORDER BY consumer"))
    assert [tuple(row) for row in rows] == [("alerts", 3, 0), ("archive", 1, 2)]


# followers that write into this database ------------------------------------------------------------------------------


def test_a_follower_begins_at_the_beginning_and_its_cursor_moves_with_what_it_wrote(writing: Connection) -> None:
    first = consumers.take(writing, "newswatch:stories", None, 3, NOW)
    assert consumers.take(writing, "newswatch:stories", first, 7, LATER) == Place(7, changes.epoch(writing))
    assert consumers.place(writing, "newswatch:stories") == Place(7, changes.epoch(writing))


def test_of_two_that_begin_at_once_the_second_is_told_so(writing: Connection) -> None:
    consumers.take(writing, "newswatch:stories", None, 3, NOW)
    with pytest.raises(CursorMoved):
        consumers.take(writing, "newswatch:stories", None, 3, NOW)


def test_a_follower_whose_cursor_moved_meanwhile_is_told_so(writing: Connection) -> None:
    first = consumers.take(writing, "newswatch:stories", None, 3, NOW)
    consumers.take(writing, "newswatch:stories", first, 5, NOW)
    with pytest.raises(CursorMoved):
        consumers.take(writing, "newswatch:stories", first, 7, NOW)


def test_a_follower_goes_on_in_another_epoch_with_its_number(writing: Connection) -> None:
    first = consumers.take(writing, "newswatch:stories", None, 3, NOW)
    writing.execute(update(meta).where(meta.c.name == "epoch").values(value="restored"))
    assert consumers.take(writing, "newswatch:stories", first, 7, NOW) == Place(7, "restored")
    assert consumers.place(writing, "newswatch:stories") == Place(7, "restored")
