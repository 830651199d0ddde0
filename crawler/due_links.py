"""Which links of a source are fetched next: those that the frontier has, but for those that turned out to be a trap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from crawler.traps import MOST_PAGES, MOST_WAITING, TRAP, Shapes
from storage import frontier
from storage.frontier import LinkEntry, LinkRow

#: links that are looked through at once for those of a trap
SWEEP = 1000


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
        if not _traps(shapes, rows):
            return rows
        # Hundreds of one shape wait as a rule: they get their outcome together.
        for reason, link_ids in _traps(
            shapes, frontier.next_links(connection, source_id, now, SWEEP, busy, begun)
        ).items():
            frontier.skip(connection, link_ids, reason, now)


def _traps(shapes: Shapes, rows: Sequence[LinkRow]) -> dict[str, list[int]]:
    """Why links that wait are not to be fetched -> which."""
    found: dict[str, list[int]] = {}
    for row in rows:
        if not row.is_reread and (reason := shapes.trap(row.link.url)):
            found.setdefault(reason, []).append(row.link_id)
    return found


def within_limits(
    connection: Connection, source_id: int, links: Sequence[LinkEntry], pages: Sequence[LinkEntry]
) -> tuple[Sequence[LinkEntry], Sequence[LinkEntry], str | None]:
    """What is recorded of one answer, as far as the source has room for it; and why not all, if so."""
    if len(links) + len(pages) == 0:
        return links, pages, None
    waiting, known = frontier.sizes(connection, source_id)
    if known >= MOST_PAGES:
        pages, why = [], f"{TRAP} {known} further pages, no more are followed"
    elif waiting >= MOST_WAITING:
        links, why = [], f"{TRAP} {waiting} links wait, no more are taken"
    else:
        why = None
    return links, pages, why
