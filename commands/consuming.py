"""Commands that show what is in the database: sources, articles, changes, the story of one address."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands import base
from delivery import terminal

#: seconds between two looks for new changes with --follow
FOLLOW_PAUSE = 1.0

app = typer.Typer()


@app.command()
def sources() -> None:
    """Show the sources: last and next visit, what is new today, state and why.

    Example: newswatch sources
    """
    from delivery.tables import source_rows, source_table

    now = datetime.now(UTC)
    with base.store() as database:
        base.out.print(source_table(source_rows(database, now), now))


@app.command()
def explain(url: Annotated[str, typer.Argument(help="Address of an article, a feed, a page.")]) -> None:
    """Tell what happened to an address: which endpoint listed it, what became of it, when it is tried again.

    Example: newswatch explain https://example.org/2024/10/24/some-story.html
    """
    from crawler.urls import AddressError, article_key, fetch_key
    from delivery.explain import explain as told

    try:
        with base.store() as database:
            lines = told(database, url, fetch_key, article_key)
    except AddressError as error:
        base.stop(str(error))
    for line in lines:
        base.out.print(line, markup=False, highlight=False)


@app.command()
def changes(
    after: Annotated[int, typer.Option(help="Number of the last change that you have seen.")] = 0,
    epoch: Annotated[str | None, typer.Option(help="Epoch of the database that your cursor belongs to.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as changes come.")] = False,
) -> None:
    """Print the changes after a number as JSON lines, in the order of their commits.

    Example: newswatch changes --after 1200 --follow
    """
    from delivery import changes as feed
    from delivery.export import json_line
    from storage.errors import CursorTooOld

    def pause() -> bool:
        """Wait before the next look; False ends it."""
        sys.stdout.flush()
        time.sleep(FOLLOW_PAUSE)
        return follow

    try:
        with base.store() as database:
            for row in feed.follow(database, after, pause if follow else lambda: False, epoch):
                sys.stdout.write(json_line(row))
    except CursorTooOld as error:
        base.stop(str(error))


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; standard output when not given.")] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl")] = "jsonl",
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="First stored since: 2024-10-24, or 7d, 12h.")] = None,
    after: Annotated[int | None, typer.Option(help="Only articles that changed after this change number.")] = None,
) -> None:
    """Write the articles as JSON lines.

    Example: newswatch export --format jsonl --since 7d -o week.jsonl
    """
    from delivery.export import Selection, write_jsonl

    if form != "jsonl":
        base.stop("--format is jsonl")
    selection = Selection(source, base.since_moment(since), after)
    with base.store() as database, terminal.writing(output) as stream:
        count = write_jsonl(database, stream, selection)
    base.err.print(f"{count} articles", highlight=False)


@app.command()
def articles(
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="First stored since: 2024-10-24, or 7d, 12h.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 30,
) -> None:
    """Show the latest articles.

    Example: newswatch articles --source dw --since 12h
    """
    from delivery.export import Selection
    from delivery.tables import article_table, latest_articles

    now = datetime.now(UTC)
    selection = Selection(source, base.since_moment(since))
    with base.store() as database:
        base.out.print(article_table(latest_articles(database, selection, limit), now))
