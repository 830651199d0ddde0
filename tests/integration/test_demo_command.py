"""`make demo` as one meets it: the whole of it, an interrupt in the middle, a daemon that does not start."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.ledger import Ledger
from demo.stage import DemoError, Plan, Stage, daemon, second_look, set_up
from demo.world import World
from tests.integration.newsroom import ROOT


def demo(*options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "demo", *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def commands_in(folder: Path) -> list[str]:
    """The processes of this machine whose command line names a folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(each.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [command for command in found if str(folder) in command]


def stage_in(folder: Path) -> Stage:
    """A stage without a web and without a configuration."""
    return Stage(folder, Plan(), World.make(articles=1), "http://127.0.0.1:9", {})


def test_make_demo_shows_all_of_it_and_is_content(tmp_path: Path) -> None:
    with demo("--seconds", "60", "--folder", str(tmp_path), "--picture", str(tmp_path / "demo.svg")) as process:
        said, _ = process.communicate(timeout=110)
    assert process.returncode == 0, said
    assert "Every article of the demo web is stored once" in said
    assert "made no new rows" in said
    assert "78 of 78 articles stored" in said
    assert "courier" in (tmp_path / "demo.svg").read_text(encoding="utf-8")
    assert commands_in(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_an_interrupt_ends_web_and_daemon(tmp_path: Path, number: signal.Signals) -> None:
    with demo("--folder", str(tmp_path)) as process:
        assert process.stdout is not None
        assert "outlets on loopback" in process.stdout.readline()
        while not (tmp_path / "news.db").exists():
            time.sleep(0.1)
        assert len(commands_in(tmp_path)) >= 3
        os.kill(process.pid, number)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.endswith("stopped\n")
    assert commands_in(tmp_path) == []


def test_a_daemon_that_does_not_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"(?s)exit code 2:.*newswatch\.toml"), daemon(stage_in(tmp_path)) as process:
        process.wait(60)


def test_a_second_look_that_fails_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"(?s)second look ended with exit code 2:.*newswatch\.toml"):
        second_look(stage_in(tmp_path), Ledger())


def test_the_stage_knows_the_truth_of_its_web(tmp_path: Path) -> None:
    plan = Plan(seconds=60, articles=3, initial=2)
    with set_up(tmp_path, plan) as stage:
        moment = stage.moment(5.0)
        assert stage.config.exists()
        assert {seen.published for seen in moment.seen.values()} == {2}
        assert moment.left == 5.0
        assert moment.ledger == Ledger()
        missing = stage.verdict(moment.ledger).missing
        assert len(missing) == len(stage.world.articles) == 3 * len(stage.world.outlets)
        assert all(address.startswith(tuple(stage.bases.values())) for address in missing)
