"""Names of processes: one that is gone is known to be gone, and of others nothing is claimed."""

import os
import subprocess
import sys

import pytest

from storage.owners import is_dead, own_name
from tests.support.tree import ROOT


def test_this_process_is_alive_and_keeps_its_name() -> None:
    assert own_name() == own_name()
    assert not is_dead(own_name())


def test_a_process_that_ended_is_dead_and_one_that_runs_is_not() -> None:
    program = "import sys; from storage.owners import own_name; print(own_name(), flush=True); sys.stdin.read()"
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert not is_dead(name)
    assert is_dead(name)


def _renamed(**parts: str) -> str:
    place, process, start = own_name().rsplit(":", 2)
    named = {"place": place, "process": process, "start": start} | parts
    return "{place}:{process}:{start}".format(**named)


@pytest.mark.parametrize(
    ("name", "dead"),
    [
        pytest.param(_renamed(start="1"), True, id="a later process with its number"),
        pytest.param(_renamed(place="elsewhere/1"), False, id="on another machine"),
        pytest.param(_renamed(process="x"), False, id="no number"),
        pytest.param("host:4711:abcd", False, id="a name of an older version"),
        pytest.param("", False, id="no name"),
    ],
)
def test_what_a_name_tells(name: str, dead: bool) -> None:
    assert is_dead(name) == dead


def test_a_name_holds_the_process_id() -> None:
    assert own_name().split(":")[1] == str(os.getpid())
