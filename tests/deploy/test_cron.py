"""The line of the crontab, run by a shell as cron runs it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.tree import ROOT

CRONTAB = (ROOT / "deploy" / "newswatch.cron").read_text(encoding="utf-8")
PROGRAM = "/opt/newswatch/.venv/bin/newswatch"


def _command() -> str:
    """What cron hands to the shell: after five fields and the user, with \\% as a plain per cent sign."""
    (line,) = re.findall(r"(?m)^[^#\s=]+(?: \S+){4} newswatch (.*)$", CRONTAB)
    assert not re.search(r"(?<!\\)%", line), "cron reads a bare % as the end of the command"
    return str(line).replace("\\%", "%")


@pytest.mark.parametrize(
    ("code", "mailed", "result"),
    [
        pytest.param(0, "", 0, id="all is well: no mail"),
        pytest.param(75, "", 0, id="another run is at it: no mail"),
        pytest.param(1, "what went wrong\n", 1, id="some sources failed: a mail with what was printed"),
        pytest.param(2, "what went wrong\n", 2, id="the configuration is wrong: a mail"),
    ],
)
def test_what_cron_mails(tmp_path: Path, code: int, mailed: str, result: int) -> None:
    program = tmp_path / "newswatch"
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\necho what went wrong >&2\nexit {code}\n')
    program.chmod(0o755)
    command = _command().replace(PROGRAM, str(program))
    run = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (run.stdout + run.stderr, run.returncode) == (mailed, result)
    assert (tmp_path / "asked").read_text() == "--config /etc/newswatch/newswatch.toml crawl --due\n"
