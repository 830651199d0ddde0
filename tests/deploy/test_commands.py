"""The files in deploy/ call the program by words that it knows, and not as root."""

import json
import re
import subprocess
import sys
from configparser import RawConfigParser

import pytest

import config
import config_problems
from tests.support.tree import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "newswatch.service").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
CRONTAB = (DEPLOY / "newswatch.cron").read_text(encoding="utf-8")


class _Unit(RawConfigParser):
    """A unit file: names keep their case, a name may come again."""

    optionxform = staticmethod(str)  # type: ignore[assignment]


def _service() -> dict[str, str]:
    unit = _Unit(strict=False, interpolation=None)
    unit.read_string(UNIT)
    return dict(unit["Service"])


def _commands() -> dict[str, list[str]]:
    (cron,) = re.findall(r"/bin/newswatch (.*?) 2>&1", CRONTAB)
    (container,) = re.findall(r"(?m)^CMD (\[.*\])$", DOCKERFILE)
    return {
        "the unit": _service()["ExecStart"].split()[1:],
        "the crontab": cron.split(),
        "the container": json.loads(container)[1:],
    }


@pytest.mark.parametrize("which", _commands())
def test_the_program_knows_the_words_it_is_called_by(which: str) -> None:
    words = [word.replace("/etc/newswatch", str(ROOT)) for word in _commands()[which]]
    called = [sys.executable, "-c", "import cli; cli.app()", *words, "--help"]
    run = subprocess.run(called, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Usage" in run.stdout


def test_variables_that_are_set_are_variables_that_are_read() -> None:
    named = set(re.findall(r"\bNEWSWATCH_[A-Z_]+", UNIT + DOCKERFILE + CRONTAB))
    assert named <= {config_problems.DATABASE_VARIABLE, config_problems.CONTACT_VARIABLE}


def test_the_container_finds_its_configuration_without_being_told_where() -> None:
    (home,) = re.findall(r"XDG_CONFIG_HOME=(\S+)", DOCKERFILE)
    (copied,) = re.findall(r"(?m)^COPY newswatch.toml (\S+)$", DOCKERFILE)
    assert copied in map(str, config.places({"XDG_CONFIG_HOME": home}))


def test_what_the_container_copies_is_there() -> None:
    for sources in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", DOCKERFILE):
        assert all((ROOT / source).exists() for source in sources.split())


def test_nothing_runs_as_root() -> None:
    assert re.findall(r"(?m)^USER (\S+)", DOCKERFILE)[-1] not in {"root", "0"}
    assert _service()["DynamicUser"] == "yes"
    assert re.search(r"(?m)^\*/5 \* \* \* \* newswatch ", CRONTAB)


def test_the_unit_waits_longer_for_a_clean_stop_than_the_daemon_takes() -> None:
    service = _service()
    assert (service["Type"], service["Restart"]) == ("notify", "always")
    assert int(service["TimeoutStopSec"]) > 30
    assert int(service["WatchdogSec"]) >= 60
