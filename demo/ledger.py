"""The database of a demo, read through the contract alone, and judged by the truth of the world.

v1_article, v1_article_alias -> Row, ...        World, rows -> judge -> Verdict
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from demo.world import Article, World

_ROWS = """
    SELECT a.article_id, a.source_key, a.headline, a.version, a.first_seen_at, a.duplicate_of_id,
           a.url || ' ' || coalesce(a.canonical_url, '') || ' ' || coalesce(group_concat(x.url, ' '), '') AS addresses
    FROM v1_article a LEFT JOIN v1_article_alias x USING (article_id) GROUP BY a.article_id ORDER BY a.change_seq DESC
"""
_HEALTH = "SELECT source_key, last_visit_at, visits, requests, state, state_reason FROM v1_source_health"


@dataclass(frozen=True, slots=True)
class Row:
    """One article as the database has it; all its addresses; ``version`` is 1 until it is revised."""

    article_id: int
    source_key: str
    headline: str
    version: int
    addresses: tuple[str, ...]
    first_seen_at: datetime
    duplicate_of_id: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What the database says of one source."""

    visits: int = 0
    requests: int = 0
    last_visit_at: datetime | None = None
    state: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a demo shows of its database, read at one moment; the last changed article first."""

    rows: tuple[Row, ...] = ()
    health: Mapping[str, Health] = field(default_factory=dict)

    def stored(self, source: str) -> int:
        """How many articles of that source are stored."""
        return sum(row.source_key == source for row in self.rows)

    def revisions(self, source: str | None = None) -> int:
        """How often articles of that source (of all) were revised."""
        return sum(row.version - 1 for row in self.rows if source in (None, row.source_key))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The addresses and headlines of what is not as it should be; empty is well."""

    #: published, and not in the database
    missing: tuple[str, ...] = ()
    #: stored in more than one row, or marked as the copy of another
    twice: tuple[str, ...] = ()
    #: stored, and no article of this world (a tag page, an archived or forbidden article)
    strangers: tuple[str, ...] = ()
    #: corrected, and not revised
    unrevised: tuple[str, ...] = ()
    #: revised, and never corrected
    restless: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether everything published is stored once, and corrections and revisions are the same."""
        return not (self.missing or self.twice or self.strangers or self.unrevised or self.restless)

    def lines(self) -> Iterator[str]:
        """One line for each thing that is not as it should be."""
        for name in ("missing", "twice", "strangers", "unrevised", "restless"):
            yield from (f"{name}: {what}" for what in getattr(self, name))


def read_ledger(database: Path) -> Ledger:
    """What the database holds now; an empty ledger as long as it is not there or has no views yet."""
    try:
        with _reading(database) as connection:
            rows = tuple(_row(row) for row in connection.execute(_ROWS))
            return Ledger(rows, {row["source_key"]: _health(row) for row in connection.execute(_HEALTH)})
    except sqlite3.OperationalError:
        return Ledger()


def addresses_of(world: World, bases: Mapping[str, str]) -> dict[str, str]:
    """Every address of every article -> its own address; ``bases`` maps outlets to "http://127.0.0.1:8001"."""
    return {
        bases[article.outlet] + path: bases[article.outlet] + article.path
        for article in world.articles
        for path in (article.path, *article.variants, *article.redirects)
    }


def judge(published: Mapping[str, str], corrected: Collection[str], rows: Sequence[Row]) -> Verdict:
    """Compare rows with the truth: ``published`` as of ``addresses_of``, ``corrected`` are own addresses; pure."""
    owners = {row: _own_address(row, published) for row in rows}
    counts = Counter(own for own in owners.values() if own)
    versions = {own: row.version for row, own in owners.items() if own}
    return Verdict(
        missing=tuple(own for own in dict.fromkeys(published.values()) if own not in counts),
        twice=(*(own for own, count in counts.items() if count > 1), *_marked_as_copies(rows)),
        strangers=_strangers(owners),
        unrevised=tuple(own for own in corrected if versions.get(own, 2) < 2),
        restless=_revised(versions, corrected),
    )


def _strangers(owners: Mapping[Row, str | None]) -> tuple[str, ...]:
    return tuple(f"{row.headline} ({row.addresses[0]})" for row, own in owners.items() if not own)


def _marked_as_copies(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row.headline for row in rows if row.duplicate_of_id is not None)


def _revised(versions: Mapping[str, int], corrected: Collection[str]) -> tuple[str, ...]:
    return tuple(own for own, version in versions.items() if version > 1 and own not in corrected)


def own_addresses(articles: Collection[Article], bases: Mapping[str, str]) -> frozenset[str]:
    """The own addresses of some articles, as ``judge`` wants those that were corrected."""
    return frozenset(bases[article.outlet] + article.path for article in articles)


def _own_address(row: Row, published: Mapping[str, str]) -> str | None:
    return next((published[address] for address in row.addresses if address in published), None)


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _row(row: sqlite3.Row) -> Row:
    return Row(
        row["article_id"],
        row["source_key"],
        row["headline"],
        row["version"],
        tuple(dict.fromkeys(row["addresses"].split())),
        _moment(row["first_seen_at"]),
        row["duplicate_of_id"],
    )


def _health(row: sqlite3.Row) -> Health:
    last = row["last_visit_at"]
    return Health(row["visits"], row["requests"], _moment(last) if last else None, row["state"], row["state_reason"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
