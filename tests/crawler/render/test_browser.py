"""Finding the browser, in folders made for the test."""

import os
from pathlib import Path

import pytest

from crawler.render.browser import NoBrowser, find


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def _playwrights(home: Path, version: int = 1187) -> Path:
    return _program(home / ".cache" / "ms-playwright" / f"chromium-{version}" / "chrome-linux" / "chrome")


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"])
def test_a_browser_on_the_path_is_found_under_its_usual_names(tmp_path: Path, name: str) -> None:
    program = _program(tmp_path / "bin" / name)
    assert find(None, {"PATH": str(tmp_path / "bin")}) == program


def test_debians_name_stands_before_the_others(tmp_path: Path) -> None:
    program = _program(tmp_path / "bin" / "chromium")
    _program(tmp_path / "bin" / "google-chrome")
    assert find(None, {"PATH": str(tmp_path / "bin")}) == program


def test_what_the_operator_named_stands_before_all(tmp_path: Path) -> None:
    named = _program(tmp_path / "mine" / "browser")
    _program(tmp_path / "bin" / "chromium")
    assert find(named, {"PATH": str(tmp_path / "bin")}) == named


def test_a_named_browser_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "chromium")
    with pytest.raises(NoBrowser, match=r"\[render\] browser: .*mine is no program"):
        find(tmp_path / "mine", {"PATH": str(tmp_path / "bin")})


def test_a_named_file_that_cannot_be_run_is_refused(tmp_path: Path) -> None:
    named = _program(tmp_path / "browser")
    named.chmod(0o644)
    with pytest.raises(NoBrowser, match="can be run"):
        find(named, {})


def test_a_folder_is_no_browser(tmp_path: Path) -> None:
    with pytest.raises(NoBrowser):
        find(tmp_path, {})


def test_playwrights_own_is_found_below_the_home(tmp_path: Path) -> None:
    program = _playwrights(tmp_path)
    assert find(None, {"PATH": "", "HOME": str(tmp_path)}) == program


def test_playwrights_own_is_found_where_its_variable_says(tmp_path: Path) -> None:
    _playwrights(tmp_path)
    shell = _program(tmp_path / "there" / "chromium_headless_shell-1200" / "chrome-linux" / "headless_shell")
    environ = {"PATH": "", "HOME": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "there")}
    assert find(None, environ) == shell


def test_of_several_of_playwright_the_one_installed_last_is_taken(tmp_path: Path) -> None:
    old, new = _playwrights(tmp_path, 1187), _playwrights(tmp_path, 1200)
    os.utime(old, (1_000_000, 1_000_000))
    assert find(None, {"PATH": "", "HOME": str(tmp_path)}) == new


def test_the_path_stands_before_playwright(tmp_path: Path) -> None:
    program = _program(tmp_path / "bin" / "chrome")
    _playwrights(tmp_path)
    assert find(None, {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}) == program


@pytest.mark.parametrize("environ", [{}, {"PATH": ""}, {"PATH": "/nowhere", "HOME": "/nowhere"}])
def test_where_there_is_none_the_sentence_names_the_cure(environ: dict[str, str]) -> None:
    with pytest.raises(NoBrowser, match=r"apt-get install chromium"):
        find(None, environ)
