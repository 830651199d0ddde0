"""The engine's own tables: made and upgraded by the engine's own SQL, under our upgrade lock.

They belong to Procrastinate, so its schema makes them, not a migration of ours: a copy of that SQL would go stale with
the next release of it, and the databases of those who run one machine (all SQLite ones) never see these tables. The
name of the last of its migrations that was applied stands in `meta`; they are files with names in order.
"""

from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from sqlalchemy import Connection, select, text, update

from storage.database import Database, insert_new
from storage.errors import NotReady
from storage.schema import meta
from storage.store import upgrade_lock

#: row of `meta` that names the last migration of the engine
META = "procrastinate"


class EngineNotReady(NotReady):
    """The tables of the engine are missing or of another version: start a scheduler of this version first."""


def prepare(database: Database) -> None:
    """Make the engine's tables, or bring them to the version that is installed."""
    with upgrade_lock(database) as connection:
        applied, available = _applied(connection), _migrations()
        if applied is None:
            _run(connection, (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8"))
        else:
            for name in sorted(name for name in available if name > applied):
                _run(connection, available[name].read_text(encoding="utf-8"))
        # an older scheduler that starts later takes nothing back: the newer one would run its migrations again
        newest = max(available) if applied is None else max(applied, *available)
        if not insert_new(connection, meta, [{"name": META, "value": newest}]):
            connection.execute(update(meta).where(meta.c.name == META).values(value=newest))


def check(database: Database) -> None:
    """Raise EngineNotReady where `prepare` has not done what the installed version needs."""
    with database.read() as connection:
        applied = _applied(connection)
    if applied is None or applied < max(_migrations()):
        raise EngineNotReady(EngineNotReady.__doc__)


def _applied(connection: Connection) -> str | None:
    """The last migration of the tables that are there; None: there are none."""
    if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
        return None
    named = connection.execute(select(meta.c.value).where(meta.c.name == META)).scalar_one_or_none()
    return named or max(_migrations())  # somebody made them with the engine's own command, a moment ago


def _migrations() -> dict[str, Traversable]:
    files = sorted((resources.files("procrastinate.sql") / "migrations").iterdir(), key=lambda file: file.name)
    return {file.name: file for file in files if file.name.endswith(".sql")}


def _run(connection: Connection, script: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(script)  # several statements: SQLAlchemy would take their "%" for parameters
