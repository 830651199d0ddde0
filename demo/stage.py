"""The processes of a demo: the web and the daemon, each in a session of its own, ended in the right order.

set_up(folder, Plan) -> Stage          daemon(stage) -> Popen          second_look(stage, ledger) -> new rows
"""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demo.board import Moment, Seen
from demo.ledger import Ledger, Verdict, addresses_of, judge, own_addresses, read_ledger
from demo.timetable import timetable
from demo.world import World

ROOT = Path(__file__).parent.parent
#: seconds that a clean stop may take, and a little
STOPPING = 35


class DemoError(Exception):
    """The demo could not be shown; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be shown: how many articles, how many of them from the start, for how many seconds."""

    seconds: float = 120
    articles: int = 6
    initial: int = 3
    seed: int = 1

    @property
    def options(self) -> list[str]:
        """The plan as options of ``demo.process``."""
        named = {
            "--seconds": self.seconds, "--articles": self.articles, "--initial": self.initial, "--seed": self.seed,
        }  # fmt: skip
        return [word for name, value in named.items() for word in (name, str(value))]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demo takes place: the files in its folder, the addresses of the web, the truth."""

    folder: Path
    plan: Plan
    world: World
    control: str
    bases: Mapping[str, str]

    @property
    def config(self) -> Path:
        """The newswatch.toml of this demo."""
        return self.folder / "newswatch.toml"

    @property
    def database(self) -> Path:
        """The SQLite database of this demo."""
        return self.folder / "news.db"

    @property
    def log(self) -> Path:
        """What the daemon says."""
        return self.folder / "newswatch.log"

    def moment(self, left: float = 0.0) -> Moment:
        """What the web and the database say now."""
        with urllib.request.urlopen(f"{self.control}/state", timeout=10) as answer:  # noqa: S310  our own web
            state = json.load(answer)
        seen = {key: Seen(**counts) for key, counts in state.items()}
        return Moment(self.world.outlets, seen, read_ledger(self.database), datetime.now(UTC), left)

    def verdict(self, ledger: Ledger) -> Verdict:
        """The judgement on a ledger when all that was planned has happened."""
        events = timetable(self.world, self.plan.initial, self.plan.seconds)
        corrected = [event.article for event in events if event.correction]
        published = addresses_of(self.world, self.bases)
        return judge(published, own_addresses(corrected, self.bases), ledger.rows)

    def newswatch(self, command: str) -> list[str]:
        """The command line of Newswatch on this stage."""
        return [sys.executable, "-m", "cli", "--config", str(self.config), command]

    def last_words(self, lines: int = 20) -> str:
        """The end of the daemon's log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@contextmanager
def set_up(folder: Path, plan: Plan) -> Iterator[Stage]:
    """The web as a process of its own; it ends when its standard input is closed, whatever becomes of us."""
    folder.mkdir(parents=True, exist_ok=True)
    files = ["--config", str(folder / "newswatch.toml"), "--database", f"sqlite:///{folder.absolute() / 'news.db'}"]
    # a session of its own: Ctrl-C is ours to handle, so that the web outlives the daemon
    with subprocess.Popen(
        [sys.executable, "-m", "demo.process", *files, *plan.options],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        started = json.loads(process.stdout.readline() or "null") if process.stdout else None
        if started is None:
            raise DemoError("the demo web did not start; its message stands above")
        world = World.make(plan.seed, plan.articles, now=datetime.fromisoformat(started["now"]))
        yield Stage(folder, plan, world, started["control"], started["outlets"])


@contextmanager
def daemon(stage: Stage) -> Iterator["subprocess.Popen[bytes]"]:
    """`newswatch run`, stopped in the clean way when the block is left; DemoError when it ended badly."""
    with stage.log.open("wb") as log:
        process = subprocess.Popen(
            stage.newswatch("run"), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        _stop(process)
    if process.returncode:
        raise DemoError(f"the daemon ended with exit code {process.returncode}:\n{stage.last_words()}")


def second_look(stage: Stage, before: Ledger) -> int:
    """Crawl everything once more; returns how many rows (articles and revisions) came of it."""
    with stage.log.open("ab") as log:
        done = subprocess.run(stage.newswatch("crawl"), cwd=ROOT, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise DemoError(f"the second look ended with exit code {done.returncode}:\n{stage.last_words()}")
    after = read_ledger(stage.database)
    return len(after.rows) - len(before.rows) + after.revisions() - before.revisions()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
