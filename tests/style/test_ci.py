"""What CI installs on a machine, with programs that only write down how they were called."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.tree import ROOT

WRITES_DOWN = '#!/bin/sh\necho "$(basename "$0") $* CI=$CI" >>"$(dirname "$0")/../calls"\n'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout with .ci/run in it, and a folder of programs."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("apt-get", "make", "setpriv", "initdb", "chromium", "python3"):
        (programs / name).write_text(WRITES_DOWN)
        (programs / name).chmod(0o755)
    for name in ("bash", "dirname", "basename"):
        (programs / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    return tmp_path


def _calls(machine: Path) -> list[str]:
    environment = {**os.environ, "PATH": str(machine / "programs")}
    words = ["/bin/bash", str(machine / ".ci" / "run")]
    subprocess.run(words, env=environment, cwd="/", capture_output=True, check=True)
    calls = (machine / "calls").read_text().splitlines()
    return [call for call in calls if not call.startswith("python3")]


def test_where_all_is_there_nothing_is_installed(machine: Path) -> None:
    assert _calls(machine) == ["make test CI=true"]


def test_a_python_without_venv_gets_it_from_a_fresh_list_of_packages(machine: Path) -> None:
    (machine / "programs" / "python3").write_text("#!/bin/sh\nexit 1\n")
    calls = _calls(machine)
    assert [call.split()[1] for call in calls] == ["update", "install", "test"]
    assert "python3-venv" in calls[1].split()


def test_a_machine_without_a_browser_gets_one_for_the_tests_of_rendering(machine: Path) -> None:
    (machine / "programs" / "chromium").unlink()
    assert "chromium" in _calls(machine)[1].split()


def test_a_machine_without_make_and_setpriv_gets_both(machine: Path) -> None:
    (machine / "programs" / "setpriv").unlink()
    (machine / "programs" / "make").rename(machine / "programs" / "made")
    (machine / "programs" / "apt-get").write_text(
        WRITES_DOWN + 'case "$*" in *install*) ln -s made "$(dirname "$0")/make";; esac\n'.replace("ln", "/bin/ln")
    )
    installed = _calls(machine)[1].split()
    assert {"make", "util-linux"} <= set(installed)
