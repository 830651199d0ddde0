"""Who shares the work: signs of life, and what all of them can take."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from storage import members
from storage.database import Database
from storage.members import FORGET_AFTER, GONE_AFTER, Member
from storage.schema import member

WORKER = Member("news1:4711", "worker", "1.0", {"visits": 64, "rendered": 2}, {"visits": 3})


def sign(database: Database, *signing: Member) -> None:
    with database.write() as connection:
        for one in signing:
            members.sign(database, connection, one)


def there(database: Database) -> list[Member]:
    with database.read() as connection:
        return members.all_of(database, connection)


def silent(database: Database, name: str, seconds: float) -> None:
    """As if a process had said nothing for so long."""
    with database.write() as connection:
        statement = update(member).where(member.c.name == name)
        connection.execute(statement.values(seen_until=member.c.seen_until - seconds))


def test_a_process_says_that_it_is_there_and_what_it_does(database: Database) -> None:
    sign(database, WORKER, replace(WORKER, busy={"visits": 7}))
    (one,) = there(database)
    assert (one.name, one.role, one.capacity, one.busy) == ("news1:4711", "worker", WORKER.capacity, {"visits": 7})
    assert not one.is_gone
    assert 0 <= one.silence < GONE_AFTER
    assert one.age >= 0


def test_who_is_silent_for_long_is_gone_and_counts_no_more(database: Database) -> None:
    sign(database, WORKER, replace(WORKER, name="news2:99"), replace(WORKER, name="s", role="scheduler", capacity={}))
    assert members.capacity(there(database)) == {"visits": 128, "rendered": 4}
    silent(database, "news2:99", GONE_AFTER + 1)
    assert [one.is_gone for one in there(database)] == [False, True, False]
    assert members.capacity(there(database)) == {"visits": 64, "rendered": 2}


def test_who_ends_says_so_and_who_was_killed_is_forgotten_a_day_later(database: Database) -> None:
    sign(database, WORKER, replace(WORKER, name="killed"))
    silent(database, "killed", FORGET_AFTER + GONE_AFTER + 1)
    with database.write() as connection:
        members.leave(connection, WORKER.name)
    assert [one.name for one in there(database)] == ["killed"]
    sign(database, replace(WORKER, name="another"))
    assert [one.name for one in there(database)] == ["another"]


@pytest.mark.parametrize("capacity", [pytest.param({}, id="none"), pytest.param({"visits": 5}, id="one queue")])
def test_all_that_processes_can_take_is_added_up(capacity: dict[str, int]) -> None:
    assert members.capacity([replace(WORKER, capacity=capacity)] * 2) == dict.fromkeys(capacity, 10)
