"""Alarms of Newswatch's own: what became of the health of sources, told over the channels that take alarms.

v1_health_event of the last days -> in words -> alerts, each once for its key

There is no cursor: an alarm is made when its key is not there yet, so that whoever looks, and how often, tells once. An
event that is older than `RECENT` is not told any more: what fell silent last week is seen on the dashboard.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from config import Config
from delivery.alerts.watching import Timetable, due_on
from delivery.health import CALM
from delivery.rows import Row, iso, select_rows
from storage import alerts
from storage.alerts import AlertEntry, digest
from storage.database import Database

#: how long an event can become an alarm
RECENT = timedelta(days=2)
#: how long alerts are kept: the last year of a watch can be read, and its memory of what it told reaches as far
KEPT = timedelta(days=365)
#: the state of all sources at once when it is our network that fails
OURS = "ours"
#: the state of a source that the operator switched off
PAUSED = "paused"

_EVENTS = """
    SELECT e.*, s.source_name FROM v1_health_event e JOIN v1_source_health s ON s.source_key = e.source_key
    WHERE e.at >= :since ORDER BY e.event_id
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm in words; the same key is told once."""

    key: str
    headline: str
    told: Mapping[str, Any] = field(default_factory=dict)


def raise_alarms(database: Database, config: Config, timetable: Timetable, now: datetime) -> int:
    """Make the alarms that are not made yet; return how many are new. Without a channel that takes them, none."""
    channels = [channel.key for channel in config.channels if channel.alarms]
    if not channels:
        return 0
    with database.read() as connection:
        events = list(select_rows(connection, _EVENTS, since=now - RECENT))
        made = alerts.known(connection, [_key(alarm) for alarm in alarms(events)])
    entries = list(_entries(alarms(events), made, due_on(channels, config.channels, timetable, now)))
    if not entries:
        return 0
    with database.write() as connection:
        return alerts.put(connection, entries, now)


def alarms(events: Sequence[Row]) -> list[Alarm]:
    """Events of sources in words. When our own network fails, that is one alarm a day, and none for a source. Pure."""
    own = [event for event in events if _is_of_source(event)]
    ours = {f"{event['at'].astimezone(UTC):%Y-%m-%d}": event for event in events if event["state"] == OURS}
    return [*map(_of_source, own), *(_of_network(day, event) for day, event in ours.items())]


def _is_of_source(event: Row) -> bool:
    """Whether an event tells of the source itself: a recovery with our network does not, nor what the operator did."""
    if event["state"] in (OURS, PAUSED):
        return False
    return event["before"] != OURS or event["state"] not in CALM


def _of_source(event: Row) -> Alarm:
    name = event["source_name"] or event["source_key"]
    words = (
        f"{name} is well again ({event['before']} before)" if event["state"] in CALM else f"{name}: {event['state']}"
    )
    told = {
        "description": event["evidence"],
        "source_key": event["source_key"],
        "source_name": event["source_name"],
        "state": event["state"],
        "before": event["before"],
        "at": iso(event["at"]),
    }
    return Alarm(f"health {event['source_key']} {event['state']} {iso(event['at'])}", words, told)


def _of_network(day: str, event: Row) -> Alarm:
    told = {"description": event["evidence"], "state": OURS, "at": iso(event["at"])}
    return Alarm(f"ours {day}", "most sources fail at once: look at this machine's network", told)


def _entries(found: Sequence[Alarm], made: frozenset[str], due: Mapping[str, datetime]) -> Iterator[AlertEntry]:
    for alarm in found:
        if _key(alarm) not in made:
            yield AlertEntry(_key(alarm), None, "alarm", {"headline": alarm.headline, **alarm.told}, due)


def _key(alarm: Alarm) -> str:
    return digest("alarm", alarm.key)


def prune(database: Database, now: datetime) -> int:
    """Delete alerts that are old, a batch in each transaction; return how many."""
    gone = 0
    while True:
        with database.write() as connection:
            some = alerts.prune(connection, now - KEPT)
        gone += some
        if not some:
            return gone
