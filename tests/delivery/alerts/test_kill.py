"""Alerts and SIGKILL at every step: the receiver that keeps idempotency keys has exactly what was to be told."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from storage.database import Database
from tests.delivery.alerts.receiver import Hook
from tests.delivery.conftest import Desk

ROOT = Path(__file__).resolve().parents[3]


class Runner:
    """The process that forks the children."""

    def __init__(self, database: Database, hook: Hook) -> None:
        url = database.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.delivery.alerts.kill_runner", url, str(hook.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, fatal: int) -> str:
        """One child that dies at a step (0: it lives); what became of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{fatal}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        self.process.stdout.close()


Fact = tuple[str, str, str]


def facts(hook: Hook) -> Counter[Fact]:
    """What the receiver was told, each idempotency key once: (watch, kind, url)."""
    told = {headers["idempotency-key"]: content["alerts"] for headers, content in hook.got}
    return Counter((alert["watch"], alert["kind"], alert["url"]) for alerts in told.values() for alert in alerts)


def publish(desk: Desk, turn: int, received: set[Fact], expected: set[Fact]) -> set[Fact]:
    """Some articles, and a revision of one that was told (one that was not is told as it is then); what is to come."""
    flood, fire = (f"https://daily.example/{turn}/{name}" for name in ("flood", "fire"))
    desk.keep(flood, headline=f"Flood {turn}")
    desk.keep(fire, headline=f"Fire {turn}")
    coming = {("floods", "new", flood), ("all", "new", flood), ("all", "new", fire)}
    known = {url for _, _, url in received if {("floods", "new", url), ("all", "new", url)} <= received}
    for url in sorted(known - {url for _, kind, url in expected if kind == "revised"})[:1]:
        desk.revise(url, "Flood, more dead", ["numbers"])
        coming |= {("floods", "revised", url), ("all", "revised", url)}
    return coming


def killed_at_each_step(database: Database, desk: Desk, hook: Hook, kills: int, stride: int) -> None:
    """Kill the n-th step of one round after another, n = 1, 1 + stride, ... until a round has no such step."""
    runner, expected, count, turn = Runner(database, hook), set[Fact](), 0, 0
    while count < kills:
        fatal, outcome = 1, "killed"
        while outcome == "killed" and count < kills:
            turn += 1
            expected |= publish(desk, turn, set(facts(hook)), expected)
            if turn % 3 == 0:
                assert runner.round(0) == "done"  # else two are killed in a row: recovery is killed, too
            outcome = runner.round(fatal)
            count += outcome == "killed"
            fatal += stride
            assert outcome in ("killed", "done")
    assert runner.round(0) == "done"
    runner.close()
    received = facts(hook)
    assert set(received) == expected
    assert any(kind == "revised" for _, kind, _ in expected)
    assert set(received.values()) == {1}, "two keys for one alert"


def test_killed_at_steps_all_over_nothing_is_lost_and_nothing_told_twice(
    database: Database, desk: Desk, hook: Hook
) -> None:
    killed_at_each_step(database, desk, hook, kills=12, stride=8)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_200_times_at_every_step(database: Database, desk: Desk, hook: Hook) -> None:
    killed_at_each_step(database, desk, hook, kills=200, stride=1)
