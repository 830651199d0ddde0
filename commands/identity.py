"""Commands about what belongs together: the identity of articles from a file."""

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
    from crawler.identify import Named
    from delivery.identities import Identity
    from storage.database import Database

#: where temporary stores lie when the machine has it: nothing is written to a disk
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
#: changes that stories are told of in one step: nobody waits for these transactions
STORIES_AT_ONCE = 200

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
        with terminal.reading(input_file) as lines:
            counted = terminal.progress(lines, "reading", base.err)
            named = list(keep_lines(database, counted, datetime.now(UTC)))
        follower = StoryFollower()
        while follow(database, follower, STORIES_AT_ONCE):
            pass
        with database.write() as connection:
            follower.settle(connection)
        known = identities(database)
    with terminal.writing(output) as stream:
        for answer in _answers(named, known):
            stream.write(json.dumps(answer, ensure_ascii=False) + "\n")


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
