"""Commands about what belongs together: the identity of articles from a file, and what became of one article."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import base
from delivery import terminal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from crawler.identify import Named
    from delivery.identities import Identity
    from delivery.rows import Row
    from storage.database import Database

#: where temporary stores lie when the machine has it: nothing is written to a disk
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
#: changes that stories are told of in one step: nobody waits for these transactions
STORIES_AT_ONCE = 200
#: digits of the number of an article: no more fit into a column
LONGEST_NUMBER = 18

app = typer.Typer()


@app.command()
def identify(
    input_file: Annotated[
        Path | None,
        typer.Option("--input", help="JSON lines {id, url, source, published, title, body}, as they arrived."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="File; standard output when not given.")] = None,
) -> None:
    """Tell which articles are copies of each other, and which tell of one event; the database is not touched.

    Of each line it writes {id, article_key, duplicate_of, group, similarity, story}; groups are named by their first
    line. Nothing has to be there but a body or a title.

    Example: newswatch identify --input articles.jsonl --output identities.jsonl
    """
    from crawler.identify import keep_lines
    from delivery.followers import follow
    from delivery.identities import identities
    from delivery.stories import StoryFollower

    with _temporary_store() as database:
        with base.usable(input_file), terminal.reading(input_file) as lines:
            counted = terminal.progress(lines, "reading", base.err)
            named = list(keep_lines(database, counted, datetime.now(UTC)))
        follower = StoryFollower()
        while follow(database, follower, STORIES_AT_ONCE):
            pass
        with database.write() as connection:
            follower.settle(connection)
        known = identities(database)
    with base.usable(output), terminal.writing(output) as stream:
        for answer in _answers(named, known):
            stream.write(json.dumps(answer, ensure_ascii=False) + "\n")


@app.command()
def diff(
    article: Annotated[str, typer.Argument(help="Number or address of an article.")],
    *,
    original: Annotated[
        bool, typer.Option("--original", help="Compare a copy with its original, not versions with each other.")
    ] = False,
) -> None:
    """Show what the publisher changed in an article, version after version; with --original what a copy changed.

    At a terminal what went is red and what came is green; elsewhere they stand as [-35-]{+53+}.

    Example: newswatch diff https://example.org/2024/10/24/some-story.html
    """
    from delivery import corrections

    with base.store() as database, database.read() as connection:
        found = _article_named(connection, article)
        steps = corrections.steps(connection, found["article_id"])
        if original:
            against = corrections.against_original(connection, found["article_id"])
            steps = [against] if against else base.stop(f"article {found['article_id']} is no copy of another")
    head = f"article {found['article_id']} of {found['source_key']}: {found['headline']}"
    base.out.print(head, markup=False, highlight=False)
    base.out.print(found["url"], markup=False, highlight=False, style="dim")
    for step in steps:
        for line in corrections.lines(step, in_colour=base.out.is_terminal):
            base.out.print(line, highlight=False)


def _article_named(connection: "Connection", named: str) -> "Row":
    """The article with a number or an address; exit code 2 where there is none."""
    from crawler.urls import AddressError, article_key, fetch_key
    from delivery.corrections import article
    from storage import traces

    try:
        is_number = named.isdecimal() and len(named) <= LONGEST_NUMBER
        ids = [int(named)] if is_number else traces.articles(connection, {fetch_key(named), article_key(named)})
    except AddressError as error:
        base.stop(str(error))
    found = next(filter(None, (article(connection, article_id) for article_id in ids)), None)
    return found or base.stop(f"no article {named} is stored; `newswatch explain URL` tells what became of an address")


def _answers(named: "Iterable[Named]", known: "dict[int, Identity]") -> Iterator[dict[str, Any]]:
    first: dict[int, Any] = {}
    for line in named:
        answer = {"id": line.name, "article_key": line.key, "duplicate_of": None, "group": line.name}
        if line.article_id is None:
            yield answer | {"similarity": None, "story": None, "problem": line.problem}
            continue
        found, earlier = known[line.article_id], first.get(line.article_id)
        first.setdefault(line.article_id, line.name)
        original = earlier if earlier is not None else first.get(found.duplicate_of or 0)
        yield answer | {
            "duplicate_of": original,
            "group": first[found.group],
            "similarity": 1.0 if earlier is not None else found.similarity,
            "story": found.story,
        }


@contextmanager
def _temporary_store() -> "Iterator[Database]":
    from storage.store import open_database

    parent = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="newswatch-", dir=parent) as folder:
        database = open_database(f"sqlite:///{folder}/identify.db")
        try:
            yield database
        finally:
            database.dispose()
