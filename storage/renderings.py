"""Whether a source needs a browser, and why: three columns of its row, and the queue that follows from them."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.records import USELESS
from storage.schema import source

#: queues of visits, where several machines share the work: whoever takes the second has a browser
VISITS, RENDERED = "visits", "rendered"


def queue_of(render: str, need: str | None) -> str:
    """Where a source waits: `render` is what the operator wants ("auto", "always", "never"), `need` what visits saw."""
    is_needed = render == "always" or (render == "auto" and need not in (None, USELESS))
    return RENDERED if is_needed else VISITS


def load(connection: Connection, source_id: int) -> tuple[str | None, str | None, datetime | None]:
    """What is remembered of a source: the need, its reason, and when it was found out."""
    columns = (source.c.render_need, source.c.render_reason, source.c.render_asked_at)
    row = connection.execute(select(*columns).where(source.c.source_id == source_id)).one()
    return row.render_need, row.render_reason, row.render_asked_at


def save(connection: Connection, source_id: int, need: str | None, reason: str | None, at: datetime) -> None:
    """Remember what the visits of a source saw for which the operator has decided nothing."""
    values = {"render_need": need, "render_reason": reason, "render_asked_at": at, "queue": queue_of("auto", need)}
    connection.execute(update(source).where(source.c.source_id == source_id).values(**values))


def pass_on(connection: Connection, source_id: int) -> None:
    """Have a source visited by somebody who has a browser: here is none, and whether it helps is not known yet."""
    connection.execute(update(source).where(source.c.source_id == source_id).values(queue=RENDERED))


def take_back(connection: Connection, source_id: int, render: str) -> None:
    """Have a source wait where its need says: a visit drew nothing, so it was passed on for pages that are gone."""
    row = connection.execute(select(source.c.queue, source.c.render_need).where(source.c.source_id == source_id)).one()
    queue = queue_of(render, row.render_need)
    if queue != row.queue:
        connection.execute(update(source).where(source.c.source_id == source_id).values(queue=queue))
