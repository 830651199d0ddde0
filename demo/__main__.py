"""`make demo`: the daemon against a small news web on loopback, for two minutes.

    demo.process (web) <── newswatch run ──> news.db <── ledger ── board

Exit code 0 says that every article of the web was stored once, that corrections became revisions and nothing else
did, and that a second look at the unchanged web made no row.
"""

import argparse
import io
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live

from demo.board import Moment, board, headline, latest, verdict_line
from demo.stage import DemoError, Plan, Stage, daemon, second_look, set_up

#: a plain line every so many seconds where there is no terminal
LINE_EVERY = 10.0
INTERRUPTED = 130


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
        return INTERRUPTED
    except DemoError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1


def _show(options: argparse.Namespace, console: Console, stack: ExitStack) -> int:
    folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newswatch-demo-")))
    plan = Plan(options.seconds, options.articles, options.initial, options.seed)
    stage = stack.enter_context(set_up(folder, plan))
    console.print(f"{len(stage.world.outlets)} outlets on loopback; the daemon's log is {stage.log}", soft_wrap=True)
    with daemon(stage) as process:
        _watch(stage, process, console)
    return _conclude(stage, console, options.picture)


def _watch(stage: Stage, process: "subprocess.Popen[bytes]", console: Console) -> None:
    """Show what happens until the time is up."""
    end = time.monotonic() + stage.plan.seconds
    with _shown(console) as show:
        while (left := end - time.monotonic()) > 0:
            if process.poll() is not None:
                raise DemoError(f"the daemon ended by itself:\n{stage.last_words()}")
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
        yield _Lines(console)


class _Lines:
    """Shows moments as plain lines, not too often."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = time.monotonic()

    def __call__(self, moment: Moment) -> None:
        if time.monotonic() >= self._next:
            self._console.print(headline(moment), soft_wrap=True)
            self._next = time.monotonic() + LINE_EVERY


def _conclude(stage: Stage, console: Console, picture: Path | None) -> int:
    """Say what is in the database, look at the web once more, and judge."""
    moment = stage.moment()
    verdict = stage.verdict(moment.ledger)
    console.print(board(moment), latest(moment.ledger.rows))
    console.print(verdict_line(verdict), soft_wrap=True)
    grown = second_look(stage, moment.ledger)
    console.print(f"A second look at the unchanged web made {grown or 'no'} new rows.")
    if picture:
        _draw(picture, moment)
    return 0 if verdict.is_well and not grown else 1


def _draw(picture: Path, moment: Moment) -> None:
    """The table as an SVG, for the README."""
    recording = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    recording.print(board(moment))
    recording.save_svg(str(picture), title="make demo")


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
