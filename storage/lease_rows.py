"""Which rows of sources count as leased, and which of them have a site in common: conditions for `storage.leases`.

A source has its own sites (`source_site`: those of its addresses and of `also`), and while it is visited those that a
redirect led to (`site_hold`, which counts while the lease of that fence is live).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select
from sqlalchemy.sql import FromClause

from storage.database import chunks
from storage.schema import site_hold, source, source_site


def is_live(table: FromClause, clock: str, now: float) -> ColumnElement[bool]:
    """Whether a row of sources has a lease that is not over."""
    return and_(table.c.lease_owner.is_not(None), table.c.lease_clock == clock, table.c.lease_until > now)


def share_a_site(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two rows of sources have a site of their own in common."""
    first, second = source_site.alias("first"), source_site.alias("second")
    pair = and_(first.c.source_id == one.c.source_id, second.c.source_id == other.c.source_id)
    return exists().where(pair, first.c.site == second.c.site)


def has_site(table: FromClause, site: str) -> ColumnElement[bool]:
    """Whether a source has a site, of its own or since a redirect led there."""
    own = exists().where(source_site.c.source_id == table.c.source_id, source_site.c.site == site)
    return or_(own, exists().where(_is_hold_of(table), site_hold.c.site == site))


def site_is_taken(clock: str, now: float) -> ColumnElement[bool]:
    """Whether somebody's live lease has one of the sites of a source."""
    holder, mine, theirs = source.alias("holder"), source_site.alias("mine"), source_site.alias("theirs")
    live, own = is_live(holder, clock, now), mine.c.source_id == source.c.source_id
    as_own = exists().where(own, theirs.c.site == mine.c.site, theirs.c.source_id == holder.c.source_id, live)
    return or_(as_own, exists().where(own, site_hold.c.site == mine.c.site, _is_hold_of(holder), live))


def one_for_each_site(connection: Connection, rows: Sequence[Any]) -> list[Any]:
    """Of rows (with a `source_id`) that share a site, the first one."""
    sites, taken, chosen = _sites_of(connection, [row.source_id for row in rows]), set[str](), []
    for row in rows:
        own = sites.get(row.source_id, set())
        if taken.isdisjoint(own):
            taken |= own
            chosen.append(row)
    return chosen


def _sites_of(connection: Connection, source_ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for some in chunks(source_ids):
        for row in connection.execute(select(source_site).where(source_site.c.source_id.in_(some))):
            found.setdefault(row.source_id, set()).add(row.site)
    return found


def _is_hold_of(table: FromClause) -> ColumnElement[bool]:
    return and_(site_hold.c.source_id == table.c.source_id, site_hold.c.fence == table.c.lease_fence)
