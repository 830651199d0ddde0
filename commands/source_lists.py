"""Commands about the sources: how they do, and lists of them from and for feed readers."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import config
from commands import base
from config_blocks import Source

if TYPE_CHECKING:
    from delivery.source_lists import Proposal

app = typer.Typer(invoke_without_command=True)


@app.callback()
def sources(context: typer.Context) -> None:
    """Show the sources: last and next visit, what is new today, state and why.

    Example: newswatch sources
    """
    from delivery.endpoint_lines import endpoint_lines
    from delivery.tables import source_rows, source_table

    if context.invoked_subcommand:
        return
    now = datetime.now(UTC)
    with base.store() as database:
        base.out.print(source_table(source_rows(database, now), now))
        for line in endpoint_lines(database):
            base.out.print(line, markup=False, highlight=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="OPML, as feed readers export it; - reads standard input.")],
    *,
    write: Annotated[bool, typer.Option("--write", help="Append the sources to the configuration file.")] = False,
) -> None:
    """Make sources of a list of feeds (OPML); --write keeps them. Feeds of one home page are one source.

    Those that are there already are left out; folders become topics. 0: all well, 1: some addresses cannot be sources.

    Example: newswatch sources import feeds.opml --write
    """
    from delivery.source_lists import ALREADY

    loaded = base.loaded_or_new()
    made = _proposals(file, loaded.sources)
    blocks = [config.block_text("source", found.settings) for found in made if found.settings]
    left = [found for found in made if found.problem]
    if blocks and write:
        config.append_block(loaded.path or Path(config.FILE_NAME), "\n".join(blocks))
    _tell(blocks, left, is_written=write)
    raise typer.Exit(base.EXIT_SOME_FAILED if {found.problem for found in left} - {ALREADY} else 0)


def _tell(blocks: Sequence[str], left: "Sequence[Proposal]", *, is_written: bool) -> None:
    for block in blocks:
        base.out.print(block, markup=False, highlight=False)
    for found in left:
        base.err.print(f"{found.outlet.name}: {found.outlet.urls[0]} {found.problem}", markup=False, highlight=False)
    done = "added" if is_written else "found; --write adds them"
    base.err.print(f"{len(blocks)} sources {done}, {len(left)} left out", highlight=False)


def _proposals(file: Path, sources: Sequence[Source]) -> "list[Proposal]":
    """What becomes of the outlets of a file; one that cannot be read ends the command."""
    from delivery import opml
    from delivery.source_lists import proposals

    try:
        with base.usable(file):
            content = sys.stdin.buffer.read(opml.LONGEST + 1) if str(file) == "-" else file.read_bytes()
        return list(proposals(opml.read(content), sources))
    except opml.OpmlError as error:
        base.stop(f"{file}: {error}")


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; standard output when not given.")] = None,
) -> None:
    """Write the sources as a list that feed readers take (OPML), with the feeds that visits found.

    Example: newswatch sources export -o sources.opml
    """
    from delivery.opml import written
    from delivery.source_lists import known_feeds, listed
    from delivery.terminal import appearing

    with base.store() as database:
        outlets, feeds = listed(base.loaded().sources, known_feeds(database))
    content = written(outlets, feeds)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    with base.usable(output), appearing(output) as stream:
        stream.write(content)
    base.err.print(f"{len(outlets)} sources", highlight=False)
