"""The command `newswatch`: parses arguments, calls the parts, prints.

Scrapy is imported inside the commands that fetch: reader processes import this module, too, and stay small without it.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

import config
import config_values
from config import Config, ConfigError, Source
from delivery import terminal

if TYPE_CHECKING:
    from storage.database import Database

EXIT_SOME_FAILED, EXIT_USAGE, EXIT_ALL_LEASED = 1, 2, 75
#: seconds between two looks for new changes with --follow
FOLLOW_PAUSE = 1.0

app = typer.Typer(help="Newswatch watches the world's news.", no_args_is_help=True, add_completion=False)
database_app = typer.Typer(help="The database: upgrade it, show its state.", no_args_is_help=True)
app.add_typer(database_app, name="db")

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

#: the same option before the command and after `run` and `crawl`
LogFormat = Annotated[str | None, typer.Option("--log-format", help="text or json; may stand before the command, too.")]

_given: dict[str, Path | None] = {"config": None}


@app.callback()
def main(
    config_file: Annotated[Path | None, typer.Option("--config", help="Configuration file (TOML).")] = None,
    log_format: Annotated[str, typer.Option(help="text or json")] = "text",
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
) -> None:
    """Watch news sources and keep one clean record of each article."""
    _given["config"] = config_file
    _set_up_log(log_format, verbose=verbose)


@app.command()
def run(log_format: LogFormat = None) -> None:
    """Run the daemon until SIGTERM or ^C.

    Example: newswatch --config newswatch.toml run
    """
    import service

    if log_format:
        _set_up_log(log_format)

    loaded = _load()
    _warn(loaded)
    service.run_daemon(lambda: config.load(_given["config"]))


@app.command()
def crawl(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Keys of sources; all enabled ones when none is named.")
    ] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Only sources whose visit is due (for cron).")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for sources that another process visits.")] = False,
    log_format: LogFormat = None,
) -> None:
    """Visit sources once and exit: 0 all well, 1 some failed, 2 usage, 75 all are visited by another process.

    Example: newswatch crawl --due
    """
    import service

    if log_format:
        _set_up_log(log_format)
    loaded = _load()
    unknown = sorted(set(keys or ()) - {source.key for source in loaded.sources})
    if unknown:
        _stop(f"no source has the key {', '.join(unknown)}; `newswatch sources` lists them")
    result = service.crawl_once(loaded, keys or [], due=due, wait=wait)
    for key, owner in result.left.items():
        err.print(f"{key}: left, {owner} visits it or its site", highlight=False)
    if result.left and not result.reports:
        raise typer.Exit(EXIT_ALL_LEASED)
    raise typer.Exit(EXIT_SOME_FAILED if result.failed else 0)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Front page, section, feed or sitemap of the outlet.")],
    key: Annotated[str | None, typer.Option(help="Key of the source; made from the host when not given.")] = None,
    *,
    write: Annotated[bool, typer.Option("--write", help="Append the source to the configuration file.")] = False,
) -> None:
    """Find the feeds, sitemaps and sections of an outlet and show what they list; --write keeps it.

    Example: newswatch add https://example.org --write
    """
    import service
    from delivery.tables import endpoint_table

    loaded = _load_or_new()
    source = _source_from(url, key, loaded)
    found, report = service.survey(loaded, source)
    out.print(endpoint_table(found))
    if report.problem:
        err.print(report.problem, style="yellow", markup=False, highlight=False)
    block = config.source_block(source.key, url)
    if write:
        path = loaded.path or Path(config.FILE_NAME)
        config.append_source(path, block)
        out.print(f"added to {path}:", markup=False, highlight=False)
    out.print(block, markup=False, highlight=False)
    raise typer.Exit(0 if any(item.links for item in found) else EXIT_SOME_FAILED)


@app.command("try")
def try_(url: Annotated[str, typer.Argument(help="Address of one article.")]) -> None:
    """Fetch one page, show the article and what was dropped; nothing is stored.

    Example: newswatch try https://example.org/2024/10/24/some-story.html
    """
    import service
    from delivery.tables import print_reading

    _, reading, error = service.try_page(_load_or_new(), url)
    if reading is None:
        err.print(f"{url}: {error}", markup=False, highlight=False)
        raise typer.Exit(EXIT_SOME_FAILED)
    print_reading(out, reading)
    raise typer.Exit(0 if reading.is_article else EXIT_SOME_FAILED)


@app.command()
def sources() -> None:
    """Show the sources: last and next visit, what is new today, state and why.

    Example: newswatch sources
    """
    from delivery.tables import source_rows, source_table

    now = datetime.now(UTC)
    with _store() as database:
        out.print(source_table(source_rows(database, now), now))


@app.command()
def explain(url: Annotated[str, typer.Argument(help="Address of an article, a feed, a page.")]) -> None:
    """Tell what happened to an address: which endpoint listed it, what became of it, when it is tried again.

    Example: newswatch explain https://example.org/2024/10/24/some-story.html
    """
    from crawler.urls import AddressError, article_key, fetch_key
    from delivery.explain import explain as told

    try:
        with _store() as database:
            lines = told(database, url, fetch_key, article_key)
    except AddressError as error:
        _stop(str(error))
    for line in lines:
        out.print(line, markup=False, highlight=False)


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
        with _store() as database:
            for row in feed.follow(database, after, pause if follow else lambda: False, epoch):
                sys.stdout.write(json_line(row))
    except CursorTooOld as error:
        _stop(str(error))


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
        _stop("--format is jsonl")
    selection = Selection(source, _since(since), after)
    with _store() as database, terminal.writing(output) as stream:
        count = write_jsonl(database, stream, selection)
    err.print(f"{count} articles", highlight=False)


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
    selection = Selection(source, _since(since))
    with _store() as database:
        out.print(article_table(latest_articles(database, selection, limit), now))


@app.command()
def check() -> None:
    """Check the configuration: print its problems, or the values in force and what to mend.

    Example: newswatch --config newswatch.toml check
    """
    loaded = _load()
    out.print(config.effective(loaded), markup=False, highlight=False, end="")
    _warn(loaded)


@app.command()
def canonical(
    input_file: Annotated[Path | None, typer.Option("--input", help="File of addresses; standard input else.")] = None,
) -> None:
    """Read addresses, one a line, and write fetch key, tab, article key for each.

    Example: echo https://m.example.org/a?utm_source=x | newswatch canonical
    """
    from crawler.urls import AddressError, article_key, fetch_key

    with terminal.reading(input_file) as lines:
        for line in lines:
            url = line.strip()
            try:
                sys.stdout.write(f"{fetch_key(url)}\t{article_key(url)}\n")
            except AddressError as error:
                sys.stdout.write("\t\n")
                err.print(f"{url}: {error}", markup=False, highlight=False)


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
    with terminal.reading(input_file) as lines, terminal.writing(output) as stream:
        for line in terminal.progress(lines, "reading", err):
            stream.write(json.dumps(extracted(line, folder, now), ensure_ascii=False) + "\n")


@database_app.command()
def upgrade() -> None:
    """Create the database or upgrade it to this version.

    Example: newswatch db upgrade
    """
    from storage.store import head

    with _store():
        out.print(f"the database is at version {head()}", highlight=False)


@database_app.command()
def status() -> None:
    """Show version and size of the database.

    Example: newswatch db status
    """
    from delivery.tables import database_lines

    for line in database_lines(_load().database):
        out.print(line, markup=False, highlight=False)


def _set_up_log(form: str, *, verbose: bool = False) -> None:
    if form not in ("text", "json"):
        raise typer.BadParameter("--log-format is text or json")
    terminal.set_up_log(form, verbose=verbose)


def _load() -> Config:
    try:
        return config.load(_given["config"])
    except ConfigError as error:
        for problem in error.problems:
            err.print(problem, markup=False, highlight=False)
        raise typer.Exit(EXIT_USAGE) from None


@contextmanager
def _store() -> Iterator["Database"]:
    """The database of the configuration; what goes wrong with it is one line, and exit code 1."""
    from sqlalchemy.exc import DBAPIError

    from storage.errors import CursorTooOld, StorageError
    from storage.store import open_database

    loaded, database = _load(), None
    try:
        database = open_database(loaded.database)
        yield database
    except CursorTooOld:
        raise
    except (StorageError, DBAPIError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        err.print(f"database {config_values.masked(loaded.database)}: {reason}", markup=False, highlight=False)
        raise typer.Exit(EXIT_SOME_FAILED) from None
    finally:
        if database is not None:
            database.dispose()


def _load_or_new() -> Config:
    """The configuration; an empty one where there is no file yet."""
    path = config.chosen(_given["config"])
    return _load() if path.exists() else config.parse("", path)


def _warn(loaded: Config) -> None:
    for warning in config.warnings(loaded):
        err.print(f"warning: {warning}", style="yellow", markup=False, highlight=False)


def _source_from(url: str, key: str | None, loaded: Config) -> Source:
    taken = {source.key for source in loaded.sources}
    if key in taken:
        _stop(f"the key {key} is taken: choose another one")
    try:
        return Source(url=(url,), key=key or config_values.key_for(config_values.source_address(url), taken))
    except ValidationError as error:
        _stop("; ".join(str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors()))
    except ValueError as error:
        _stop(f"{url} {error}")


def _since(text: str | None) -> datetime | None:
    try:
        return terminal.moment(text, datetime.now(UTC))
    except ValueError:
        _stop(f"--since {text}: write a date (2024-10-24), a moment, or a span (7d, 12h)")


def _stop(message: str) -> NoReturn:
    err.print(message, markup=False, highlight=False)
    raise typer.Exit(EXIT_USAGE)


if __name__ == "__main__":
    app()
