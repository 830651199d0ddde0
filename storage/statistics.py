"""Figures over many articles, counted where they lie: articles an hour, and the delay from publication to row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from storage.database import HourOf, SecondsBetween
from storage.records import Precision
from storage.schema import article, source

#: a quantile is the value at this rank: of 20 values, p95 is the 19th
_RANKS = {"p50": 50, "p95": 95}


@dataclass(frozen=True, slots=True)
class HourCount:
    """Articles of one source that were first stored in one hour."""

    source_key: str
    #: "2026-11-23 10", in UTC
    hour: str
    count: int


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from publication, as the publisher says, to the row, for the articles of one source."""

    source_key: str
    count: int
    p50: float
    p95: float


def by_hour(connection: Connection, since: datetime) -> list[HourCount]:
    """How many articles each source brought in each hour since a moment; hours without any are left out."""
    hour: ColumnElement[str] = HourOf(article.c.first_seen_at)
    statement = (
        select(article.c.source_key, hour, func.count())
        .where(article.c.first_seen_at >= since)
        .group_by(article.c.source_key, hour)
        .order_by(hour, article.c.source_key)
    )
    return [HourCount(*row) for row in connection.execute(statement)]


def delays(connection: Connection, since: datetime) -> list[Delay]:
    """The delay of each source, over articles first stored since a moment.

    Counted are articles whose publication is claimed to the minute and lies after the first visit of their source: what
    was there before we came was not late. A claim from the future counts as no delay.
    """
    ranked = _ranked(since).subquery()
    quantiles = [func.max(case((ranked.c.rank == _rank(ranked.c.n, q), ranked.c.delay))) for q in _RANKS.values()]
    statement = (
        select(ranked.c.source_key, func.max(ranked.c.n), *quantiles)
        .group_by(ranked.c.source_key)
        .order_by(ranked.c.source_key)
    )
    return [
        Delay(key, n, max(float(p50), 0.0), max(float(p95), 0.0)) for key, n, p50, p95 in connection.execute(statement)
    ]


def _ranked(since: datetime) -> Select[Any]:
    delay: ColumnElement[float] = SecondsBetween(article.c.date_published, article.c.first_seen_at)
    by_source: dict[str, Any] = {"partition_by": article.c.source_key}
    return (
        select(
            article.c.source_key,
            delay.label("delay"),
            func.row_number().over(order_by=delay, **by_source).label("rank"),
            func.count().over(**by_source).label("n"),
        )
        .join(source, source.c.key == article.c.source_key)
        .where(
            article.c.first_seen_at >= since,
            article.c.date_published >= source.c.first_visit_at,
            article.c.date_published_precision.in_([Precision.SECOND.value, Precision.MINUTE.value]),
        )
    )


def _rank(count: ColumnElement[int], percent: int) -> ColumnElement[Any]:
    """The rank of a percentile, rounded up, in whole numbers on both databases."""
    return (count * percent + 99) // 100
