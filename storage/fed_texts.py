"""Whole texts that feeds brought: kept while their links have no outcome, for pages that cannot be read."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select

from storage.database import chunks, insert_new
from storage.schema import fed_text, link

_DROP = delete(fed_text).where(fed_text.c.link_id == bindparam("link_id"))


def keep(connection: Connection, source_id: int, texts: Mapping[str, str]) -> None:
    """Keep the texts (fetch key of a link that was just recorded -> its text)."""
    for keys in chunks(list(texts)):
        known = select(link.c.link_id, link.c.fetch_key).where(
            link.c.source_id == source_id, link.c.fetch_key.in_(keys)
        )
        rows = [{"link_id": row.link_id, "body_html": texts[row.fetch_key]} for row in connection.execute(known).all()]
        insert_new(connection, fed_text, rows)


def of_links(connection: Connection, link_ids: Sequence[int]) -> dict[int, str]:
    """The kept texts of these links: link id -> text."""
    columns = (fed_text.c.link_id, fed_text.c.body_html)
    rows = connection.execute(select(*columns).where(fed_text.c.link_id.in_(link_ids))) if link_ids else ()
    return {row.link_id: row.body_html for row in rows}


def drop(connection: Connection, link_id: int) -> None:
    """Forget the text of a link that has its outcome."""
    connection.execute(_DROP, {"link_id": link_id})
