"""`newswatch doctor`: each examination finds what is wrong, and says what cures it."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

import cli
from commands import diagnosis
from commands.diagnosis import Finding, examine
from storage import disk, renderings, sources
from storage.sources import SourceEntry
from storage.store import open_database
from tests.storage.facts import keep

Write = Callable[..., Path]


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of a server that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.fixture
def write(tmp_path: Path, listening: str, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes newswatch.toml with one source on loopback; `above` stands before everything, `source` in its block."""
    monkeypatch.delenv("NEWSWATCH_DATABASE", raising=False)

    def written(above: str = "", source: str = "", url: str = listening, networks: str = '"127.0.0.0/8"') -> Path:
        file = tmp_path / "newswatch.toml"
        blocks = f"[safety]\nallow_networks = [{networks}]\n[[source]]\nkey = 'daily'\nurl = '{url}'\n{source}\n"
        database = above if "database" in above else f"database = 'sqlite:///{tmp_path}/news.db'\n{above}"
        file.write_text(f"{database}\n{blocks}", encoding="utf-8")
        return file

    return written


def found(file: Path, subject: str) -> list[Finding]:
    return [finding for finding in examine(file) if finding.subject == subject]


def only(file: Path, subject: str) -> Finding:
    (finding,) = found(file, subject)
    return finding


def run(file: Path, expect: int) -> Result:
    result = CliRunner().invoke(cli.app, ["--config", str(file), "doctor"], env={"COLUMNS": "300"})
    assert result.exit_code == expect, result.output
    return result


def make_database(file: Path) -> Path:
    path = file.with_name("news.db")
    open_database(f"sqlite:///{path}").dispose()
    return path


def test_where_all_is_well_every_subject_is_named(write: Write) -> None:
    file = write()
    make_database(file)
    result = run(file, expect=0)
    for subject in ("settings", "database", "disk", "clock", "browser", "permissions", "reachability"):
        assert f"{subject}: " in result.stdout
    assert "ill " not in result.stdout


def test_settings_that_cannot_be_used_end_the_examination(write: Write) -> None:
    findings = examine(write(source="evry = '5m'"))
    assert {finding.subject for finding in findings} == {"settings"}
    assert findings[0].state == "ill"
    assert "evry" in findings[0].sentence
    assert findings[0].cure


def test_what_should_not_stay_so_is_worth_a_look(write: Write) -> None:
    sentences = [finding.sentence for finding in found(write(), "settings") if finding.state == "look"]
    assert any("contact" in sentence for sentence in sentences)


def test_a_database_that_is_not_there_yet_is_not_made(write: Write) -> None:
    file = write()
    assert only(file, "database").state == "look"
    assert not file.with_name("news.db").exists()


def test_a_database_of_another_version_is_told(write: Write) -> None:
    file = write()
    sqlite3.connect(make_database(file)).executescript("UPDATE alembic_version SET version_num = '0001'").close()
    finding = only(file, "database")
    assert finding.state == "look"
    assert "0001" in finding.sentence
    assert "db upgrade" in finding.cure


def test_a_database_that_is_no_database_is_ill(write: Write) -> None:
    file = write()
    file.with_name("news.db").write_bytes(b"no database" * 1000)
    assert only(file, "database").state == "ill"
    run(file, expect=1)


def test_a_server_that_does_not_answer_is_ill_and_its_password_stays_hidden(write: Write) -> None:
    file = write("database = 'postgresql+psycopg://news:geheim@127.0.0.1:1/news'")
    file.chmod(0o600)
    finding = only(file, "database")
    assert finding.state == "ill"
    assert "geheim" not in run(file, expect=1).output


def test_a_password_that_others_may_read_is_ill(write: Write) -> None:
    file = write("database = 'postgresql+psycopg://news:geheim@127.0.0.1:1/news'")
    file.chmod(0o644)
    (finding,) = [each for each in found(file, "permissions") if each.state == "ill"]
    assert finding.cure == f"chmod 600 {file}"
    file.chmod(0o600)
    assert [each.state for each in found(file, "permissions")] == ["well"]


def test_a_full_disk_is_ill(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "RESERVE", 1 << 60)
    monkeypatch.setattr(disk, "RESERVE_SHARE", 1)
    finding = only(write(), "disk")
    assert finding.state == "ill"
    assert "visits pause" in finding.sentence


def test_a_clock_behind_what_was_fetched_is_ill(write: Write) -> None:
    file = write()
    database = open_database(f"sqlite:///{make_database(file)}")
    with database.write() as connection:
        keep(connection, "a", datetime.now(UTC) + timedelta(hours=2))
    database.dispose()
    finding = only(file, "clock")
    assert finding.state == "ill"
    assert "set-ntp" in finding.cure


def test_a_clock_before_this_program_was_written_is_ill(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "BEGINNING", datetime.now(UTC) + timedelta(days=1))
    assert only(write(), "clock").state == "ill"


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)


@pytest.mark.usefixtures("no_browser")
def test_a_browser_is_missed_where_a_source_wants_one_and_else_worth_a_look(write: Write) -> None:
    finding = only(write(), "browser")
    assert (finding.state, finding.sentence.rpartition("; ")[2]) == ("look", "no source has needed one yet")
    finding = only(write(source="render = 'always'"), "browser")
    assert (finding.state, finding.sentence.rpartition("; ")[2]) == ("ill", "needed by daily")
    assert "chromium" in finding.cure


@pytest.mark.usefixtures("no_browser")
def test_a_source_that_was_found_to_need_a_browser_misses_one(write: Write) -> None:
    file = write()
    database, now = open_database(f"sqlite:///{make_database(file)}"), datetime.now(UTC)
    with database.write() as connection:
        sources.sync(connection, [SourceEntry("daily", "daily", "127.0.0.1", enabled=True)], now)
        source_id = connection.execute(text("SELECT source_id FROM source")).scalar_one()
        renderings.save(connection, source_id, "lists", "20 links in the browser, none without", now)
    database.dispose()
    assert only(file, "browser").state == "ill"
    assert only(write(source="render = 'never'"), "browser").state == "look"


def test_a_browser_that_does_not_start_is_ill_with_what_it_said(write: Write, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n")
    broken.chmod(0o755)
    settings = f"[render]\nbrowser = '{broken}'\nunsafe_no_sandbox = true"
    finding = only(write(settings, source="render = 'always'"), "browser")
    assert (finding.state, finding.sentence) == ("ill", f"{broken} does not start; needed by daily")
    assert "chromium-sandbox" in finding.cure


def test_a_browser_that_is_needed_is_started_and_names_its_version(write: Write, chromium: Path) -> None:
    finding = only(write("[render]\nunsafe_no_sandbox = true", source="render = 'always'"), "browser")
    assert finding.state == "well", finding
    assert finding.sentence.startswith(f"{chromium}, version ")


def test_check_warns_where_a_source_asks_for_a_browser_that_is_not_there(write: Write) -> None:
    def said(above: str, source: str) -> str:
        words = ["--config", str(write(above, source=source)), "check"]
        return CliRunner().invoke(cli.app, words, env={"COLUMNS": "300"}).stderr

    nowhere = "[render]\nbrowser = '/nowhere/chromium'"
    assert 'daily: render = "always", and [render] browser: /nowhere/chromium is no' in said(
        nowhere, "render = 'always'"
    )
    assert "nowhere" not in said(nowhere, "")


def test_a_source_that_takes_no_connection_is_ill(write: Write) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    finding = only(write(url=f"http://127.0.0.1:{port}/"), "reachability")
    assert finding.state == "ill"
    assert finding.sentence.startswith("daily: no connection to 127.0.0.1")


def test_a_source_whose_name_is_unknown_is_ill(write: Write) -> None:
    assert "is not found" in only(write(url="http://nothing.invalid/"), "reachability").sentence


def test_an_internal_address_is_not_even_connected_to(write: Write) -> None:
    finding = only(write(networks=""), "reachability")
    assert finding.sentence == "daily: address refused: 127.0.0.1 is this machine"
