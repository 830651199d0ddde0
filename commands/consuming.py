"""Commands that show what is in the database: articles, changes, the story of one address."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands import base

if TYPE_CHECKING:
    from delivery.rows import Row
    from storage.database import Database

#: characters of a consumer's name: enough to say who and where ("archive@host.example"), short enough for a table
LONGEST_NAME = 100

app = typer.Typer()


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
    after: Annotated[int | None, typer.Option(help="Number of the last change that you have seen.")] = None,
    epoch: Annotated[str | None, typer.Option(help="Epoch of the database that your cursor belongs to.")] = None,
    consumer: Annotated[str | None, typer.Option(help="Your name: Newswatch remembers how far you are.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as changes come.")] = False,
) -> None:
    """Print the changes after a number as JSON lines, in the order of their commits.

    With --consumer each call goes on where the one before ended; --after makes it begin anew after that number.

    Example: newswatch changes --consumer archive --follow
    """
    from delivery import changes as feed
    from storage.errors import CursorMoved, CursorTooOld

    try:
        with base.store() as database, _pause(database, follow=follow) as pause:
            if consumer is not None:
                feed.consume(database, _consumer_name(consumer), _print_lines, pause, after)
                return
            for row in feed.follow(database, after or 0, pause, epoch):
                _print_lines([row], flush=False)
    except (CursorTooOld, CursorMoved) as error:
        base.stop(str(error))


@contextmanager
def _pause(database: "Database", *, follow: bool) -> Iterator[Callable[[], bool]]:
    """What waits for new changes and says whether to look again; without --follow it says no at once."""
    from storage import wakeups

    def wait() -> bool:
        """Hand out what is printed so far, then wait."""
        sys.stdout.flush()
        wait_for_news()
        return True

    if not follow:
        yield lambda: False
        return
    with wakeups.waiting(database) as wait_for_news:
        yield wait


def _print_lines(rows: "list[Row]", *, flush: bool = True) -> None:
    """Print rows as JSON lines; flushed, whoever reads the pipe has been handed them."""
    from delivery.export_lines import json_line

    sys.stdout.writelines(map(json_line, rows))
    if flush:
        sys.stdout.flush()


def _consumer_name(name: str) -> str:
    """A name that stands on one line everywhere and is none of ours; anything else ends the command."""
    from storage.consumers import OURS

    if name.startswith(OURS):
        base.stop(f"--consumer {name}: names that begin with {OURS} are Newswatch's own")
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_NAME:
        base.stop(f"--consumer is a name of 1 to {LONGEST_NAME} printable characters")
    return name


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
