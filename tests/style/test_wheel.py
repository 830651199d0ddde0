"""What `pip install .` installs: all of the program and nothing beside it."""

import subprocess
import sys
import zipfile

import pytest

from tests.support.tree import GENERATED, PACKAGES, ROOT


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of a freshly built wheel; texts for those below its metadata folder."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return {name: wheel.read(name).decode() if ".dist-info/" in name else "" for name in wheel.namelist()}


def _shipped() -> set[str]:
    """Every file of the packages and the modules beside them, data and migrations included."""
    folders = [ROOT / package for package in PACKAGES if package != "demo"]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    return {str(file.relative_to(ROOT)) for file in [*files, *ROOT.glob("*.py")]}


def test_a_wheel_holds_the_program_with_its_data(contents: dict[str, str]) -> None:
    files = {name for name in contents if ".dist-info/" not in name}
    assert files == _shipped()


def test_migrations_are_shipped(contents: dict[str, str]) -> None:
    expected = {str(file.relative_to(ROOT)) for file in GENERATED.glob("*.py")}
    assert expected
    assert expected <= contents.keys()


def test_the_command_and_the_licence_come_with_it(contents: dict[str, str]) -> None:
    beside = {name.rpartition("/")[2]: text for name, text in contents.items() if ".dist-info/" in name}
    assert "newswatch = cli:app" in beside["entry_points.txt"]
    assert "License-Expression: Apache-2.0" in beside["METADATA"]
    assert "END OF TERMS AND CONDITIONS" in beside["LICENSE"]
