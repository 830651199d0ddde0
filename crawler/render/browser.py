"""Where the browser is that renders pages.

    [render] browser  ->  chromium, chromium-browser, google-chrome, chrome on the path  ->  Playwright's own

Newswatch brings none: it is 400 MB, and most sources need none. Nothing is loaded here, so that the daemon can ask
at its start, when no source was rendered yet.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

#: names under which systems install it, Debian's first
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
#: Playwright's own, below its folder: chromium-1187/chrome-linux/chrome, chromium_headless_shell-1187/...
_PLAYWRIGHTS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome-linux*/headless_shell",
    "chromium_headless_shell-*/chrome-headless-shell-linux*/chrome-headless-shell",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)
#: where Playwright keeps its browsers when this variable does not say it
_FOLDER_VARIABLE = "PLAYWRIGHT_BROWSERS_PATH"
_FOLDERS = (".cache/ms-playwright", "Library/Caches/ms-playwright")

CURE = "`apt-get install chromium`, or `playwright install chromium-headless-shell`"


class NoBrowser(Exception):
    """There is no browser to render pages with: what is wrong, and its cure, such as the command that installs one."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}: {cure}")
        self.problem, self.cure = problem, cure


def find(named: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The browser to start: the one that the operator named, else the first that is there. Raises NoBrowser."""
    if named is not None:
        if _runs(Path(named)):
            return Path(named)
        raise NoBrowser(f"[render] browser: {named} is no program that can be run; name another, or install it", CURE)
    for name in PROGRAMS:
        if found := shutil.which(name, path=environ.get("PATH", "")):
            return Path(found)
    newest = max(filter(_runs, _of_playwright(environ)), key=_age, default=None)
    if newest is None:
        raise NoBrowser("no browser to render pages with; install one", CURE)
    return newest


def _of_playwright(environ: Mapping[str, str]) -> Iterator[Path]:
    named, home = environ.get(_FOLDER_VARIABLE), environ.get("HOME")
    folders = [Path(named)] if named else [Path(home) / folder for folder in _FOLDERS] if home else []
    for folder in folders:
        for pattern in _PLAYWRIGHTS:
            yield from folder.glob(pattern)


def _age(program: Path) -> float:
    return program.stat().st_mtime


def _runs(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)
