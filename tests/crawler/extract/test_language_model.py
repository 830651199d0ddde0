"""The model of languages in a mapped file says what it says in memory, and is not in memory."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.extract import language_model as language_models
from crawler.extract.language_model import ON_DISK, folder_of_files, language_model
from tests.support.tree import ROOT

TEXTS = [
    "The harbour board met on Monday and heard residents who asked for a wider quay.",
    "Der Hafenrat trat am Montag zusammen und hörte Bewohner an, die einen breiteren Kai verlangten.",
    "Портовый совет собрался в понедельник и выслушал жителей.",
    "",
    "12345",
]


@pytest.fixture(scope="module")
def whole() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def test_it_says_the_same(whole: LanguageIdentifier) -> None:
    mapped = language_model()
    assert [mapped.classify(text) for text in TEXTS] == [whole.classify(text) for text in TEXTS]


MEASURED = """
from pathlib import Path

def taken():
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

import crawler.extract.language_model as of_model
before = taken()
kept = of_model.language_model()
kept.classify("The harbour board met on Monday and heard residents who asked for a wider quay.")
print(taken() - before, kept.identifier.nb_ptc.nbytes)
"""


def test_its_tables_are_no_memory_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURED], cwd=ROOT, capture_output=True, text=True, check=True)
    taken, table = map(int, done.stdout.split())
    assert taken < table < 30_000_000


def test_its_files_lie_on_a_disk_since_a_tmp_of_memory_would_keep_them_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    assert folder_of_files() == ON_DISK
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    kept = language_model()
    mapped = set(Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()) - set(maps)
    assert sum(f" {ON_DISK}/" in line for line in mapped) == len(kept.files)


def test_who_names_a_folder_for_temporary_files_has_them_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert folder_of_files() is None


def test_where_there_is_no_such_folder_they_lie_where_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(language_models, "ON_DISK", "/nowhere/at/all")
    assert folder_of_files() is None


def test_without_a_place_for_a_file_it_is_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    made = tempfile.TemporaryFile

    def only_for_others(**how: Any) -> Any:
        """A disk without room for our own file."""
        if how.get("prefix"):
            raise OSError(28, "No space left on device")
        return made(**how)

    monkeypatch.setattr(tempfile, "TemporaryFile", only_for_others)
    assert language_model().classify(TEXTS[0])[0] == "en"
