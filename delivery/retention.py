"""Keeping what the operator wants kept: rules of each source, in the file or not, applied a step at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from config_blocks import Retention, Source
from storage import retention
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Gone:
    """How much was deleted: whole articles, texts of others, changes."""

    articles: int = 0
    bodies: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of the articles of one source; None: all."""

    source_key: str
    age: timedelta | None
    most: int | None
    bodies: timedelta | None


def keeping(rules: Retention, sources: Sequence[Source], stored: Iterable[str]) -> Iterator[Keeping]:
    """What is kept of each source: what it says itself stands above what all have. Pure.

    Articles that were moved in, or whose source was taken out of the file, have keys that no source here has.
    """
    for source in sources:
        ages = (source.keep or rules.articles, source.keep_most or rules.most, source.keep_bodies or rules.bodies)
        yield Keeping(source.key, *ages)
    for key in sorted(set(stored) - {source.key for source in sources}):
        yield Keeping(key, rules.articles, rules.most, rules.bodies)


def apply(database: Database, rules: Retention, sources: Sequence[Source], now: datetime) -> Gone:
    """Delete what the rules no longer keep."""
    buried = stripped = 0
    with database.read() as connection:
        stored = retention.source_keys(connection)
    for kept in keeping(rules, sources, stored):
        buried += _step_by_step(database, partial(_surplus, kept, now), retention.bury, now)
        stripped += _step_by_step(database, partial(_old_bodies, kept, now), retention.strip, now)
    if rules.changes is None:
        return Gone(buried, stripped)
    with database.write() as connection:
        return Gone(buried, stripped, retention.prune_changes(connection, now - rules.changes))


def _step_by_step(
    database: Database,
    choose: Callable[[Connection], Iterable[int]],
    delete: Callable[[Connection, Sequence[int], datetime], None],
    now: datetime,
) -> int:
    """Choose and delete until nothing is chosen; return how many articles that were."""
    count = 0
    while True:
        with database.read() as connection:
            chosen = sorted(set(choose(connection)))
        if not chosen:
            return count
        with database.write() as connection:
            delete(connection, chosen, now)
        count += len(chosen)


def _surplus(kept: Keeping, now: datetime, connection: Connection) -> Iterator[int]:
    """Articles that are too old or too many."""
    if kept.age is not None:
        yield from retention.too_old(connection, kept.source_key, now - kept.age)
    if kept.most is not None:
        yield from retention.too_many(connection, kept.source_key, kept.most)


def _old_bodies(kept: Keeping, now: datetime, connection: Connection) -> Iterable[int]:
    """Articles whose text is too old."""
    return () if kept.bodies is None else retention.bodies_too_old(connection, kept.source_key, now - kept.bodies)
