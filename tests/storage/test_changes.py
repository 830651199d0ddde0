"""The change feed: numbers in the order of commits, none skipped and none twice, whoever commits late."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from storage import changes
from storage.changes import Change
from storage.database import Database
from storage.errors import CursorTooOld
from storage.records import ChangeKind
from storage.schema import change, counter
from storage.store import open_database
from tests.storage.facts import HOUR, NOW, keep

WRITERS = 8


@dataclass(frozen=True)
class Load:
    """How much is written while a consumer polls."""

    #: transactions of each writer, and changes of one of them at most
    keeps: int
    most: int
    #: changes that the consumer takes at once
    batch: int


SHORT, LONG = Load(25, 3, 7), Load(1450, 25, 500)
#: what the long form has to come to
MANY = 100_000


class Refused(Exception):
    """What a writer raises to have its transaction rolled back."""


def _keep_slowly(database: Database, most: int, dice: random.Random, written: list[int]) -> None:
    """One keep transaction of some changes; now and then slow, now and then taken back."""
    with database.write() as connection:
        first = changes.lock_counter(connection) + 1
        last = first + dice.randrange(most)
        for number in range(first, last + 1):
            changes.record(connection, Change(number, 1, ChangeKind.REVISED, ("headline",), NOW))
        changes.advance_counter(connection, last)
        time.sleep(dice.choice((0, 0, 0.002, 0.01)))
        if dice.random() < 0.3:
            raise Refused
    written.extend(range(first, last + 1))


def _write(url: str, load: Load, seed: int) -> list[int]:
    """What one of the writers, with connections of its own, has committed."""
    database, dice, written = Database(url), random.Random(seed), list[int]()
    for _ in range(load.keeps):
        try:
            _keep_slowly(database, load.most, dice, written)
        except Refused:
            continue
    database.dispose()
    return written


def _poll(database: Database, batch: int, over: threading.Event) -> list[int]:
    """What a consumer sees that remembers the last number and asks for what came after it."""
    seen = [0]
    while True:
        is_last = over.is_set()  # asked before the read: what was committed until then is in it
        with database.read() as connection:
            seen += [entry.change_seq for entry in changes.after(connection, seen[-1], limit=batch)]
        if is_last and seen[-1] == _newest(database):
            return seen[1:]


def _newest(database: Database) -> int:
    with database.read() as connection:
        return changes.last_number(connection)


def _seen_and_written(url: str, database: Database, load: Load) -> tuple[list[int], list[int]]:
    """What a consumer saw that polled while eight writers wrote, and what they committed."""
    with database.write() as connection:
        assert keep(connection, "a") == 1
    over = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        polling = pool.submit(_poll, database, load.batch, over)
        writing = [pool.submit(_write, url, load, seed) for seed in range(WRITERS)]
        written = [number for future in writing for number in future.result()]
        over.set()
        return polling.result(), sorted(written)


def test_a_polling_consumer_misses_nothing_and_sees_nothing_twice(store_url: str, database: Database) -> None:
    """Eight writers with slow commits and rollbacks: with a plain sequence more than half were missed."""
    seen, written = _seen_and_written(store_url, database, SHORT)
    assert seen == list(range(1, len(written) + 2))
    assert written == seen[1:]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_polling_consumer_misses_none_of_100_000(store_url: str, database: Database) -> None:
    seen, written = _seen_and_written(store_url, database, LONG)
    assert len(written) >= MANY
    assert seen == list(range(1, len(written) + 2))
    assert written == seen[1:]


# the counter ----------------------------------------------------------------------------------------------------------


def test_a_rollback_gives_its_numbers_back(database: Database) -> None:
    with database.write() as connection:
        changes.advance_counter(connection, changes.lock_counter(connection) + 3)
        connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
    with database.write() as connection:
        assert changes.lock_counter(connection) == 0


def test_a_job_that_fails_gives_its_numbers_back_to_the_next_of_its_group(writing: Connection) -> None:
    keep(writing, "before")
    savepoint = writing.begin_nested()
    keep(writing, "failing")
    savepoint.rollback()
    keep(writing, "after")
    assert [entry.change_seq for entry in changes.after(writing, 0)] == [1, 2]


def test_the_counter_is_locked_until_the_commit(database: Database) -> None:
    order: list[str] = []

    def second() -> None:
        with database.write() as connection:
            changes.lock_counter(connection)
            order.append("second")

    waiting = threading.Thread(target=second)
    with database.write() as connection:
        changes.lock_counter(connection)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_the_counters_of_changes_and_of_fences_are_two(writing: Connection) -> None:
    changes.advance_counter(writing, 7, "fence")
    assert (changes.lock_counter(writing), changes.lock_counter(writing, "fence")) == (0, 7)


# reading --------------------------------------------------------------------------------------------------------------


def test_a_change_comes_back_as_it_was_recorded(writing: Connection) -> None:
    article_id = keep(writing, "a")
    told = Change(2, article_id, ChangeKind.REVISED, ("headline", "article_body"), NOW + HOUR)
    changes.record(writing, told)
    changes.advance_counter(writing, 2)
    assert changes.after(writing, 1) == [told]


def _feed(connection: Connection, numbers: Sequence[int], newest: int) -> None:
    """A change feed that holds these numbers, and whose last number given was `newest`."""
    connection.execute(delete(change))
    for number in numbers:
        entry = Change(number, 1, ChangeKind.REVISED, (), NOW + timedelta(seconds=number))
        changes.record(connection, entry)
    connection.execute(update(counter).where(counter.c.name == "change").values(n=newest))


@pytest.fixture
def feed_of_ten(writing: Connection) -> Connection:
    """A feed of the changes 1 to 10, of which 1 to 4 were pruned."""
    keep(writing, "a")
    _feed(writing, range(5, 11), 10)
    return writing


@pytest.mark.parametrize(
    ("cursor", "limit", "numbers"),
    [
        pytest.param(4, 100, [5, 6, 7, 8, 9, 10], id="just behind what was pruned"),
        pytest.param(7, 100, [8, 9, 10], id="in the middle"),
        pytest.param(7, 2, [8, 9], id="not more than asked for"),
        pytest.param(10, 100, [], id="at the end"),
    ],
)
def test_changes_after_a_cursor(feed_of_ten: Connection, cursor: int, limit: int, numbers: list[int]) -> None:
    assert [entry.change_seq for entry in changes.after(feed_of_ten, cursor, limit)] == numbers


@pytest.mark.parametrize(
    ("cursor", "message"),
    [
        pytest.param(3, "up to 4 are no longer kept.*follow from 10", id="what follows it was pruned"),
        pytest.param(0, "up to 4 are no longer kept", id="the beginning was pruned"),
        pytest.param(11, "ahead of the newest change 10", id="it comes from another database"),
    ],
)
def test_a_cursor_that_cannot_be_followed_is_refused(feed_of_ten: Connection, cursor: int, message: str) -> None:
    with pytest.raises(CursorTooOld, match=message):
        changes.after(feed_of_ten, cursor)


def test_a_feed_of_which_all_was_pruned_can_be_followed_from_its_end_only(writing: Connection) -> None:
    keep(writing, "a")
    _feed(writing, [], 10)
    assert changes.after(writing, 10) == []
    with pytest.raises(CursorTooOld, match="follow from 10"):
        changes.after(writing, 9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(oldest=st.integers(1, 6), newest=st.integers(0, 6), cursor=st.integers(0, 8), limit=st.integers(1, 4))
def test_a_cursor_is_followed_in_full_or_refused(
    database: Database, oldest: int, newest: int, cursor: int, limit: int
) -> None:
    oldest = min(oldest, newest + 1)
    with database.write() as connection:
        if changes.last_number(connection) == 0:
            keep(connection, "a")
        _feed(connection, range(oldest, newest + 1), newest)
        try:
            read = [cursor]
            while rows := changes.after(connection, read[-1], limit):
                read += [entry.change_seq for entry in rows]
            assert read == list(range(cursor, newest + 1))
        except CursorTooOld:
            assert cursor < oldest - 1 or cursor > newest


def test_an_empty_store_is_followed_from_nought(writing: Connection) -> None:
    assert (changes.after(writing, 0), changes.last_number(writing)) == ([], 0)


def test_each_database_has_a_history_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = set()
    for _ in range(2):
        url = f"sqlite:///{tmp_path_factory.mktemp('store')}/news.db"
        for _ in range(2):  # opened again it is the same history
            database = open_database(url)
            with database.read() as connection:
                names.add(changes.epoch(connection))
            database.dispose()
    assert len(names) == 2
