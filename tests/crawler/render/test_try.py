"""`newswatch try` on a page that its script fills."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler.render.drawn import drawn_article, told
from tests.support.scripted import Outlet, paragraphs, story
from tests.support.tree import ROOT

#: a browser on a machine that is busy with other tests
PATIENCE = 200
pytestmark = pytest.mark.timeout(PATIENCE)


def _tried(folder: Path, render: str) -> subprocess.CompletedProcess[str]:
    with Outlet({"/story": drawn_article(3), "/text": told}) as outlet:
        file = folder / "newswatch.toml"
        file.write_text(f'[safety]\nallow_networks = ["127.0.0.1/32"]\n[render]\n{render}\n', encoding="utf-8")
        command = [sys.executable, "-m", "cli", "--config", str(file), "try", outlet.url("/story")]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)


def test_a_page_that_its_script_fills_is_tried_in_the_browser(tmp_path: Path, chromium: Path) -> None:
    done = _tried(tmp_path, "unsafe_no_sandbox = true")
    assert done.returncode == 0, done.stderr
    assert "as the browser shows it" in done.stderr
    assert story(3)["title"] in done.stdout
    assert paragraphs(3)[1][:60] in done.stdout


def test_where_there_is_no_browser_it_says_so_with_the_cure_and_shows_what_came(tmp_path: Path) -> None:
    done = _tried(tmp_path, 'browser = "/nowhere/chromium"')
    assert done.returncode == 1
    assert "needs a browser: [render] browser: /nowhere/chromium is no program" in done.stderr
    assert "apt-get install chromium" in done.stderr
