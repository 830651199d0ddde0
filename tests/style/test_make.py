"""What make does before anything is installed, and when nothing has changed."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.tree import ROOT

STAMPS = (".venv/.made", ".venv/.installed", ".venv/.installed-tools")
SOURCES = ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what make reads, an hour old."""
    for name in SOURCES:
        shutil.copy(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (time.time() - 3600,) * 2)
    return tmp_path


def _make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _python_that_refuses(folder: Path, word: str) -> str:
    """A python3 that fails when it is asked for something."""
    program = folder / "python3"
    program.write_text(f'#!/bin/sh\ncase "$*" in *{word}*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return f"PYTHON={program}"


@pytest.mark.parametrize("target", ["setup", "run", "demo", "test"])
def test_where_venv_is_missing_make_stops_with_the_one_command_that_installs_it(checkout: Path, target: str) -> None:
    stopped = _make(checkout, _python_that_refuses(checkout, "ensurepip"), target)
    assert stopped.returncode != 0
    assert "sudo apt-get install -y python3-venv" in stopped.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_refused_with_what_to_type_instead(checkout: Path) -> None:
    stopped = _make(checkout, _python_that_refuses(checkout, "version_info"), "setup")
    assert stopped.returncode != 0
    assert "make PYTHON=python3.13 setup" in stopped.stderr


def _everything_made(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    for age, stamp in enumerate(STAMPS):
        (checkout / stamp).touch()
        os.utime(checkout / stamp, (time.time() - 1000 + age,) * 2)


def test_nothing_is_done_when_nothing_has_changed(checkout: Path) -> None:
    _everything_made(checkout)
    assert _make(checkout, "--question", "setup").returncode == 0


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed(checkout: Path, changed: str) -> None:
    _everything_made(checkout)
    (checkout / changed).touch()
    assert _make(checkout, "--question", "setup").returncode == 1


def test_help_names_every_target(checkout: Path) -> None:
    listed = _make(checkout).stdout
    for target in ("setup", "run", "demo", "test", "lint", "format", "bench", "lock", "clean"):
        assert f"make {target} " in listed
