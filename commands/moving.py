"""The command that moves articles in from elsewhere."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands import base
from delivery import terminal

app = typer.Typer()

#: refused lines that are named one by one
NAMED = 20


@app.command("import")
def import_(
    input_file: Annotated[
        Path | None, typer.Argument(help="JSON lines, one article each; .gz is unpacked; else standard input.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Key of the source, for lines that name none.")] = None,
) -> None:
    """Store articles that another program or another Newswatch kept; the daemon may run. What is known stays as it is.

    Lines of `newswatch export`, of schema.org's NewsArticle, and of news-please, fundus, newspaper, trafilatura and
    Zyte are understood; each needs an address, a headline and a body. 0: all lines are in, 1: some were refused.

    Example: newswatch import articles.jsonl.gz
    """
    from crawler.moving_in import move_in

    counts: Counter[str] = Counter()
    with base.store() as database, base.usable(input_file), terminal.reading(input_file) as lines:
        for moved in move_in(database, terminal.progress(lines, "importing", base.err), datetime.now(UTC), source):
            counts[moved.outcome] += 1
            if moved.reason and counts["refused"] <= NAMED:
                base.err.print(f"line {moved.number}: {moved.reason}", markup=False, highlight=False)
    base.err.print(
        f"{counts['new']} articles are new, {counts['known']} were known, {counts['refused']} refused", highlight=False
    )
    raise typer.Exit(base.EXIT_SOME_FAILED if counts["refused"] else 0)
