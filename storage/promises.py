"""Whether a database keeps what Newswatch promises. For `newswatch verify`; read only, on a live database.

    checks(now) -> one SELECT each, of the rows that break it -> Finding(sentence, how many, some of them)

Each check stands for a promise of ARCHITECTURE.md. None can fail by what a source does, by a kill or by a full disk: a
finding is a mistake of ours, a damaged disk, or another program's hand in the tables. Exceptions are the checks that
`heal`: they tell of something that the next visit puts right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, true

from storage.database import HasNul, damage
from storage.owners import is_dead
from storage.records import LinkKind, LinkState
from storage.schema import article, article_alias, change, counter, link, meta, revision, source

#: how many of the rows that break a check are named
EXAMPLES = 3
#: a source that is overdue for so long is visited by nobody: a beat comes every second, a visit ends after ten minutes
OVERDUE = timedelta(hours=1)
#: a first sight so far ahead of the clock means that the clock was wrong then, or is now; less is drift
AHEAD = timedelta(hours=1)

_LISTED, _STORED, _NUMBERS = "1: stored exactly once", "2: no half article", "6: no change is missed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must not be. ``broken`` selects one column: a name for each row that breaks it."""

    promise: str
    #: of the rows: "links marked stored without an article"
    sentence: str
    cure: str
    broken: Select[Any]
    #: whether the next visit or start puts it right
    heals: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that found something."""

    promise: str
    sentence: str
    cure: str
    count: int
    examples: tuple[str, ...]
    heals: bool = False


_READ_AGAIN = "restore a backup, or set these links to `pending` with `next_try_at` now: they are read again"
_RESTORE = "restore a backup; if the disk is sound, report it with these numbers"
_BY_ITSELF = "nothing: the next visit or start puts it right"

_OUTCOMES = (LinkState.STORED.value, LinkState.DUPLICATE.value, LinkState.FAILED.value)
_earlier, _twin = change.alias("earlier"), article.alias("twin")
_of_article = and_(change.c.change_seq == article.c.change_seq, change.c.article_id == article.c.article_id)
_oldest_change = select(func.min(change.c.change_seq)).scalar_subquery()
_newest_change = select(func.coalesce(func.max(change.c.change_seq), 0)).scalar_subquery()
_last_fence = select(counter.c.n).where(counter.c.name == "fence").scalar_subquery()
_current = and_(
    revision.c.article_id == article.c.article_id,
    revision.c.version == article.c.version,
    revision.c.content_hash == article.c.content_hash,
)


def _any_nul(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(*(HasNul(column) for column in columns))


#: what holds at every commit
_ALWAYS = (
    Check(
        _LISTED,
        "links marked stored or duplicate that lead to no article",
        _READ_AGAIN,
        select(link.c.url).where(
            link.c.kind == LinkKind.ARTICLE.value,
            link.c.state.in_((LinkState.STORED.value, LinkState.DUPLICATE.value)),
            link.c.article_id.is_(None),
        ),
    ),
    Check(
        _LISTED,
        "links that wait but will never be fetched: no time for the next try",
        "set `next_try_at` of these links to now",
        select(link.c.url).where(link.c.state == LinkState.PENDING.value, link.c.next_try_at.is_(None)),
    ),
    Check(
        _LISTED,
        "articles that are stored twice under one address",
        _RESTORE,
        select(article.c.url).where(
            exists().where(_twin.c.own_key == article.c.own_key, _twin.c.article_id < article.c.article_id)
        ),
    ),
    Check(
        _LISTED,
        "articles that no address leads to: they would be stored again",
        _RESTORE,
        select(article.c.url).where(~exists().where(article_alias.c.key == article.c.own_key)),
    ),
    Check(
        _STORED,
        "links with an outcome that has no time",
        _READ_AGAIN,
        select(link.c.url).where(link.c.state.in_(_OUTCOMES), link.c.outcome_at.is_(None)),
    ),
    Check(
        _STORED,
        "articles without headline or text",
        _RESTORE,
        select(article.c.url).where(
            article.c.pruned_at.is_(None),
            or_(
                article.c.headline == "",
                and_(article.c.article_body == "", article.c.body_pruned_at.is_(None)),
            ),
        ),
    ),
    Check(
        _STORED,
        "articles whose newest revision is missing or another text",
        _RESTORE,
        select(article.c.url).where(~exists().where(_current)),
    ),
    Check(
        _STORED,
        "articles with a NUL character, which PostgreSQL and many readers refuse",
        "report it with the address: the border of `crawler/clean.py` let it through",
        select(article.c.url).where(
            _any_nul(article.c.headline, article.c.article_body, article.c.description, article.c.url)
        ),
    ),
    Check(
        _NUMBERS,
        "articles whose last change is not in the change feed",
        _RESTORE,
        select(article.c.url).where(article.c.change_seq >= _oldest_change, ~exists().where(_of_article)),
    ),
    Check(
        _NUMBERS,
        "changes that do not follow the number before them: changes are missing",
        "consumers export all articles anew; then `newswatch db new-epoch` tells them so",
        select(change.c.change_seq).where(
            change.c.change_seq > _oldest_change, ~exists().where(_earlier.c.change_seq == change.c.change_seq - 1)
        ),
    ),
    Check(
        _NUMBERS,
        "counters that do not stand at the newest change: the next change would be numbered wrongly",
        "stop the daemon, set the counter `change` to the greatest `change_seq` of the change feed",
        select(counter.c.n).where(counter.c.name == "change", counter.c.n != _newest_change, _newest_change > 0),
    ),
    Check(
        "3: no two visits both commit",
        "sources with a fence above the last one that was given out",
        "stop the daemon, set the counter `fence` to the greatest `lease_fence`",
        select(source.c.key).where(source.c.lease_fence > _last_fence),
    ),
)


def checks(now: datetime) -> tuple[Check, ...]:
    """All checks; those against the clock are made for `now`."""
    return (*_ALWAYS, *_against_clock(now))


def findings(connection: Connection, now: datetime) -> Iterator[Finding]:
    """What does not hold in this database, damage of the file first."""
    if broken := damage(connection):
        cure = "stop the daemon, restore a backup, look at the disk"
        yield Finding(_STORED, "places where the file itself is damaged", cure, len(broken), tuple(broken[:EXAMPLES]))
    yield from _missing_rows(connection)
    for check in checks(now):
        if count := _size(connection, check.broken):
            examples = tuple(map(str, connection.execute(check.broken.limit(EXAMPLES)).scalars()))
            yield Finding(check.promise, check.sentence, check.cure, count, examples, check.heals)
    yield from _dead_leases(connection)


def _against_clock(now: datetime) -> tuple[Check, ...]:
    overdue = (source.c.enabled.is_(true()), source.c.next_visit_at < now - OVERDUE)
    return (
        Check(
            "1: stored exactly once",
            "sources that should have been visited more than an hour ago",
            "start the daemon (`newswatch run`), or the cron line; then `newswatch doctor`",
            select(source.c.key).where(*overdue),
            heals=True,
        ),
        Check(
            "6: no change is missed",
            "articles first seen in the future: the clock was set",
            "compare the machine's clock with another (`newswatch doctor`)",
            select(article.c.url).where(article.c.first_seen_at > now + AHEAD),
            heals=True,
        ),
    )


def _missing_rows(connection: Connection) -> Iterator[Finding]:
    wanted = ((counter, "change"), (counter, "fence"), (meta, "epoch"))
    gone = [name for table, name in wanted if not _size(connection, select(table).where(table.c.name == name))]
    if gone:
        yield Finding(_NUMBERS, "rows that every database has", _RESTORE, len(gone), tuple(gone))


def _dead_leases(connection: Connection) -> Iterator[Finding]:
    held = select(source.c.key, source.c.lease_owner).where(source.c.lease_owner.is_not(None))
    dead = [row.key for row in connection.execute(held.order_by(source.c.key)) if is_dead(row.lease_owner)]
    if dead:
        sentence = "leases of processes that are gone"
        yield Finding("11: a stop leaves no lease", sentence, _BY_ITSELF, len(dead), tuple(dead[:EXAMPLES]), heals=True)


def _size(connection: Connection, rows: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one())
