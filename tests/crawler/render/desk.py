"""Crawls of whole outlets with a real browser: what they asked for, what is stored, what the browser used."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from crawler.render.processes import below_driver, proportional
from tests.support.scripted import Outlet
from tests.support.tree import ROOT

#: a crawl of half a minute; a machine that is busy with other tests takes ten times as long
PATIENCE = 400
#: bytes that driver, browser and pages may use together, whatever a page does
MEMORY_MOST = 700 * 10**6


@dataclass
class Run:
    """What one crawl printed, and the most that its browser used."""

    log: str = ""
    code: int = 0
    peak: int = 0


@dataclass
class Desk:
    """The outlets, the database, and the two crawls."""

    folder: Path
    outlets: dict[str, Outlet]
    runs: list[Run] = field(default_factory=list)
    #: requests of each outlet in each crawl
    asked: list[dict[str, list[tuple[str, int]]]] = field(default_factory=list)

    def crawl(self, networks: str, *keys: str, timeout: int = 20) -> None:
        """Visit all outlets, or those that are named, in a process of its own."""
        blocks = [f'[[source]]\nkey = "{key}"\nurl = "{self.outlets[key].url()}"\n' for key in keys or self.outlets]
        file = self.folder / "newswatch.toml"
        file.write_text(
            f'database = "sqlite:///{self.folder}/news.db"\n[crawl]\ncontact = "x@example.org"\nreaders = 1\n'
            f'[safety]\nallow_networks = ["{networks}"]\n'
            f'[render]\nunsafe_no_sandbox = true\ntimeout = "{timeout}s"\n' + "\n".join(blocks),
            encoding="utf-8",
        )
        self._run(file)
        self.asked.append({key: [(a.target, a.status) for a in outlet.asked] for key, outlet in self.outlets.items()})
        for outlet in self.outlets.values():
            outlet.asked.clear()

    def _run(self, file: Path) -> None:
        """One `newswatch crawl`, watched while it runs."""
        run = Run()
        command = [sys.executable, "-m", "cli", "--config", str(file), "crawl"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            ended = threading.Event()
            watch = threading.Thread(target=_watch, args=(process.pid, run, ended))
            watch.start()
            run.log, _ = process.communicate(timeout=PATIENCE)
            ended.set()
            watch.join()
            run.code = process.returncode
        self.runs.append(run)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        engine = create_engine(f"sqlite:///{self.folder}/news.db")
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query), values)]
        engine.dispose()
        return found

    def stored(self, key: str) -> int:
        """How many articles of an outlet are stored."""
        return int(self.rows("SELECT count(*) FROM article WHERE source_key = :key", key=key)[0][0])

    def health(self, key: str) -> tuple[Any, ...]:
        (row,) = self.rows(
            "SELECT state, state_reason, render_need, render_reason FROM v1_source_health WHERE source_key = :key",
            key=key,
        )
        return row


def _watch(process: int, run: Run, ended: threading.Event) -> None:
    while not ended.wait(0.2):
        run.peak = max(run.peak, proportional(below_driver(process)))


@contextmanager
def desk_of(folder: Path, outlets: Mapping[str, Outlet]) -> Iterator[Desk]:
    """A desk whose outlets answer until the block ends."""
    with ExitStack() as stack:
        yield Desk(folder, {key: stack.enter_context(outlet) for key, outlet in outlets.items()})
