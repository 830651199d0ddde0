"""The servers that tests start: each test has a database of its own, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import text

from tests.support.postgres import PostgresServer, running_postgres

STARTER = """
import sys, time
from tests.support.postgres import running_postgres
with running_postgres() as server:
    print(server.folder, flush=True)
    time.sleep(60)
"""


def _tables(url: str) -> list[str]:
    engine = sqlalchemy.create_engine(url)
    try:
        return sqlalchemy.inspect(engine).get_table_names()
    finally:
        engine.dispose()


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_test_finds_its_database_empty_whatever_the_one_before_it_left(database_url: str, attempt: int) -> None:
    assert _tables(database_url) == []
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE leftover (n integer)"))
    engine.dispose()
    assert _tables(database_url) == ["leftover"]


def test_a_database_is_dropped_though_somebody_is_still_connected(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        engine = sqlalchemy.create_engine(url)
        connection = engine.connect()
        connection.execute(text("SELECT 1"))
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url.replace("+psycopg", ""))
    connection.invalidate()
    engine.dispose()


def test_a_server_listens_on_no_network_address(postgres_server: PostgresServer) -> None:
    with psycopg.connect(f"host={postgres_server.folder} user=postgres dbname=postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_server_takes_further_settings() -> None:
    with (
        running_postgres(max_connections="7") as server,
        psycopg.connect(f"host={server.folder} user=postgres dbname=postgres") as connection,
    ):
        assert connection.execute("SHOW max_connections").fetchone() == ("7",)


def test_the_server_and_its_files_go_when_the_tests_are_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        server_pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(starter.pid, signal.SIGKILL)
    _until_gone(folder)
    assert not _is_running(server_pid)


def _is_running(pid: int) -> bool:
    """Whether there is such a process that is more than an entry nobody has collected (those have no command line)."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and bool(command.read_bytes())


def _until_gone(folder: Path) -> None:
    """Wait for as long as pytest's own timeout allows."""
    while folder.exists():
        time.sleep(0.05)
