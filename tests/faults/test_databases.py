"""Databases that are restarted, shared, or left in the middle of a migration."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from demo.web import Web
from demo.world import World
from storage.database import Database
from storage.store import head, open_database, schema_version
from tests.integration.newsroom import Newsroom, running, wait_until
from tests.support.postgres import PostgresServer, running_postgres

ARTICLES, PROCESSES = 60, 4
#: statements of a migration between two kills
STEP = 9


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server of this test's own that keeps what it has promised; skipped where there is none."""
    with running_postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as own:
        yield own


@pytest.mark.timeout(400)
def test_four_restarts_of_the_server_under_load_lose_nothing(tmp_path: Path, server: PostgresServer) -> None:
    with Web(World.make(outlets=["meridian"], articles=ARTICLES), latency=0.03, initial=10) as web:
        room = Newsroom(web, tmp_path, server.url("postgres"))
        room.configure(every="1s", last_source='max_age = "365d"\n')
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") > 3, 100)
            for mode in ("fast", "immediate") * 2:
                web.publish("meridian", 10)
                server.control("restart", "-m", mode)
                time.sleep(1)
            web.publish("meridian", ARTICLES)
            wait_until(lambda: room.count("SELECT count(*) FROM article") >= ARTICLES, 200)
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())
        assert room.count("SELECT count(*) FROM link WHERE state = 'failed'") == 0
        assert "internal error" not in room.log()


@pytest.mark.timeout(400)
def test_four_processes_on_one_sqlite_file_are_never_locked_out(tmp_path: Path) -> None:
    outlets = ["meridian", "harbour", "northsky", "vestnik"]
    with Web(World.make(outlets=outlets, articles=10)) as web:
        room = Newsroom(web, tmp_path, f"sqlite:///{tmp_path / 'news.db'}")
        room.configure(every="1s", last_source='max_age = "365d"\n')
        with ExitStack() as stack:
            for _ in range(PROCESSES):
                stack.enter_context(running(room, "run"))
            wait_until(lambda: room.log().count("watching") == PROCESSES, 100)
            wait_until(lambda: room.count("SELECT count(*) FROM article") >= len(web.published()), 200)
        assert "locked" not in room.log()
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())


def killed_at(url: str, statement: int) -> bool:
    """Open (and so migrate) a database in a process that is killed before its n-th statement; whether it came so far."""
    child = os.fork()
    if child == 0:
        _die_before(statement)
        open_database(url).dispose()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _die_before(statement: int) -> None:
    left = [statement]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    from sqlalchemy import Engine

    event.listen(Engine, "before_cursor_execute", count)


@pytest.mark.timeout(400)
def test_a_migration_that_is_killed_anywhere_is_finished_at_the_next_start(database_url: str) -> None:
    statement = 0
    while killed_at(database_url, statement):
        statement += STEP
    assert statement > STEP
    open_database(database_url).dispose()
    database = Database(database_url)
    with database.read() as connection:
        assert schema_version(connection) == head()
    database.dispose()
