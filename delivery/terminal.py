"""Text in, text out: files and pipes, moments as people write them, lines of log, progress bars."""

import gzip
import io
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")

#: "90s", "12h", "7d" in seconds
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@contextmanager
def reading(path: Path | None) -> Iterator[TextIO]:
    """Lines of a file (.gz allowed), or of standard input."""
    if path is None:
        yield sys.stdin
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape") as file:
            yield file
    else:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            yield file


@contextmanager
def writing(path: Path | None) -> Iterator[TextIO]:
    """A file that appears whole when the block ends well, or standard output."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with appearing(path) as file, io.TextIOWrapper(file, encoding="utf-8") as text:
        yield text


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """A file that is there, whole, when the block ends well; else there is none, or the one from before."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def moment(text: str | None, now: datetime) -> datetime | None:
    """An instant from "2024-10-24", "2024-10-24T12:00+02:00" or a span before now ("7d"). Raises ValueError."""
    if text is None:
        return None
    if text[:-1].isdigit() and text[-1] in _UNITS:
        try:
            return now - timedelta(seconds=int(text[:-1]) * _UNITS[text[-1]])
        except OverflowError:
            raise ValueError(f"{text} is too far back for the calendar") from None
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def progress(items: Iterable[T], what: str, console: Console, total: int | None = None) -> Iterator[T]:
    """The items, with a progress bar while a terminal is there; ``total`` says how many where the items do not."""
    if not console.is_terminal:
        yield from items
        return
    yield from track(items, what, total=total, console=console, transient=True)


def set_up_log(form: str, *, verbose: bool) -> None:
    """One line for each event on standard error: text for people, JSON for programs."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname).1s %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(_JsonLines() if form == "json" else plain)
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if verbose else logging.INFO, force=True)
    # Scrapy says ten lines for each crawl, APScheduler one for each beat: only their warnings are wanted.
    for name in (
        "scrapy",
        "apscheduler",
        "twisted",
        "alembic",
        "asyncio",
        "trafilatura",
        "htmldate",
        "tzlocal",
        "uvicorn",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    # "skipped: maximum number of running instances": a beat that takes longer than a second is no event.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it says ten lines whenever a database is opened


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One JSON object a line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        fields: dict[str, object] = getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps({**line, **fields}, ensure_ascii=False, default=str)
