"""What each page shows, looked up and put in order; the templates only write it down.

question -> views of the database, figures -> values of the template
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from delivery import articles, figures
from delivery.articles import Spot, Wanted, Whole
from delivery.health import CALM, LEARNED
from delivery.health_signs import HOURS, Memory, rate
from delivery.pages import plots
from delivery.pages.differences import Pair, compared, side_by_side
from delivery.pages.plots import Bars, Count, Curve
from delivery.rows import Row, select_rows
from storage import health, inspection
from storage.database import Database
from storage.statistics import Delay, HourCount

#: the plot of a day, of a source in a table, and of a week, in units of the drawing
DAY_PLOT, SPARK, WEEK_PLOT = (960.0, 150.0), (120.0, 22.0), (960.0, 110.0)
#: rows of a list on a page
LATEST, LISTED, FAILED, ENDPOINTS = 12, 50, 200, 100
#: what a list of articles needs of each
BRIEF = tuple(
    "article_id url headline description source_key source_name in_language first_seen_at date_published word_count "
    "version duplicate_of_id removed_at".split()
)

_VISITS = "SELECT * FROM v1_visit WHERE source_key = :key ORDER BY visit_id DESC LIMIT :most"
_EVENTS = "SELECT * FROM v1_health_event WHERE source_key = :key ORDER BY event_id DESC LIMIT :most"

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in the table of today."""

    source: Row
    today: int
    spark: Bars
    delay: Delay | None


def today(database: Database, now: datetime) -> Values:
    """Articles an hour, the sources with their delays, the latest articles."""
    hours = _hours(now, 24)
    counted = figures.by_hour(database, _start(now, 24))
    delays = figures.delays(database, now)
    sources = [source for source in figures.sources(database) if source["enabled"]]
    lines = _lines(sources, counted, hours, delays)
    latest, _ = articles.page(database, Wanted(copies=False), Spot(), LATEST, BRIEF)
    return {
        "plot": plots.bars(_columns(counted, hours), *DAY_PLOT),
        "lines": sorted(lines, key=lambda line: (-line.today, line.source["source_key"])),
        "latest": latest,
        "articles_today": sum(count.count for count in counted),
        "sources_well": sum(map(_is_well, sources)),
        "sources_all": len(lines),
        "median_delay": _median(delays),
        "totals": figures.totals(database),
        "ticks": plots.DELAY_TICKS,
    }


def _is_well(source: Row) -> bool:
    """Whether nobody has to look at a source: neither its last visit failed nor is its health alarming."""
    return source["state"] == "ok" and (source["health"] is None or source["health"] in CALM)


def _lines(
    sources: Sequence[Row], counted: Sequence[HourCount], hours: Sequence[str], delays: Sequence[Delay]
) -> list[SourceLine]:
    own, delay_of = defaultdict[str, list[HourCount]](list), {delay.source_key: delay for delay in delays}
    for count in counted:
        own[count.source_key].append(count)
    return [_line(source, own[source["source_key"]], hours, delay_of.get(source["source_key"])) for source in sources]


def _line(source: Row, own: Sequence[HourCount], hours: Sequence[str], delay: Delay | None) -> SourceLine:
    spark = plots.bars(_columns(own, hours), *SPARK)
    return SourceLine(source, sum(count.count for count in own), spark, delay)


def _median(delays: Sequence[Delay]) -> float | None:
    """The median of the sources' medians, each weighed by its articles."""
    left = sum(delay.count for delay in delays) / 2
    for delay in sorted(delays, key=lambda delay: delay.p50):
        left -= delay.count
        if left <= 0:
            return delay.p50
    return None


def _start(now: datetime, hours: int) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)


def _hours(now: datetime, count: int) -> list[str]:
    start = _start(now, count)
    return [(start + timedelta(hours=hour)).strftime("%Y-%m-%d %H") for hour in range(count)]


def _columns(counted: Sequence[HourCount], hours: Sequence[str]) -> list[Count]:
    sums: dict[str, int] = defaultdict(int)
    for count in counted:
        sums[count.hour] += count.count
    return [Count(f"{hour}:00", sums[hour], _tick(hour)) for hour in hours]


def _tick(hour: str) -> str:
    """Every third hour is written; midnight as the day that begins."""
    day, _, clock = hour.partition(" ")
    return day[5:] if clock == "00" else f"{clock}:00" if int(clock) % 3 == 0 else ""


# one article ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of an article, side by side."""

    old: Row
    new: Row
    headline: Pair
    body: Sequence[Pair]


def article(database: Database, article_id: int) -> Values | None:
    """One article; None: there is none."""
    found = articles.whole(database, article_id)
    if found is None:
        return None
    return {"found": found, "article": found.article, "comparisons": comparisons(found)}


def comparisons(found: Whole) -> list[Comparison]:
    """Each version beside the one before, the newest first."""
    pairs = list(pairwise(found.revisions))
    return [
        Comparison(
            old,
            new,
            compared(old["headline"], new["headline"]),
            side_by_side(old["article_body"] or "", new["article_body"] or ""),
        )
        for old, new in reversed(pairs)
    ]


# lists ----------------------------------------------------------------------------------------------------------------


def stories(database: Database) -> Values:
    """The stories that moved last; none that was merged, or whose articles were all deleted."""
    statement = "SELECT * FROM v1_story WHERE article_count > 0 ORDER BY last_seen_at DESC, story_id DESC LIMIT :most"
    return {"stories": _read(database, statement, most=LISTED)}


def story(database: Database, story_id: int) -> Values | None:
    """One story with its articles, oldest first: how it was told."""
    found = _read(database, "SELECT * FROM v1_story WHERE story_id = :id", id=story_id)
    if not found:
        return None
    told, _ = articles.page(database, Wanted(story_id=story_id), Spot(newest_first=False), LISTED * 2, BRIEF)
    return {"story": found[0], "articles": told}


def listed(database: Database, wanted: Wanted, spot: Spot) -> Values:
    """A page of a selection of articles."""
    rows, after = articles.page(database, wanted, spot, LISTED, BRIEF)
    return {"articles": rows, "after": after}


def sources(database: Database) -> Values:
    """All sources, those that fail first."""
    rows = figures.sources(database)
    return {"sources": sorted(rows, key=lambda row: (not row["enabled"], _is_well(row), row["source_key"]))}


def source(database: Database, key: str, now: datetime) -> Values | None:
    """One source: state and evidence, articles an hour, what is usual, visits, endpoints, failures."""
    found = [row for row in figures.sources(database) if row["source_key"] == key]
    if not found:
        return None
    hours = _hours(now, 24 * 7)
    own = [count for count in figures.by_hour(database, _start(now, 24 * 7)) if count.source_key == key]
    week = [replace(count, tick=count.tick if "-" in count.tick else "") for count in _columns(own, hours)]
    latest, _ = articles.page(database, Wanted(sources=(key,)), Spot(), LATEST, BRIEF)
    with database.read() as connection:
        endpoints = inspection.endpoints_of(connection, key, ENDPOINTS)
        failed = inspection.failed_links(connection, LATEST, key)
        memory = health.memory_of(connection, key)
    return {
        "source": found[0],
        "week": plots.bars(week, *WEEK_PLOT),
        "day": plots.bars(_by_hour_of_day(own), *WEEK_PLOT),
        "delay": next((delay for delay in figures.delays(database, now) if delay.source_key == key), None),
        "endpoints": endpoints,
        "failed": failed,
        "latest": latest,
        "visits": _read(database, _VISITS, key=key, most=LATEST),
        "events": _read(database, _EVENTS, key=key, most=LATEST),
        "usual": usual_week(Memory.from_json(memory)) if memory else None,
    }


def usual_week(memory: Memory) -> Curve | None:
    """How many articles usually come in each hour of the week; None before a week has shown each of its hours."""
    if memory.watched < LEARNED:
        return None
    return plots.curve([rate(memory, hour) for hour in range(HOURS)], *WEEK_PLOT)


def _by_hour_of_day(own: Sequence[HourCount]) -> list[Count]:
    sums: dict[int, int] = defaultdict(int)
    for count in own:
        sums[int(count.hour[-2:])] += count.count
    return [Count(f"{hour:02}:00 UTC", sums[hour], f"{hour:02}:00" if hour % 3 == 0 else "") for hour in range(24)]


def _read(database: Database, statement: str, **values: Any) -> list[Row]:
    with database.read() as connection:
        return list(select_rows(connection, statement, **values))
