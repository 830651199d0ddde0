"""The engine's own tables: made once, brought up to date, and missed by name."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from engine import tables
from engine.tables import META, EngineNotReady
from storage.database import Database
from storage.schema import meta
from storage.store import open_database


def applied(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(meta.c.value).where(meta.c.name == META)).scalar_one())


def test_who_runs_one_machine_never_sees_these_tables(database_url: str) -> None:
    database = open_database(database_url)
    assert not [name for name in inspect(database.engine).get_table_names() if "procrastinate" in name]
    database.dispose()


def test_they_are_made_once_by_however_many_start_together(postgres_url: str) -> None:
    open_database(postgres_url).dispose()

    def prepare() -> None:
        own = Database(postgres_url)
        tables.prepare(own)
        own.dispose()

    starts = [threading.Thread(target=prepare) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    database = Database(postgres_url)
    assert "procrastinate_jobs" in inspect(database.engine).get_table_names()
    tables.check(database)
    assert applied(database).endswith(".sql")
    database.dispose()


def test_a_worker_says_what_is_missing(postgres_url: str) -> None:
    database = open_database(postgres_url)
    with pytest.raises(EngineNotReady, match="start a scheduler of this version first"):
        tables.check(database)
    database.dispose()


def test_only_the_migrations_after_the_last_one_are_run(
    shared: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the next release of the engine will bring them: files with names in order."""
    known = applied(shared)
    (tmp_path / "one.sql").write_text("CREATE TABLE of_one (id int); INSERT INTO of_one VALUES (7 % 4)")
    (tmp_path / "two.sql").write_text("ALTER TABLE of_one ADD COLUMN two int")
    later = {"99.00.00_01_one.sql": tmp_path / "one.sql", "99.00.00_02_two.sql": tmp_path / "two.sql"}
    monkeypatch.setattr(tables, "_migrations", lambda: {known: tmp_path / "not there", **later})
    with pytest.raises(EngineNotReady):
        tables.check(shared)
    for _ in range(2):
        tables.prepare(shared)
        assert applied(shared) == "99.00.00_02_two.sql"
    tables.check(shared)
    with shared.read() as connection:
        assert connection.execute(text("SELECT id, two FROM of_one")).all() == [(3, None)]


def test_tables_that_the_engines_own_command_made_are_taken_as_they_are(shared: Database) -> None:
    with shared.write() as connection:
        connection.execute(text("DELETE FROM meta WHERE name = :name"), {"name": META})
    tables.prepare(shared)
    assert applied(shared) == max(tables._migrations())


def test_a_scheduler_that_is_older_leaves_the_version_of_the_newer_one(
    shared: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, own = applied(shared), dict(tables._migrations())
    (tmp_path / "next.sql").write_text("CREATE TABLE of_next (id int)")
    with monkeypatch.context() as upgraded:
        upgraded.setattr(tables, "_migrations", lambda: {**own, "99.00.00_01_next.sql": tmp_path / "next.sql"})
        tables.prepare(shared)
    tables.prepare(shared)
    assert known < applied(shared) == "99.00.00_01_next.sql"
    tables.check(shared)
    with monkeypatch.context() as upgraded:
        upgraded.setattr(tables, "_migrations", lambda: {**own, "99.00.00_01_next.sql": tmp_path / "next.sql"})
        tables.prepare(shared)  # would fail on a table that is there
