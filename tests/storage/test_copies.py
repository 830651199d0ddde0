"""Fingerprints in the store: found by their keys, replaced, pruned; groups that are merged and told."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from storage import changes, copies
from storage.copies import Mark, Posting, Print
from storage.database import Database
from storage.records import ChangeKind
from storage.schema import article
from storage.schema_copies import article_copy, fingerprint, fingerprint_key
from tests.storage.facts import DAY, NOW, count, keep

#: keys are numbers of 61 bits
BIG = (1 << 61) - 2


@dataclass(frozen=True)
class Shares:
    similarity: float = 0.9
    cut: float = 0.2
    added: float = 0.1


def store(connection: Connection, article_id: int, *keys: int, group: int | None = None, age: int = 0) -> None:
    copies.store(connection, [Print(article_id, keys, b"print %d" % article_id, NOW - age * DAY, group or article_id)])


def groups(connection: Connection) -> list[tuple[int | None, int | None]]:
    rows = select(article.c.syndication_group_id, article.c.duplicate_of_id).order_by(article.c.article_id)
    return [(row[0], row[1]) for row in connection.execute(rows)]


def merge(connection: Connection, *old: int) -> list[int]:
    _, moved = copies.merge(connection, old)
    last = copies.tell(connection, moved, changes.lock_counter(connection), NOW)
    changes.advance_counter(connection, last)
    return moved


def test_a_text_is_found_by_each_of_its_keys_with_its_group(writing: Connection) -> None:
    store(writing, 1, 5, BIG)
    store(writing, 2, 6, BIG, group=1)
    assert copies.postings(writing, [5], but=9) == [Posting(5, 1, 1, 1)]
    assert set(copies.postings(writing, [BIG, 6, 77], but=9)) == {Posting(BIG, 1, 1, 2), Posting(6, 1, 2, 2)}
    assert copies.postings(writing, [], but=9) == []


def test_the_texts_of_a_group_are_found_by_their_keys(writing: Connection) -> None:
    for article_id, keys, group in ((1, (5, 6), 1), (2, (6, 7), 1), (3, (8,), 1), (4, (6,), 4)):
        store(writing, article_id, *keys, group=group)
    assert copies.holders(writing, [5, 6, 7], {1}, but=9) == {1: 1, 2: 1}
    assert copies.holders(writing, [6], {1, 4}, but=2) == {1: 1, 4: 4}


def test_more_keys_than_fit_one_look_up_are_looked_up_all(writing: Connection) -> None:
    keys = range(1, 2 * copies.KEYS_AT_ONCE + 2)
    store(writing, 1, *keys)
    assert sorted(posting.key for posting in copies.postings(writing, keys, but=9)) == list(keys)


def test_a_text_does_not_find_itself(writing: Connection) -> None:
    store(writing, 1, 5)
    assert copies.postings(writing, [5], but=1) == []


def test_prints_come_back_as_they_were_written(writing: Connection) -> None:
    store(writing, 1, 5)
    assert copies.prints(writing, [1, 2]) == {1: b"print 1"}


def test_keys_that_too_many_have_are_not_written(writing: Connection) -> None:
    copies.store(writing, [Print(1, (5, 6), b"print", NOW, 1, {5})])
    assert [row.key for row in writing.execute(select(fingerprint_key))] == [6]


def test_prints_with_all_their_keys_and_with_some_are_written_together(writing: Connection) -> None:
    whole, more = (range(start, start + copies.KEYS_AT_ONCE) for start in (100, 200))
    texts = {1: tuple(whole), 2: (5, 6), 3: tuple(more)}
    copies.store(writing, [Print(article_id, keys, b"", NOW, article_id) for article_id, keys in texts.items()])
    copies.store(writing, [])
    rows = writing.execute(select(fingerprint_key.c.article_id, fingerprint_key.c.key)).all()
    assert {(row.article_id, row.key) for row in rows} == {(each, key) for each in texts for key in texts[each]}


def test_a_text_that_was_forgotten_leaves_nothing(writing: Connection) -> None:
    store(writing, 1, 5, 6)
    store(writing, 2, 5)
    assert copies.forget(writing, [1]) == 1
    assert copies.forget(writing, [1]) == 0
    assert (count(writing, fingerprint), count(writing, fingerprint_key)) == (1, 1)


def test_what_is_older_than_the_window_is_pruned_and_nothing_else(writing: Connection) -> None:
    store(writing, 1, 5, 6, age=15)
    store(writing, 2, 5, age=14)
    store(writing, 3, 5, age=1)
    assert copies.prune(writing, NOW - 14 * DAY) == 1
    assert copies.prune(writing, NOW - 14 * DAY) == 0
    assert [row.article_id for row in writing.execute(select(fingerprint_key))] == [2, 3]


def test_pruning_takes_a_part_at_a_time(writing: Connection) -> None:
    for number in range(1, copies.PRUNED_AT_ONCE + 2):
        store(writing, number, number, age=20)
    assert copies.prune(writing, NOW) == copies.PRUNED_AT_ONCE
    assert copies.prune(writing, NOW) == 1


def test_two_articles_make_a_group_that_is_called_after_the_earlier(writing: Connection) -> None:
    first, second = keep(writing, "a"), keep(writing, "b")
    store(writing, first, 5)
    assert merge(writing, second, first) == [first, second]
    assert groups(writing) == [(first, None), (first, first)]
    assert copies.groups_of(writing, [first, second]) == {first: first, second: first}
    assert copies.postings(writing, [5], but=9)[0].group_id == first


def test_an_article_alone_is_its_own_group(writing: Connection) -> None:
    assert copies.groups_of(writing, [keep(writing, "a")]) == {1: 1}
    assert copies.groups_of(writing, []) == {}


def test_two_groups_become_the_older_one_and_only_those_that_moved_are_told(writing: Connection) -> None:
    ids = [keep(writing, name) for name in "abcde"]
    merge(writing, ids[0], ids[1])
    merge(writing, ids[2], ids[3])
    before = changes.last_number(writing)
    assert merge(writing, ids[2], ids[0]) == [ids[2], ids[3]]
    assert groups(writing) == [(1, None), (1, 1), (1, 1), (1, 1), (None, None)]
    told = changes.after(writing, before)
    assert [(entry.article_id, entry.kind) for entry in told] == [(3, ChangeKind.GROUPED), (4, ChangeKind.GROUPED)]
    numbers = writing.execute(select(article.c.change_seq).where(article.c.article_id.in_([3, 4]))).scalars().all()
    assert list(numbers) == [entry.change_seq for entry in told]


def test_new_articles_join_a_group_and_its_original_is_named_once(writing: Connection) -> None:
    first, second, third = (keep(writing, name) for name in "abc")
    store(writing, first, 5)
    assert copies.join(writing, {second: first}) == [first]
    store(writing, second, 5, group=first)
    assert copies.join(writing, {third: first}) == []
    assert copies.join(writing, {}) == []
    assert groups(writing) == [(first, None), (first, first), (first, first)]


def test_a_note_on_a_new_copy_replaces_none(writing: Connection) -> None:
    original, copy = keep(writing, "a"), keep(writing, "b")
    merge(writing, original, copy)
    copies.mark(writing, [Mark(copy, Shares())], fresh={copy})
    assert count(writing, article_copy) == 1


def test_how_a_copy_differs_is_noted_and_noted_anew(writing: Connection) -> None:
    original, copy = keep(writing, "a"), keep(writing, "b")
    merge(writing, original, copy)
    copies.mark(writing, [Mark(copy, Shares())])
    copies.mark(writing, [Mark(copy, Shares(similarity=0.5))])
    shown = writing.execute(text("SELECT similarity, copy_cut, copy_added FROM v1_article ORDER BY article_id")).all()
    assert [tuple(row) for row in shown] == [(None, None, None), (0.5, 0.2, 0.1)]
    copies.mark(writing, [Mark(copy, None)])
    assert count(writing, article_copy) == 0


def test_what_a_writer_rolls_back_is_not_there(database: Database) -> None:
    with database.write() as connection, connection.begin_nested() as savepoint:
        store(connection, 1, 5)
        savepoint.rollback()
    with database.read() as connection:
        assert count(connection, fingerprint_key) == 0
