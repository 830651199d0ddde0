"""Commands without a database: the configuration, addresses and pages from a file."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import config
from commands import base
from config import Config
from delivery import terminal
from guard.addresses import AddressRule

app = typer.Typer()


@app.command()
def check() -> None:
    """Check the configuration: print its problems, or the values in force and what to mend.

    Example: newswatch --config newswatch.toml check
    """
    loaded = base.loaded()
    base.out.print(config.effective(loaded), markup=False, highlight=False, end="")
    base.warn(loaded)
    _warn_of_browser(loaded)


def _warn_of_browser(loaded: Config) -> None:
    """Say it where sources ask for a browser and none can be started; `newswatch doctor` tells more."""
    from crawler.render.browser import NoBrowser
    from crawler.render.shared import SharedBrowser

    keys = [each.key for each in loaded.sources if each.enabled and each.render == "always"]
    try:
        if keys:
            SharedBrowser(loaded.render, AddressRule()).check()
    except NoBrowser as error:
        base.err.print(f'{", ".join(keys)}: render = "always", and {error}', style="yellow", markup=False)


@app.command()
def canonical(
    input_file: Annotated[Path | None, typer.Option("--input", help="File of addresses; standard input else.")] = None,
) -> None:
    """Read addresses, one a line, and write fetch key, tab, article key for each.

    Example: echo https://m.example.org/a?utm_source=x | newswatch canonical
    """
    from crawler.urls import AddressError, article_key, fetch_key

    with base.usable(input_file), terminal.reading(input_file) as lines:
        for line in lines:
            url = line.strip()
            try:
                sys.stdout.write(f"{fetch_key(url)}\t{article_key(url)}\n")
            except AddressError as error:
                sys.stdout.write("\t\n")
                base.err.print(f"{url}: {error}", markup=False, highlight=False)


@app.command()
def extract(
    input_file: Annotated[Path | None, typer.Option("--input", help="JSON lines {id, url, html | html_path}.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="File; standard output when not given.")] = None,
) -> None:
    """Read pages with the crawler's own reader, one JSON line in, one out, in order.

    Example: newswatch extract --input pages.jsonl --output articles.jsonl
    """
    from crawler.batch import extracted

    folder, now = input_file.parent if input_file else Path(), datetime.now(UTC)
    with (
        base.usable(input_file),
        terminal.reading(input_file) as lines,
        base.usable(output),
        terminal.writing(output) as stream,
    ):
        for line in terminal.progress(lines, "reading", base.err):
            stream.write(json.dumps(extracted(line, folder, now), ensure_ascii=False) + "\n")
