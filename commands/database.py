"""Commands for the database itself."""

import typer

from commands import base

app = typer.Typer(help="The database: upgrade it, show its state.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Create the database or upgrade it to this version.

    Example: newswatch db upgrade
    """
    from storage.store import head

    with base.store():
        base.out.print(f"the database is at version {head()}", highlight=False)


@app.command()
def status() -> None:
    """Show version and size of the database.

    Example: newswatch db status
    """
    from delivery.tables import database_lines

    for line in database_lines(base.loaded().database):
        base.out.print(line, markup=False, highlight=False)


@app.command("new-epoch")
def new_epoch() -> None:
    """After restoring a backup of PostgreSQL: tell consumers that their cursors are void (a file tells by itself).

    Example: newswatch db new-epoch
    """
    from storage.changes import renew_epoch

    with base.store() as database, database.write() as connection:
        base.out.print(f"the database is in epoch {renew_epoch(connection)}", highlight=False)
