"""One way into SQLite and PostgreSQL: connections, transactions, and the clock that leases are measured on.

What differs between the two is in this file and nowhere else:

* SQLite writers begin with BEGIN IMMEDIATE (a deferred one fails with "locked" as soon as two write), readers with a
  plain BEGIN; WAL with synchronous=NORMAL (a power cut may take the last commits, which the next visit repairs,
  because what was seen stands in the same file).
* PostgreSQL connections are tested before use, and a writer that freezes inside a transaction loses it.
* Leases run on the database's clock (PostgreSQL) or on the machine's boot clock (SQLite), so that setting the wall
  clock breaks none.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Boolean, Connection, Engine, Float, Insert, Table, Text, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

#: seconds a writer waits for the lock of another process before it reports "locked"
SQLITE_BUSY_TIMEOUT = 60.0
#: seconds after which PostgreSQL ends a transaction that stands still; well below the lease (60 s)
IDLE_IN_TRANSACTION = 15.0
#: what a lease leaves of that: a frozen process must lose its locks before its sources go to others
IDLE_SHARE = 4
#: seconds after which PostgreSQL ends a statement of a process that visits: others wait for the rows that it holds, and
#: none of its statements takes a minute (exports and upgrades may take hours; they hold no lease)
STATEMENT_LIMIT = 300
#: seconds after which a peer that does not answer is given up, here and on the server: a cut cable tells nobody
SILENCE = 20
#: what libpq and the server are told of it (a socket in the file system takes no notice)
_KEEPALIVES = {
    "connect_timeout": 10, "keepalives_idle": SILENCE // 2, "keepalives_interval": SILENCE // 4, "keepalives_count": 2,
    "tcp_user_timeout": SILENCE * 1000,
}  # fmt: skip
_SERVER_KEEPALIVES = {
    "tcp_keepalives_idle": SILENCE // 2, "tcp_keepalives_interval": SILENCE // 4, "tcp_keepalives_count": 2,
    "tcp_user_timeout": SILENCE * 1000,
}  # fmt: skip
#: memory-mapped and cached pages of one SQLite connection, KiB
SQLITE_CACHE_KIB = 16_000
#: how many values are given to one IN (...) list (SQLite takes 32,766 values a statement)
CHUNK = 500
#: damaged places that SQLite lists before it stops looking
DAMAGE_LIMIT = 100

#: SQLite's codes of what may pass: locked by another process, file unreadable or read-only for now, disk full
PASSING_SQLITE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM,
})  # fmt: skip
#: PostgreSQL's classes of the same: connection, password file, deadlock, resources, lock, operator, disk
PASSING_SQLSTATE = frozenset({"08", "28", "40", "53", "55", "57", "58"})

T = TypeVar("T")


class Database:
    """A database reached by URL. Safe to use from several threads; `dispose` closes its connections.

    `lease` is how long a lease lasts for whoever uses it, in seconds: its transactions may not stand still for as long.
    """

    def __init__(self, url: str, lease: float | None = None) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lease = lease
        self._engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url, lease)
        self._boot_id = _boot_id() if self.is_sqlite else ""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed when the block ends well, else rolled back."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: it holds up no writer."""
        with self._engine.connect().execution_options(read_only=True) as connection, connection.begin():
            yield connection

    def lease_clock(self, connection: Connection) -> tuple[str, float]:
        """The clock that leases are measured on: its name and its seconds now."""
        if self.is_sqlite:
            return self._boot_id, time.clock_gettime(time.CLOCK_BOOTTIME)
        seconds = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
        return "postgresql", float(seconds)

    def driver_arguments(self) -> dict[str, Any]:
        """What psycopg is to be called with for a connection like those of this database."""
        _, arguments = self._engine.dialect.create_connect_args(self.url)
        return {**arguments, **_postgresql_arguments(self._lease)}

    @property
    def engine(self) -> Engine:
        """The engine, for migrations."""
        return self._engine

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()


class InsertNew(Insert):
    """An INSERT that leaves out rows whose keys are there. The dialects' own are compiled anew each time they run."""

    inherit_cache = True


@compiles(InsertNew)
def _unless_there(element: InsertNew, compiler: Any, **more: Any) -> str:
    return f"{compiler.visit_insert(element, **more)} ON CONFLICT DO NOTHING"


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose keys are not there yet (all rows name the same columns); return how many were new."""
    # inline: no RETURNING of the key; without the option, the count of an INSERT is -1 on PostgreSQL
    statement = InsertNew(table).inline().execution_options(preserve_rowcount=True)
    return connection.execute(statement, list(rows)).rowcount if rows else 0


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in pieces that fit one statement."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


class HasNul(FunctionElement[bool]):
    """Whether a text has a NUL character. PostgreSQL refuses such a text, so there it is never so."""

    type = Boolean()
    inherit_cache = True


@compiles(HasNul)
def _never(_element: HasNul, _compiler: Any, **_more: Any) -> str:
    return "false"


@compiles(HasNul, "sqlite")
def _searched(element: HasNul, compiler: Any, **more: Any) -> str:
    return f"coalesce(instr({compiler.process(element.clauses, **more)}, char(0)), 0) > 0"


class HourOf(FunctionElement[str]):
    """The hour of an instant in UTC, as text: "2026-11-23 10"."""

    type = Text()
    inherit_cache = True


@compiles(HourOf)
def _formatted(element: HourOf, compiler: Any, **more: Any) -> str:
    moment = compiler.process(element.clauses, **more)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


@compiles(HourOf, "sqlite")
def _cut(element: HourOf, compiler: Any, **more: Any) -> str:
    return f"substr({compiler.process(element.clauses, **more)}, 1, 13)"


class SecondsBetween(FunctionElement[float]):
    """Seconds from the first instant to the second."""

    type = Float()
    inherit_cache = True


@compiles(SecondsBetween)
def _extracted(element: SecondsBetween, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(clause, **more) for clause in element.clauses)
    return f"extract(epoch FROM {second} - {first})"


@compiles(SecondsBetween, "sqlite")
def _from_days(element: SecondsBetween, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(julianday({second}) - julianday({first})) * 86400.0"


def damage(connection: Connection) -> list[str]:
    """Where the file itself is damaged, and which rows point to none; PostgreSQL looks after both by itself."""
    if connection.dialect.name != "sqlite":
        return []
    torn = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({DAMAGE_LIMIT})")]
    lost = [
        f"{row[0]} {row[1]} points to no {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    return [line for line in torn if line != "ok"] + lost


def is_connection_lost(error: Exception) -> bool:
    """Whether a transaction failed for a reason that may pass: connection lost, restart, lock timeout, disk full."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    # "OperationalError" alone means little: a syntax error (SQLite) and a key too long for its index (PostgreSQL) are
    # of that class too, and no repetition heals them.
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in PASSING_SQLITE
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state[:2] in PASSING_SQLSTATE)


def _sqlite_engine(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred and skips SAVEPOINT: we begin by ourselves (see _begin_sqlite).
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"cache_size=-{SQLITE_CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    # Of processes that open a new file at once, SQLite tells all but one "locked": this switch alone waits for nobody.
    deadline = time.monotonic() + SQLITE_BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql_engine(url: URL, lease: float | None) -> Engine:
    return create_engine(url, pool_pre_ping=True, connect_args=_postgresql_arguments(lease))


def _postgresql_arguments(lease: float | None) -> dict[str, Any]:
    idle = IDLE_IN_TRANSACTION if lease is None else min(IDLE_IN_TRANSACTION, lease / IDLE_SHARE)
    told = {"idle_in_transaction_session_timeout": f"{int(idle * 1000)}ms", "timezone": "UTC", **_SERVER_KEEPALIVES}
    if lease is not None:
        told["statement_timeout"] = f"{STATEMENT_LIMIT}s"
    return {"options": " ".join(f"-c {name}={value}" for name, value in told.items()), **_KEEPALIVES}


def _boot_id() -> str:
    """Name of this boot of the machine: boot-clock seconds of another boot mean nothing."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.exists() else "boot"
