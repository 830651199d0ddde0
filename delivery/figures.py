"""Figures about the whole, for the dashboard and for Prometheus: totals, sources, articles an hour, delays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.changes import position
from delivery.rows import Row, select_rows
from storage import statistics
from storage.database import Database
from storage.statistics import Delay, HourCount

#: delays are told over so long
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Totals:
    """What is stored in all."""

    articles: int
    change_seq: int
    #: name of a consumer -> changes that it has not seen
    behind: dict[str, int]


def totals(database: Database) -> Totals:
    """What is stored in all."""
    _, newest = position(database)
    with database.read() as connection:
        (counted,) = select_rows(connection, "SELECT count(*) AS articles FROM v1_article")
        behind = select_rows(connection, "SELECT consumer, changes_behind FROM v1_consumer ORDER BY consumer")
        return Totals(counted["articles"], newest, {row["consumer"]: row["changes_behind"] for row in behind})


def sources(database: Database) -> list[Row]:
    """All sources and how they do: the columns of ``v1_source_health``."""
    with database.read() as connection:
        return list(select_rows(connection, "SELECT * FROM v1_source_health ORDER BY source_key"))


def by_hour(database: Database, since: datetime) -> list[HourCount]:
    """Articles of each source in each hour since a moment."""
    with database.read() as connection:
        return statistics.by_hour(connection, since)


def delays(database: Database, now: datetime) -> list[Delay]:
    """Seconds from publication to row, for each source, over the last day."""
    with database.read() as connection:
        return statistics.delays(connection, now - DAY)
