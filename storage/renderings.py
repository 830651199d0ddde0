"""Whether a source needs a browser, and why: three columns of its row."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.schema import source


def load(connection: Connection, source_id: int) -> tuple[str | None, str | None, datetime | None]:
    """What is remembered of a source: the need, its reason, and when it was found out."""
    columns = (source.c.render_need, source.c.render_reason, source.c.render_asked_at)
    row = connection.execute(select(*columns).where(source.c.source_id == source_id)).one()
    return row.render_need, row.render_reason, row.render_asked_at


def save(connection: Connection, source_id: int, need: str | None, reason: str | None, at: datetime) -> None:
    """Remember it."""
    values = {"render_need": need, "render_reason": reason, "render_asked_at": at}
    connection.execute(update(source).where(source.c.source_id == source_id).values(**values))
