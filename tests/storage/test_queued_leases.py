"""Leases that wait in a queue, and the sites that a lease takes along: what holds between machines."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from storage import sources
from storage.database import Database
from storage.errors import LeaseLost
from storage.leases import QUEUED, Lease, Leases, Waiting
from storage.schema import site_hold, source, source_site
from storage.sources import VisitSummary
from tests.storage.facts import DAILY, DAY, NOW, entry_of


@pytest.fixture
def scheduler(database: Database) -> Leases:
    return Leases(database, 60, "scheduler")


@pytest.fixture
def worker(database: Database) -> Leases:
    return Leases(database, 60, "worker")


@pytest.fixture
def frozen(postgres_store_url: str) -> Iterator[Database]:
    """Another process on the same PostgreSQL."""
    other = Database(postgres_store_url)
    yield other
    other.dispose()


def hand_out(
    database: Database, by: Leases, most: int = 10, queue: str = "visits", places: int | None = None
) -> list[Lease]:
    with database.write() as connection:
        return by.claim_waiting(connection, NOW, queue, most, places)


def start(database: Database, by: Leases, lease: Lease) -> Lease:
    with database.write() as connection:
        return by.start(connection, lease.source_id, lease.fence)


def add_sources(database: Database, *entries: sources.SourceEntry) -> None:
    with database.write() as connection:
        sources.sync(connection, entries, NOW)


def lapse(database: Database) -> None:
    """Let the time of all leases be over."""
    with database.write() as connection:
        _, now = database.lease_clock(connection)
        connection.execute(update(source).where(source.c.lease_until.is_not(None)).values(lease_until=now - 0.001))


def row_of(database: Database, key: str = "daily") -> dict[str, object]:
    with database.read() as connection:
        return dict(connection.execute(select(source).where(source.c.key == key)).mappings().one())


def keys(leases: list[Lease]) -> list[str]:
    return [lease.source_key for lease in leases]


# places for quick sources ---------------------------------------------------------------------------------------------


def test_slow_sources_never_have_all_places_of_the_workers_whether_they_wait_or_run(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    slow = [entry_of(f"slow{number}") for number in range(12)]
    add_sources(database, *slow, entry_of("quick"))
    first = hand_out(database, scheduler, most=16, places=8)
    assert len(first) == 6, "three quarters of eight"
    for lease in first:
        start(database, worker, lease)
    with database.write() as connection:
        connection.execute(update(source).where(source.c.key == "quick").values(is_brisk=True))
    assert keys(hand_out(database, scheduler, most=16, places=8)) == ["quick"], "none waits, and there is room for it"


# from the queue to the worker -----------------------------------------------------------------------------------------


def test_a_lease_waits_in_the_queue_until_a_worker_starts_it(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    waiting, _ = hand_out(database, scheduler)
    row = row_of(database)
    assert (row["lease_owner"], row["lease_started"], row["unfinished"]) == (QUEUED, None, 0)
    lease = start(database, worker, waiting)
    row = row_of(database)
    assert (row["lease_owner"], row["lease_fence"], row["unfinished"]) == ("worker", waiting.fence, 1)
    assert row["lease_started"] is not None
    assert (lease.source_key, lease.due_at, lease.fence) == ("daily", NOW, waiting.fence)
    with database.write() as connection:
        sources.finish_visit(connection, lease, VisitSummary(NOW, NOW + DAY, "every day"))
    row = row_of(database)
    assert (row["lease_owner"], row["lease_started"], row["unfinished"]) == (None, None, 0)


def test_a_start_whose_answer_was_lost_can_be_sent_again_but_nobody_else_starts_it(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    waiting, _ = hand_out(database, scheduler)
    first, again = start(database, worker, waiting), start(database, worker, waiting)
    assert first.fence == again.fence
    with pytest.raises(LeaseLost):
        start(database, Leases(database, 60, "another worker"), waiting)


def test_a_job_whose_lease_is_over_starts_nothing_and_its_source_is_claimed_for_the_same_instant(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    stale, _ = hand_out(database, scheduler)
    lapse(database)
    with pytest.raises(LeaseLost):
        start(database, worker, stale)
    (fresh, _) = hand_out(database, scheduler)
    assert (fresh.source_key, fresh.due_at) == (stale.source_key, stale.due_at)
    with pytest.raises(LeaseLost):
        start(database, worker, stale)
    assert start(database, worker, fresh).fence == fresh.fence


def test_no_more_leases_wait_than_workers_can_take(database: Database, scheduler: Leases, worker: Leases) -> None:
    add_sources(database, *(entry_of(f"s{number}") for number in range(9)))
    first = hand_out(database, scheduler, 4)
    assert (len(first), hand_out(database, Leases(database, 60, "second"), 4)) == (4, [])
    start(database, worker, first[0])
    assert len(hand_out(database, scheduler, 4)) == 1
    lapse(database)
    assert len(hand_out(database, scheduler, 4)) == 4


def test_queues_are_limited_apart(database: Database, scheduler: Leases) -> None:
    shown = [entry_of(f"r{number}", render="always") for number in range(3)]
    add_sources(database, *shown, entry_of("daily"))
    assert len(hand_out(database, scheduler, 2, "rendered")) == 2
    assert keys(hand_out(database, scheduler, 2)) == ["daily"]
    with database.read() as connection:
        assert [scheduler.waiting(connection, queue) for queue in ("rendered", "visits")] == [2, 1]


def test_each_queue_tells_what_its_sources_wait_for(database: Database, scheduler: Leases, worker: Leases) -> None:
    add_sources(
        database,
        *(entry_of(f"s{number}") for number in range(4)),
        entry_of("off", enabled=False),
        entry_of("shown", render="always"),
    )
    start(database, worker, hand_out(database, scheduler, 2)[0])
    with database.read() as connection:
        told = scheduler.by_queue(connection, NOW + DAY)
    assert told == {"visits": Waiting(2, DAY.total_seconds(), 1, 1), "rendered": Waiting(1, DAY.total_seconds())}
    with database.read() as connection:
        assert scheduler.by_queue(connection, NOW - DAY)["rendered"] == Waiting()


def test_the_fences_of_live_leases_are_told(database: Database, scheduler: Leases) -> None:
    first, second = hand_out(database, scheduler)
    with database.read() as connection:
        told = scheduler.fences(connection, [first.source_id, second.source_id, 99])
    assert told == {first.source_id: first.fence, second.source_id: second.fence}
    lapse(database)
    with database.read() as connection:
        assert scheduler.fences(connection, [first.source_id, second.source_id]) == {}


def test_a_waiting_lease_outlives_the_scheduler_that_claimed_it(database: Database, scheduler: Leases) -> None:
    waiting = hand_out(database, scheduler)
    with database.write() as connection:
        assert scheduler.void_dead(connection) == []
    assert start(database, Leases(database, 60, "worker"), waiting[0]).source_key == "daily"


def test_only_a_visit_that_may_have_ended_its_process_counts_as_unfinished(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    for lost in (1, 2):
        start(database, worker, hand_out(database, scheduler)[0])
        lapse(database)
        assert row_of(database)["unfinished"] == lost
    with database.write() as connection:
        for _ in range(3):
            sources.excuse(connection, DAILY)
    assert row_of(database)["unfinished"] == 0


# locks of others ------------------------------------------------------------------------------------------------------


def test_claims_go_round_a_row_that_a_frozen_process_has_locked(frozen: Database) -> None:
    add_sources(frozen, entry_of("daily"), entry_of("weekly"))
    own = Database(str(frozen.url.render_as_string(hide_password=False)))
    with frozen.write() as connection:
        connection.execute(update(source).where(source.c.key == "daily").values(name="under way"))
        assert keys(hand_out(own, Leases(own, 60, "other"))) == ["weekly"]
    assert keys(hand_out(own, Leases(own, 60, "other"))) == ["daily"]
    own.dispose()


def test_two_schedulers_never_hand_out_one_source_twice(store_url: str, database: Database) -> None:
    add_sources(database, *(entry_of(f"s{number:02}") for number in range(40)))
    claimed: list[str] = []

    def beat(name: str) -> None:
        own = Database(store_url)
        by = Leases(own, 60, name)
        for most in range(4, 44, 4):
            claimed.extend(keys(hand_out(own, by, most)))
        own.dispose()

    beats = [threading.Thread(target=beat, args=(name,)) for name in "ab"]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()
    assert sorted(claimed) == sorted(f"s{number:02}" for number in range(40))


# sites ----------------------------------------------------------------------------------------------------------------


def test_sources_that_share_any_host_are_visited_one_after_the_other(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    add_sources(
        database,
        entry_of("a", "a.example", "shared.example"),
        entry_of("b", "b.example", "shared.example"),
        entry_of("c", "shared.example"),
        entry_of("d", "d.example"),
    )
    (first, _) = hand_out(database, scheduler)
    assert keys(hand_out(database, scheduler)) == []
    lease = start(database, worker, first)
    with database.read() as connection:
        assert scheduler.others(connection, ["b", "c", "d"]) == {"b": "worker", "c": "worker", "d": QUEUED}
    with database.write() as connection:
        sources.finish_visit(connection, lease, VisitSummary(NOW, NOW + DAY, "every day"))
    assert keys(hand_out(database, scheduler)) == ["b"]


def test_sites_follow_the_configuration(database: Database) -> None:
    def stored() -> list[tuple[int, str]]:
        with database.read() as connection:
            found = connection.execute(select(source_site).order_by(source_site.c.source_id, source_site.c.site))
            return [(row.source_id, row.site) for row in found]

    assert stored() == [(1, "daily.example"), (2, "weekly.example")]
    add_sources(database, entry_of("daily", "new.example", "cdn.example"))
    assert stored() == [(1, "cdn.example"), (1, "new.example"), (2, "weekly.example")]


def test_a_site_that_a_redirect_led_to_belongs_to_the_visit_until_it_ends(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    add_sources(database, entry_of("daily"), entry_of("weekly"))
    daily, weekly = hand_out(database, scheduler)
    lease = start(database, worker, daily)
    with database.write() as connection:
        assert worker.hold_site(connection, lease, "elsewhere.example") is None
        assert worker.hold_site(connection, lease, "elsewhere.example") is None
    add_sources(database, entry_of("daily"), entry_of("weekly"), entry_of("elsewhere"))
    assert hand_out(database, scheduler) == []
    other = Leases(database, 60, "other worker")
    theirs = start(database, other, weekly)
    with database.write() as connection:
        assert other.hold_site(connection, theirs, "elsewhere.example") == "worker"
        assert other.hold_site(connection, theirs, "daily.example") == "worker"
        sources.finish_visit(connection, lease, VisitSummary(NOW, NOW + DAY, "every day"))
        assert other.hold_site(connection, theirs, "elsewhere.example") is None
    assert hand_out(database, scheduler) == []
    lapse(database)
    assert "elsewhere" in keys(hand_out(database, scheduler))
    with database.read() as connection:
        assert len(connection.execute(select(site_hold)).all()) == 2


def test_a_process_shares_a_site_with_itself_and_who_lost_the_lease_takes_none(
    database: Database, scheduler: Leases, worker: Leases
) -> None:
    daily, weekly = (start(database, worker, lease) for lease in hand_out(database, scheduler))
    with database.write() as connection:
        assert worker.hold_site(connection, daily, "elsewhere.example") is None
        assert worker.hold_site(connection, weekly, "elsewhere.example") is None
    lapse(database)
    hand_out(database, scheduler)
    with database.write() as connection, pytest.raises(LeaseLost):
        worker.hold_site(connection, daily, "third.example")
