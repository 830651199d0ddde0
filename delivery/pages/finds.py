"""What the pages of search, watches, alerts and failed items show, looked up and put in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config_blocks import Watch
from delivery import search
from delivery.pages.views import FAILED, LISTED, Values
from delivery.query import QueryError, parse
from delivery.rows import Row, select_rows
from storage import alerts, failed_items, inspection
from storage.database import Database

#: results on one page of a search
RESULTS = 20
_BY_WATCH = """
    SELECT watch, count(*) AS alerts, max(made_at) AS last_at FROM v1_alert WHERE watch IS NOT NULL GROUP BY watch
"""
#: what an alert may leave out
_UNTOLD = dict.fromkeys(("headline", "description", "source_key", "source_name"))
_ALERTS = "SELECT * FROM v1_alert {where} ORDER BY alert_id DESC LIMIT :most"


@dataclass(frozen=True, slots=True)
class Search:
    """What the form of the search says; "" leaves a choice open."""

    words: str = ""
    source: str = ""
    language: str = ""
    since: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return not (self.words.strip() or self.source or self.language or self.since)

    def text(self) -> str:
        """The whole as one query: the fields of the form are words of it."""
        named = (("source", self.source), ("language", self.language), ("since", self.since))
        # a quotation mark would end the value of its field
        return " ".join([self.words, *(f'{name}:"{value.replace(chr(34), "")}"' for name, value in named if value)])


def searched(database: Database, asked: Search, cursor: str | None, now: datetime) -> Values:
    """A page of results, or the sentence that says what is wrong with the question."""
    values: Values = {"results": None, "problem": None, "behind": 0}
    if asked.is_empty:
        return values
    try:
        query = parse(asked.text(), now)
        with database.read() as connection:
            results = search.search(connection, query, RESULTS, cursor)
            return {**values, "results": results, "behind": search.behind(connection)}
    except QueryError as error:
        return {**values, "problem": str(error)}


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A watch with what it has told; `settings` is None for one that is not configured any more."""

    key: str
    settings: Watch | None
    alerts: int = 0
    last_at: datetime | None = None

    @property
    def only(self) -> Sequence[str]:
        """What it is narrowed to besides its words."""
        return self.settings.only if self.settings else ()


def watches(database: Database, configured: Sequence[Watch]) -> Values:
    """All watches, those that are configured first."""
    with database.read() as connection:
        told = {row["watch"]: row for row in select_rows(connection, _BY_WATCH)}
    settings = {watch.key: watch for watch in configured}
    keys = [*settings, *sorted(told.keys() - settings.keys())]
    return {"watches": [_watch_line(key, settings.get(key), told.get(key)) for key in keys]}


def _watch_line(key: str, settings: Watch | None, told: Row | None) -> WatchLine:
    return WatchLine(key, settings, told["alerts"], told["last_at"]) if told else WatchLine(key, settings)


def alerted(database: Database, watch: str | None) -> Values:
    """The latest alerts, of one watch or of all with what became of the messages."""
    where, values = ("WHERE watch = :watch", {"watch": watch}) if watch else ("", {})
    with database.read() as connection:
        rows = select_rows(connection, _ALERTS.format(where=where), most=LISTED, **values)
        told = [{**row, "told": {**_UNTOLD, **row["told"]}} for row in rows]
        messages = [] if watch else alerts.latest_messages(connection, LISTED)
        counts = alerts.counts(connection)
    channels = sorted({channel for channel, _ in counts})
    figures = [
        (channel, {state: counts.get((channel, state), 0) for state in alerts.MessageState}) for channel in channels
    ]
    return {"watch": watch, "alerts": told, "messages": messages, "channels": figures}


def failed(database: Database) -> Values:
    """Addresses that could not be read, and pages that our own parts failed at; the last one first."""
    with database.read() as connection:
        links, aside = inspection.failed_links(connection, FAILED), failed_items.listed(connection)
    return {"failed": links, "aside": aside[:FAILED], "more_aside": max(len(aside) - FAILED, 0)}
