"""Text in, text out: files, moments as people write them, lines of log."""

import gzip
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from rich.console import Console

from delivery import terminal
from tests.delivery.conftest import NOW


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("eins\nzwei – drei\n", encoding="utf-8")
    with terminal.reading(tmp_path / "in.jsonl") as lines:
        assert list(lines) == ["eins\n", "zwei – drei\n"]


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress("日本\n".encode()))
    with terminal.reading(tmp_path / "in.jsonl.gz") as lines:
        assert list(lines) == ["日本\n"]


def test_bytes_that_are_no_text_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"good\nb\xffd\ngood\n")
    with terminal.reading(tmp_path / "in.jsonl") as lines:
        assert len(list(lines)) == 3


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with terminal.writing(target) as file:
        file.write("half")
        assert not target.exists()
        file.write(" and half\n")
    assert target.read_text() == "half and half\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old\n")
    with pytest.raises(UnicodeEncodeError), terminal.writing(target) as file:
        file.write("new\n\ud800")
    assert target.read_text() == "old\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(None, None, id="nothing asked for"),
        pytest.param("7d", NOW - timedelta(days=7), id="days before now"),
        pytest.param("12h", NOW - timedelta(hours=12), id="hours before now"),
        pytest.param("90s", NOW - timedelta(seconds=90), id="seconds before now"),
        pytest.param("2024-10-24", datetime(2024, 10, 24, tzinfo=UTC), id="a day begins in UTC"),
        pytest.param(
            "2024-10-24T12:00+02:00",
            datetime(2024, 10, 24, 12, tzinfo=timezone(timedelta(hours=2))),
            id="a moment with its offset",
        ),
    ],
)
def test_a_moment_is_understood(written: str | None, expected: datetime | None) -> None:
    assert terminal.moment(written, NOW) == expected


@pytest.mark.parametrize("written", ["yesterday", "7", "d", "7x", "2024-13-01", ""])
def test_what_is_no_moment_is_an_error(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the command says what is allowed
        terminal.moment(written, NOW)


def test_without_a_terminal_there_is_no_bar() -> None:
    stream = io.StringIO()
    assert list(terminal.progress(["a", "b"], "reading", Console(file=stream))) == ["a", "b"]
    assert stream.getvalue() == ""


def test_with_a_terminal_there_is_a_bar_and_the_same_items() -> None:
    stream = io.StringIO()
    assert list(terminal.progress(["a", "b"], "reading", Console(file=stream, force_terminal=True))) == ["a", "b"]
    assert "reading" in stream.getvalue()


@pytest.fixture
def root_log() -> Iterator[None]:
    """The log as it was before, afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before, level


@pytest.mark.usefixtures("root_log")
def test_a_line_of_json_tells_when_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.set_up_log("json", verbose=False)
    logging.getLogger("crawler.visit").info("daily: %d stored", 3, extra={"fields": {"source": "daily"}})
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["from"], line["message"], line["source"]) == (
        "info",
        "crawler.visit",
        "daily: 3 stored",
        "daily",
    )
    assert datetime.fromisoformat(line["at"]).tzinfo is not None


@pytest.mark.usefixtures("root_log")
@pytest.mark.parametrize(("verbose", "lines"), [(False, 1), (True, 2)])
def test_details_are_told_when_asked_for(capsys: pytest.CaptureFixture[str], *, verbose: bool, lines: int) -> None:
    terminal.set_up_log("text", verbose=verbose)
    logging.getLogger("crawler.visit").info("said")
    logging.getLogger("crawler.visit").debug("whispered")
    assert len(capsys.readouterr().err.splitlines()) == lines


@pytest.mark.usefixtures("root_log")
def test_migrations_are_not_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.set_up_log("text", verbose=False)
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    assert capsys.readouterr().err == ""
