"""Commands that visit sources: the daemon, rounds from cron, a new source, a look at one page."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

import config
import config_values
from commands import base
from config import Config
from config_blocks import Source

app = typer.Typer()
#: what a process can do where several machines share the work
ROLES = ("all", "scheduler", "worker")


@app.command()
def run(
    role: Annotated[str, typer.Option(help="Where several machines share the work: all, scheduler or worker.")] = "all",
    log_format: base.LogFormat = None,
) -> None:
    """Run the daemon until SIGTERM or ^C.

    Example: newswatch --config newswatch.toml run
    """
    from sqlalchemy.exc import DBAPIError

    import daemon
    from storage.database import is_connection_lost
    from storage.errors import NotReady, StorageError

    if log_format:
        base.set_up_log(log_format)
    if role not in ROLES:
        base.stop(f"--role is {', '.join(ROLES[:-1])} or {ROLES[-1]}")
    loaded = base.loaded()
    if role != "all" and loaded.engine.kind == "local":
        base.stop(f'--role {role} needs [engine] kind = "procrastinate" and PostgreSQL: one machine does all by itself')
    base.warn(loaded)
    try:
        daemon.run(lambda: config.load(base.given["config"]), role)
    except (StorageError, config.ConfigError) as error:
        base.err.print(str(error), markup=False, highlight=False)
        # who comes before a scheduler has made its tables ready is started again; a mistake stays one
        raise typer.Exit(base.EXIT_SOME_FAILED if isinstance(error, NotReady) else base.EXIT_USAGE) from None
    except DBAPIError as error:
        if not is_connection_lost(error):
            raise
        raise base.without_database(loaded, error) from None


@app.command()
def crawl(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Keys of sources; all enabled ones when none is named.")
    ] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Only sources whose visit is due (for cron).")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for sources that another process visits.")] = False,
    log_format: base.LogFormat = None,
) -> None:
    """Visit sources once and exit: 0 all well, 1 some failed, 2 usage, 75 all are visited by another process.

    Example: newswatch crawl --due
    """
    import service

    if log_format:
        base.set_up_log(log_format)
    loaded = base.loaded()
    unknown = sorted(set(keys or ()) - {source.key for source in loaded.sources})
    if unknown:
        base.stop(f"no source has the key {', '.join(unknown)}; `newswatch sources` lists them")
    result = service.crawl_once(loaded, keys or [], due=due, wait=wait)
    for key, owner in result.left.items():
        base.err.print(f"{key}: left, {owner} visits it or its site", highlight=False)
    if result.left and not result.reports:
        raise typer.Exit(base.EXIT_ALL_LEASED)
    raise typer.Exit(base.EXIT_SOME_FAILED if result.failed else 0)


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

    loaded = base.loaded_or_new()
    source = _source_from(url, key, loaded)
    found, report = service.survey(loaded, source)
    base.out.print(endpoint_table(found))
    if report.problem:
        base.err.print(report.problem, style="yellow", markup=False, highlight=False)
    block = config.source_block(source.key, url)
    if write:
        path = loaded.path or Path(config.FILE_NAME)
        config.append_block(path, block)
        base.out.print(f"added to {path}:", markup=False, highlight=False)
    base.out.print(block, markup=False, highlight=False)
    raise typer.Exit(0 if any(item.links for item in found) else base.EXIT_SOME_FAILED)


@app.command("try")
def try_(url: Annotated[str, typer.Argument(help="Address of one article.")]) -> None:
    """Fetch one page, show the article and what was dropped; nothing is stored.

    A page that its scripts fill is opened in the browser, as a visit would do it.

    Example: newswatch try https://example.org/2024/10/24/some-story.html
    """
    import service
    from delivery.tables import print_reading

    answer, reading, error = service.try_page(base.loaded_or_new(), url)
    if error is not None:
        base.err.print(f"{url}: {error}", markup=False, highlight=False)
    if answer is None or reading is None:
        raise typer.Exit(base.EXIT_SOME_FAILED)
    if answer.is_drawn:
        base.err.print("as the browser shows it", style="dim")
    print_reading(base.out, reading)
    raise typer.Exit(0 if reading.is_article else base.EXIT_SOME_FAILED)


def _source_from(url: str, key: str | None, loaded: Config) -> Source:
    taken = {source.key for source in loaded.sources}
    if key in taken:
        base.stop(f"the key {key} is taken: choose another one")
    try:
        return Source(url=(url,), key=key or config_values.key_for(config_values.source_address(url), taken))
    except ValidationError as error:
        base.stop("; ".join(str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors()))
    except ValueError as error:
        base.stop(f"{url} {error}")
