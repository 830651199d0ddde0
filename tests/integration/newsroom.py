"""Running the real commands against the demo web, for the tests of this folder."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from demo.web import Web

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A demo web, a configuration for it, and the database that is filled from it."""

    web: Web
    folder: Path
    database_url: str

    @property
    def file(self) -> Path:
        return self.folder / "newswatch.toml"

    def configure(self, schedule: str = "", last_source: str = "", **options: Any) -> None:
        """Write newswatch.toml; `schedule` goes into its [schedule] block, `last_source` into its last [[source]]."""
        content = self.web.config(self.database_url, **options)
        self.file.write_text(f"{content}{last_source}\n[schedule]\n{schedule}\n", encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "cli", "--config", str(self.file), *arguments]

    def run(self, *arguments: str, expect: int = 0) -> str:
        """Run a command to its end, demand its exit code, return what it printed (log included)."""
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command; its log goes to a file of the folder."""
        with (self.folder / f"log-{random.randrange(10**9)}").open("wb") as log:
            return subprocess.Popen(self.command(*arguments), cwd=ROOT, stdout=log, stderr=log)

    def scrapy(self, *arguments: str) -> str:
        """Run Scrapy's own command in the project; return what it printed."""
        command = [sys.executable, "-m", "scrapy", *arguments]
        environment = {**os.environ, "NEWSWATCH_CONFIG": str(self.file)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database answers; [] while it is not made yet."""
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query), values)]
        except (OperationalError, ProgrammingError):
            return []  # there are no tables yet
        finally:
            engine.dispose()

    def count(self, query: str) -> int:
        return sum(int(row[0]) for row in self.rows(query))

    def size(self, table: str) -> int:
        """How many rows a table has."""
        return self.count(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of our own

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("log-*")))


@contextmanager
def running(newsroom: Newsroom, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that is ended with SIGTERM when the block ends, and must then exit with 0 in 30 s."""
    process = newsroom.start(*arguments)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, newsroom.log()
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.1)
