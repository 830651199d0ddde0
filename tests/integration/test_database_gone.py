"""A database that goes away in mid-crawl costs time and nothing else."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom, running, wait_until
from tests.support.postgres import PostgresServer, running_postgres

ARTICLES = 60
#: seconds for which the server is away
OUTAGE = 3.0


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server of this test's own that keeps what it has promised; skipped where there is none."""
    with running_postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as own:
        yield own


@pytest.mark.parametrize("mode", [pytest.param("fast", id="stopped"), pytest.param("immediate", id="crashed")])
def test_a_daemon_outlives_its_database(tmp_path: Path, server: PostgresServer, mode: str) -> None:
    with Web(World.make(outlets=["meridian"], articles=ARTICLES), latency=0.03) as web:
        room = Newsroom(web, tmp_path, server.url("postgres"))
        room.configure(every="1s", last_source='max_age = "365d"\n')
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") > 3)
            server.control("stop", "-m", mode)
            time.sleep(OUTAGE)
            server.control("start")
            wait_until(lambda: room.count("SELECT count(*) FROM article") >= ARTICLES, 100)
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())
        assert room.count("SELECT count(*) FROM revision") == ARTICLES
        assert "internal error" not in room.log()
        assert "database not ready" in room.log()
