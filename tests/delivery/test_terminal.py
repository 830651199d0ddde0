"""Text in, text out: files and pipes, moments as people write them, lines of log, progress bars."""

import gzip
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from delivery import terminal
from tests.support.tree import ROOT

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param("90s", NOW - timedelta(seconds=90), id="seconds"),
        pytest.param("5m", NOW - timedelta(minutes=5), id="minutes"),
        pytest.param("12h", NOW - timedelta(hours=12), id="hours"),
        pytest.param("7d", NOW - timedelta(days=7), id="days"),
        pytest.param("2026-10-24", datetime(2026, 10, 24, tzinfo=UTC), id="a day begins in UTC"),
        pytest.param("2026-10-24T12:00+02:00", datetime(2026, 10, 24, 10, tzinfo=UTC), id="a moment with its offset"),
        pytest.param("2026-10-24T12:00:30", datetime(2026, 10, 24, 12, 0, 30, tzinfo=UTC), id="a moment without one"),
    ],
)
def test_a_moment(text: str | None, expected: datetime | None) -> None:
    assert terminal.moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["yesterday", "", "d", "7w", "-7d", "1.5h", "2026-13-01", "24.10.2026", "٣d x"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        terminal.moment(text, NOW)


@pytest.mark.parametrize("text", ["9999999999d", "99999999999999999999s"])
def test_a_span_beyond_the_calendar_is_refused_as_well(text: str) -> None:
    with pytest.raises(ValueError, match="too far"):
        terminal.moment(text, NOW)


TEXT = 'über\n{"id": 2}\n'


def test_files_are_read_packed_ones_too(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(TEXT, encoding="utf-8")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(TEXT.encode()))
    for name in ("plain", "packed.gz"):
        with terminal.reading(tmp_path / name) as lines:
            assert list(lines) == TEXT.splitlines(keepends=True)


def test_a_byte_that_is_no_text_costs_no_line(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"one\n\xff\ntwo\n")
    with terminal.reading(tmp_path / "pages") as lines:
        assert [line.strip() for line in lines] == ["one", "\udcff", "two"]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "week.jsonl"
    path.write_text("last week\n", encoding="utf-8")

    def write_half() -> None:
        with terminal.writing(path) as stream:
            stream.write("half a line")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text(encoding="utf-8") == "last week\n"
    assert not list(tmp_path.glob("*.part"))
    with terminal.writing(path) as stream:
        stream.write("über\n")
    assert path.read_text(encoding="utf-8") == "über\n"
    assert not list(tmp_path.glob("*.part"))


def test_standard_input_and_output_are_the_default() -> None:
    program = (
        "from delivery import terminal\n"
        "with terminal.reading(None) as lines, terminal.writing(None) as out:\n"
        "    for line in lines: out.write(line.upper())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input="a\nb\n", capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert (done.stdout, done.stderr) == ("A\nB\n", "")


@pytest.mark.parametrize("is_terminal", [True, False], ids=["a terminal shows a bar", "a pipe does not"])
def test_progress(is_terminal: bool) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=is_terminal, width=80)
    assert list(terminal.progress(range(3), "reading", console)) == [0, 1, 2]
    assert ("reading" in shown.getvalue()) is is_terminal


@pytest.fixture
def _quiet_again() -> Iterator[None]:
    """The log of the tests as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(form: str, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.set_up_log(form, verbose=False)
    log = logging.getLogger("crawler.visit")
    log.debug("not wanted")
    log.info("daily: %d stored", 6, extra={"fields": {"source": "daily", "when": NOW}})
    logging.getLogger("scrapy.core").info("not wanted either")
    try:
        raise ValueError("über")
    except ValueError:
        log.exception("internal error")
    return capsys.readouterr().err


@pytest.mark.usefixtures("_quiet_again")
def test_a_log_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *trace = logged("text", capsys).splitlines()
    assert datetime.fromisoformat(first[:19]).year >= 2026
    assert first[19:] == " I daily: 6 stored"
    assert second.endswith(" E internal error")
    assert trace[-1] == "ValueError: über"


@pytest.mark.usefixtures("_quiet_again")
def test_a_log_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = map(json.loads, logged("json", capsys).splitlines())
    assert datetime.fromisoformat(first.pop("at")).tzinfo is UTC
    assert first == {
        "level": "info",
        "from": "crawler.visit",
        "message": "daily: 6 stored",
        "source": "daily",
        "when": str(NOW),
    }
    assert (second["level"], second["message"]) == ("error", "internal error")
    assert second["error"].endswith("ValueError: über")
