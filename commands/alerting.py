"""Commands for watches and alerts: which watches there are, what they would find, what was told."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import ValidationError

import config
from commands import base
from config import Config
from config_blocks import Watch

app = typer.Typer()
watch = typer.Typer(help="Watches: saved searches whose finds are told.", no_args_is_help=True)
app.add_typer(watch, name="watch")

#: how far back `watch test` looks
WEEK = timedelta(days=7)

Channels = Annotated[list[str] | None, typer.Option("--channel", help="Tell over this channel; may be repeated.")]
Words = Annotated[str, typer.Argument(help='Words, "phrases", -not, OR, as in `newswatch search`.')]


@watch.command("list")
def list_() -> None:
    """Show the watches: what they look for, and over which channels they tell.

    Example: newswatch watch list
    """
    from delivery.alerts.tables import watch_table

    base.out.print(watch_table(base.loaded().watches))


@watch.command()
def add(
    key: Annotated[str, typer.Argument(help="Its name.")],
    words: Words = "",
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only this language; may be repeated.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="Only sources of this region; may be repeated.")] = None,
    channel: Channels = None,
) -> None:
    """Add a watch to the configuration file; a running daemon takes it at its next SIGHUP.

    Example: newswatch watch add floods "flood OR inundation -insurance" --channel desk
    """
    given = {"words": words, "sources": source, "languages": language, "regions": region, "channels": channel}
    _append({"key": key, **{name: value for name, value in given.items() if value}})


@watch.command()
def story(
    number: Annotated[int, typer.Argument(min=1, help="Number of the story (`story_id`).")],
    channel: Channels = None,
) -> None:
    """Add a watch for one story to the configuration file: told is the next article of it, and what becomes of that.

    Example: newswatch watch story 17 --channel desk
    """
    _append({"key": f"story-{number}", "stories": [number], **({"channels": channel} if channel else {})})


def _append(settings: dict[str, Any]) -> None:
    """Check a watch and write its block."""
    try:
        _check_words(Watch.model_validate(settings), base.loaded())
        config.append_block(config.chosen(base.given["config"]), config.block_text("watch", settings))
    except ValidationError as error:
        base.stop("; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()))
    except config.ConfigError as error:
        base.stop("\n".join(error.problems))
    told = f"added; `newswatch watch test {settings['key']}` shows what it would have found"
    base.out.print(told, markup=False, highlight=False)


@watch.command()
def remove(key: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Take a watch out of the configuration file; its alerts stay.

    Example: newswatch watch remove floods
    """
    path = config.chosen(base.given["config"])
    base.loaded()
    try:
        is_gone = config.remove_block(path, "watch", key)
    except config.ConfigError as error:
        base.stop("\n".join(error.problems))
    if not is_gone:
        base.stop(f"there is no watch {key} in {path}; `newswatch watch list` shows them")
    base.out.print(f"removed from {path}", markup=False, highlight=False)


@watch.command()
def test(key: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Show what a watch would have told in the last week; nothing is sent or stored.

    Example: newswatch watch test floods
    """
    from delivery.alerts.rehearsal import rehearse
    from delivery.alerts.tables import rehearsal_table

    loaded, now = base.loaded(), datetime.now(UTC)
    found = next((one for one in loaded.watches if one.key == key), None)
    if found is None:
        base.stop(f"there is no watch {key}; `newswatch watch list` shows them")
    ready = _check_words(found, loaded)
    with base.store() as database:
        base.out.print(rehearsal_table(rehearse(database, ready, now - WEEK), now))


@app.command()
def alerts(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 30,
    *,
    retry: Annotated[bool, typer.Option("--retry", help="Try to send those again that were given up.")] = False,
) -> None:
    """Show the latest alerts and what became of each message; --retry revives those that were given up.

    Example: newswatch alerts --limit 10
    """
    from delivery.alerts.tables import alert_table, message_table
    from storage import alerts as stored

    now = datetime.now(UTC)
    with base.store() as database:
        if retry:
            with database.write() as connection:
                count = stored.revive(connection, now)
            base.err.print(f"{count} messages are tried again", highlight=False)
        with database.read() as connection:
            base.out.print(alert_table(stored.latest(connection, limit), now))
            base.out.print(message_table(stored.latest_messages(connection, limit), now))


def _check_words(found: Watch, loaded: Config):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Watching, loaded late
    """The watch, ready; words that cannot be searched end the command."""
    from delivery.alerts.watching import prepared
    from delivery.query import QueryError

    try:
        return prepared(found, loaded, datetime.now(UTC))
    except QueryError as error:
        base.stop(f"watch {found.key}: {error}")
