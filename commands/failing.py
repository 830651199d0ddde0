"""Commands for what failed inside: the pages that were set aside, and having them fetched again."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from commands import base

app = typer.Typer(help="Pages that Newswatch itself failed at, set aside.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show the pages that were set aside, with the reason and how often they were tried.

    Example: newswatch failed list
    """
    from storage import failed_items

    with base.store() as database, database.read() as connection:
        found = failed_items.listed(connection)
    if not found:
        base.out.print("nothing is set aside")
        return
    table = Table("source", "tries", "last", "reason", "address", box=None)
    for item in found:
        texts = (item.source_key, str(item.attempts), f"{item.last_at:%Y-%m-%d %H:%M}", item.reason, item.url)
        table.add_row(*map(Text, texts))
    base.out.print(table)


@app.command()
def retry(
    urls: Annotated[list[str] | None, typer.Argument(help="Addresses as `newswatch failed list` shows them.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that are set aside.")] = False,
) -> None:
    """Have pages that were set aside fetched again at the next visit of their source.

    Example: newswatch failed retry https://news.example.org/story
    """
    from storage import failed_items

    if bool(urls) == everything:
        base.stop("name addresses, or --all")
    with base.store() as database, database.write() as connection:
        again = failed_items.retry(connection, urls or [], datetime.now(UTC))
    for url in urls or []:
        if url not in again:
            base.err.print(f"not set aside: {url}", markup=False, highlight=False)
    base.out.print(f"{len(again)} fetched again at the next visit", highlight=False)
    raise typer.Exit(0 if everything or len(again) == len(set(urls or [])) else base.EXIT_SOME_FAILED)
