"""`make demo`: the daemon against a small news web on loopback, for two minutes.

    demo.process (web) <── newswatch run ──> news.db <── ledger ── board

Exit code 0 says that every article of the web was stored once, that corrections became revisions and nothing else
did, and that a second look at the unchanged web made no row.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.live import Live

from demo.board import Moment, Seen, board, headline, latest, verdict_line
from demo.ledger import Ledger, addresses_of, judge, own_addresses, read_ledger
from demo.timetable import timetable
from demo.world import World

ROOT = Path(__file__).parent.parent
#: seconds that a clean stop may take, and a little
STOPPING = 35
#: a plain line every so many seconds where there is no terminal
LINE_EVERY = 10.0


class DemoError(Exception):
    """The demo could not be shown; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demo takes place: the files in its folder, the addresses of the web, the truth."""

    folder: Path
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the demo; returns the exit code."""
    options, console = _options(arguments), Console()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with ExitStack() as stack:
            return _show(options, console, stack)
    except KeyboardInterrupt:
        console.print("stopped")
        return 130
    except DemoError as error:
        console.print(f"[red]{error}")
        return 1


def _show(options: argparse.Namespace, console: Console, stack: ExitStack) -> int:
    folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newswatch-demo-")))
    stage = stack.enter_context(_web(options, folder))
    console.print(f"{len(stage.world.outlets)} outlets on loopback; the daemon's log is {stage.log}")
    with _daemon(stage) as daemon:
        _watch(stage, daemon, console, options.seconds)
    return _conclude(stage, options, console)


@contextmanager
def _web(options: argparse.Namespace, folder: Path) -> Iterator[Stage]:
    """The web as a process of its own, which ends when its standard input is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "demo.process",
        "--config",
        str(folder / "newswatch.toml"),
        "--database",
        f"sqlite:///{folder.absolute() / 'news.db'}",
        "--seconds",
        str(options.seconds),
        "--articles",
        str(options.articles),
        "--initial",
        str(options.initial),
        "--seed",
        str(options.seed),
    ]
    # a session of its own: Ctrl-C is ours to handle, in the right order
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101  it is a pipe
        started = json.loads(process.stdout.readline() or "null")
        if started is None:
            raise DemoError("the demo web did not start; its message stands above")
        world = World.make(options.seed, options.articles, now=datetime.fromisoformat(started["now"]))
        yield Stage(folder, world, started["control"], started["outlets"])
        # leaving closes its standard input


@contextmanager
def _daemon(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """`newswatch run`, stopped in the clean way when the block is left."""
    with (
        stage.log.open("wb") as log,
        subprocess.Popen(
            _newswatch(stage, "run"),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            _stop(process)
    if process.returncode:
        raise DemoError(f"the daemon ended with exit code {process.returncode}:\n{_tail(stage.log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()


def _watch(stage: Stage, daemon: subprocess.Popen[bytes], console: Console, seconds: float) -> None:
    """Show what happens until the time is up."""
    end = time.monotonic() + seconds
    with _shown(console) as show:
        while (left := end - time.monotonic()) > 0:
            if daemon.poll() is not None:
                raise DemoError(f"the daemon ended by itself:\n{_tail(stage.log)}")
            show(stage.moment(left))
            time.sleep(min(0.5, left))


@contextmanager
def _shown(console: Console) -> Iterator[Callable[[Moment], None]]:
    """How a moment is shown: as a live table on a terminal, now and then as a line elsewhere."""
    if console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            yield lambda moment: live.update(board(moment), refresh=True)
            live.update("")
    else:
        yield _lines(console)


def _lines(console: Console) -> Callable[[Moment], None]:
    next_line = time.monotonic()

    def show(moment: Moment) -> None:
        nonlocal next_line
        if time.monotonic() >= next_line:
            console.print(headline(moment), soft_wrap=True)
            next_line = time.monotonic() + LINE_EVERY

    return show


def _conclude(stage: Stage, options: argparse.Namespace, console: Console) -> int:
    """Say what is in the database, look at the web once more, and judge."""
    moment = stage.moment()
    console.print(board(moment))
    console.print(latest(moment.ledger.rows))
    corrected = [
        event.article for event in timetable(stage.world, options.initial, options.seconds) if event.correction
    ]
    published = addresses_of(stage.world, stage.bases)
    verdict = judge(published, own_addresses(corrected, stage.bases), moment.ledger.rows)
    console.print(verdict_line(verdict), soft_wrap=True)
    grown = _second_look(stage, moment.ledger)
    console.print(f"A second look at the unchanged web made {grown or 'no'} new rows.")
    if options.picture:
        _picture(options.picture, moment)
    return 0 if verdict.is_well and not grown else 1


def _second_look(stage: Stage, before: Ledger) -> int:
    """Crawl everything once more; returns how many rows (articles and revisions) came of it."""
    with stage.log.open("ab") as log:
        done = subprocess.run(_newswatch(stage, "crawl"), cwd=ROOT, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise DemoError(f"the second look ended with exit code {done.returncode}:\n{_tail(stage.log)}")
    after = read_ledger(stage.database)
    return len(after.rows) - len(before.rows) + after.revisions() - before.revisions()


def _picture(path: Path, moment: Moment) -> None:
    """The table as an SVG, for the README."""
    recording = Console(record=True, width=118, file=Path("/dev/null").open("w"), force_terminal=True)  # noqa: SIM115
    recording.print(board(replace(moment, left=0.0)))
    recording.save_svg(str(path), title="make demo")


def _newswatch(stage: Stage, command: str) -> list[str]:
    return [sys.executable, "-m", "cli", "--config", str(stage.config), command]


def _tail(path: Path, lines: int = 20) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="how long the daemon runs")
    parser.add_argument("--articles", type=int, default=6, help="articles of each outlet")
    parser.add_argument("--initial", type=int, default=3, help="articles that are there from the start")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world")
    parser.add_argument("--folder", type=Path, help="keep database, configuration and log here")
    parser.add_argument("--picture", type=Path, help="save the last table as an SVG picture")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
