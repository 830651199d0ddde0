"""The watches follow the changes: what they find becomes alerts, in the transaction that moves their cursor.

configuration -> Watching ─┐
changes -> articles ───────┴─> decide -> alerts, each due on its channels
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from config import Config
from config_blocks import Channel, Watch
from delivery.alerts.deciding import Memory, Watching, decide, kin
from delivery.query import QueryError, parse
from delivery.rows import Row, iso, select_rows
from delivery.stories import StoryFollower
from storage import alerts, changes, consumers
from storage.alerts import AlertEntry, digest
from storage.changes import Change
from storage.consumers import OURS
from storage.database import Database
from storage.queries import document

#: letters of a description that are told
LONGEST_DESCRIPTION = 500

#: when something fires next: (seconds, cron line, zone, after) -> instant
Timetable = Callable[[float | None, str | None, str | None, datetime], datetime]

log = logging.getLogger(__name__)


def watching(config: Config, now: datetime) -> list[Watching]:
    """The watches of a configuration; one whose words cannot be searched is named in the log and left out."""
    ready = []
    for watch in config.watches:
        try:
            ready.append(prepared(watch, config, now))
        except QueryError as error:
            log.warning("watch %s finds nothing: %s", watch.key, error)
    return ready


def prepared(watch: Watch, config: Config, now: datetime) -> Watching:
    """One watch. Raises QueryError."""
    of_regions = {source.key for source in config.sources if source.region in watch.regions}
    # a region without sources finds nothing, rather than everything
    sources = {*watch.sources, *of_regions} or ({"-"} if watch.regions else set())
    query = parse(watch.words, now) if watch.words.strip() else None
    return Watching(watch.key, query, sources, watch.languages, watch.stories, watch.channels, watch.max_age)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one watch is told of one change."""

    kind: str
    watch: Watching
    change: Change
    article: Row


def findings(
    watches: Sequence[Watching], found: Sequence[Change], articles: Mapping[int, Row], memory: Memory
) -> Iterator[Finding]:
    """What the watches are told of changes, in order; what is found is noted in the memory. Pure."""
    documents = {article_id: document(article) for article_id, article in articles.items()}
    for change in found:
        article = articles.get(change.article_id)
        if article is None:  # it was taken out of the database since
            continue
        for watch in watches:
            kind = decide(change, article, watch, documents[change.article_id], memory)
            if kind is not None:
                memory.keep(watch.key, change.article_id, article["change_seq"], kin(article))
                yield Finding(kind, watch, change, article)


class WatchFollower:
    """Makes the alerts of all watches: behind the stories, for a story is told once."""

    name = f"{OURS}watches"
    leader = StoryFollower.name

    def __init__(self, config: Callable[[], Config], timetable: Timetable) -> None:
        self._config, self._timetable = config, timetable

    def read(self, connection: Connection, changes: Sequence[Change]) -> list[AlertEntry]:
        """Ask all watches about the articles that changed."""
        config, now = self._config(), datetime.now(UTC)
        watches = watching(config, now)
        if not watches:
            return []
        articles = articles_of(connection, {change.article_id for change in changes})
        memory = Memory.of(alerts.told(connection, list(articles.values())))
        told = findings(watches, changes, articles, memory)
        return [
            entry(finding, due_on(finding.watch.channels, config.channels, self._timetable, now)) for finding in told
        ]

    def write(self, connection: Connection, work: Sequence[AlertEntry]) -> None:
        """Make the alerts."""
        alerts.put(connection, work, datetime.now(UTC))


def begin(database: Database) -> None:
    """Have the watches begin with what comes from now on, where they have never followed: the past is no news."""
    with database.write() as connection:
        if consumers.place(connection, WatchFollower.name) is None:
            consumers.start(connection, WatchFollower.name, changes.last_number(connection), datetime.now(UTC))


def articles_of(connection: Connection, ids: Iterable[int]) -> dict[int, Row]:
    """Articles by their number."""
    named = ", ".join(str(int(number)) for number in ids)
    statement = f"SELECT * FROM v1_article WHERE article_id IN ({named})"  # noqa: S608 - numbers
    return {row["article_id"]: row for row in select_rows(connection, statement)} if named else {}


def due_on(
    keys: Sequence[str], channels: Sequence[Channel], timetable: Timetable, now: datetime
) -> dict[str, datetime]:
    """When an alert is due on each channel: at once, or with the next digest."""
    known = {channel.key: channel for channel in channels}
    lines = {key: (known[key].digest, known[key].timezone) for key in keys if key in known}
    return {key: now if cron is None else timetable(None, cron, zone, now) for key, (cron, zone) in lines.items()}


def entry(finding: Finding, due: Mapping[str, datetime]) -> AlertEntry:
    """The alert of a finding. Its key names the watch and the version of the article, whoever makes it."""
    article = finding.article
    key = digest(finding.watch.key, finding.kind, article["url"], article["content_hash"])
    told = _told(finding)
    return AlertEntry(key, finding.watch.key, finding.kind, told, due, article["article_id"], article["change_seq"])


def _told(finding: Finding) -> dict[str, Any]:
    names = ("headline", "url", "source_key", "source_name", "in_language", "article_id", "story_id", "version")
    article = finding.article
    published, description = article["date_published"], article["description"]
    return {
        **{name: article[name] for name in names},
        "description": description[:LONGEST_DESCRIPTION] if description else None,
        "date_published": iso(published) if published else None,
        "first_seen_at": iso(article["first_seen_at"]),
        "what": list(finding.change.what),
    }
