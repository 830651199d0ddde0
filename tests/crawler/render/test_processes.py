"""Memory of child processes, with children that hold a known amount."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.render.processes import below_driver, descendants, estimated, proportional

MB = 2**20
HOLDS = "import sys; held = b'x' * (60 * 2**20); print('ready', flush=True); sys.stdin.read()"


@contextmanager
def _child(program: str, *words: str) -> Iterator[int]:
    command = [sys.executable, "-c", program, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
        process.stdin.close()


def test_what_a_child_holds_is_counted() -> None:
    with _child(HOLDS) as child:
        assert child in list(descendants(os.getpid()))
        assert 60 * MB < proportional([child]) < 120 * MB
        assert 60 * MB < estimated([child]) < 140 * MB


def test_grandchildren_are_found() -> None:
    parent = (
        "import subprocess, sys; child = subprocess.Popen(['sleep', '30']); print('ready', flush=True);"
        " sys.stdin.read(); child.kill()"
    )
    with _child(parent) as child:
        assert len(list(descendants(child))) == 1


def test_only_a_driver_of_the_browser_and_what_is_below_it_counts() -> None:
    before = set(below_driver())
    with _child(HOLDS, "/somewhere/playwright/driver/node") as driver, _child(HOLDS) as other:
        assert set(below_driver()) - before == {driver}
        assert other not in below_driver()


def test_a_process_that_has_ended_counts_nothing() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert (estimated([ended.pid]), proportional([ended.pid])) == (0, 0)
    assert list(descendants(ended.pid)) == []
