"""An export as a file: whole or not there, with a manifest that the next one goes on from."""

import hashlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from delivery import export, export_file
from delivery.export_file import SUFFIX, ManifestError
from delivery.export_formats import FORMS
from delivery.terminal import appearing
from storage import changes
from storage.database import Database
from tests.delivery.conftest import Desk
from tests.delivery.test_commands import Call, call

__all__ = ["call"]


def manifest(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((file.parent / (file.name + SUFFIX)).read_text())
    return told


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_file_gets_a_manifest_that_describes_it(call: Call, desk: Desk, tmp_path: Path) -> None:
    desk.keep("https://daily.example/a")
    file = tmp_path / "all.csv"
    done = call("export", "--format", "csv", "--columns", "url,headline", "-o", str(file))
    assert done.exit_code == 0, done.stderr
    assert "1 articles" in done.stderr
    told = manifest(file)
    assert (told["format"], told["columns"], told["articles"], told["after"]) == ("csv", ["url", "headline"], 1, 1)
    assert (told["bytes"], told["sha256"]) == (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())


def test_exports_that_go_on_from_one_another_hold_what_one_of_all_holds(call: Call, desk: Desk, tmp_path: Path) -> None:
    files: list[Path] = []
    after: tuple[str, ...] = ()
    for number in range(4):
        desk.keep(f"https://daily.example/{number}")
        desk.revise("https://daily.example/0", f"Corrected {number}")
        file = tmp_path / f"{number}.jsonl"
        assert call("export", "-o", str(file), *after).exit_code == 0
        files, after = [*files, file], ("--after", str(tmp_path / (file.name + SUFFIX)))
    assert [len(lines(file)) for file in files] == [1, 2, 2, 2]
    joined = {row["article_id"]: row for file in files for row in lines(file)}
    whole = tmp_path / "whole.jsonl"
    call("export", "-o", str(whole))
    assert joined == {row["article_id"]: row for row in lines(whole)}


@pytest.mark.parametrize("content", ["", "[]", '{"epoch": "x"}', '{"epoch": "x", "after": "y"}'])
def test_what_is_no_manifest_is_told_so(call: Call, tmp_path: Path, content: str) -> None:
    (tmp_path / "m.json").write_text(content)
    done = call("export", "--after", str(tmp_path / "m.json"))
    assert done.exit_code == 2
    assert "is no manifest of an export" in " ".join(done.stderr.split())
    assert call("export", "--after", str(tmp_path / "none.json")).exit_code == 2


def test_a_manifest_of_another_history_is_refused(database: Database, desk: Desk, call: Call, tmp_path: Path) -> None:
    desk.keep("https://daily.example/a")
    call("export", "-o", str(tmp_path / "a.jsonl"))
    with database.write() as connection:
        changes.renew_epoch(connection)
    with pytest.raises(ManifestError, match="another history"):
        export_file.resumed(database, tmp_path / ("a.jsonl" + SUFFIX))


def test_a_file_that_cannot_be_written_is_told_in_one_line(call: Call, desk: Desk, tmp_path: Path) -> None:
    desk.keep("https://daily.example/a")
    file = tmp_path / "nowhere" / "a.jsonl"
    for words in (("export",), ("sources", "export")):
        done = call(*words, "-o", str(file))
        assert (done.exit_code, done.stdout) == (2, "")
        assert " ".join(done.stderr.split()).replace(" ", "") == f"{file}: No such file or directory".replace(" ", "")


def test_an_export_that_fails_leaves_the_file_from_before(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("before")

    def fail() -> None:
        with appearing(file) as stream:
            stream.write(b"half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--format", "xlsx"), "--format is one of jsonl, csv, parquet, rss, schemaorg"),
        (("--columns", "titel"), "v1_article has no column titel"),
    ],
)
def test_what_cannot_be_exported_ends_with_2(call: Call, words: tuple[str, ...], sentence: str) -> None:
    done = call("export", *words)
    assert done.exit_code == 2
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize("form", [name for name in FORMS if name != "parquet"])
def test_memory_stays_flat_however_many_articles_there_are(form: str, tmp_path: Path) -> None:
    """Twenty times as many rows take no more memory than a batch does."""
    row = dict.fromkeys(export.columns_named(None)) | {
        "headline": "Harbour",
        "url": "https://daily.example/",
        "article_body": "x" * 5000,
        "article_id": 1,
    }
    peaks = []
    for count in (500, 10_000):
        tracemalloc.start()
        with appearing(tmp_path / "out") as stream:
            export.write((dict(row) for _ in range(count)), stream, FORMS[form](), list(row))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
