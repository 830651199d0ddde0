"""A backup of a live database: one state, whole, checked, and another history from then on."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from storage import changes, sources
from storage.backup import Backup, back_up
from storage.database import Database
from storage.errors import BackupFailed
from storage.leases import Leases
from storage.promises import findings
from storage.schema import article, source
from storage.store import open_database
from tests.storage.facts import NOW, count, entry_of, keep
from tests.support.tree import ROOT


@pytest.fixture
def live(sqlite_store_url: str) -> Iterator[Database]:
    """A SQLite store with five articles and a leased source."""
    database = Database(sqlite_store_url)
    with database.write() as connection:
        sources.sync(connection, [entry_of("daily")], NOW)
        for number in range(5):
            keep(connection, f"story-{number}")
        Leases(database, 600.0).claim_named(connection, ["daily"])
    yield database
    database.dispose()


@contextmanager
def writing_to(database: Database) -> Iterator[list[int]]:
    """A thread that stores articles, one a commit, until the block ends; the list grows with each."""
    stop, done = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            with database.write() as connection:
                keep(connection, f"later-{len(done)}")
            done.append(len(done))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def opened(made: Backup) -> Database:
    return open_database(f"sqlite:///{made.path}")


def test_the_copy_has_what_the_original_had_and_breaks_no_promise(live: Database, tmp_path: Path) -> None:
    made = back_up(live, tmp_path / "news.bak")
    assert made.articles == 5
    assert made.size == (tmp_path / "news.bak").stat().st_size
    restored = opened(made)
    with restored.read() as connection:
        assert list(findings(connection, NOW)) == []
        assert changes.last_number(connection) == 5
        assert [change.change_seq for change in changes.after(connection, 0)] == [1, 2, 3, 4, 5]
    restored.dispose()


def test_the_copy_stands_alone_without_a_log_beside_it(live: Database, tmp_path: Path) -> None:
    back_up(live, tmp_path / "news.bak")
    assert [path.name for path in tmp_path.iterdir()] == ["news.bak"]
    with sqlite3.connect(f"file:{tmp_path}/news.bak?mode=ro&immutable=1", uri=True) as copy:
        assert copy.execute("SELECT count(*) FROM v1_article").fetchone() == (5,)
    copy.close()


def test_the_copy_is_another_epoch_and_nobody_visits_there(live: Database, tmp_path: Path) -> None:
    made = back_up(live, tmp_path / "news.bak")
    with live.read() as connection:
        assert changes.epoch(connection) != made.epoch
    restored = opened(made)
    with restored.read() as connection:
        assert changes.epoch(connection) == made.epoch
        assert Leases(restored, 60.0).held(connection) == 0
    with live.read() as connection:
        assert Leases(live, 60.0).held(connection) == 1
    restored.dispose()


def test_a_copy_made_while_somebody_writes_is_one_state(live: Database, tmp_path: Path) -> None:
    with writing_to(live) as written:
        for round_ in range(5):
            before = len(written)
            made = back_up(live, tmp_path / f"{round_}.bak")
            restored = opened(made)
            with restored.read() as connection:
                assert list(findings(connection, NOW)) == []
                stored = count(connection, article)
                assert changes.last_number(connection) == stored == made.articles
            restored.dispose()
            assert before - 1 <= stored - 5 <= len(written)
    assert len(written) > 1


def test_writers_are_not_held_up_while_pages_are_copied(live: Database, tmp_path: Path) -> None:
    with live.write() as connection:
        for number in range(300):
            keep(connection, f"long-{number}", article_body="word " * 4000)
    with writing_to(live) as written:
        made = back_up(live, tmp_path / "news.bak")
        assert made.articles >= 305
    assert len(written) > 1


def test_an_older_backup_is_replaced(live: Database, tmp_path: Path) -> None:
    first = back_up(live, tmp_path / "news.bak")
    with live.write() as connection:
        keep(connection, "more")
    second = back_up(live, tmp_path / "news.bak")
    assert (first.articles, second.articles) == (5, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["news.bak"]


def test_the_copy_is_as_private_as_the_original(live: Database, tmp_path: Path) -> None:
    Path(live.url.database or "").chmod(0o600)
    assert back_up(live, tmp_path / "news.bak").path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("target", "why"),
    [
        pytest.param("", "is a folder", id="a folder"),
        pytest.param("no/such/folder/news.bak", "there is no folder", id="a folder that is not there"),
    ],
)
def test_a_wrong_target_is_refused_with_a_reason(live: Database, tmp_path: Path, target: str, why: str) -> None:
    with pytest.raises(BackupFailed, match=why):
        back_up(live, tmp_path / target)
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_not_written_over_itself(live: Database, tmp_path: Path) -> None:
    (tmp_path / "link.bak").symlink_to(live.url.database or "")
    for target in (Path(live.url.database or ""), tmp_path / "link.bak"):
        with pytest.raises(BackupFailed, match="is the database itself"):
            back_up(live, target)
    with live.read() as connection:
        assert count(connection, article) == 5


def test_a_damaged_database_gives_no_backup_and_the_old_one_stays(live: Database, tmp_path: Path) -> None:
    old = back_up(live, tmp_path / "news.bak").path.read_bytes()
    with live.write() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        wrong = "CREATE INDEX ix_article_text_hash ON article (url)"
        connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = 'ix_article_text_hash'", (wrong,))
    with pytest.raises(BackupFailed, match="the copy is damaged"):
        back_up(live, tmp_path / "news.bak")
    assert (tmp_path / "news.bak").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["news.bak"]


def test_no_room_for_the_copy_leaves_the_old_backup(live: Database, tmp_path: Path) -> None:
    """A process that may write 64 KiB a file stands for a full disk: the error is the same (SQLITE_FULL, IOERR)."""
    target = tmp_path / "news.bak"
    old = back_up(live, target).path.read_bytes()
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from storage.backup import back_up; from storage.database import Database\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "back_up(Database(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", program, live.url.render_as_string(), str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "BackupFailed: no backup was made" in done.stderr
    assert target.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["news.bak"]


def test_postgresql_is_told_what_does_it_there(postgres_store_url: str, tmp_path: Path) -> None:
    database = Database(postgres_store_url)
    with pytest.raises(BackupFailed, match="pg_dump --format=custom"):
        back_up(database, tmp_path / "news.bak")
    database.dispose()
    assert list(tmp_path.iterdir()) == []


def test_a_new_epoch_is_another_one_each_time(database: Database) -> None:
    with database.write() as connection:
        first = changes.epoch(connection)
        second, third = changes.renew_epoch(connection), changes.renew_epoch(connection)
        assert len({first, second, third}) == 3
        assert changes.epoch(connection) == third
        connection.execute(update(source).values(name="still here"))
