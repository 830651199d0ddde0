"""Bad input through the real readers: no crash, no long reading, no row that a database refuses."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.records import Page
from tests.corpus.make_files import CONTENT, FOLDER
from tests.corpus.reading import CPU_LIMIT, Reading, Tally, _count, _is_clean, examine, files, read_all

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_files_are_those_that_the_script_writes() -> None:
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == CONTENT


@pytest.mark.parametrize("name", CONTENT)
def test_a_bad_file_gives_clean_rows(name: str) -> None:
    came = examine(Page("https://corpus.example/news/file-1", CONTENT[name]), NOW)
    assert came.rows > 0
    assert came.unclean == 0
    assert came.seconds < CPU_LIMIT


async def test_all_files_are_read_by_reader_processes() -> None:
    tally = await read_all(FOLDER)
    assert tally.is_well, list(tally.lines())
    assert tally.files == len(CONTENT)


def test_members_of_archives_are_files_too(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.xml").write_bytes(b"<rss/>")
    with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("deep/b.html")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"<p>"))
        archive.addfile(tarfile.TarInfo("deep/folder/../../escape"), io.BytesIO())
    assert dict(files(tmp_path)) == {
        "inner/a.xml": b"<rss/>",
        "set.tar.gz/deep/b.html": b"<p>",
        "set.tar.gz/deep/folder/../../escape": b"",
    }


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("quay", True),
        ("qu\0ay", False),
        ("\ud83d", False),
        ("\U0001f600", True),
        ({"a": ["b", ("c\0",)]}, False),
        ({"a\0": 1}, False),
        (None, True),
        (7, True),
    ],
)
def test_what_both_databases_store_alike(value: object, clean: bool) -> None:
    assert _is_clean(value) is clean


@pytest.mark.parametrize(
    ("came", "well"),
    [
        (Reading(0.1, 3, 0), True),
        (Reading(CPU_LIMIT + 0.1, 3, 0), False),
        (Reading(0.1, 3, 1), False),
        (RuntimeError("reader stopped: over 2 s of CPU"), False),
        (RuntimeError("reader stopped: it ended with code 11"), False),
    ],
)
def test_what_must_not_be_is_counted(came: Reading | Exception, well: bool) -> None:
    tally = Tally()
    _count(tally, "set.tar.gz/a.xml", came)
    assert tally.is_well is well
    assert any("set.tar.gz/a.xml" in line for line in tally.lines()) or isinstance(came, Exception) is False


def test_an_empty_folder_is_not_well(tmp_path: Path) -> None:
    assert list(files(tmp_path)) == []
    assert not Tally().is_well
