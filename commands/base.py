"""What every command needs: the consoles, the configuration, the database, and how a command ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

import config
import config_values
from config import Config, ConfigError
from delivery import terminal

if TYPE_CHECKING:
    from storage.database import Database

EXIT_SOME_FAILED, EXIT_USAGE, EXIT_ALL_LEASED = 1, 2, 75

# without emoji: "newswatch:x:" would be shown with a cross in it
out = Console(soft_wrap=True, emoji=False)
err = Console(stderr=True, soft_wrap=True, emoji=False)

#: the same option before the command and after `run` and `crawl`
LogFormat = Annotated[str | None, typer.Option("--log-format", help="text or json; may stand before the command, too.")]

#: what stood before the command
given: dict[str, Path | None] = {"config": None}


def set_up_log(form: str, *, verbose: bool = False) -> None:
    """Set up the log of this process; raises typer.BadParameter for an unknown form."""
    if form not in ("text", "json"):
        raise typer.BadParameter("--log-format is text or json")
    terminal.set_up_log(form, verbose=verbose)


def loaded() -> Config:
    """The configuration that was named; its problems are printed, one a line, and exit code 2."""
    try:
        return config.load(given["config"])
    except ConfigError as error:
        for problem in error.problems:
            err.print(problem, markup=False, highlight=False)
        raise typer.Exit(EXIT_USAGE) from None


@contextmanager
def store() -> Iterator["Database"]:
    """The database of the configuration; what goes wrong with it is one line, and exit code 1."""
    from sqlalchemy.exc import DBAPIError

    from storage.errors import CursorMoved, CursorTooOld, StorageError
    from storage.store import open_database

    settings, database = loaded(), None
    try:
        database = open_database(settings.database)
        yield database
    except (CursorTooOld, CursorMoved):
        raise
    except (StorageError, DBAPIError) as error:
        raise without_database(settings, error) from None
    finally:
        if database is not None:
            database.dispose()


def without_database(settings: Config, error: Exception) -> typer.Exit:
    """Say in one line what is wrong with the database; what ends the command."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    err.print(f"database {config_values.masked(settings.database)}: {reason}", markup=False, highlight=False)
    return typer.Exit(EXIT_SOME_FAILED)


@contextmanager
def usable(path: Path | None) -> Iterator[None]:
    """A file that cannot be read or written is one line, and exit code 2."""
    try:
        yield
    except BrokenPipeError:  # who read our output went away: no fault of this file
        raise
    except (OSError, EOFError) as error:
        stop(f"{path or 'standard input'}: {getattr(error, 'strerror', None) or error}")


def loaded_or_new() -> Config:
    """The configuration; an empty one where there is no file yet."""
    path = config.chosen(given["config"])
    return loaded() if path.exists() else config.parse("", path)


def warn(settings: Config) -> None:
    """Print what the operator should mend."""
    for warning in config.warnings(settings):
        err.print(f"warning: {warning}", style="yellow", markup=False, highlight=False)


def since_moment(text: str | None) -> datetime | None:
    """The moment that an option `--since` names: a date, a moment, or a span before now."""
    try:
        return terminal.moment(text, datetime.now(UTC))
    except ValueError:
        stop(f"--since {text}: write a date (2024-10-24), a moment, or a span (7d, 12h)")


def need_extra(module: str, extra: str) -> None:
    """End with one sentence when a part that is installed on its own is missing."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        stop(f"this needs more packages: pip install 'newswatch[{extra}]'")


def stop(message: str) -> NoReturn:
    """End with a sentence about wrong usage, exit code 2."""
    err.print(message, markup=False, highlight=False)
    raise typer.Exit(EXIT_USAGE)
