"""Opening a store: made or upgraded under a lock, by one process at a time; a newer one is refused."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage import changes, store
from storage.database import Database
from storage.errors import DatabaseNewer, SchemaDiffers
from storage.schema import article, counter
from storage.store import head, join_database, may_join, open_database, schema_version, share_database
from storage.tables import all_tables
from storage.views import VIEWS
from tests.storage.facts import NOW, keep
from tests.support.tree import ROOT

#: what one of the databases alone has for search: a table that keeps itself in others, an index
FTS5, GIN = "search_text", "ix_search_entry_document"
#: roles belong to the server, not to one database: a name that needs quoting
READER = "news-reader of a test"
OPENER = """
import sys
from storage.store import open_database
print("ready", flush=True)
sys.stdin.readline()
open_database(sys.argv[1]).dispose()
"""


def _opened(url: str) -> Database:
    database = open_database(url)
    database.dispose()
    return database


def _tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_an_empty_database_is_made_ready(database_url: str) -> None:
    database = open_database(database_url)
    with database.read() as connection:
        assert schema_version(connection) == head()
        counters = connection.execute(select(counter.c.name, counter.c.n))
        assert {row.name: row.n for row in counters} == {"change": 0, "fence": 0}
        assert len(changes.epoch(connection)) == 16
    database.dispose()
    made = {name for name in _tables(database_url) if not name.startswith(FTS5)}
    assert made == {*all_tables().tables, "alembic_version"}


def test_the_migrations_lead_to_the_tables_of_the_schema(database_url: str) -> None:
    """A column that is in one of them only would work in the tests and fail in the field, or the other way round."""
    database = open_database(database_url)
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith((FTS5, GIN))}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, all_tables()) == []
    database.dispose()


def test_what_is_stored_stays_when_the_store_is_opened_again(database_url: str) -> None:
    database = open_database(database_url)
    with database.write() as connection:
        keep(connection, "a")
        epoch = changes.epoch(connection)
    database.dispose()
    database = open_database(database_url)
    with database.read() as connection:
        assert (changes.last_number(connection), changes.epoch(connection)) == (1, epoch)
    database.dispose()


def test_a_database_of_the_first_schema_is_upgraded_and_keeps_what_it_holds(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        settings = store._config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('epoch', 'of old')"))
        connection.execute(text("INSERT INTO counter (name, n) VALUES ('change', 7), ('fence', 3)"))
    engine.dispose()
    database = open_database(database_url)
    with database.read() as connection:
        assert schema_version(connection) == head()
        assert (changes.last_number(connection), changes.epoch(connection)) == (7, "of old")
        assert all(connection.execute(text(f"SELECT * FROM {view}")).all() == [] for view in VIEWS)  # noqa: S608
    database.dispose()


@pytest.mark.parametrize("attempt", [1, 2])
def test_processes_that_open_a_new_store_at_once_all_find_it_ready(database_url: str, attempt: int) -> None:
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", OPENER, database_url]
    openers = [subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(3) as pool:
        errors = [said[1] for said in pool.map(lambda opener: opener.communicate("go\n"), openers)]
    assert [(opener.returncode, error) for opener, error in zip(openers, errors, strict=True)] == [(0, "")] * 3
    database = Database(database_url)
    with database.read() as connection:
        assert len(connection.execute(select(counter.c.name)).all()) == 2
    database.dispose()


def test_a_newer_database_is_refused_with_the_reason_and_not_touched(database_url: str) -> None:
    database = _opened(database_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    with pytest.raises(DatabaseNewer, match=rf"install that version.*schema is 9999.*up to {head()}"):
        open_database(database_url)
    with database.read() as connection:
        assert schema_version(connection) == "9999"
    database.dispose()


def test_an_upgrade_may_take_longer_than_a_lease_and_stand_still_between_its_steps(postgres_url: str) -> None:
    """A lease of two seconds ends a transaction after half a second; a busy machine pauses for longer than that."""
    database = Database(postgres_url, lease=2)
    with store.upgrade_lock(database) as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        ]
    assert shown == ["0", "15s"]
    with database.write() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "5min"
    database.dispose()


def test_an_upgrade_that_fails_leaves_nothing_behind(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE revision (somebody integer)"))  # somebody else's table is in the way
    engine.dispose()
    with pytest.raises(DBAPIError, match="already exists"):
        open_database(database_url)
    assert _tables(database_url) == {"revision"}


def test_who_may_read_a_view_may_read_it_after_an_upgrade(postgres_url: str) -> None:
    database = _opened(postgres_url)
    mine = f"SELECT table_name FROM information_schema.table_privileges WHERE grantee = '{READER}'"  # noqa: S608
    try:
        with database.write() as connection:
            connection.execute(text(f'CREATE ROLE "{READER}"'))
            connection.execute(text(f'GRANT SELECT ON v1_article TO "{READER}"'))
            connection.execute(text("GRANT SELECT ON v1_story TO PUBLIC"))
        with store.upgrade_lock(database) as connection:
            store._upgrade(connection)
        with database.write() as connection:
            assert list(connection.execute(text(mine)).scalars()) == ["v1_article"]
            connection.execute(text(f'SET LOCAL ROLE "{READER}"'))
            assert connection.execute(text("SELECT * FROM v1_article, v1_story")).all() == []
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text("SELECT * FROM v1_visit"))
    finally:
        with database.write() as connection:
            connection.execute(text(f'DROP OWNED BY "{READER}"'))
            connection.execute(text(f'DROP ROLE "{READER}"'))
        database.dispose()


# the views: the contract ----------------------------------------------------------------------------------------------


def _columns(url: str) -> dict[str, list[str]]:
    database = open_database(url)
    with database.read() as connection:
        columns = {name: list(connection.execute(text(f"SELECT * FROM {name}")).keys()) for name in VIEWS}  # noqa: S608
    database.dispose()
    return columns


def test_the_views_have_the_same_columns_on_both_databases(sqlite_url: str, postgres_url: str) -> None:
    columns = _columns(sqlite_url)
    assert columns == _columns(postgres_url)
    assert columns.keys() == VIEWS.keys()


CONTRACT = {
    "v1_article": """article_id url canonical_url source_key source_name headline description article_body authors
        date_published date_published_raw date_published_precision date_published_offset date_modified first_seen_at
        fetched_at last_seen_at in_language article_section keywords main_image_url image_caption
        is_accessible_for_free word_count agency duplicate_of_id syndication_group_id story_id version change_seq
        content_hash discovered_via""",
    "v1_article_change": "change_seq article_id kind what at",
    "v1_revision": "article_id version at what headline description article_body authors date_published date_modified",
    "v1_source_health": "source_key state state_reason last_visit_at next_visit_at visits requests unchanged failures",
    "v1_story": "story_id headline first_seen_at last_seen_at article_count",
}


def test_no_column_that_was_promised_is_missing(sqlite_url: str) -> None:
    columns = _columns(sqlite_url)
    missing = {name: set(promised.split()) - set(columns[name]) for name, promised in CONTRACT.items()}
    assert not any(missing.values()), missing


def test_an_article_is_read_from_its_view(database: Database) -> None:
    with database.write() as connection:
        article_id = keep(connection, "a", authors=("Ada Reed",), in_language="de")
        row = connection.execute(text("SELECT * FROM v1_article")).mappings().one()
    assert (row["article_id"], row["source_key"], row["source_name"]) == (article_id, "daily", "The Daily")
    assert (row["in_language"], row["word_count"], row["version"], row["change_seq"]) == ("de", 6, 1, 1)


def test_an_article_outlives_its_source(database: Database) -> None:
    with database.write() as connection:
        keep(connection, "a", source_key="closed long ago")
        rows = connection.execute(text("SELECT source_key, source_name FROM v1_article")).all()
    assert [tuple(row) for row in rows] == [("closed long ago", None)]


def test_an_address_with_two_keys_is_shown_once(database: Database) -> None:
    with database.write() as connection:
        article_id = keep(connection, "a")
        rows = connection.execute(text("SELECT article_id, url FROM v1_article_alias")).all()
    assert [tuple(row) for row in rows] == [(article_id, "https://daily.example/a")]


def test_unknown_is_null_and_an_empty_list_is_not(database: Database) -> None:
    with database.write() as connection:
        keep(connection, "a")
        assert connection.execute(select(article.c.article_id).where(article.c.description.is_(None))).all()
        assert connection.execute(select(article.c.keywords, article.c.fetched_at)).one() == ([], NOW)


# others upgrade it ----------------------------------------------------------------------------------------------------


def _set_version(url: str, version: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    database.dispose()


@pytest.mark.parametrize(
    ("version", "joins"),
    [
        pytest.param("0005", True, id="its own"),
        pytest.param("0006", True, id="one ahead: migrations expand first"),
        pytest.param("0007", False, id="two ahead"),
        pytest.param("0004", False, id="one behind: columns are missing"),
        pytest.param(None, False, id="nothing there yet"),
        pytest.param("other", False, id="of another program"),
    ],
)
def test_which_schema_a_worker_works_with(version: str | None, *, joins: bool) -> None:
    assert may_join(version, "0005") is joins


def test_who_joins_changes_nothing_and_refuses_what_does_not_fit(database_url: str) -> None:
    with pytest.raises(SchemaDiffers, match="not made yet"):
        join_database(database_url)
    assert "source" not in _tables(database_url)
    _opened(database_url)
    join_database(database_url).dispose()
    _set_version(database_url, f"{int(head()) - 1:04}")
    with pytest.raises(SchemaDiffers, match="start a scheduler of this version"):
        join_database(database_url)


def test_a_scheduler_upgrades_what_is_older_and_takes_what_is_one_version_ahead(database_url: str) -> None:
    share_database(database_url).dispose()
    _set_version(database_url, f"{int(head()) + 1:04}")
    share_database(database_url).dispose()
    _set_version(database_url, f"{int(head()) + 2:04}")
    with pytest.raises(SchemaDiffers):
        share_database(database_url)
