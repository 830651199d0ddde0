"""Tables for people at a terminal: the sources and how they do, the latest articles."""

from datetime import UTC, datetime, timedelta

from rich.table import Table
from rich.text import Text

from delivery.export import Selection
from delivery.rows import Row, select_rows
from storage.database import Database

#: colour of a source's state
_COLOURS = {"ok": "green", "new": "cyan", "failing": "red", "blocked": "red", "walled": "red", "off": "dim"}


def source_rows(database: Database, now: datetime) -> list[Row]:
    """The columns of ``v1_source_health`` with ``new_today`` (articles first stored since midnight UTC), by key."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = "SELECT source_key, count(*) AS new FROM v1_article WHERE first_seen_at >= :midnight GROUP BY source_key"
    with database.read() as connection:
        new = {row["source_key"]: row["new"] for row in select_rows(connection, counted, midnight=midnight)}
        health = list(select_rows(connection, "SELECT * FROM v1_source_health ORDER BY source_key"))
    return [{**row, "new_today": new.get(row["source_key"], 0)} for row in health]


def source_table(rows: list[Row], now: datetime) -> Table:
    """The sources with last and next visit, what they brought, their state and why."""
    table = Table(title=f"{len(rows)} sources", title_justify="left")
    for name in ("source", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("last visit", "next visit", "new today", "articles", "pending"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for row in rows:
        table.add_row(*_source_cells(row, now))
    return table


def _source_cells(row: Row, now: datetime) -> list[Text]:
    state = row["state"] if row["enabled"] else "off"
    why = row["state_reason"] or row["next_visit_reason"] or ""
    plain = [
        ago(row["last_visit_at"], now),
        ago(row["next_visit_at"], now) if row["enabled"] else "",
        str(row["new_today"]),
        str(row["articles"]),
        str(row["links_pending"]),
        why,
    ]
    return [Text(row["source_key"]), Text(state, _COLOURS.get(state, "yellow")), *map(Text, plain)]


def latest_articles(database: Database, selection: Selection, limit: int) -> list[Row]:
    """The columns of ``v1_article`` of the newest selected articles, last stored first."""
    conditions, values = selection.conditions()
    where = " AND ".join(["removed_at IS NULL", *conditions])
    statement = f"SELECT * FROM v1_article WHERE {where} ORDER BY article_id DESC LIMIT :most"  # noqa: S608 - our words
    with database.read() as connection:
        return list(select_rows(connection, statement, most=limit, **values))


def article_table(rows: list[Row], now: datetime) -> Table:
    """Articles with the publisher's time (or "?"), source, headline, authors and words."""
    table = Table(title=f"{len(rows)} articles, newest first", title_justify="left")
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("source", no_wrap=True)
    table.add_column("headline", overflow="fold", ratio=1)
    table.add_column("authors", overflow="ellipsis", no_wrap=True, max_width=24)
    table.add_column("words", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, _article_cells(row, now)))
    return table


def _article_cells(row: Row, now: datetime) -> list[str]:
    marks = [f"v{row['version']}"] * (row["version"] > 1) + ["copy"] * (row["duplicate_of_id"] is not None)
    headline = row["headline"] + (f" ({', '.join(marks)})" if marks else "")
    published = ago(row["date_published"], now) if row["date_published"] else "?"
    authors = ", ".join(row["authors"] or [])
    return [str(row["article_id"]), published, row["source_key"], headline, authors, str(row["word_count"])]


def ago(moment: datetime | None, now: datetime) -> str:
    """How far an instant is from now, in words: "3 min ago", "in 2 h", "now"; "never" when there is none."""
    if moment is None:
        return "never"
    distance = moment - now
    words = _span(abs(distance))
    if words == "0 s":
        return "now"
    return f"in {words}" if distance > timedelta() else f"{words} ago"


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length or (unit == "min" and seconds >= length):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
