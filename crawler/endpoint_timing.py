"""When an endpoint that answered is asked again, and what its answer taught of how often it publishes. Pure.

what an answer brought (`Seen`) ─> Rate, kept on the endpoint's row
Rate, price ─┬─> NextVisit ─> not before the publisher's floor
`every`, `cron` ─┘
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler import cadence, cadence_price
from crawler.cadence import NextVisit
from crawler.cadence_price import Market, per_day
from crawler.cadence_rate import Answer, Rate, spread
from storage.endpoints import Endpoint
from storage.frontier import LinkEntry
from storage.records import EndpointKind

ROLLED_PAST = "its list rolled past, it is asked twice as often"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one answer of an endpoint brought: publication of the items that nobody had seen, and how many it listed."""

    published: tuple[datetime, ...] = ()
    undated: int = 0
    window: int = 0


@dataclass(frozen=True, slots=True)
class Timing:
    """What decides about the next visit beside the endpoint itself."""

    now: datetime
    started_at: datetime
    #: of the source's timetable
    interval: timedelta
    #: None: `every` or `cron` of the source decides
    market: Market | None
    #: hours and days without visits, and how much of them is kept
    quiet: Mapping[str, Sequence[int]] = field(default_factory=dict)
    longest_quiet: timedelta = cadence.FLOOR_CAP
    #: something may have rolled past since the last visit
    rolled_past: bool = False


def seen_in(new: Sequence[LinkEntry], listed: int) -> Seen:
    """What an answer brought, from its links that were not known and the number of all."""
    dates = tuple(entry.link.published for entry in new if entry.link.published is not None)
    return Seen(dates, len(new) - len(dates), listed)


def learn(entry: Endpoint, seen: Seen, now: datetime) -> Rate:
    """The rate of an endpoint after an answer. What has no date, or one from before the last visit, was found: it
    appeared at some time between the two visits. The undated links of a first answer are a backlog of unknown age.
    """
    rate, moment = Rate.from_json(entry.rate), now.timestamp()
    dates = [published.timestamp() for published in seen.published if published <= now]
    if rate.until is None:
        rate.learn(Answer(moment, (), sorted(dates), is_full=True, window=seen.window))
        return rate
    fresh = [date for date in dates if date > rate.until]
    found = len(seen.published) + seen.undated - len(fresh)
    rate.learn(Answer(moment, sorted([*fresh, *spread(found, rate.until, moment)]), window=seen.window))
    return rate


def next_visit(
    timing: Timing, entry: Endpoint, kind: EndpointKind, rate: Rate, idle_visits: int, floor: timedelta | None
) -> NextVisit:
    """When an endpoint that answered is asked again, and why."""
    wanted = _wanted(timing, entry, kind, rate, idle_visits, floor)
    hours, days = timing.quiet.get("hours", ()), timing.quiet.get("days", ())
    allowed = cadence.after_quiet(wanted.at, hours, days, timing.longest_quiet)
    return wanted if allowed == wanted.at else NextVisit(allowed, "its publisher wants no visits before")


def _wanted(
    timing: Timing, entry: Endpoint, kind: EndpointKind, rate: Rate, idle_visits: int, floor: timedelta | None
) -> NextVisit:
    if timing.market is None:
        pause = cadence.endpoint_interval(timing.interval, kind, idle_visits, floor, configured=entry.is_configured)
        return NextVisit(timing.started_at + pause, cadence.ON_SCHEDULE)
    wanted = cadence_price.next_visit(rate, timing.market, timing.now)
    if timing.rolled_past and entry.last_success_at is not None:
        half = max((timing.now - entry.last_success_at) / 2, cadence_price.FLOOR)
        wanted = min(wanted, NextVisit(timing.now + half, ROLLED_PAST), key=lambda visit: visit.at)
    rest = min(floor or timedelta(0), cadence.FLOOR_CAP)
    if timing.started_at + rest <= wanted.at:
        return wanted
    asked = f"its publisher asks for {cadence.words(rest)} between two visits"
    return NextVisit(timing.started_at + rest, f"{per_day(rate)}, {asked}")
