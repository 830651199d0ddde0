"""Which links of a source are fetched next: those that the frontier has, but for those that turned out to be a trap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from crawler.traps import MOST_PAGES, MOST_WAITING, Shapes
from storage import frontier
from storage.frontier import LinkEntry, LinkRow, Outcome
from storage.records import LinkState


def choose(
    connection: Connection,
    shapes: Shapes,
    source_id: int,
    moments: tuple[datetime, datetime],
    busy: Sequence[int],
    limit: int,
) -> list[LinkRow]:
    """At most `limit` links to fetch; traps among those that wait get their outcome here. `moments`: now, and begun."""
    now, begun = moments
    while True:
        rows = frontier.next_links(connection, source_id, now, limit, busy, begun)
        traps = {row.link_id: shapes.trap(row.link.url) for row in rows if not row.is_reread}
        for row in rows:
            if reason := traps.get(row.link_id):
                frontier.settle(connection, row, Outcome(LinkState.SKIPPED, reason), now)
        left = [row for row in rows if not traps.get(row.link_id)]
        if left or not rows:
            return left


def within_limits(
    connection: Connection, source_id: int, links: Sequence[LinkEntry], pages: Sequence[LinkEntry]
) -> tuple[Sequence[LinkEntry], Sequence[LinkEntry], str | None]:
    """What is recorded of one answer, as far as the source has room for it; and why not all, if so."""
    if len(links) + len(pages) == 0:
        return links, pages, None
    waiting, known = frontier.sizes(connection, source_id)
    if known >= MOST_PAGES:
        pages, why = [], f"trap: {known} further pages, no more are followed"
    elif waiting >= MOST_WAITING:
        links, why = [], f"trap: {waiting} links wait, no more are taken"
    else:
        why = None
    return links, pages, why
