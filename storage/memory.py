"""What the pages of a source taught the reader, kept between visits: a text that only the reader understands."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.database import insert_new
from storage.schema import site_memory


def load(connection: Connection, source_id: int) -> str | None:
    """What is remembered of a source; None: nothing yet."""
    statement = select(site_memory.c.learned).where(site_memory.c.source_id == source_id)
    learned: str | None = connection.execute(statement).scalar_one_or_none()
    return learned


def save(connection: Connection, source_id: int, learned: str, articles: int, now: datetime) -> None:
    """Remember ``learned``, which ``articles`` articles taught, instead of what was remembered."""
    values = {"learned": learned, "articles": articles, "learned_at": now}
    if not insert_new(connection, site_memory, [{"source_id": source_id, **values}]):
        connection.execute(update(site_memory).where(site_memory.c.source_id == source_id).values(**values))
