"""What must be well for Newswatch to work: examined one by one, each finding with its cure. Prints nothing.

    settings -> database -> disk -> clock -> browser -> permissions -> reachability

The examinations change nothing: the database is opened only where it is there already, and a browser that is
needed is started and ended.
"""

import asyncio
import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import DBAPIError

import config
import config_values
from config import Config, ConfigError
from crawler.render.browser import NoBrowser
from crawler.render.shared import SharedBrowser
from delivery.rows import Row, select_rows
from guard.addresses import AddressRule
from storage.database import Database
from storage.disk import disk_room
from storage.pages import page_folder
from storage.renderings import RENDERED, queue_of
from storage.schema import article, source
from storage.store import head, schema_version

#: a clock that is further off breaks leases between machines and the horizon of links
CLOCK_LIMIT = timedelta(minutes=2)
#: no news was ever fetched before this program was written
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
#: sources that are looked up and connected to, and seconds for each
SAMPLE, PATIENCE = 5, 5.0
#: what visits have found out of each source
NEEDS = "SELECT source_key, render_need FROM v1_source_health"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: "well", "look" (worth a look) or "ill", with its cure."""

    subject: str
    state: str
    sentence: str
    cure: str = ""


def examine(file: Path | None) -> list[Finding]:
    """All findings; without settings there is nothing else to examine."""
    try:
        settings = config.load(file)
    except ConfigError as error:
        cure = "mend the file; `newswatch check` shows the settings in force"
        return [Finding("settings", "ill", problem, cure) for problem in error.problems]
    examinations: tuple[Callable[[Config], Iterator[Finding]], ...] = (
        _settings, _database, _disk, _clock, _browser, _permissions, _reachability,
    )  # fmt: skip
    return [finding for examination in examinations for finding in examination(settings)]


def _settings(settings: Config) -> Iterator[Finding]:
    enabled = sum(each.enabled for each in settings.sources)
    yield Finding("settings", "well", f"{settings.path}: {len(settings.sources)} sources, {enabled} enabled")
    for warning in config.warnings(settings):
        yield Finding("settings", "look", warning)


def _database(settings: Config) -> Iterator[Finding]:
    url, shown = make_url(settings.database), config_values.masked(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding("database", "look", f"{shown} is not made yet", "`newswatch run` or `newswatch crawl` makes it")
        return
    database = Database(settings.database)
    try:
        with database.read() as connection:
            version = schema_version(connection)
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        yield Finding("database", "ill", f"{shown}: {reason}", "start the server, or mend `database` in newswatch.toml")
        return
    finally:
        database.dispose()
    if version == head():
        yield Finding("database", "well", f"{shown}, schema {version}")
    else:
        cure = "`newswatch db upgrade`, or the next start of the daemon; a newer one wants a newer Newswatch"
        yield Finding("database", "look", f"{shown} has schema {version}, this program knows {head()}", cure)


def _disk(settings: Config) -> Iterator[Finding]:
    room = disk_room(settings.database)
    if room is None:
        return
    words = f"{room.free // 1_000_000} MB of {room.total // 1_000_000} MB free at {room.folder}"
    if room.is_enough:
        yield Finding("disk", "well", words)
    else:
        yield Finding(
            "disk", "ill", f"{words}: visits pause", "make room; a shorter `[pages] keep` gives back kept pages"
        )


def _clock(settings: Config) -> Iterator[Finding]:
    now, cure = datetime.now(UTC), "set the clock: `timedatectl set-ntp true`"
    if now < BEGINNING:
        yield Finding("clock", "ill", f"it says {now:%Y-%m-%d}, which is past", cure)
        return
    try:
        ahead = _newest(settings) - now
    except DBAPIError:
        return  # the database has its own finding
    if ahead > CLOCK_LIMIT:
        yield Finding("clock", "ill", f"the database holds what was fetched {ahead} from now", cure)
    else:
        yield Finding("clock", "well", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _newest(settings: Config) -> datetime:
    """The latest moment that the database knows, its server's own clock among them."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return BEGINNING
    database = Database(settings.database)
    try:
        with database.read() as connection:
            if schema_version(connection) != head():
                return BEGINNING
            moments = [
                connection.execute(select(func.max(column))).scalar_one()
                for column in (article.c.fetched_at, source.c.last_visit_at)
            ]
            if not database.is_sqlite:
                moments.append(connection.execute(text("SELECT clock_timestamp()")).scalar_one())
    finally:
        database.dispose()
    return max((moment for moment in moments if moment is not None), default=BEGINNING)


def _browser(settings: Config) -> Iterator[Finding]:
    """Where a source needs it, it is started: only then it is known whether its sandbox works."""
    needing = _needing_browser(settings)
    wanted = f"needed by {', '.join(needing)}" if needing else "no source has needed one yet"
    browser = SharedBrowser(settings.render, AddressRule(tuple(settings.safety.allow_networks)))
    try:
        found = asyncio.run(_started(browser)) if needing else str(browser.check())
        yield Finding("browser", "well", f"{found}; {wanted}")
    except NoBrowser as error:
        yield Finding("browser", "ill" if needing else "look", f"{error.problem}; {wanted}", error.cure)


async def _started(browser: SharedBrowser) -> str:
    """Start the browser as a visit would, and end it. Raises NoBrowser."""
    program = browser.check()
    try:
        return f"{program}, version {(await browser.browser()).version}"
    finally:
        await browser.close()


def _needing_browser(settings: Config) -> list[str]:
    """Keys of the sources that say so, and of those that were found to."""
    enabled = {each.key: each.render for each in settings.sources if each.enabled}
    try:
        needs = {row["source_key"]: row["render_need"] for row in _rows(settings, NEEDS)}
    except DBAPIError:
        needs = {}  # the database has its own finding
    return [key for key, mode in enabled.items() if queue_of(mode, needs.get(key)) == RENDERED]


def _rows(settings: Config, statement: str) -> list[Row]:
    """What a database of this version tells; nothing of one that is not made yet."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return []
    database = Database(settings.database)
    try:
        with database.read() as connection:
            return list(select_rows(connection, statement)) if schema_version(connection) == head() else []
    finally:
        database.dispose()


def _permissions(settings: Config) -> Iterator[Finding]:
    file = settings.path
    if file is not None and file.exists() and _is_open(file) and _has_password(settings):
        yield Finding("permissions", "ill", f"{file} has a password and others may read it", f"chmod 600 {file}")
    folders = _written_folders(settings)
    closed = [folder for folder in folders if not os.access(folder, os.W_OK | os.X_OK)]
    for folder in closed:
        yield Finding("permissions", "ill", f"{folder} cannot be written to", "chown it to the user of the daemon")
    if not closed:
        yield Finding("permissions", "well", ", ".join(map(str, folders)) or "nothing is written here")


def _written_folders(settings: Config) -> list[Path]:
    room, kept = disk_room(settings.database), page_folder(settings.pages, settings.database)
    folders = [room.folder] if room is not None else []
    return [*folders, kept.path] if kept is not None and kept.path.exists() else folders


def _is_open(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _has_password(settings: Config) -> bool:
    return settings.database != config_values.masked(settings.database)


def _reachability(settings: Config) -> Iterator[Finding]:
    enabled = [each for each in settings.sources if each.enabled][:SAMPLE]
    rule = AddressRule(tuple(settings.safety.allow_networks))
    reasons = [(each.key, reason) for each in enabled if (reason := _unreachable(each.url[0], rule))]
    for key, reason in reasons:
        yield Finding(
            "reachability", "ill", f"{key}: {reason}", "look at the network and the address; `newswatch try URL`"
        )
    if enabled and not reasons:
        yield Finding("reachability", "well", f"{len(enabled)} of {len(enabled)} sources that were tried")


def _unreachable(url: str, rule: AddressRule) -> str | None:
    """Why no connection comes about, with the address rule of the daemon; nothing is asked over it."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(
            parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM
        )
    except OSError as error:
        return f"{parts.hostname} is not found: {error.strerror or error}"
    address = found[0][4]
    if refused := rule.refusal(str(address[0])):
        return f"address refused: {refused}"
    try:
        socket.create_connection((str(address[0]), int(address[1])), PATIENCE).close()
    except OSError as error:
        return f"no connection to {parts.hostname}: {error.strerror or error}"
    return None
