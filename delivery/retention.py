"""Keeping what the operator wants kept: rules of each source, applied a step at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from config_blocks import Retention, Source
from storage import retention
from storage.database import Database


def apply(database: Database, rules: Retention, sources: Sequence[Source], now: datetime) -> tuple[int, int]:
    """Delete what the rules no longer keep; return how many articles and changes that were."""
    buried = sum(_bury_all(database, source, rules, now) for source in sources)
    if rules.changes is None:
        return buried, 0
    with database.write() as connection:
        return buried, retention.prune_changes(connection, now - rules.changes)


def _bury_all(database: Database, source: Source, rules: Retention, now: datetime) -> int:
    buried = 0
    while True:
        with database.read() as connection:
            surplus = sorted(set(_surplus(connection, source, rules, now)))
        if not surplus:
            return buried
        with database.write() as connection:
            retention.bury(connection, surplus, now)
        buried += len(surplus)


def _surplus(connection: Connection, source: Source, rules: Retention, now: datetime) -> Iterator[int]:
    """Articles that are too old or too many; what the source says stands above what all have."""
    age, most = source.keep or rules.articles, source.keep_most or rules.most
    if age is not None:
        yield from retention.too_old(connection, source.key, now - age)
    if most is not None:
        yield from retention.too_many(connection, source.key, most)
