"""Whether a source needs a browser, on its row."""

from datetime import UTC, datetime

from sqlalchemy import text

from storage import renderings, sources
from storage.sources import SourceEntry
from storage.store import open_database

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_what_was_found_out_is_kept_and_shown_to_consumers(database_url: str) -> None:
    database = open_database(database_url)
    try:
        with database.write() as connection:
            sources.sync(connection, [SourceEntry("daily", "The Daily", "daily.example", True)], NOW)
            (source_id,) = connection.execute(text("SELECT source_id FROM source")).scalars()
            assert renderings.load(connection, source_id) == (None, None, None)
            renderings.save(connection, source_id, "lists", "12 links in the browser, none without", NOW)
            assert renderings.load(connection, source_id) == ("lists", "12 links in the browser, none without", NOW)
            shown = connection.execute(text("SELECT render_need, render_reason FROM v1_source_health")).one()
            assert tuple(shown) == ("lists", "12 links in the browser, none without")
            renderings.save(connection, source_id, None, "lists come without a browser again", NOW)
            assert renderings.load(connection, source_id)[0] is None
    finally:
        database.dispose()
