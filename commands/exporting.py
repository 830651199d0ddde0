"""The command that writes articles into files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands import base
from delivery import terminal

if TYPE_CHECKING:
    from delivery.export import Selection
    from delivery.export_formats import Form
    from storage.database import Database

app = typer.Typer()


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; standard output when not given.")] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, parquet, rss or schemaorg.")] = "jsonl",
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="First stored since: 2024-10-24, or 7d, 12h.")] = None,
    after: Annotated[
        str | None, typer.Option(help="Only what changed after a change number, or after the export of a manifest.")
    ] = None,
    columns: Annotated[str | None, typer.Option(help="Columns of v1_article: url,headline; else all.")] = None,
) -> None:
    """Write the articles: JSON lines, a table, a feed. A file gets a manifest, with which the next export goes on.

    Example: newswatch export --format csv --since 7d -o week.csv --columns url,headline,date_published
    """
    from delivery.export import Selection, columns_named
    from delivery.export_formats import FORMS, NEEDED, MissingExtra

    if form not in FORMS:
        base.stop(f"--format is one of {', '.join(FORMS)}")
    try:
        chosen = columns_named(columns)
        with base.store() as database:
            selection = Selection(source, base.since_moment(since), _changed_after(database, after))
            chosen = list(dict.fromkeys((*chosen, *NEEDED.get(form, ()))))
            count = _write(database, selection, (form, FORMS[form]()), chosen, output)
    except (ValueError, MissingExtra) as error:
        base.stop(str(error))
    base.err.print(f"{count} articles", highlight=False)


def _changed_after(database: "Database", after: str | None) -> int | None:
    from delivery.export_file import resumed

    if after is None or after.isdigit():
        return int(after) if after else None
    return resumed(database, Path(after)).after


def _write(
    database: "Database", selection: "Selection", form: "tuple[str, Form]", columns: list[str], output: Path | None
) -> int:
    from delivery import export, export_file

    place = export_file.place(database)
    rows = export.articles(database, selection)
    if output is None:
        return export.write(rows, sys.stdout.buffer, form[1], columns)
    total = export.count(database, selection)
    with export_file.appearing(output) as stream:
        shown = terminal.progress(rows, "exporting", base.err, total)
        count = export.write(shown, stream, form[1], columns)
    export_file.write_manifest(output, place, form[0], columns, count)
    return count
