"""The figures of style hold for the whole tree. Each failure names the places, the longest first."""

import dataclasses
import re
from operator import attrgetter
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.figures import Measured
from tests.support.tree import ROOT, code_files, parsed, test_files

#: raise to 1.3 when the suite is complete
LEAST_TEST_LINES_PER_CODE_LINE = 1.3

MOST_FILE_LINES = 400
MOST_BROAD_EXCEPTS = 3
MOST_MOCKS_PER_100_TESTS = 5

MOCK = re.compile(r"\b(?:Mock|MagicMock|AsyncMock|patch|monkeypatch\.setattr)\b\(?")
TEST = re.compile(r"(?m)^\s*(?:async )?def test_")


def _functions() -> list[Measured]:
    return [
        dataclasses.replace(found, name=f"{file.relative_to(ROOT)}:{found.name}")
        for file in code_files()
        for found in figures.functions(parsed(file), file.read_text(encoding="utf-8"))
    ]


def _lines_of_code(files: list[Path]) -> int:
    return sum(len(figures.code_lines(parsed(file), file.read_text(encoding="utf-8"))) for file in files)


@pytest.mark.parametrize(
    ("figure", "most"),
    [
        pytest.param("lines", 40, id="no body is longer than 40 lines"),
        pytest.param("complexity", 10, id="no function is more complex than 10"),
        pytest.param("nesting", 4, id="no block stands deeper than 4"),
        pytest.param("parameters", 6, id="no function takes more than 6 parameters"),
    ],
)
def test_no_function_is_above(figure: str, most: int) -> None:
    size = attrgetter(figure)
    above = sorted((found for found in _functions() if size(found) > most), key=size, reverse=True)
    assert [f"{found.name} {size(found)}" for found in above] == []


def test_of_ten_functions_nine_are_shorter_than_17_lines_and_half_not_longer_than_6() -> None:
    lines = [found.lines for found in _functions()]
    assert figures.quantile(lines, 0.9) < 17
    assert figures.quantile(lines, 0.5) <= 6


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8").count("\n") for file in code_files()}
    assert {file: length for file, length in lengths.items() if length > MOST_FILE_LINES} == {}


def test_everything_is_caught_in_three_places_at_most() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}" for file in code_files() for line in figures.broad_excepts(parsed(file))
    ]
    assert found[MOST_BROAD_EXCEPTS:] == [], found


def test_every_public_name_has_a_docstring() -> None:
    assert [
        f"{file.relative_to(ROOT)}:{name}" for file in code_files() for name in figures.undocumented(parsed(file))
    ] == []


def test_there_is_enough_test_for_the_code() -> None:
    assert _lines_of_code(test_files()) >= LEAST_TEST_LINES_PER_CODE_LINE * _lines_of_code(code_files())


def test_parts_are_tested_as_they_are_not_replaced() -> None:
    texts = [file.read_text(encoding="utf-8") for file in test_files() if "style" not in file.parts]
    tests, mocks = (sum(len(pattern.findall(text)) for text in texts) for pattern in (TEST, MOCK))
    assert 100 * mocks < MOST_MOCKS_PER_100_TESTS * tests
