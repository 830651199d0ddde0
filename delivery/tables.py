"""Tables and lines for people at a terminal: the sources and how they do, the latest articles, what a page gave."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from config_values import masked
from delivery.export import Selection
from delivery.health import CALM
from delivery.rows import Row, iso, select_rows
from storage import changes
from storage.database import Database
from storage.endpoints import SurveyedEndpoint
from storage.promises import Finding
from storage.records import Article, Reading
from storage.store import head, schema_version

#: characters of a dropped block that are shown
DROPPED_WIDTH = 100
_NOT_SHOWN = ("article_body", "provenance", "also", "source_key", "discovered_via")
#: colour of a source's state
_COLOURS = {
    "ok": "green",
    "quiet": "green",
    "new": "cyan",
    "off": "dim",
    **dict.fromkeys(("failing", "blocked", "walled", "silent", "template changed"), "red"),
}


def source_rows(database: Database, now: datetime) -> list[Row]:
    """The columns of ``v1_source_health`` with ``new_today`` (articles first stored since midnight UTC), by key."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = "SELECT source_key, count(*) AS new FROM v1_article WHERE first_seen_at >= :midnight GROUP BY source_key"
    with database.read() as connection:
        new = {row["source_key"]: row["new"] for row in select_rows(connection, counted, midnight=midnight)}
        health = list(select_rows(connection, "SELECT * FROM v1_source_health ORDER BY source_key"))
    return [{**row, "new_today": new.get(row["source_key"], 0)} for row in health]


def source_table(rows: list[Row], now: datetime) -> Group:
    """The sources: state, last and next visit, articles of today and in all, links that wait; then why some fail."""
    table = _table(f"{len(rows)} sources")
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("state", no_wrap=True)
    for name in ("visited", "next", "today", "all", "wait"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why then", no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows:
        table.add_row(*_source_cells(row, now))
    return Group(table, *(Text(line) for row in rows if row["enabled"] for line in _why(row)))


def _why(row: Row) -> Iterator[str]:
    """Why a source is as it is: what the last visit said, and what its visits together show."""
    if row["state_reason"]:
        yield f"{row['source_key']}: {row['state_reason']}"
    if row["health"] and row["health"] not in CALM:
        since = f" since {row['health_since']:%Y-%m-%d %H:%M} UTC" if row["health_since"] else ""
        yield f"{row['source_key']}: {row['health']}{since}: {row['health_evidence']}"


def shown_state(row: Row) -> str:
    """The state of the last visit; where that is well, the health that all visits together show."""
    if not row["enabled"]:
        return "off"
    return str(row["health"] if row["state"] == "ok" and row["health"] else row["state"])


def _table(title: str) -> Table:
    """A table that fits 80 columns: no lines between cells."""
    return Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True
    )


def _source_cells(row: Row, now: datetime) -> list[Text]:
    state = shown_state(row)
    plain = [
        ago(row["last_visit_at"], now),
        _next_visit(row, now),
        str(row["new_today"]),
        str(row["articles"]),
        str(row["links_pending"]),
        row["next_visit_reason"] or "",
    ]
    return [Text(row["source_key"]), Text(state, _COLOURS.get(state, "yellow")), *map(Text, plain)]


def _next_visit(row: Row, now: datetime) -> str:
    if not row["enabled"]:
        return ""
    return "due" if row["next_visit_at"] <= now else ago(row["next_visit_at"], now)


def latest_articles(database: Database, selection: Selection, limit: int) -> list[Row]:
    """The columns of ``v1_article`` of the newest selected articles, last stored first."""
    conditions, values = selection.conditions()
    where = " AND ".join(["removed_at IS NULL", *conditions])
    statement = f"SELECT * FROM v1_article WHERE {where} ORDER BY article_id DESC LIMIT :most"  # noqa: S608 - our words
    with database.read() as connection:
        return list(select_rows(connection, statement, most=limit, **values))


def article_table(rows: list[Row], now: datetime) -> Table:
    """Articles with the publisher's time (or "?"), source, headline, authors and words."""
    table = _table(f"{len(rows)} articles, last stored first")
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=16)
    table.add_column("headline", overflow="fold", ratio=1)
    table.add_column("authors", overflow="ellipsis", no_wrap=True, max_width=16)
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


def endpoint_table(found: list[SurveyedEndpoint]) -> Group:
    """The endpoints of an outlet: kind, how each was found, articles it listed first; guesses in vain are counted."""
    vain = [item for item in found if item.state_reason and item.origin == "common place"]
    shown = [item for item in found if item not in vain]
    table = _table(f"{len(shown)} endpoints")
    table.add_column("kind", no_wrap=True)
    table.add_column("found by", no_wrap=True)
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("address", overflow="fold", ratio=1)
    for item in shown:
        why = f" ({item.state_reason})" if item.state_reason else ""
        table.add_row(*map(Text, (item.kind.value, item.origin, str(item.links), item.url + why)))
    guesses = f"nothing at {len(vain)} of the places where others have feeds and sitemaps\n"
    return Group(table, _coverage(shown), *([Text(guesses, "dim")] if vain else []))


def _coverage(shown: list[SurveyedEndpoint]) -> Text:
    """How few of the endpoints are enough, and for how much."""
    lists = [item for item in shown if item.state != "gone"]
    kept = [item for item in lists if item.state == "active"]
    articles = sum(item.links for item in lists)
    return Text(f"{len(kept)} of {len(lists)} are watched: they show all recent ones of the {articles} articles found")


def reading_lines(reading: Reading) -> Iterator[Text]:
    """What was read from one page: the fields with where each came from, the body, and what was dropped."""
    article = reading.article
    if article is None:
        yield Text(f"no article: {reading.reason}", "yellow")
    else:
        for name, value in _fields_of(article):
            origin = f"  [{article.provenance[name]}]" if name in article.provenance else ""
            yield Text.assemble((f"{name:<26}", "bold"), value, (origin, "dim"))
        yield Text()
        yield from (Text(paragraph + "\n") for paragraph in article.article_body.split("\n\n"))
    if reading.dropped:
        yield Text(f"dropped ({len(reading.dropped)} blocks):", "bold")
        yield from (Text(f"  - {' '.join(block.split())[:DROPPED_WIDTH]}", "dim") for block in reading.dropped)


def _fields_of(article: Article) -> Iterator[tuple[str, str]]:
    """All fields that are set but the body and what belongs to storing, as text."""
    for field in fields(article):
        value = getattr(article, field.name)
        if field.name in _NOT_SHOWN or value is None or value in ("", ()):
            continue
        if isinstance(value, datetime):
            value = iso(value)
        yield field.name, ", ".join(value) if isinstance(value, tuple) else str(value)


def print_reading(console: Console, reading: Reading) -> None:
    """Print :func:`reading_lines`."""
    for line in reading_lines(reading):
        console.print(line)


def database_lines(url: str) -> Iterator[str]:
    """Where a database stands: address, version beside the program's, and how much is in it. Changes nothing."""
    database = Database(url)
    yield f"database   {masked(url)}"
    path = Path(database.url.database or "")
    if database.is_sqlite and not path.exists():
        yield "version    none: it is made when Newswatch first opens it"
        return
    with database.read() as connection:
        version = schema_version(connection)
        yield f"version    {version or 'none'} (this program: {head()})"
        if version == head():
            yield from _amounts(connection)
    if database.is_sqlite:
        yield f"file       {path.stat().st_size / 1e6:.1f} MB"
    database.dispose()


def _amounts(connection: Connection) -> Iterator[str]:
    for label, view in (("sources", "v1_source_health"), ("articles", "v1_article"), ("revisions", "v1_revision")):
        (row,) = select_rows(connection, f"SELECT count(*) AS rows_in_view FROM {view}")  # noqa: S608 - our own words
        yield f"{label:<10} {row['rows_in_view']}"
    yield f"changes    up to number {changes.last_number(connection)}, epoch {changes.epoch(connection)}"


def finding_lines(found: Sequence[Finding], checked: int) -> Iterator[str]:
    """What `newswatch verify` says: each finding with its promise, some of its rows, and the cure."""
    for finding in found:
        mark = "passes" if finding.heals else "WRONG"
        yield f"{mark}: {finding.count} {finding.sentence} (promise {finding.promise})"
        yield f"    such as: {', '.join(finding.examples)}"
        yield f"    cure: {finding.cure}"
    wrong = sum(not finding.heals for finding in found)
    yield f"{checked} checks: {f'{wrong} do not hold' if wrong else 'all promises hold'}"
