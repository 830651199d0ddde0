"""Followers of the change feed: each change once with what was written of it, whoever fails, is killed, or runs twice."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from sqlalchemy import Connection, text

from delivery.followers import RETRY_DELAY, RETRY_DELAY_MAX, STEP, Following, follow
from storage import changes, consumers
from storage.changes import Change
from storage.database import Database
from storage.records import ChangeKind
from tests.delivery.conftest import NOW, Desk
from tests.support.tree import ROOT

ARTICLES = 10


class Refused(Exception):
    """What a follower of these tests raises."""


@dataclass
class Diary:
    """A follower that writes the headline of each article down, beside the number of the change."""

    name: str = "newswatch:diary"
    #: raised instead of reading
    trouble: Exception | None = None
    #: stands still before it writes
    hold: threading.Barrier | None = None
    steps: list[int] = field(default_factory=list)

    def read(self, connection: Connection, found: Sequence[Change]) -> list[dict[str, object]]:
        if self.trouble:
            raise self.trouble
        self.steps.append(len(found))
        headline = text("SELECT headline FROM v1_article WHERE article_id = :id")
        return [
            {"number": entry.change_seq, "line": connection.execute(headline, {"id": entry.article_id}).scalar_one()}
            for entry in found
        ]

    def write(self, connection: Connection, work: list[dict[str, object]]) -> None:
        connection.execute(text("INSERT INTO diary (number, line) VALUES (:number, :line)"), work)


@dataclass
class SlowDiary(Diary):
    """Two of these read the same changes before either of them writes."""

    def read(self, connection: Connection, found: Sequence[Change]) -> list[dict[str, object]]:
        lines = super().read(connection, found)
        if self.hold:
            self.hold.wait(timeout=30)
        return lines


class HalfDiary(Diary):
    """Fails after it has written."""

    def write(self, connection: Connection, work: list[dict[str, object]]) -> None:
        super().write(connection, work)
        raise Refused("the ink is out")


class ThoughtfulDiary(Diary):
    """Computes for longer than its transactions may stand still."""

    def think(self, work: list[dict[str, object]]) -> Iterator[None]:
        time.sleep(1.0)
        for line in work:
            line["line"] = f"thought about: {line['line']}"
            yield


@dataclass
class PonderingDiary(Diary):
    """Thinks until something has happened: for ever, where nobody else has a turn."""

    until: Callable[[], bool] = bool
    pieces: int = 0

    def think(self, work: list[dict[str, object]]) -> Iterator[None]:
        deadline = time.monotonic() + 30
        while not self.until():
            assert time.monotonic() < deadline, "nobody else had a turn"
            self.pieces += 1
            time.sleep(0.01)
            yield


@pytest.fixture
def diary(database: Database, desk: Desk) -> Diary:
    """A follower that has ten articles before it."""
    with database.write() as connection:
        connection.execute(text("CREATE TABLE diary (number INTEGER NOT NULL, line TEXT NOT NULL)"))
    for number in range(1, ARTICLES + 1):
        desk.keep(f"https://daily.example/{number}")
    return Diary()


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return [row.number for row in connection.execute(text("SELECT number FROM diary ORDER BY number"))]


def cursor(database: Database, name: str = "newswatch:diary") -> int | None:
    with database.read() as connection:
        place = consumers.place(connection, name)
    return place.change_seq if place else None


# one step -------------------------------------------------------------------------------------------------------------


def test_a_follower_takes_all_changes_in_steps_and_then_is_up_to_date(database: Database, diary: Diary) -> None:
    assert [follow(database, diary, most=4) for _ in range(4)] == [4, 4, 2, 0]
    assert numbers(database) == list(range(1, ARTICLES + 1))
    assert (diary.steps, cursor(database)) == ([4, 4, 2], ARTICLES)


def test_a_follower_may_think_for_longer_than_a_transaction_may_stand_still(database: Database, diary: Diary) -> None:
    """With a lease of two seconds PostgreSQL ends a transaction after half a second without a statement."""
    own = Database(database.url.render_as_string(hide_password=False), lease=2)
    assert follow(own, ThoughtfulDiary()) == ARTICLES
    own.dispose()
    with database.read() as connection:
        lines = connection.execute(text("SELECT line FROM diary")).scalars().all()
    assert all(line.startswith("thought about: ") for line in lines)


def test_a_follower_reads_articles_as_they_are_now(database: Database, diary: Diary, desk: Desk) -> None:
    desk.revise("https://daily.example/1", "Corrected")
    follow(database, diary)
    with database.read() as connection:
        lines = connection.execute(text("SELECT line FROM diary WHERE number IN (1, 11)")).scalars().all()
    assert lines == ["Corrected", "Corrected"]


def test_what_a_follower_wrote_before_it_failed_is_taken_back_with_the_cursor(database: Database, diary: Diary) -> None:
    with pytest.raises(Refused):
        follow(database, HalfDiary())
    assert (numbers(database), cursor(database)) == ([], None)
    assert follow(database, diary) == ARTICLES


@pytest.mark.parametrize("taken_before", [0, 4])
def test_of_two_processes_in_one_step_the_slower_one_writes_nothing(
    database: Database, diary: Diary, taken_before: int
) -> None:
    if taken_before:
        follow(database, diary, most=taken_before)
    hold, counts = threading.Barrier(2), list[int]()
    one, two = (
        threading.Thread(target=lambda: counts.append(follow(database, SlowDiary(hold=hold)))) for _ in range(2)
    )
    for process in (one, two):
        process.start()
    for process in (one, two):
        process.join()
    assert sorted(counts) == [0, ARTICLES - taken_before]
    assert numbers(database) == list(range(1, ARTICLES + 1))


def test_a_follower_goes_on_in_a_restored_backup_where_its_writing_stands(database: Database, diary: Diary) -> None:
    follow(database, diary, most=4)
    with database.write() as connection:
        epoch = changes.renew_epoch(connection)
    assert follow(database, diary) == ARTICLES - 4
    assert numbers(database) == list(range(1, ARTICLES + 1))
    with database.read() as connection:
        assert consumers.place(connection, diary.name) == consumers.Place(ARTICLES, epoch)


# killed in the middle -------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from delivery.followers import follow
from storage.database import Database
from tests.delivery.test_followers import Diary

class Killed(Diary):
    def write(self, connection, work):
        if work[0]["number"] > 4:
            super().write(connection, work)
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(connection, work)

database = Database(sys.argv[1])
while follow(database, Killed(), most=4):
    pass
"""


def test_a_follower_that_was_killed_goes_on_where_its_writing_stands(database: Database, diary: Diary) -> None:
    """SIGKILL after the second step has written and before it is committed."""
    url = database.url.render_as_string(hide_password=False)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, env=environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (numbers(database), cursor(database)) == ([1, 2, 3, 4], 4)
    assert follow(database, diary) == ARTICLES - 4
    assert numbers(database) == list(range(1, ARTICLES + 1))


# all of them in turn --------------------------------------------------------------------------------------------------


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_follower_that_fails_stops_no_other(
    database: Database, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Diary(name="newswatch:broken", trouble=Refused("no pen\nat all"))
    following = Following(database, [broken, diary])
    with caplog.at_level(logging.WARNING):
        assert asyncio.run(following.catch_up(asyncio.Event())) == ARTICLES
    assert numbers(database) == list(range(1, ARTICLES + 1))
    (record,) = caplog.records
    assert record.getMessage() == ("newswatch:broken could not follow the changes, next try in 1 s: Refused: no pen")


def test_a_follower_that_fails_is_tried_again_after_longer_and_longer_rests(database: Database, diary: Diary) -> None:
    clock, diary.trouble = Clock(), Refused()
    following = Following(database, [diary], clock)
    tries = []
    while clock.now < 3 * RETRY_DELAY_MAX:
        before = following._turns[0].failures
        asyncio.run(following.catch_up(asyncio.Event()))
        if following._turns[0].failures > before:
            tries.append(clock.now)
        clock.now += RETRY_DELAY
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(pauses[9:]) == {RETRY_DELAY_MAX}
    diary.trouble, clock.now = None, clock.now + RETRY_DELAY_MAX
    assert asyncio.run(following.catch_up(asyncio.Event())) == ARTICLES
    assert following._turns[0].failures == 0


def test_followers_take_turns_so_that_a_long_way_holds_up_nobody(database: Database, diary: Diary) -> None:
    order: list[str] = []

    class Noting(Diary):
        def write(self, connection: Connection, work: list[dict[str, object]]) -> None:
            order.append(self.name)

    newest = ARTICLES + 2 * STEP
    with database.write() as connection:
        for number in range(ARTICLES + 1, newest + 1):
            changes.record(connection, Change(number, 1, ChangeKind.REVISED, ("headline",), NOW))
        changes.advance_counter(connection, newest)
        consumers.take(connection, "near", None, newest - 1, NOW)
    taken = asyncio.run(Following(database, [Noting("far"), Noting("near")]).catch_up(asyncio.Event()))
    assert (taken, order) == (newest + 1, ["far", "near", "far", "far"])


def test_others_follow_what_comes_while_one_thinks(database: Database, diary: Diary, desk: Desk) -> None:
    """The other one is up to date when the first begins to think, and sees what comes before it has thought."""

    def is_other_done() -> bool:
        if pondering.pieces == 1:
            desk.keep("https://daily.example/late")
        return cursor(database) == ARTICLES + 1

    pondering = PonderingDiary(name="newswatch:pondering", until=is_other_done)
    taken = asyncio.run(Following(database, [diary, pondering]).catch_up(asyncio.Event()))
    assert (taken, diary.steps) == (2 * (ARTICLES + 1), [ARTICLES, 1])
    assert (pondering.steps, cursor(database, pondering.name)) == ([ARTICLES, 1], ARTICLES + 1)


def test_a_stop_ends_a_long_thought_and_the_next_one_begins_it_anew(database: Database, diary: Diary) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.ensure_future(Following(database, [pondering]).run(stop))
        while pondering.pieces < 2:
            await asyncio.sleep(0.02)
        stop.set()
        await running

    pondering = PonderingDiary()
    asyncio.run(asyncio.wait_for(run(), 60))
    assert (numbers(database), cursor(database)) == ([], None)
    assert follow(database, diary) == ARTICLES


def test_one_that_fails_in_a_long_thought_begins_its_step_anew(database: Database, diary: Diary) -> None:
    def fails_once() -> bool:
        if pondering.pieces == 3:
            pondering.pieces += 1
            raise Refused("lost the thread")
        return pondering.pieces > 3

    pondering, clock = PonderingDiary(until=fails_once), Clock()
    following = Following(database, [pondering], clock)
    assert asyncio.run(following.catch_up(asyncio.Event())) == 0
    clock.now += RETRY_DELAY
    assert asyncio.run(following.catch_up(asyncio.Event())) == ARTICLES
    assert (pondering.steps, numbers(database)) == ([ARTICLES] * 2, list(range(1, ARTICLES + 1)))


def test_followers_run_until_they_are_stopped_and_see_what_comes(database: Database, diary: Diary, desk: Desk) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.ensure_future(Following(database, [diary]).run(stop))
        while len(numbers(database)) < ARTICLES:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(desk.keep, "https://daily.example/late")
        while len(numbers(database)) <= ARTICLES:
            await asyncio.sleep(0.02)
        stop.set()
        await running

    asyncio.run(asyncio.wait_for(run(), 60))


def test_nothing_begins_after_the_stop(database: Database, diary: Diary) -> None:
    async def run() -> int:
        stop = asyncio.Event()
        stop.set()
        following = Following(database, [diary])
        await following.run(stop)
        return await following.catch_up(stop)

    assert asyncio.run(run()) == 0
    assert numbers(database) == []
