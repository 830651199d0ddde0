"""Pages that were set aside: counted, listed until they are kept, and tried again on demand."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from storage import failed_items, shapes
from storage.database import Database
from storage.records import LinkState
from storage.schema import link, source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://daily.example/a"


def add_link(database: Database, url: str, state: LinkState) -> None:
    with database.write() as connection:
        values = {"key": "a daily", "name": "Daily", "site": "daily.example", "enabled": True, "next_visit_at": NOW}
        daily = select(source.c.source_id).where(source.c.key == "a daily")
        known = connection.execute(daily).scalar_one_or_none()
        if known is None:
            known = connection.execute(insert(source).values(**values).returning(source.c.source_id)).scalar_one()
        keys = {"url": url, "fetch_key": url, "article_key": url, "kind": "article", "state": state.value}
        connection.execute(insert(link).values(source_id=known, found_at=NOW, attempts=3, **keys))


def set_aside(database: Database, url: str, reason: str, at: datetime = NOW) -> None:
    with database.write() as connection:
        failed_items.set_aside(connection, url, "daily", reason, at)


def test_each_failure_counts_and_the_last_reason_stands(database: Database) -> None:
    for minutes, reason in enumerate(("first", "second", "third")):
        set_aside(database, URL, reason, NOW + timedelta(minutes=minutes))
    with database.read() as connection:
        (item,) = failed_items.listed(connection)
    assert (item.attempts, item.reason) == (3, "third")
    assert (item.first_at, item.last_at) == (NOW, NOW + timedelta(minutes=2))


def test_the_latest_stands_first(database: Database) -> None:
    for minutes, url in enumerate((URL, URL + "b", URL + "c")):
        set_aside(database, url, "x", NOW + timedelta(minutes=minutes))
    with database.read() as connection:
        assert [item.url for item in failed_items.listed(connection)] == [URL + "c", URL + "b", URL]


def test_a_retry_makes_the_link_pending_at_once(database: Database) -> None:
    add_link(database, URL, LinkState.FAILED)
    set_aside(database, URL, "x")
    with database.write() as connection:
        assert failed_items.retry(connection, [URL, "https://other.example/"], NOW) == [URL]
        (row,) = connection.execute(select(link.c.state, link.c.attempts, link.c.next_try_at, link.c.reason))
    assert tuple(row) == ("pending", 0, NOW, None)


def test_a_retry_of_all_leaves_stored_links_alone(database: Database) -> None:
    add_link(database, URL, LinkState.STORED)
    add_link(database, URL + "b", LinkState.SKIPPED)
    set_aside(database, URL, "x")
    set_aside(database, URL + "b", "x")
    with database.write() as connection:
        failed_items.retry(connection, [], NOW)
        states = {row.url: row.state for row in connection.execute(select(link.c.url, link.c.state))}
    assert states == {URL: "stored", URL + "b": "pending"}


def test_shapes_add_up_over_visits(database: Database) -> None:
    with database.write() as connection:
        shapes.add(connection, 7, {"/a/#": (10, 1), "/b": (1, 0)}, NOW)
        shapes.add(connection, 7, {"/a/#": (5, 0)}, NOW)
        shapes.add(connection, 8, {"/a/#": (1, 1)}, NOW)
        assert shapes.load(connection, 7) == {"/a/#": (15, 1), "/b": (1, 0)}
        assert shapes.load(connection, 8) == {"/a/#": (1, 1)}
        assert shapes.load(connection, 9) == {}


def test_what_was_learned_of_a_shape_is_forgotten_after_a_month(database: Database) -> None:
    with database.write() as connection:
        shapes.add(connection, 7, {"/a/#": (100, 0)}, NOW)
        shapes.add(connection, 7, {"/b": (1, 0)}, NOW + shapes.REMEMBERED)
        assert shapes.load(connection, 7) == {"/a/#": (100, 0), "/b": (1, 0)}
        shapes.add(connection, 7, {"/a/#": (1, 0)}, NOW + shapes.REMEMBERED + timedelta(seconds=1))
        assert shapes.load(connection, 7) == {"/a/#": (1, 0), "/b": (1, 0)}


def test_the_update_of_a_link_does_not_touch_others(database: Database) -> None:
    add_link(database, URL, LinkState.FAILED)
    with database.write() as connection:
        connection.execute(update(link).values(reason="HTTP 404"))
        failed_items.retry(connection, [], NOW)
        assert connection.execute(select(link.c.state)).scalar_one() == "failed"
