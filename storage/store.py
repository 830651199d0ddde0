"""Opening a store: the database is created or upgraded under a lock, and a newer one is refused."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import schema_faults  # noqa: F401 - its tables belong to the schema
from storage.database import IDLE_IN_TRANSACTION, Database, insert_new
from storage.errors import DatabaseNewer, SchemaDiffers
from storage.schema import counter, meta
from storage.views import VIEWS

#: PostgreSQL advisory lock that one upgrading process holds (any number, the same in all versions)
UPGRADE_LOCK = 7_240_001


def open_database(url: str, lease: float | None = None) -> Database:
    """The database at a SQLAlchemy URL, upgraded to this version. Raises DatabaseNewer."""
    database = Database(url, lease)
    with ExitStack() as stack:
        stack.callback(database.dispose)  # unless it is handed out
        with upgrade_lock(database) as connection:
            if schema_version(connection) != head():
                _refuse_newer(connection)
                _upgrade(connection)
        stack.pop_all()
    return database


def join_database(url: str, lease: float | None = None) -> Database:
    """The database as others have made it: nothing is upgraded. Raises SchemaDiffers.

    One version ahead will do: migrations expand first, so that machines can be upgraded one after the other.
    """
    database = Database(url, lease)
    with ExitStack() as stack:
        stack.callback(database.dispose)  # unless it is handed out
        with database.read() as connection:
            version = schema_version(connection)
        if not may_join(version, head()):
            message = f"the schema is {version or 'not made yet'}, this program works with {head()}. "
            raise SchemaDiffers(f"{message}{SchemaDiffers.__doc__}")
        stack.pop_all()
    return database


def share_database(url: str, lease: float | None = None) -> Database:
    """The database, upgraded to this version where it is older; where it is one version ahead, as it is."""
    try:
        return open_database(url, lease)
    except DatabaseNewer:
        return join_database(url, lease)


def may_join(version: str | None, own: str) -> bool:
    """Whether a program that knows the schema `own` works with a database of that version."""
    return version is not None and version.isdigit() and int(version) - int(own) in (0, 1)


def head() -> str:
    """The schema version of this program."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def schema_version(connection: Connection) -> str | None:
    """The schema version of a database; None: it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def upgrade_lock(database: Database) -> Iterator[Connection]:
    """A transaction in which tables may be made and changed: one process at a time."""
    # SQLite: BEGIN IMMEDIATE is the lock, and its DDL is part of the transaction.
    with database.write() as connection:
        if not database.is_sqlite:
            # a new index may take hours, and who makes tables holds no lease whose length would matter
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        yield connection


def _refuse_newer(connection: Connection) -> None:
    version = schema_version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
        message = f"{DatabaseNewer.__doc__} (its schema is {version}, this program knows up to {head()})"
        raise DatabaseNewer(message)


def _upgrade(connection: Connection) -> None:
    rights = _rights(connection)
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for name, select in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {select}"))
    for view, reader in rights:
        connection.execute(text(f"GRANT SELECT ON {view} TO {reader}"))
    insert_new(connection, counter, [{"name": "change", "n": 0}, {"name": "fence", "n": 0}])
    insert_new(connection, meta, [{"name": "epoch", "value": secrets.token_hex(8)}])


def _rights(connection: Connection) -> list[tuple[str, str]]:
    """Which views who else may read, quoted: one that is made anew has forgotten it. SQLite knows no roles."""
    if connection.dialect.name == "sqlite":
        return []
    return [(row.view, row.reader) for row in connection.execute(_RIGHTS, {"views": list(VIEWS)})]


_RIGHTS = text("""
SELECT table_name AS view, CASE grantee WHEN 'PUBLIC' THEN grantee ELSE quote_ident(grantee) END AS reader
FROM information_schema.table_privileges
WHERE table_schema = current_schema() AND privilege_type = 'SELECT' AND grantee <> current_user
    AND table_name = ANY(:views)
""")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
