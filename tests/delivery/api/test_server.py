"""The server among others: slow clients, a database that is away, a daemon that writes, processes that stop."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config_blocks import Serve
from delivery.api import server
from storage import alerts
from storage.alerts import AlertEntry
from storage.database import Database
from tests.delivery.api.conftest import NO_TOKEN, Client, running
from tests.delivery.conftest import Desk

ROOT = Path(__file__).resolve().parents[3]


def test_clients_that_say_nothing_hold_up_nobody_and_are_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 1.0)
    with running(database, Serve(port=0, token=NO_TOKEN)) as client:
        slow = [socket.create_connection(("127.0.0.1", client.port), timeout=30) for _ in range(50)]
        for number, one in enumerate(slow):
            one.sendall(b"GET /v1/articles HTTP/1.1\r\nHost:" if number % 2 else b"")
        assert client.get("/v1/articles").status == 200
        for one in slow:
            while one.recv(4096):
                pass
            one.close()


def test_a_client_that_reads_nothing_holds_up_nobody(client: Client, desk: Desk) -> None:
    for number in range(5):
        desk.keep(f"https://daily.example/{number}", article_body="word " * 100_000)
    with socket.create_connection(("127.0.0.1", client.port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /v1/articles HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        time.sleep(0.2)
        assert len(client.get("/v1/articles").json["articles"]) == 5


def test_questions_are_answered_while_articles_are_stored(client: Client, desk: Desk) -> None:
    with ThreadPoolExecutor(4) as asking:
        answers = [asking.submit(client.get, "/v1/articles", limit=200, fields="article_id") for _ in range(20)]
        for number in range(60):
            desk.keep(f"https://daily.example/{number}")
        counts = [len(answer.result().json["articles"]) for answer in answers]
    assert all(0 <= count <= 60 for count in counts)
    assert len(client.get("/v1/articles", limit=200).json["articles"]) == 60


def test_a_database_that_is_away_is_said(client: Client, database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP VIEW v1_story")
    answer = client.get("/v1/stories")
    assert (answer.status, answer.error) == (503, "the database cannot be read now; ask again in a moment")
    assert client.get("/v1/sources").status == 200


def test_probes_and_figures(client: Client, database: Database, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    with database.write() as connection:
        now = datetime.now(UTC)
        alerts.put(connection, [AlertEntry("key", "floods", "new", {"headline": "Flood"}, {"desk": now})], now)
        alerts.seal(connection, now, [])
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}
    figures = client.get("/metrics").text
    for line in (
        "newswatch_articles 1.0",
        "newswatch_changes_total 1.0",
        'newswatch_source_articles{source="daily"} 1.0',
        'newswatch_source_state{source="weekly",state="new"} 1.0',
        'newswatch_alerts_total{kind="new",watch="floods"} 1.0',
        'newswatch_messages{channel="desk",state="pending"} 1.0',
    ):
        assert line in figures.splitlines()


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text('database = "sqlite:///news.db"\n')
    command = [sys.executable, "-m", "cli", "--config", str(tmp_path / "newswatch.toml"), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"serving (http://\S+)", process.stderr.readline())
        assert found is not None
        with urllib.request.urlopen(f"{found[1]}/readyz", timeout=30) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()


def test_the_daemon_serves_beside_its_visits_and_ends_as_ever(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text('database = "sqlite:///news.db"\n[serve]\nenabled = true\nport = 0\n')
    command = [sys.executable, "-m", "cli", "--config", str(tmp_path / "newswatch.toml"), "run"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = next(filter(None, (re.search(r"serving (http://\S+)", line) for line in process.stderr)))
        with urllib.request.urlopen(f"{found[1]}/v1/changes?wait=1", timeout=30) as answer:  # noqa: S310 - ours
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()


def test_in_public_without_a_token_the_command_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text("[serve]\ntoken = 'env:NO_SUCH_TOKEN'\n")
    command = [sys.executable, "-m", "cli", "--config", str(tmp_path / "newswatch.toml"), "serve", "--host", "0.0.0.0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "there is no token: set NO_SUCH_TOKEN" in run.stderr


def test_no_other_command_loads_the_web_framework() -> None:
    program = "import sys, cli, service, delivery.articles; print(*sorted({'fastapi', 'uvicorn'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
