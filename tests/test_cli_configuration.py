"""What the command line does about its configuration: where it looks, what it says, when it refuses."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import config

GOOD = '[crawl]\ncontact = "mail@example.org"\n' + config.source_block("example", "https://example.org/")


def newswatch(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import cli; cli.app()", *words]
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "HOME": str(folder), **environ}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_check_shows_what_is_in_force_and_nothing_to_mend(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text(GOOD)
    done = newswatch(tmp_path, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert f'database = "sqlite:///{tmp_path}/news.db"' in done.stdout
    assert config.parse(done.stdout, tmp_path / "newswatch.toml", {}).sources[0].key == "example"


def test_check_warns_with_the_block_and_the_cure(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text(config.source_block("example", "https://example.org/"))
    done = newswatch(tmp_path, "check")
    assert done.returncode == 0
    assert "warning: [crawl] contact is not set" in done.stderr


def test_check_names_all_problems_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[crawl]\ntimeot = 3\n[[source]]\nkey = 'x'\n")
    done = newswatch(tmp_path, "--config", "mine.toml", "check")
    assert done.returncode == 2
    assert sorted(done.stderr.splitlines()) == [
        "[[source]] 1 (key 'x'): needs url",
        "[crawl]: unknown key 'timeot', did you mean 'timeout'?",
    ]


@pytest.mark.parametrize("command", ["run", "check"])
def test_without_a_configuration_a_command_says_where_it_looked(tmp_path: Path, command: str) -> None:
    done = newswatch(tmp_path, command, XDG_CONFIG_HOME=str(tmp_path / "conf"))
    assert done.returncode == 2
    assert "looked at newswatch.toml and" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_environment_stands_above_the_file_and_its_password_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "newswatch.toml").write_text(GOOD)
    done = newswatch(tmp_path, "check", NEWSWATCH_DATABASE="postgresql://me:geheim@db.example/news")
    assert 'database = "postgresql+psycopg://me:***@db.example/news"' in done.stdout
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param(["add", "https://example.org/", "--key", "example"], "the key example is taken", id="a key twice"),
        pytest.param(["add", "example.org"], "must begin with http:// or https://", id="an address without scheme"),
        pytest.param(["add", "https://a.example/", "--key", "a b"], "must be letters, digits", id="a key with a space"),
        pytest.param(["crawl", "nobody"], "no source has the key nobody", id="a source that is not there"),
        pytest.param(["run", "--log-format", "xml"], "text or json", id="an unknown form of the log"),
    ],
)
def test_a_mistake_in_the_words_is_said_and_ends_with_2(tmp_path: Path, words: list[str], answer: str) -> None:
    (tmp_path / "newswatch.toml").write_text(GOOD)
    done = newswatch(tmp_path, *words)
    assert done.returncode == 2
    assert answer in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_mistake_in_a_file_that_is_read_again_is_logged_and_the_daemon_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "newswatch.toml"
    file.write_text("")
    command = [sys.executable, "-c", "import cli; cli.app()", "run"]
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, cwd=tmp_path, env=variables, stderr=subprocess.PIPE, text=True) as daemon:
        assert daemon.stderr is not None
        said = iter(daemon.stderr.readline, "")
        assert any("watching 0 sources" in line for line in said)
        file.write_text("[crawl]\ntimeot = 3")
        daemon.send_signal(signal.SIGHUP)
        assert any("configuration not taken: [crawl]: unknown key 'timeot'" in line for line in said)
        file.write_text(config.source_block("example", "https://example.org/", enabled=False))
        daemon.send_signal(signal.SIGHUP)
        assert any("configuration read again: 1 sources" in line for line in said)
        daemon.send_signal(signal.SIGTERM)
        assert "Traceback" not in "".join(said)
    assert daemon.returncode == 0
