"""Schedulers and workers as real processes against the demo web: the same articles, a clean end, nothing left behind."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.server import Answer, Asked
from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom, running, wait_until
from tests.support.pages import page, rss

SHARED = '\n[engine]\nkind = "procrastinate"\n'
ARTICLES = 12


@pytest.fixture
def room(tmp_path: Path, postgres_url: str) -> Iterator[Newsroom]:
    """One outlet, and a configuration for several machines."""
    with Web(World.make(seed=5, outlets=["meridian"], articles=ARTICLES)) as web:
        newsroom = Newsroom(web, tmp_path, postgres_url)
        newsroom.configure(f"lease = 20{SHARED}", 'max_age = "365d"', every="2s")
        yield newsroom


@pytest.mark.timeout(240)
def test_a_scheduler_and_a_worker_store_what_one_daemon_would(room: Newsroom) -> None:
    with running(room, "run", "--role", "scheduler"):
        wait_until(lambda: room.count("SELECT count(*) FROM member") == 1, 100)
        with running(room, "run", "--role", "worker"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") >= ARTICLES, 150)
            told = room.run("engine", "status")
            assert "2 processes" in told
            assert all(word in told for word in ("scheduler", "worker", "visits", "64"))
        assert room.rows("SELECT role FROM member") == [("scheduler",)]
    urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
    assert sorted(urls) == sorted(room.web.url_of(article) for article in room.web.published("meridian"))
    assert room.count("SELECT count(*) FROM member") == 0
    assert room.count("SELECT count(*) FROM procrastinate_workers") == 0
    assert room.rows("SELECT lease_owner FROM source WHERE lease_owner <> 'queue'") == []
    assert "internal error" not in room.log()
    assert "Traceback" not in room.log()


@pytest.mark.timeout(240)
def test_a_worker_that_is_told_to_stop_lets_its_visit_end(tmp_path: Path, postgres_url: str) -> None:
    """`all` is scheduler and worker in one; the visit takes longer than a daemon of one machine would wait for."""
    with Web(World.make(outlets=[])) as web:
        base = web.serve("slow", lambda asked: _slow(web.url("slow", ""), asked))
        room = Newsroom(web, tmp_path, postgres_url)
        room.configure(f"lease = 20{SHARED}", every="1h", sources={"slow": f"{base}/feed"})
        daemon = room.start("run", "--role", "all")
        wait_until(lambda: any(request.path == "/feed" for request in web.requests("slow")), 100)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0, room.log()
        assert room.rows("SELECT headline FROM v1_article") == [("Harbour opens again",)], room.log()
        assert room.rows("SELECT visits, lease_owner FROM source") == [(1, None)]


def _slow(base: str, asked: Asked) -> Answer:
    if asked.path == "/feed":
        time.sleep(2)  # the stop comes meanwhile
        return Answer(rss("/harbour-opens-again-1", site=base).encode(), content_type="application/rss+xml")
    found = asked.path == "/harbour-opens-again-1"
    return Answer(page("Harbour opens again", base).encode()) if found else Answer(b"no", 404)
