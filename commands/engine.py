"""Commands for several machines that share the work."""

from datetime import UTC, datetime

import typer

from commands import base

app = typer.Typer(help="Several machines that share the work.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Show who shares the work, and what waits in the queues; exit code 1 when something is to be mended.

    Example: newswatch engine status
    """
    from commands.engine_tables import member_table, queue_table
    from engine.status import read

    if base.loaded().engine.kind == "local":
        base.out.print('[engine] kind = "local": one machine does all by itself', markup=False, highlight=False)
        return
    with base.store() as database:
        found = read(database, datetime.now(UTC))
    base.out.print(member_table(found.members))
    base.out.print(queue_table(found.queues))
    for problem in found.problems:
        base.err.print(problem, style="yellow", markup=False, highlight=False)
    raise typer.Exit(base.EXIT_SOME_FAILED if found.problems else 0)
