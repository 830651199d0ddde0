"""A copy of a live SQLite database, whole and checked before it gets its name.

    read snapshot of news.db ─pages─> .news.bak.part ─> new epoch, leases ended ─> integrity check ─> fsync ─> news.bak

Copying the file while somebody writes gives a torn copy; SQLite's own backup reads one state, and in WAL mode it holds
up no writer. The copy is another history from here on: it gets an epoch of its own, so that consumers whose cursor
belongs to the original are told when the copy is put in its place.
"""

import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.database import SQLITE_BUSY_TIMEOUT, Database
from storage.errors import BackupFailed

#: pages copied at once (16 MB at 4 KiB): small enough for ^C to be heard between two steps
PAGES_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup."""

    path: Path
    #: bytes
    size: int
    articles: int
    epoch: str


def back_up(database: Database, target: Path) -> Backup:
    """Write the state of this moment to `target`, replacing an older backup there. Raises BackupFailed."""
    if not database.is_sqlite:
        raise BackupFailed(
            "PostgreSQL has its own: `pg_dump --format=custom --file=FILE DATABASE` while the daemon runs, `pg_restore`"
            " to bring it back, then `newswatch db new-epoch`"
        )
    original = Path(database.url.database or "")
    _refuse(original, target)
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        return _written(original, part, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"no backup was made, {target} is as it was: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _refuse(original: Path, target: Path) -> None:
    if target.is_dir():
        raise BackupFailed(f"{target} is a folder: name a file in it")
    if not target.absolute().parent.is_dir():
        raise BackupFailed(f"there is no folder {target.absolute().parent}: make it first")
    if target.exists() and target.samefile(original):
        raise BackupFailed(f"{target} is the database itself: name another file")


def _written(original: Path, part: Path, target: Path) -> Backup:
    # A copy of what may be private is not more open than the original.
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, original.stat().st_mode & 0o777))
    _copy(original, part)
    articles, epoch = _finish(part)
    _sync(part)
    part.replace(target)
    _sync(target.absolute().parent)
    return Backup(target, target.stat().st_size, articles, epoch)


def _copy(original: Path, part: Path) -> None:
    with closing(_opened(original)) as source, closing(_opened(part)) as copy:
        # With a snapshot of its own the copy need not begin anew each time that somebody commits.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM meta").fetchone()
        source.backup(copy, pages=PAGES_AT_ONCE)
        source.execute("ROLLBACK")


def _finish(part: Path) -> tuple[int, str]:
    """Make the copy a file that stands alone, with an epoch of its own; return its articles and that epoch."""
    epoch = secrets.token_hex(8)
    with closing(_opened(part)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", (epoch,))
        copy.execute("UPDATE source SET lease_owner = NULL, lease_until = NULL, lease_clock = NULL")
        wrong = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        if wrong:
            raise sqlite3.DatabaseError(f"the copy is damaged, and so is the database: {'; '.join(wrong)}")
        (articles,) = copy.execute("SELECT count(*) FROM article").fetchone()
    return int(articles), epoch


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=SQLITE_BUSY_TIMEOUT, isolation_level=None)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
