"""How often addresses of one shape were fetched, and how often that brought something. See crawler.traps."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from storage.database import insert_new
from storage.frontier import NOT_A_PAGE
from storage.records import LinkKind, LinkState
from storage.schema import link
from storage.schema_faults import link_shape

#: what was learned of a shape is forgotten after so long, so that a site that was rebuilt is tried again
REMEMBERED = timedelta(days=30)
#: addresses of articles that are looked at, the newest first
MOST_ADDRESSES = 1000
#: so many of the last addresses say what the shapes of a site's addresses mean
OUTCOMES = 500


_ADD = (
    update(link_shape)
    .where(link_shape.c.source_id == bindparam("here"), link_shape.c.shape == bindparam("met"))
    .values(tried=link_shape.c.tried + bindparam("more"), kept=link_shape.c.kept + bindparam("good"))
)


def load(connection: Connection, source_id: int) -> dict[str, tuple[int, int]]:
    """The shapes of a source: shape -> (tried, kept)."""
    rows = connection.execute(select(link_shape).where(link_shape.c.source_id == source_id))
    return {row.shape: (row.tried, row.kept) for row in rows}


def add(connection: Connection, source_id: int, counts: Mapping[str, tuple[int, int]], now: datetime) -> None:
    """Add what one visit met, and drop what is too old."""
    old = (link_shape.c.source_id == source_id, link_shape.c.since < now - REMEMBERED)
    connection.execute(delete(link_shape).where(*old))
    if counts:
        # new ones begin with nothing: what this visit met is added to all alike
        fresh = {"source_id": source_id, "tried": 0, "kept": 0, "since": now}
        insert_new(connection, link_shape, [{**fresh, "shape": shape} for shape in counts])
        rows = [{"met": shape, "more": tried, "good": kept} for shape, (tried, kept) in counts.items()]
        connection.execute(_ADD, [{"here": source_id, **row} for row in rows])


def outcomes(connection: Connection, source_id: int, others: Collection[str]) -> list[tuple[str, bool]]:
    """The last addresses of a source whose page is known, each with whether an article stood there.

    `others` are the reasons that tell of another page. A wall, a trap or a refusal tells nothing of what stands behind.
    """
    read = (link.c.source_id == source_id, link.c.kind == LinkKind.ARTICLE.value, link.c.outcome_at.is_not(None))
    article = link.c.state.in_([LinkState.STORED.value, LinkState.DUPLICATE.value])
    told = or_(link.c.reason.in_(others), link.c.reason.startswith(NOT_A_PAGE))
    known = or_(article, and_(link.c.state == LinkState.SKIPPED.value, told))
    newest = select(link.c.url, link.c.state).where(*read, known).order_by(link.c.link_id.desc()).limit(OUTCOMES)
    return [(row.url, row.state != LinkState.SKIPPED) for row in connection.execute(newest)]


def addresses_of(connection: Connection, source_id: int, article_ids: Collection[int]) -> list[tuple[int, str]]:
    """The addresses under which a source showed these articles: (article, address)."""
    shown = (link.c.source_id == source_id, link.c.article_id.in_(article_ids))
    newest = select(link.c.article_id, link.c.url).where(*shown).order_by(link.c.link_id.desc()).limit(MOST_ADDRESSES)
    return [(row.article_id, row.url) for row in connection.execute(newest)]
