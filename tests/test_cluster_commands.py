"""`newswatch run --role` and `newswatch engine status`: what they refuse, and what they print."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

import cli
from storage import members, sources
from storage.database import Database
from storage.leases import Leases
from storage.members import Member
from storage.store import head, open_database
from tests.storage.facts import NOW, entry_of
from tests.support.tree import ROOT


def newswatch(folder: Path, database: str, *arguments: str, engine: str = "procrastinate") -> Result:
    file = folder / "newswatch.toml"
    file.write_text(f'database = "{database}"\n[engine]\nkind = "{engine}"\n', encoding="utf-8")
    return CliRunner().invoke(cli.app, ["--config", str(file), *arguments])


def _make(url: str, version: str) -> None:
    """A database of some version."""
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    database.dispose()


def test_several_machines_on_a_file_are_refused_in_one_sentence(tmp_path: Path) -> None:
    done = newswatch(tmp_path, f"sqlite:///{tmp_path}/news.db", "run", "--role", "worker")
    assert done.exit_code == 2
    assert done.output.splitlines() == [
        '[engine]: kind = "procrastinate" needs PostgreSQL: name one in `database`, or take kind = "local"'
    ]


@pytest.mark.parametrize(
    ("role", "says"),
    [
        pytest.param("worker", '--role worker needs [engine] kind = "procrastinate" and PostgreSQL', id="one machine"),
        pytest.param("boss", "--role is all, scheduler or worker", id="no such part"),
    ],
)
def test_a_role_that_cannot_be_played_is_refused(tmp_path: Path, role: str, says: str) -> None:
    done = newswatch(tmp_path, f"sqlite:///{tmp_path}/news.db", "run", "--role", role, engine="local")
    assert (done.exit_code, says in done.output) == (2, True)


@pytest.mark.parametrize(
    ("version", "says"),
    [
        pytest.param(None, "the schema is not made yet", id="no schema"),
        pytest.param(f"{int(head()) - 1:04}", f"this program works with {head()}", id="one behind"),
        pytest.param(head(), "tables of the engine are missing", id="no engine"),
    ],
)
def test_a_worker_that_comes_too_early_ends_so_that_it_is_started_again(
    tmp_path: Path, postgres_url: str, version: str | None, says: str
) -> None:
    if version is not None:
        _make(postgres_url, version)
    (tmp_path / "newswatch.toml").write_text(f'database = "{postgres_url}"\n[engine]\nkind = "procrastinate"\n')
    words = [sys.executable, "-m", "cli", "--config", str(tmp_path / "newswatch.toml"), "run", "--role", "worker"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert says in done.stderr
    assert "start a scheduler of this version" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_daemon_that_is_older_than_its_database_is_not_started_again(tmp_path: Path) -> None:
    """Only another program, or a backup, cures that."""
    _make(f"sqlite:///{tmp_path}/news.db", "9999")
    done = newswatch(tmp_path, f"sqlite:///{tmp_path}/news.db", "run", engine="local")
    assert (done.exit_code, "install that version, or restore a backup" in done.output) == (2, True)


def test_a_daemon_whose_database_is_away_at_its_start_says_so_in_a_line(tmp_path: Path) -> None:
    """Whoever started it does so again; later on it waits by itself."""
    (tmp_path / "newswatch.toml").write_text('database = "postgresql://nobody@/none?host=/nowhere"\n')
    words = [sys.executable, "-m", "cli", "--config", str(tmp_path / "newswatch.toml"), "run"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("database postgresql")
    assert "No such file or directory" in done.stderr


def test_the_status_of_nobody_says_what_is_missing(tmp_path: Path, postgres_url: str) -> None:
    database = open_database(postgres_url)
    with database.write() as connection:
        sources.sync(connection, [entry_of("daily"), entry_of("shown", render="always")], NOW)
    done = newswatch(tmp_path, postgres_url, "engine", "status")
    assert done.exit_code == 1
    assert "no worker takes the queue 'rendered': start one" in done.output
    assert "no scheduler is there" in done.output
    database.dispose()


def test_the_status_of_one_machine_says_that_it_does_all_by_itself(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/news.db").dispose()
    done = newswatch(tmp_path, f"sqlite:///{tmp_path}/news.db", "engine", "status", engine="local")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == ['[engine] kind = "local": one machine does all by itself']


def test_the_status_shows_who_is_there_and_what_waits(tmp_path: Path, postgres_url: str) -> None:
    database = open_database(postgres_url)
    with database.write() as connection:
        sources.sync(connection, [entry_of(f"s{number}") for number in range(5)], NOW)
        _somebody(database, Member("news1:1", "scheduler", "1.0", {}, {}))
        _somebody(database, Member("news2:2", "worker", "1.0", {"visits": 64}, {"visits": 3}))
        first, *_ = Leases(database, 60, "news1:1").claim_waiting(connection, NOW, "visits", 3)
        Leases(database, 60, "news2:2").start(connection, first.source_id, first.fence)
    done = newswatch(tmp_path, postgres_url, "engine", "status")
    assert done.exit_code == 0, done.output
    words = [line.split() for line in done.output.splitlines()]
    assert ["news2:2", "worker", "1.0", "visits", "3/64"] in [line[:5] for line in words]
    assert ["visits", "64", "1", "2", "2"] in [line[:5] for line in words]
    _somebody(database, Member("news3:3", "worker", "1.1", {"visits": 64}, {}))
    assert "different versions" in newswatch(tmp_path, postgres_url, "engine", "status").output
    database.dispose()


def _somebody(database: Database, member: Member) -> None:
    with database.write() as connection:
        members.sign(database, connection, member)
