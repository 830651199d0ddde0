"""The command that searches."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands import base

if TYPE_CHECKING:
    from delivery.search import Results
    from storage.database import Database

app = typer.Typer()

#: what a phrase has not: "flood OR storm", "flood -sports", 'harbour "state of emergency"', "section:World news"
_QUERY = re.compile(r"""[":]|(?:^|\s)(?:OR|\|)(?:\s|$)|(?:^|\s)-\S""")


@app.command(context_settings={"ignore_unknown_options": True})
def search(
    words: Annotated[list[str], typer.Argument(help='Words, "phrases", -not, OR, field:value; all of them.')],
    since: Annotated[str | None, typer.Option(help="Published since: 2024-10-24, or 7d, 12h.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 10,
    cursor: Annotated[str | None, typer.Option(help="Go on where the page before ended; it names its cursor.")] = None,
    *,
    copies: Annotated[bool, typer.Option("--copies", help="Show copies of one text, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print lines of JSON, one for each result.")] = False,
) -> None:
    """Search the articles: the best of the newest first, copies of one text once.

    Fields: source: language: section: agency: since: before:, with a minus all but these; word* finds what begins so.

    Example: newswatch search flood "state of emergency" -sports language:en --since 7d
    """
    from delivery.query import QueryError, narrowed, parse
    from delivery.search import Manner
    from delivery.search import search as found_by

    now = datetime.now(UTC)
    try:
        query = narrowed(parse(_joined(words), now), now, since=since)
        with base.store() as database:
            with database.read() as connection:
                results = found_by(connection, query, limit, cursor, Manner(with_copies=copies))
            _warn_of_lag(database)
    except QueryError as error:
        base.stop(str(error))
    _print(results, now, as_json=as_json)


def _joined(words: list[str]) -> str:
    """The words as one line; the shell has taken away the quotation marks of "two words"."""
    return " ".join(f'"{word}"' if " " in word and not _QUERY.search(word) else word for word in words)


def _warn_of_lag(database: "Database") -> None:
    from delivery.search import behind

    with database.read() as connection:
        count = behind(connection)
    if count:
        base.err.print(f"the index is {count} changes behind: run and crawl bring it up to date", highlight=False)


def _print(results: "Results", now: datetime, *, as_json: bool) -> None:
    from delivery.found import json_lines, results_shown

    if as_json:
        for line in json_lines(results):
            typer.echo(line, nl=False)
    else:
        base.out.print(results_shown(results, now))
