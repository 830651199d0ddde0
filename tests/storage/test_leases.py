"""Leases: a source is visited by one process at a time, its site too, and who lost a lease writes nothing."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from storage import leases, sources
from storage.database import Database
from storage.errors import LeaseLost
from storage.leases import LOOK_AHEAD, PLACES_FOR_ONE_BRISK, Lease, Leases
from storage.schema import source
from storage.sources import VisitSummary
from tests.storage.facts import DAY, HOUR, MINUTE, NOW, entry_of
from tests.support.tree import ROOT


@pytest.fixture
def ours(database: Database) -> Leases:
    return Leases(database, 60, "ours")


@pytest.fixture
def theirs(database: Database) -> Leases:
    return Leases(database, 60, "theirs")


def claim(database: Database, by: Leases, limit: int = 10, **more: Any) -> list[Lease]:
    with database.write() as connection:
        return by.claim_due(connection, NOW, limit, **more)


def keys(claimed: list[Lease]) -> list[str]:
    return [lease.source_key for lease in claimed]


def change(database: Database, key: str, **values: Any) -> None:
    with database.write() as connection:
        connection.execute(update(source).where(source.c.key == key).values(**values))


def lapse(database: Database, lease: Lease) -> None:
    """Let the time of a lease be over."""
    with database.write() as connection:
        _, now = database.lease_clock(connection)
        connection.execute(update(source).where(source.c.key == lease.source_key).values(lease_until=now - 0.001))


def commit_of(database: Database, lease: Lease) -> None:
    """A commit of a visit."""
    with database.write() as connection:
        leases.check(connection, lease)


# claims ---------------------------------------------------------------------------------------------------------------


def test_the_source_that_waits_longest_comes_first(database: Database, ours: Leases) -> None:
    change(database, "daily", next_visit_at=NOW - MINUTE)
    change(database, "weekly", next_visit_at=NOW - HOUR)
    assert keys(claim(database, ours)) == ["weekly", "daily"]


def test_no_more_are_claimed_than_asked_for(database: Database, ours: Leases) -> None:
    assert [keys(claim(database, ours, 1)) for _ in range(3)] == [["daily"], ["weekly"], []]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"next_visit_at": NOW + MINUTE}, id="one that is not due"),
        pytest.param({"enabled": False}, id="one that is off"),
    ],
)
def test_what_is_not_claimed(database: Database, ours: Leases, values: dict[str, Any]) -> None:
    change(database, "daily", **values)
    assert keys(claim(database, ours)) == ["weekly"]


def test_claims_can_be_kept_to_some_sources(database: Database, ours: Leases) -> None:
    assert keys(claim(database, ours, only=["weekly", "unknown"])) == ["weekly"]
    assert keys(claim(database, ours, only=[])) == []


def test_a_lease_tells_what_it_was_due_for_and_how_long_it_lasts(database: Database, ours: Leases) -> None:
    (lease, _) = claim(database, ours)
    assert (lease.source_id, lease.owner, lease.due_at, lease.is_named) == (1, "ours", NOW, False)
    assert 0 < lease.seconds_left() <= 60


def test_of_one_site_one_source_is_claimed_at_a_time(database: Database, ours: Leases, theirs: Leases) -> None:
    entries = [entry_of(key, "one.example") for key in ("first", "second", "third")]
    with database.write() as connection:
        sources.sync(connection, entries, NOW)
    (lease,) = claim(database, ours)
    assert lease.source_key == "first"
    assert (claim(database, ours), claim(database, theirs)) == ([], [])
    with database.write() as connection:
        sources.finish_visit(connection, lease, VisitSummary(NOW, NOW + DAY, "every day"))
    assert keys(claim(database, theirs)) == ["second"]


def test_many_sources_of_one_site_do_not_hide_the_others_for_good(database: Database, ours: Leases) -> None:
    crowd = [entry_of(f"crowd{number}", "one.example") for number in range(3 * LOOK_AHEAD)]
    with database.write() as connection:
        sources.sync(connection, [*crowd, entry_of("alone")], NOW)
        connection.execute(update(source).where(source.c.key == "alone").values(next_visit_at=NOW - MINUTE / 2))
        connection.execute(update(source).where(source.c.site == "one.example").values(next_visit_at=NOW - HOUR))
    claimed = [keys(claim(database, ours, 2)) for _ in range(3)]
    assert claimed == [["crowd0"], ["alone"], []]


def test_fences_grow_from_lease_to_lease(database: Database, ours: Leases, theirs: Leases) -> None:
    fences = []
    for by in (ours, theirs, ours):
        (lease,) = claim(database, by, only=["daily"])
        fences.append(lease.fence)
        lapse(database, lease)
    assert fences == sorted(set(fences))
    assert len(fences) == 3


def test_named_sources_are_claimed_due_or_not_on_or_off(database: Database, ours: Leases) -> None:
    change(database, "daily", next_visit_at=NOW + DAY)
    change(database, "weekly", enabled=False)
    with database.write() as connection:
        named = ours.claim_named(connection, ["daily", "weekly", "unknown"])
    assert (sorted(keys(named)), {lease.is_named for lease in named}) == (["daily", "weekly"], {True})


def test_a_named_source_that_is_leased_is_left(database: Database, ours: Leases, theirs: Leases) -> None:
    claim(database, theirs, only=["daily"])
    with database.write() as connection:
        assert keys(ours.claim_named(connection, ["daily", "weekly"])) == ["weekly"]


# two at once ----------------------------------------------------------------------------------------------------------


def test_threads_that_claim_at_once_never_get_one_source_twice(store_url: str, database: Database) -> None:
    entries = [entry_of(f"s{number:02}", f"site{number % 20}.example") for number in range(40)]
    with database.write() as connection:
        sources.sync(connection, entries, NOW)
    at_once = threading.Barrier(4)

    def claim_all(name: str) -> list[str]:
        own = Database(store_url)
        by = Leases(own, 60, name)
        at_once.wait()
        claimed = [key for _ in range(12) for key in keys(claim(own, by, 2))]
        own.dispose()
        return claimed

    with ThreadPoolExecutor(4) as pool:
        claimed = [key for some in pool.map(claim_all, "abcd") for key in some]
    sites = {int(key[1:]) % 20 for key in claimed}
    assert (len(claimed), len(sites)) == (20, 20)


def add_sources(database: Database, brisk: Sequence[str], others: Sequence[str]) -> None:
    """Sources that are due: quick ones, and before them those that are slow, fail, or were never visited."""
    entries = [entry_of(key, site=f"{key}.example") for key in (*others, *brisk)]
    with database.write() as connection:
        sources.sync(connection, entries, NOW)
        connection.execute(update(source).where(source.c.key.in_(brisk)).values(is_brisk=True))
        connection.execute(update(source).where(source.c.key.in_(others)).values(next_visit_at=NOW - MINUTE))


def test_slow_sources_leave_places_for_quick_ones(database: Database, ours: Leases) -> None:
    add_sources(database, brisk=["quick1", "quick2"], others=[f"slow{number}" for number in range(12)])
    first = keys(claim(database, ours, 8, places=8))
    assert first == [*(f"slow{number}" for number in range(6)), "quick1", "quick2"]
    assert claim(database, ours, 2, places=8) == [], "six slow ones are under way: two places stay free of them"
    change(database, "quick1", **leases.release_values())
    assert keys(claim(database, ours, 2, places=8)) == ["quick1"]


def test_without_quick_sources_slow_ones_leave_a_quarter_of_the_places(database: Database, ours: Leases) -> None:
    add_sources(database, brisk=[], others=[f"slow{number}" for number in range(12)])
    assert len(claim(database, ours, 8, places=8)) == 8 - 8 // PLACES_FOR_ONE_BRISK


def test_quick_sources_may_take_all_places_and_come_in_the_order_in_which_they_are_due(
    database: Database, ours: Leases
) -> None:
    add_sources(database, brisk=[f"quick{number}" for number in range(6)], others=["slow"])
    assert keys(claim(database, ours, 4, places=4)) == ["slow", "quick0", "quick1", "quick2"]


def test_what_others_visit_takes_none_of_our_places(database: Database, ours: Leases, theirs: Leases) -> None:
    add_sources(database, brisk=[], others=[f"slow{number}" for number in range(8)])
    assert len(claim(database, theirs, 4, places=4)) == 3
    assert len(claim(database, ours, 4, places=4)) == 3


def test_a_process_with_one_place_visits_all_kinds(database: Database, ours: Leases) -> None:
    add_sources(database, brisk=["quick"], others=["slow"])
    assert keys(claim(database, ours, 1, places=1)) == ["slow"]


CLAIMER = """
import json, sys
from storage.database import Database
from storage.leases import Leases
from tests.storage.facts import NOW
database = Database(sys.argv[1])
leases = Leases(database, 60)
print("ready", flush=True)
sys.stdin.readline()
claimed = []
for _ in range(30):
    with database.write() as connection:
        claimed += [lease.source_key for lease in leases.claim_due(connection, NOW, 1)]
print(json.dumps([leases.owner, claimed]))
database.dispose()
"""


def test_processes_that_claim_at_once_share_the_sources(store_url: str, database: Database) -> None:
    with database.write() as connection:
        sources.sync(connection, [entry_of(f"s{number:02}") for number in range(20)], NOW)
    words = [sys.executable, "-c", CLAIMER, store_url]
    pipe = subprocess.PIPE
    claimers = [subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for claimer in claimers:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == "ready\n"
    # both stand ready; now they run
    answers = [json.loads(claimer.communicate("go\n")[0]) for claimer in claimers]
    assert sorted(key for _, claimed in answers for key in claimed) == [f"s{number:02}" for number in range(20)]
    assert len({owner for owner, _ in answers}) == 2


# renewal and loss -----------------------------------------------------------------------------------------------------


def test_a_lease_that_is_renewed_lasts_longer(database: Database, ours: Leases) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    with database.write() as connection:
        renewed = Leases(database, 600, "ours").renew(connection, lease)
    assert renewed.seconds_left() > 60 >= lease.seconds_left()
    assert (renewed.fence, renewed.source_key, renewed.due_at) == (lease.fence, "daily", NOW)
    commit_of(database, renewed)


def test_a_lease_that_is_over_makes_its_source_due_again(database: Database, ours: Leases, theirs: Leases) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    assert claim(database, theirs, only=["daily"]) == []
    lapse(database, lease)
    assert keys(claim(database, theirs, only=["daily"])) == ["daily"]


def test_a_lease_ends_by_itself(database: Database, theirs: Leases) -> None:
    claim(database, Leases(database, 0.2, "brief"), only=["daily"])
    while not (taken := claim(database, theirs, only=["daily"])):
        threading.Event().wait(0.05)
    assert keys(taken) == ["daily"]


def test_a_lease_that_is_over_is_never_revived(database: Database, ours: Leases) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    lapse(database, lease)
    with database.write() as connection, pytest.raises(LeaseLost):
        ours.renew(connection, lease)


def _check(connection: Connection, by: Leases, lease: Lease) -> None:
    leases.check(connection, lease)


def _renew(connection: Connection, by: Leases, lease: Lease) -> None:
    by.renew(connection, lease)


def _postpone(connection: Connection, by: Leases, lease: Lease) -> None:
    sources.postpone(connection, lease, NOW + DAY, "under visit")


def _finish(connection: Connection, by: Leases, lease: Lease) -> None:
    sources.finish_visit(connection, lease, VisitSummary(NOW, NOW + DAY, "every day"))


Step = Callable[[Connection, Leases, Lease], None]
steps = pytest.mark.parametrize(
    "step",
    [
        pytest.param(_check, id="a commit"),
        pytest.param(_renew, id="a renewal"),
        pytest.param(_postpone, id="the beginning of a visit"),
        pytest.param(_finish, id="the end of a visit"),
    ],
)


@steps
def test_after_another_took_over_nothing_is_written(
    database: Database, ours: Leases, theirs: Leases, step: Step
) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    lapse(database, lease)
    (successor,) = claim(database, theirs, only=["daily"])
    with database.read() as connection:
        before = connection.execute(select(source)).all()
    with database.write() as connection, pytest.raises(LeaseLost):
        step(connection, ours, lease)
    with database.read() as connection:
        assert connection.execute(select(source)).all() == before
    commit_of(database, successor)


@steps
def test_an_earlier_lease_of_the_same_process_is_lost_too(database: Database, ours: Leases, step: Step) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    lapse(database, lease)
    claim(database, ours, only=["daily"])
    with database.write() as connection, pytest.raises(LeaseLost):
        step(connection, ours, lease)


def test_a_visit_ends_once(database: Database, ours: Leases) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    with database.write() as connection:
        _finish(connection, ours, lease)
    with database.write() as connection, pytest.raises(LeaseLost):
        _finish(connection, ours, lease)


def test_nobody_takes_over_between_the_check_and_the_commit(store_url: str, database: Database, ours: Leases) -> None:
    (lease,) = claim(database, ours, only=["daily"])
    lapse(database, lease)
    order: list[str] = []

    def take_over() -> None:
        other = Database(store_url)
        while not claim(other, Leases(other, 60, "theirs"), only=["daily"]):
            threading.Event().wait(0.01)  # PostgreSQL leaves out what is locked, SQLite waits
        order.append("taken over")
        other.dispose()

    waiting = threading.Thread(target=take_over)
    with database.write() as connection:
        leases.check(connection, lease)  # nobody else has it yet: our commit comes first
        waiting.start()
        waiting.join(0.2)
        order.append("committed")
    waiting.join()
    assert order == ["committed", "taken over"]


# clocks and owners ----------------------------------------------------------------------------------------------------


def test_a_lease_of_another_boot_is_dead(database: Database, ours: Leases, theirs: Leases) -> None:
    """The seconds of that boot may be far ahead of ours."""
    (lease,) = claim(database, ours, only=["daily"])
    change(database, "daily", lease_clock="another boot", lease_until=1e12)
    with database.write() as connection, pytest.raises(LeaseLost):
        ours.renew(connection, lease)
    with database.read() as connection:
        assert theirs.held(connection) == 0
    assert keys(claim(database, theirs, only=["daily"])) == ["daily"]


def test_held_counts_the_leases_that_are_live(database: Database, ours: Leases, theirs: Leases) -> None:
    (mine,) = claim(database, ours, 1)
    claim(database, theirs, 1)
    with database.read() as connection:
        assert ours.held(connection) == 2
    lapse(database, mine)
    with database.read() as connection:
        assert ours.held(connection) == 1


def test_others_names_who_visits_a_source_or_its_site(database: Database, ours: Leases, theirs: Leases) -> None:
    entries = [entry_of("daily"), entry_of("weekly"), entry_of("sister", "daily.example"), entry_of("free")]
    with database.write() as connection:
        sources.sync(connection, entries, NOW)
    claim(database, theirs, only=["daily"])
    claim(database, ours, only=["weekly"])
    with database.read() as connection:
        everyone = [entry.key for entry in entries]
        assert ours.others(connection, everyone) == {"daily": "theirs", "sister": "theirs"}
        assert ours.others(connection, ["free"]) == {}


def test_others_can_be_kept_to_what_is_due(database: Database, ours: Leases, theirs: Leases) -> None:
    claim(database, theirs)
    change(database, "weekly", next_visit_at=NOW + HOUR)
    with database.read() as connection:
        assert ours.others(connection, ["daily", "weekly"], NOW) == {"daily": "theirs"}


def test_others_leaves_out_who_is_gone(database: Database, ours: Leases, theirs: Leases) -> None:
    for lease in claim(database, theirs):
        lapse(database, lease)
    with database.read() as connection:
        assert ours.others(connection, ["daily", "weekly"]) == {}


def test_leases_of_a_process_that_was_killed_are_free_at_once(database: Database, store_url: str) -> None:
    words = [sys.executable, "-c", CLAIMER.replace("range(30)", "range(1)"), store_url]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as claimer:
        owner, (key,) = json.loads(claimer.communicate("go\n")[0].partition("\n")[2])
    alive = Leases(database, 60)
    (mine,) = claim(database, alive, 1)
    with database.write() as connection:
        assert alive.others(connection, [key]) == {key: owner}
        assert alive.void_dead(connection) == [key]
        assert alive.others(connection, [key]) == {}
    commit_of(database, mine)
    assert keys(claim(database, alive)) == [key]
