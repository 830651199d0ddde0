"""What a watch would have told: the changes of some days, decided as if they came now. Nothing is written."""

from collections.abc import Iterator
from datetime import datetime

from delivery.alerts.deciding import Memory, Watching
from delivery.alerts.watching import Finding, articles_of, findings
from delivery.rows import select_rows
from storage import changes
from storage.changes import Change
from storage.database import Database

#: changes that are looked at together
STEP = 200


def rehearse(database: Database, watch: Watching, since: datetime) -> list[Finding]:
    """What a watch would have told since a moment, in order."""
    memory = Memory()
    return [finding for found in _steps(database, since) for finding in _told(database, watch, found, memory)]


def _told(database: Database, watch: Watching, found: list[Change], memory: Memory) -> list[Finding]:
    with database.read() as connection:
        articles = articles_of(connection, {change.article_id for change in found})
    return list(findings([watch], found, articles, memory))


def _steps(database: Database, since: datetime) -> Iterator[list[Change]]:
    with database.read() as connection:
        statement = "SELECT min(change_seq) AS first FROM v1_article_change WHERE at >= :since"
        (row,) = select_rows(connection, statement, since=since)
    cursor = row["first"] - 1 if row["first"] is not None else None
    while cursor is not None:
        with database.read() as connection:
            found = changes.after(connection, cursor, STEP)
        if not found:
            return
        yield found
        cursor = found[-1].change_seq
