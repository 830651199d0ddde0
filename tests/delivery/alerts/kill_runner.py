"""Kept in a process of its own: follows, seals and sends in children that kill themselves at a step.

    python -m tests.delivery.alerts.kill_runner DATABASE PORT < lines

Each line is a number: the step at which the child of that round sends itself SIGKILL (0: never). A step is every
statement of SQL, every commit, every connection and every byte that is sent. Answers with a line: "killed" or "done".
The parent has loaded everything and opens nothing: a fork is a fresh process for 20 ms.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

import config
from config import Config
from delivery.alerts.sending import Sender
from delivery.alerts.watching import WatchFollower
from delivery.followers import follow
from scheduler import next_fire_time
from storage.database import Database

#: each round comes so much later that what a killed one had claimed is free again
LATER = timedelta(minutes=10)


class Steps:
    """Counts steps and kills the process at one."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def __call__(self, *_: Any) -> None:
        """One step."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_steps(database: Database, steps: Steps) -> None:
    """Have everything that can be seen from outside count as a step."""
    event.listen(database.engine, "before_cursor_execute", steps)
    event.listen(database.engine, "after_cursor_execute", steps)
    event.listen(database.engine, "commit", steps)
    sys.addaudithook(lambda name, _: steps() if name == "socket.connect" else None)
    write = asyncio.StreamWriter.write

    def counted(self: asyncio.StreamWriter, content: Any) -> None:
        steps()
        write(self, content)
        steps()

    asyncio.StreamWriter.write = counted  # type: ignore[method-assign,assignment]
    read = asyncio.StreamReader.readuntil

    async def answered(self: asyncio.StreamReader, separator: bytes = b"\n") -> bytes:
        got = await read(self, separator)
        steps()  # the receiver has taken it, and nobody here knows yet
        return got

    asyncio.StreamReader.readuntil = answered  # type: ignore[method-assign,assignment]


def one_round(url: str, settings: Config, number: int, fatal: int) -> None:
    """Follow and send everything there is, as far as the process lives."""
    database = Database(url)
    watch_steps(database, Steps(fatal))
    while follow(database, WatchFollower(lambda: settings, next_fire_time), 7):
        pass
    now = datetime.now(UTC) + LATER * number

    async def send() -> None:
        sender = Sender(database, lambda: settings, lambda: now)
        for _ in range(3):
            await sender.round()
            await sender.finish()

    asyncio.run(send())


def main() -> None:
    """Run a round for each line."""
    url, port = sys.argv[1], sys.argv[2]
    text = f"""
    [safety]
    allow_networks = ["127.0.0.0/8"]
    [[channel]]
    key = "desk"
    webhook = "http://127.0.0.1:{port}/"
    [[watch]]
    key = "floods"
    words = "flood"
    channels = "desk"
    [[watch]]
    key = "all"
    channels = "desk"
    """
    settings = config.parse(text, Path("/srv/news/newswatch.toml"), {})
    for number, line in enumerate(sys.stdin, 1):
        child = os.fork()
        if child == 0:
            one_round(url, settings, number, int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "done\n" if status == 0 else "failed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
