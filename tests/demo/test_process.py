"""The demo web as a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config import load
from tests.demo.conftest import fetch

ROOT = Path(__file__).parents[2]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    with subprocess.Popen(
        [sys.executable, "-m", "demo.process", *options],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())


def _fetch_for_ever(url: str) -> None:
    while True:
        fetch(url)


def test_it_says_where_it_is_and_ends_with_its_standard_input() -> None:
    with running("--outlet", "meridian", "--outlet", "signal", "--articles", "2") as (process, started):
        assert set(started["outlets"]) == {"meridian", "signal"}
        assert fetch(started["outlets"]["meridian"] + "/feed/").text.count("<item>") == 2
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "import subprocess, sys, time; "
        "web = subprocess.Popen([sys.executable, '-m', 'demo.process', '--outlet', 'correo'], "
        "stdin=subprocess.PIPE, stdout=subprocess.PIPE); "
        "print(web.stdout.readline().decode(), flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url = json.loads(parent.stdout.readline())["outlets"]["correo"]
    assert fetch(url + "/").status == 200
    parent.kill()
    parent.wait()
    with pytest.raises(ConnectionError):
        _fetch_for_ever(url + "/")  # the suite's limit of time ends it when the web stays
    parent.stdout.close()


def test_an_interrupt_ends_it_in_silence() -> None:
    with running("--outlet", "correo") as (process, _started):
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_it_writes_the_configuration_and_tells_the_state(tmp_path: Path) -> None:
    path = tmp_path / "newswatch.toml"
    with running("--config", str(path), "--database", "sqlite:///x.db", "--every", "5s") as (_process, started):
        read = load(path)
        assert {source.key for source in read.sources} == set(started["outlets"])
        assert {source.every for source in read.sources} == {5.0}
        fetch(started["outlets"]["meridian"] + "/feed/")
        fetch(started["control"] + "/state")
        state = json.loads(fetch(started["control"] + "/state").body)
        assert state["meridian"] == {"published": 6, "corrected": 0, "requests": 1}
        assert state["harbour"]["requests"] == 0


def test_articles_appear_while_it_runs() -> None:
    options = ("--outlet", "courier", "--seconds", "1", "--initial", "2", "--articles", "4")
    with running(*options) as (_process, started):
        state: dict[str, int] = {}
        while (state.get("published"), state.get("corrected")) != (4, 2):
            state = json.loads(fetch(started["control"] + "/state").body)["courier"]
