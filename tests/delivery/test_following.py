"""`newswatch changes --consumer NAME --follow` as a process of its own: woken by commits, killed, begun again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import config
from storage.database import Database
from tests.delivery.conftest import Desk
from tests.support.tree import ROOT

Follower = subprocess.Popen[str]


@pytest.fixture
def follow(database: Database, tmp_path: Path) -> Iterator[Callable[..., Follower]]:
    """Start a process that follows the changes; all are ended after the test."""
    file = tmp_path / "newswatch.toml"
    file.write_text(config.source_block("daily", "https://daily.example/"))
    environ = {**os.environ, "NEWSWATCH_DATABASE": database.url.render_as_string(hide_password=False)}
    command = [sys.executable, "-m", "cli", "--config", str(file), "changes", "--follow"]
    with ExitStack() as stack:

        def start(*words: str) -> Follower:
            follower = subprocess.Popen([*command, *words], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
            stack.enter_context(follower)
            stack.callback(follower.kill)
            return follower

        yield start


def next_line(follower: Follower) -> dict[str, Any]:
    assert follower.stdout is not None
    line: dict[str, Any] = json.loads(follower.stdout.readline())
    return line


def test_a_follower_is_handed_what_comes(follow: Callable[..., Follower], desk: Desk) -> None:
    follower = follow()
    for number in range(1, 4):
        desk.keep(f"https://daily.example/{number}")
        line = next_line(follower)
        assert (line["change_seq"], line["url"]) == (number, f"https://daily.example/{number}")


def test_a_follower_that_was_killed_goes_on_and_misses_nothing(follow: Callable[..., Follower], desk: Desk) -> None:
    """Its last line may come twice, as the kill can fall between the line and its cursor; no other does."""
    desk.keep("https://daily.example/1")
    first = follow("--consumer", "archive")
    assert next_line(first)["change_seq"] == 1
    first.kill()
    first.wait()
    desk.keep("https://daily.example/2")
    second = follow("--consumer", "archive")
    numbers = [next_line(second)["change_seq"]]
    while numbers[-1] != 2:
        numbers.append(next_line(second)["change_seq"])
    assert numbers in ([1, 2], [2])
