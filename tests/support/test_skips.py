"""A test that cannot run says what to install; on CI, where all is installed, it fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tree import ROOT

SKIPPED_TEST = "import pytest\ndef test_it(): pytest.skip('apt-get install it')\n"
SKIPPED_MODULE = "import pytest\npytest.skip('apt-get install it', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n"


def _run(folder: Path, text: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-rs",
        str(folder),
    ]
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "ci", "passes"),
    [
        pytest.param(SKIPPED_TEST, "", True, id="a skipped test, at home"),
        pytest.param(SKIPPED_TEST, "true", False, id="a skipped test, on CI"),
        pytest.param(SKIPPED_TEST, "false", True, id="a skipped test, where CI is said to be false"),
        pytest.param(SKIPPED_MODULE, "true", False, id="a module that skips itself, on CI"),
        pytest.param(EXPECTED_FAILURE, "true", True, id="a failure that is expected is no skip"),
    ],
)
def test_skips(tmp_path: Path, text: str, ci: str, passes: bool) -> None:
    run = _run(tmp_path, text, ci)
    assert (run.returncode in {0, 5}) == passes, run.stdout
    assert ("apt-get install it" in run.stdout) == ("install" in text)
