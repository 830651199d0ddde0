"""Commands for the operator who keeps it running: is the database whole, and a copy of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands import base

app = typer.Typer()


@app.command()
def verify() -> None:
    """Check that the database keeps what Newswatch promises; the daemon may run. 0: all holds, 1: something does not.

    Example: newswatch verify
    """
    from delivery.tables import finding_lines
    from storage.promises import checks, findings

    now = datetime.now(UTC)
    with base.store() as database, database.read() as connection:
        found = list(findings(connection, now))
    for line in finding_lines(found, len(checks(now))):
        base.out.print(line, markup=False, highlight=False)
    raise typer.Exit(0 if all(finding.heals for finding in found) else base.EXIT_SOME_FAILED)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write; an older backup there is replaced.")]) -> None:
    """Copy a SQLite database while the daemon writes: one state, checked, then named. For PostgreSQL: pg_dump.

    Example: newswatch backup /var/backups/news.db
    """
    from storage.backup import back_up

    with base.store() as database:
        made = back_up(database, file)
    base.out.print(f"{made.path}: {made.articles} articles, {made.size / 1e6:.1f} MB, checked", highlight=False)
