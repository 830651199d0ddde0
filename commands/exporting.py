"""The command that writes articles into files."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands import base
from delivery import terminal

if TYPE_CHECKING:
    from delivery.export import Selection
    from delivery.export_formats import Form
    from delivery.rows import Row
    from storage.database import Database

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that say which articles are wanted."""

    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None
    since: Annotated[str | None, typer.Option(help="First stored since: 2024-10-24, or 7d, 12h.")] = None
    after: Annotated[
        str | None, typer.Option(help="Only what changed after a change number, or after the export of a manifest.")
    ] = None
    watch: Annotated[str | None, typer.Option(help="Only what this watch looks for.")] = None


def _choosing(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the options of Chosen beside its own; it is handed them as one value."""

    @wraps(command)
    def called(**given: object) -> None:
        """Gather them."""
        command(Chosen(**{name: given.pop(name) for name in options}), **given)  # type: ignore[arg-type]

    options = signature(Chosen).parameters
    own = list(signature(command).parameters.values())[1:]
    both = [*(option.replace(kind=Parameter.KEYWORD_ONLY) for option in options.values()), *own]
    called.__signature__ = Signature(both)  # type: ignore[attr-defined]
    called.__annotations__ = {option.name: option.annotation for option in both}
    return called


@app.command()
@_choosing
def export(
    chosen: Chosen,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; standard output when not given.")] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, parquet, rss or schemaorg.")] = "jsonl",
    columns: Annotated[str | None, typer.Option(help="Columns of v1_article: url,headline; else all.")] = None,
) -> None:
    """Write the articles: JSON lines, a table, a feed. A file gets a manifest, with which the next export goes on.

    Example: newswatch export --format csv --since 7d -o week.csv --columns url,headline,date_published
    """
    from delivery.export import columns_named
    from delivery.export_formats import FORMS, NEEDED, MissingExtra

    if form not in FORMS:
        base.stop(f"--format is one of {', '.join(FORMS)}")
    try:
        names = columns_named(columns)
        with base.store() as database:
            selection = _selection(database, chosen)
            names = list(dict.fromkeys((*names, *NEEDED.get(form, ()))))
            count = _write(database, selection, (form, FORMS[form]()), names, output)
    except (ValueError, MissingExtra) as error:
        base.stop(str(error))
    base.err.print(f"{count} articles", highlight=False)


def _selection(database: "Database", chosen: Chosen) -> "Selection":
    from delivery.export import Selection

    fits = _watched(chosen.watch) if chosen.watch else None
    return Selection(chosen.source, base.since_moment(chosen.since), _changed_after(database, chosen.after), fits)


def _changed_after(database: "Database", after: str | None) -> int | None:
    from delivery.export_file import resumed

    if after is None or after.isdigit():
        return int(after) if after else None
    return resumed(database, Path(after)).after


def _watched(key: str) -> "Callable[[Row], bool]":
    """Judges what a watch looks for. Raises ValueError for words that cannot be searched."""
    from delivery.alerts.watching import prepared
    from delivery.export import fitting

    loaded = base.loaded()
    found = next((one for one in loaded.watches if one.key == key), None)
    if found is None:
        base.stop(f"there is no watch {key}; `newswatch watch list` shows them")
    return fitting(prepared(found, loaded, datetime.now(UTC)))


def _write(
    database: "Database", selection: "Selection", form: "tuple[str, Form]", columns: list[str], output: Path | None
) -> int:
    from delivery import export, export_file

    place = export_file.place(database)
    rows = export.articles(database, selection)
    if output is None:
        return export.write(rows, sys.stdout.buffer, form[1], columns)
    total = export.count(database, selection)
    with base.usable(output):
        with terminal.appearing(output) as stream:
            shown = terminal.progress(rows, "exporting", base.err, total)
            count = export.write(shown, stream, form[1], columns)
        export_file.write_manifest(output, place, form[0], columns, count)
    return count
