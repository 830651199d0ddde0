"""Keeping what the operator wants kept: rules of each source, applied a step at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
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


def apply(database: Database, rules: Retention, sources: Sequence[Source], now: datetime) -> Gone:
    """Delete what the rules no longer keep."""
    buried = stripped = 0
    for source in sources:
        buried += _step_by_step(database, partial(_surplus, source, rules, now), retention.bury, now)
        stripped += _step_by_step(database, partial(_old_bodies, source, rules, now), retention.strip, now)
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


def _surplus(source: Source, rules: Retention, now: datetime, connection: Connection) -> Iterator[int]:
    """Articles that are too old or too many; what the source says stands above what all have."""
    age, most = source.keep or rules.articles, source.keep_most or rules.most
    if age is not None:
        yield from retention.too_old(connection, source.key, now - age)
    if most is not None:
        yield from retention.too_many(connection, source.key, most)


def _old_bodies(source: Source, rules: Retention, now: datetime, connection: Connection) -> Iterable[int]:
    """Articles whose text is too old; the source's rule stands above the one for all."""
    age = source.keep_bodies or rules.bodies
    return () if age is None else retention.bodies_too_old(connection, source.key, now - age)
