"""Pages that our own parts failed at: with the reason and how often, until one of them is kept after all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from storage.database import insert_new
from storage.records import LinkState
from storage.schema import link
from storage.schema_faults import failed_item


@dataclass(frozen=True, slots=True)
class FailedItem:
    """One page that was set aside."""

    url: str
    source_key: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime


def set_aside(connection: Connection, url: str, source_key: str, reason: str, now: datetime) -> None:
    """Note that a page failed once more."""
    known = update(failed_item).where(failed_item.c.url == url)
    values = {"reason": reason, "attempts": failed_item.c.attempts + 1, "last_at": now}
    if not connection.execute(known.values(**values)).rowcount:
        row = {"url": url, "source_key": source_key, "reason": reason, "attempts": 1, "first_at": now, "last_at": now}
        insert_new(connection, failed_item, [row])


def listed(connection: Connection) -> list[FailedItem]:
    """All pages that are set aside and were not kept since, the latest first."""
    kept = exists().where(link.c.url == failed_item.c.url, link.c.article_id.is_not(None))
    rows = connection.execute(
        select(failed_item).where(~kept).order_by(failed_item.c.last_at.desc(), failed_item.c.url)
    )
    return [FailedItem(**row) for row in rows.mappings()]


def retry(connection: Connection, urls: Sequence[str], now: datetime) -> list[str]:
    """Have these pages (all, when none is named) fetched again at the next visit; return which."""
    known = [item.url for item in listed(connection) if not urls or item.url in urls]
    again = {"state": LinkState.PENDING.value, "reason": None, "attempts": 0, "next_try_at": now}
    for url in known:
        connection.execute(
            update(link).where(link.c.url == url, link.c.state != LinkState.STORED.value).values(**again)
        )
    return known
