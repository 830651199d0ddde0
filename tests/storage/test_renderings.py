"""Whether a source needs a browser, on its row, and where it waits therefore."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from storage import renderings, sources
from storage.database import Database
from storage.records import USELESS
from storage.renderings import RENDERED, VISITS, queue_of
from storage.sources import SourceEntry
from storage.store import open_database

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def kept(database_url: str) -> Iterator[Database]:
    """A store with one source, of id 1."""
    database = open_database(database_url)
    configure(database, "auto")
    yield database
    database.dispose()


def configure(database: Database, render: str) -> None:
    entry = SourceEntry("daily", "The Daily", "daily.example", enabled=True, render=render)
    with database.write() as connection:
        sources.sync(connection, [entry], NOW)


def row(database: Database, query: str = "SELECT queue FROM source") -> tuple[Any, ...]:
    with database.read() as connection:
        return tuple(connection.execute(text(query)).one())


def test_what_was_found_out_is_kept_and_shown_to_consumers(kept: Database) -> None:
    found = ("lists", "12 links in the browser, none without", NOW)
    with kept.write() as connection:
        assert renderings.load(connection, 1) == (None, None, None)
        renderings.save(connection, 1, *found)
        assert renderings.load(connection, 1) == found
    assert row(kept, "SELECT render_need, render_reason FROM v1_source_health") == found[:2]
    with kept.write() as connection:
        renderings.save(connection, 1, None, "lists come without a browser again", NOW)
        assert renderings.load(connection, 1)[0] is None


@pytest.mark.parametrize(
    ("render", "need", "queue"),
    [
        pytest.param("auto", None, VISITS, id="nothing is known yet"),
        pytest.param("auto", "lists and articles", RENDERED, id="visits found out that it needs one"),
        pytest.param("auto", USELESS, VISITS, id="a browser shows no more"),
        pytest.param("always", None, RENDERED, id="the operator wants it"),
        pytest.param("never", "lists", VISITS, id="the operator does not want it"),
    ],
)
def test_where_a_source_waits(render: str, need: str | None, queue: str) -> None:
    assert queue_of(render, need) == queue


def test_a_source_changes_its_queue_with_what_visits_find_out(kept: Database) -> None:
    for need, queue in (("articles", RENDERED), (USELESS, VISITS), ("lists", RENDERED), (None, VISITS)):
        with kept.write() as connection:
            renderings.save(connection, 1, need, "why", NOW)
        assert row(kept) == (queue,)


def test_a_restart_keeps_what_was_found_out_and_the_operator_has_the_last_word(kept: Database) -> None:
    with kept.write() as connection:
        renderings.save(connection, 1, "lists", "why", NOW)
    for render, queue in (("auto", RENDERED), ("never", VISITS), ("always", RENDERED), ("auto", RENDERED)):
        configure(kept, render)
        assert row(kept, "SELECT queue, render_need FROM source") == (queue, "lists")


def test_who_has_no_browser_passes_a_source_on(kept: Database) -> None:
    with kept.write() as connection:
        renderings.pass_on(connection, 1)
    assert row(kept, "SELECT queue, render_need FROM source") == (RENDERED, None)


@pytest.mark.parametrize(
    ("render", "need", "queue"),
    [
        pytest.param("auto", None, VISITS, id="nobody needs one now"),
        pytest.param("auto", "lists", RENDERED, id="what visits found out holds"),
        pytest.param("always", None, RENDERED, id="what the operator wants holds"),
    ],
)
def test_a_source_that_was_passed_on_is_taken_back_when_nothing_needs_a_browser(
    kept: Database, render: str, need: str | None, queue: str
) -> None:
    configure(kept, render)
    with kept.write() as connection:
        renderings.save(connection, 1, need, "why", NOW)
        renderings.pass_on(connection, 1)
        renderings.take_back(connection, 1, render)
    assert row(kept, "SELECT queue, render_need FROM source") == (queue, need)
