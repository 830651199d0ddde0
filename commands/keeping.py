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
def reprocess(
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="Only pages fetched since: 2024-10-24, or 7d, 12h.")] = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the changes without asking.")] = False,
) -> None:
    """Read the kept pages again, as the reader, the rules and the memory of each site are today; nothing is fetched.

    What would change is printed first; at a terminal you are asked then. Each change is a new version "reprocessed".

    Example: newswatch reprocess --source dw --since 7d
    """
    import service
    from commands.rereading import Shown
    from storage.kept import Selection

    settings, shown = base.loaded(), Shown()
    selection = Selection(source, base.since_moment(since))
    with base.store():
        pass  # a database that cannot be opened is said in one line, before any reader starts
    written = service.reprocess(settings, selection, shown.show, lambda: shown.goes_on(apply=apply))
    if written:
        base.out.print(f"{written} articles have a new version", highlight=False)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write; an older backup there is replaced.")]) -> None:
    """Copy a SQLite database while the daemon writes: one state, checked, then named. For PostgreSQL: pg_dump.

    Example: newswatch backup /var/backups/news.db
    """
    from storage.backup import back_up

    with base.store() as database:
        made = back_up(database, file)
    base.out.print(f"{made.path}: {made.articles} articles, {made.size / 1e6:.1f} MB, checked", highlight=False)
