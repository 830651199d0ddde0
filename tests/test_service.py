"""The daemon and one round for cron as processes: signals, systemd, custom spiders, logs."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

import service
from demo.server import Answer, Asked
from demo.web import Web
from demo.world import World
from storage import health
from storage.health import HealthEvent
from storage.store import open_database
from tests.delivery.alerts.receiver import Hook, listening
from tests.hostile.server import HostileServer, feed
from tests.integration.newsroom import Newsroom, wait_until
from tests.support.pages import page, rss
from tests.support.tree import ROOT


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Two outlets with one article each; only the first is in the configuration."""
    with Web(World.make(outlets=[])) as web:
        for key in ("daily", "weekly"):
            web.serve(key, lambda asked, key=key: _said(web.url(key, ""), asked))  # type: ignore[misc]
        newsroom = Newsroom(web, tmp_path, f"sqlite:///{tmp_path / 'news.db'}")
        newsroom.configure(every="1h", sources={"daily": web.url("daily", "/feed")})
        yield newsroom


def _said(base: str, asked: Asked) -> Answer:
    if asked.path == "/feed":
        return Answer(rss("/harbour-opens-again-1", site=base).encode(), content_type="application/rss+xml")
    found = asked.path == "/harbour-opens-again-1"
    return Answer(page("Harbour opens again", base).encode()) if found else Answer(b"no", 404)


def test_a_round_makes_no_more_visits_at_once_than_the_operator_allows(room: Newsroom) -> None:
    under_way, most = 0, 0

    async def slowly(writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.3)
        writer.write(feed([]))
        under_way -= 1

    with HostileServer() as server:
        sites = [server.site(f"daily {number}", {"/feed": slowly}) for number in range(5)]
        sources = {f"daily-{number}": f"{site.url}/feed" for number, site in enumerate(sites)}
        room.configure("visits = 2", every="1h", sources=sources)
        room.run("crawl", "--due")
        assert [site.asked.count("/feed") for site in sites] == [1] * 5
    assert most == 2


def articles(room: Newsroom) -> int:
    return room.count("SELECT count(*) FROM article")


def test_a_daemon_reads_its_configuration_again_and_tells_systemd(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        told: list[bytes] = []
        threading.Thread(target=_listen_to_the_end, args=(systemd, told), daemon=True).start()
        daemon = room.start("--log-format", "json", "run")
        try:
            wait_until(lambda: articles(room) == 1)
            room.file.write_text(room.file.read_text().replace("every", "evry"))
            daemon.send_signal(signal.SIGHUP)
            wait_until(lambda: "configuration not taken" in room.log())
            room.configure(every="1h", sources={key: room.web.url(key, "/feed") for key in ("daily", "weekly")})
            daemon.send_signal(signal.SIGHUP)
            wait_until(lambda: '"weekly: 1 stored' in room.log())
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
        wait_until(lambda: told[-1:] == [b"STOPPING=1"])
    assert told[0] == b"READY=1"
    assert set(told[1:-1]) == {b"WATCHDOG=1"}
    lines = [json.loads(line) for line in room.log().splitlines() if not line.startswith("warning: ")]
    assert any(line["message"].startswith("weekly: 1 stored") for line in lines)
    assert len(room.web.requests("daily")) == 3


def _listen_to_the_end(channel: socket.socket, told: list[bytes]) -> None:
    """As systemd does: at once, whatever else happens. The kernel keeps ten messages only."""
    while told[-1:] != [b"STOPPING=1"]:
        told.append(channel.recv(100))


def test_a_second_signal_ends_at_once(room: Newsroom) -> None:
    daemon = room.start("run")
    wait_until(lambda: "daily: 1 stored" in room.log())
    daemon.send_signal(signal.SIGTERM)
    daemon.send_signal(signal.SIGINT)
    assert daemon.wait(30) == 1


def test_a_round_for_cron_visits_what_is_due_and_then_nothing(room: Newsroom) -> None:
    told = room.run("crawl", "--due", "--log-format", "json")
    assert [json.loads(line)["level"] for line in told.splitlines() if line.startswith("{")] == ["info"]
    asked = len(room.web.requests())
    assert "daily" not in room.run("crawl", "--due")
    assert len(room.web.requests()) == asked


def test_a_round_that_is_stopped_leaves_the_rest_for_the_next(room: Newsroom) -> None:
    hang = room.web.serve("slow", lambda asked: Answer(b"", 404) if asked.path == "/robots.txt" else _hanging())
    room.configure(every="1h", sources={"slow": f"{hang}/feed"}, timeout="10m")
    crawl = room.start("crawl")
    wait_until(lambda: len(room.web.requests("slow")) > 0)
    crawl.send_signal(signal.SIGTERM)
    assert crawl.wait(30) == 1
    assert room.rows("SELECT lease_owner, next_visit_reason FROM source") == [
        (None, "the last visit was broken off: stopped")
    ]
    assert room.rows("SELECT failures FROM endpoint") == [(0,)]


def _hanging() -> Answer:
    from demo.server import Wire

    return Answer(wire=Wire.HANG)


SPIDER = '''
from scrapy import Request, Spider

from storage.records import Article


class OwnSpider(Spider):
    """Reads an outlet in its own way."""

    name = "own"

    def __init__(self, source="", lease=None, **more):
        super().__init__(**more)
        self.source, self.lease = source, lease

    async def start(self):
        for path in ("/harbour-opens-again-1", "/none"):
            yield Request(self.visit.source.url[0] + path, self.parse)

    def parse(self, response):
        yield Article(url=response.url, headline=" By hand\\x00 ", article_body="One.\\n\\nTwo.")
        yield {"not": "an article"}
'''
WITH_FOLLOWER = """
import sys

if __name__ == "__main__":
    import logging
    import cli, service
    from delivery.followers import follow

    class Told:
        name = "newswatch:told"

        def read(self, connection, changes):
            return [change.change_seq for change in changes]

        def write(self, connection, work):
            logging.getLogger("told").info("followed %s", work)

    class Broken(Told):
        name = "newswatch:broken"

        def read(self, connection, changes):
            raise LookupError("nothing is found")

    service.followers = lambda station: [Broken(), Told()]
    cli.app()
"""
WITH_SPIDER = """
import sys

if __name__ == "__main__":
    import spiders
    spiders.__path__.append(sys.argv.pop(1))
    import cli
    cli.app()
"""


@pytest.fixture
def with_follower(tmp_path: Path) -> Path:
    """The command with two followers, the first of which fails."""
    program = tmp_path / "with_follower.py"
    program.write_text(WITH_FOLLOWER)
    return program


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_followers_see_what_a_round_for_cron_stored_and_a_failing_one_spoils_nothing(
    room: Newsroom, with_follower: Path
) -> None:
    command = [sys.executable, str(with_follower), "--config", str(room.file), "crawl"]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "followed [1]" in done.stderr
    assert (
        "newswatch:broken could not follow the changes, next try in 1 s: LookupError: nothing is found" in done.stderr
    )
    assert room.rows("SELECT name, change_seq FROM consumer") == [("newswatch:told", 1)]


def test_followers_see_what_the_daemon_stores_and_end_with_it(room: Newsroom, with_follower: Path) -> None:
    command = [sys.executable, str(with_follower), "--config", str(room.file), "run"]
    with (room.folder / "log-daemon").open("wb") as log:
        daemon = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=log, stderr=log)
    try:
        wait_until(lambda: "followed [1]" in room.log())
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0, room.log()


def test_a_chore_that_fails_is_told_and_the_next_one_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def broken() -> None:
        raise OSError("the disk is full")

    async def whole() -> None:
        done.append("whole")

    asyncio.run(service.do_chores([service.Chore("pages are deleted", broken), service.Chore("rest", whole)]))
    assert done == ["whole"]
    (record,) = caplog.records
    assert (record.getMessage(), record.exc_info) == ("not done (pages are deleted): the disk is full", None)


def _fell_silent(room: Newsroom) -> None:
    """What the look at many visits would have found."""
    database, now = open_database(room.database_url), datetime.now(UTC)
    with database.write() as connection:
        source_id = connection.execute(text("SELECT source_id FROM source")).scalar_one()
        health.record(connection, [HealthEvent(source_id, "daily", now, "silent", "ok", "9 articles were expected")])
    database.dispose()


def test_a_source_that_fell_silent_is_told_at_the_end_of_a_round_once(room: Newsroom) -> None:
    hook = Hook()
    with listening(hook):
        room.run("crawl")
        channel = f"[[channel]]\nkey = 'desk'\nwebhook = '{hook.url}'\nalarms = true\n"
        room.file.write_text(f"{room.file.read_text()}\n{channel}")
        _fell_silent(room)
        for _ in range(2):
            room.run("crawl")
    (told,) = [alert for _, content in hook.got for alert in content["alerts"]]
    assert (told["kind"], told["watch"], told["state"]) == ("alarm", None, "silent")
    assert told["description"] == "9 articles were expected"


def test_a_spider_of_ones_own_goes_through_gate_robots_and_pipelines(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own_spider.py").write_text(SPIDER)
    (tmp_path / "with_spider.py").write_text(WITH_SPIDER)
    room.configure(every="1h", sources={"daily": room.web.url("daily", "")}, last_source='spider = "own"\n')
    command = [
        sys.executable,
        str(tmp_path / "with_spider.py"),
        str(tmp_path / "own"),
        "--config",
        str(room.file),
        "crawl",
    ]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [request.path for request in room.web.requests("daily")] == [
        "/robots.txt",
        "/harbour-opens-again-1",
        "/none",
    ]
    assert room.rows("SELECT source_key, headline, article_body FROM v1_article") == [
        ("daily", "By hand", "One.\n\nTwo.")
    ]
    assert room.rows("SELECT kind FROM change") == [("new",)]
    assert "dropped: not an article: dict" in done.stderr
    assert room.rows("SELECT visits, lease_owner FROM source") == [(1, None)]
