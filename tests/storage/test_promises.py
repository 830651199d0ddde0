"""The checks of `newswatch verify`: silent on what the store writes, each loud on the one thing that it is for."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from storage import articles, changes, frontier, promises
from storage.database import Database
from storage.frontier import Outcome
from storage.leases import Leases
from storage.owners import own_name
from storage.promises import Finding, findings
from storage.records import LinkState
from storage.schema import article, article_alias, change, counter, link, meta, revision, source
from tests.storage.facts import DAY, HOUR, MINUTE, NOW, keep, keepsake, listed, next_row, page, record


def filled(connection: Connection) -> None:
    """Articles, revisions, links in every state: all that visits leave."""
    ids = {name: keep(connection, name) for name in ("a", "b", "c")}
    number = changes.lock_counter(connection) + 1
    (match,) = articles.look_up(connection, ["daily.example/b"], None, None)
    articles.revise(connection, keepsake("b", headline="Corrected"), match, ["headline"], number)
    articles.mark_removed(connection, ids["c"], "HTTP 410", NOW, number + 1)
    changes.advance_counter(connection, number + 1)
    record(connection, *map(listed, ("new", "read", "gone", "torn")), page("list?page=2"))
    record(connection, listed("old", LinkState.SKIPPED, "before horizon"))
    for name, outcome in (
        ("read", Outcome(LinkState.STORED, None, NOW + HOUR, ids["a"])),
        ("gone", Outcome(LinkState.FAILED, "HTTP 404")),
        ("torn", Outcome(LinkState.PENDING, "HTTP 500", NOW + MINUTE)),
        ("list?page=2", Outcome(LinkState.STORED, "read")),
    ):
        frontier.settle(connection, next_row(connection, name), outcome, NOW)


def found_in(connection: Connection) -> list[Finding]:
    return list(findings(connection, NOW))


def set_link(**values: object) -> Callable[[Connection], object]:
    return lambda c: c.execute(update(link).where(link.c.url.like("%/read")).values(**values))


def set_article(**values: object) -> Callable[[Connection], object]:
    return lambda c: c.execute(update(article).where(article.c.url.like("%/b")).values(**values))


def set_counter(name: str, n: int) -> Callable[[Connection], object]:
    return lambda c: c.execute(update(counter).where(counter.c.name == name).values(n=n))


def stored_again(connection: Connection) -> None:
    row = connection.execute(select(article).where(article.c.url.like("%/b"))).mappings().one()
    connection.execute(insert(article).values(**{**row, "article_id": 77}))
    connection.execute(insert(revision).from_select(list(revision.c.keys()), _revisions_for(77)))


def _revisions_for(article_id: int) -> Select[Any]:
    columns = [c if c.name != "article_id" else (revision.c.article_id * 0 + article_id) for c in revision.c]
    newest = revision.c.version == 2
    return select(*columns).where(newest)


def test_what_visits_write_breaks_no_promise(database: Database) -> None:
    with database.write() as connection:
        filled(connection)
    with database.read() as connection:
        assert found_in(connection) == []


def test_an_empty_database_breaks_none(database: Database) -> None:
    with database.read() as connection:
        assert found_in(connection) == []


@pytest.mark.parametrize(
    ("breaking", "sentence", "example"),
    [
        pytest.param(
            set_link(article_id=None), "lead to no article", "https://daily.example/read", id="a lost article"
        ),
        pytest.param(
            set_link(article_id=None, state="duplicate"),
            "lead to no article",
            "https://daily.example/read",
            id="a lost copy",
        ),
        pytest.param(
            set_link(state="pending", next_try_at=None),
            "never be fetched",
            "https://daily.example/read",
            id="a link forgotten",
        ),
        pytest.param(
            set_link(outcome_at=None), "outcome that has no time", "https://daily.example/read", id="seen too early"
        ),
        pytest.param(
            set_article(article_body=""), "without headline or text", "https://daily.example/b", id="half an article"
        ),
        pytest.param(set_article(headline=""), "without headline or text", "https://daily.example/b", id="no headline"),
        pytest.param(
            set_article(version=3), "newest revision is missing", "https://daily.example/b", id="a missing revision"
        ),
        pytest.param(
            set_article(content_hash="x"), "newest revision", "https://daily.example/b", id="a revision of other text"
        ),
        pytest.param(
            set_article(change_seq=3), "not in the change feed", "https://daily.example/b", id="another's number"
        ),
        pytest.param(
            lambda c: c.execute(delete(article_alias).where(article_alias.c.key == "daily.example/a")),
            "no address leads to",
            "https://daily.example/a",
            id="an article without its address",
        ),
        pytest.param(stored_again, "stored twice", "https://daily.example/b", id="one article twice"),
        pytest.param(
            lambda c: c.execute(delete(change).where(change.c.change_seq == 3)),
            "changes are missing",
            "4",
            id="a hole in the change feed",
        ),
        pytest.param(set_counter("change", 4), "do not stand at the newest change", "4", id="a counter that fell back"),
        pytest.param(set_counter("change", 9), "do not stand at the newest change", "9", id="a counter that ran ahead"),
        pytest.param(
            lambda c: c.execute(update(source).where(source.c.key == "daily").values(lease_fence=99)),
            "fence above the last",
            "daily",
            id="a fence that nobody gave out",
        ),
        pytest.param(
            lambda c: c.execute(delete(counter).where(counter.c.name == "fence")),
            "rows that every",
            "fence",
            id="no fence counter",
        ),
        pytest.param(lambda c: c.execute(delete(meta)), "rows that every database has", "epoch", id="no epoch"),
    ],
)
def test_a_broken_promise_is_found_and_named(
    database: Database, breaking: Callable[[Connection], object], sentence: str, example: str
) -> None:
    with database.write() as connection:
        filled(connection)
        broken = connection.begin_nested()
        breaking(connection)
        finding = next(found for found in found_in(connection) if sentence in found.sentence)
        broken.rollback()
    assert example in finding.examples
    assert finding.count == 1
    assert not finding.heals
    assert finding.cure


def test_many_rows_are_counted_and_few_named(database: Database) -> None:
    with database.write() as connection:
        for number in range(promises.EXAMPLES + 4):
            keep(connection, f"story-{number}")
        connection.execute(update(article).values(headline=""))
    with database.read() as connection:
        (finding,) = found_in(connection)
    assert finding.count == promises.EXAMPLES + 4
    assert len(finding.examples) == promises.EXAMPLES


def test_pruned_changes_are_no_hole(database: Database) -> None:
    with database.write() as connection:
        filled(connection)
        connection.execute(delete(change).where(change.c.change_seq <= 2))
    with database.read() as connection:
        assert found_in(connection) == []


def test_sources_that_nobody_visits_are_told_and_heal(database: Database) -> None:
    with database.read() as connection:
        late = list(findings(connection, NOW + promises.OVERDUE + MINUTE))
        (finding,) = late
        assert (finding.count, finding.examples, finding.heals) == (2, ("daily", "weekly"), True)
    with database.write() as connection:
        connection.execute(update(source).values(enabled=False))
    with database.read() as connection:
        assert list(findings(connection, NOW + DAY)) == []


def test_an_article_from_the_future_tells_of_a_set_clock(database: Database) -> None:
    with database.write() as connection:
        keep(connection, "a", NOW + promises.AHEAD + timedelta(seconds=1))
        keep(connection, "b", NOW + MINUTE)
    with database.read() as connection:
        (finding,) = found_in(connection)
    assert "the clock was set" in finding.sentence
    assert finding.examples == ("https://daily.example/a",)


def test_a_lease_of_a_dead_process_is_told_and_heals(database: Database) -> None:
    place, _, _ = own_name().partition(":")
    with database.write() as connection:
        Leases(database, 60.0).claim_named(connection, ["daily"])
        assert found_in(connection) == []
        Leases(database, 60.0, f"{place}:999999999:1").claim_named(connection, ["weekly"])
        (finding,) = found_in(connection)
    assert (finding.examples, finding.heals) == (("weekly",), True)


def test_a_nul_character_is_found_where_a_database_takes_one(sqlite_store_url: str) -> None:
    database = Database(sqlite_store_url)
    with database.write() as connection:
        keep(connection, "clean")
        keep(connection, "dirty", description="half\x00half")
        keep(connection, "body", article_body="\x00")
    with database.read() as connection:
        (finding,) = found_in(connection)
    database.dispose()
    assert finding.count == 2
    assert "NUL" in finding.sentence


def test_rows_that_point_to_nothing_are_damage(sqlite_store_url: str) -> None:
    file = sqlite_store_url.removeprefix("sqlite:///")
    raw = sqlite3.connect(file)
    raw.execute(
        "INSERT INTO revision (article_id, version, at, what, headline, article_body, authors, content_hash, change_seq)"
        " VALUES (5, 1, '2026-11-23', '[]', 'h', 'b', '[]', 'c', 1)"
    )
    raw.commit()
    raw.close()
    database = Database(sqlite_store_url)
    with database.read() as connection:
        (finding,) = found_in(connection)
    database.dispose()
    assert finding.sentence == "places where the file itself is damaged"
    assert finding.examples == ("revision 1 points to no article",)


def test_a_torn_index_is_damage(sqlite_store_url: str) -> None:
    database = Database(sqlite_store_url)
    with database.write() as connection:
        for number in range(50):
            keep(connection, f"story-{number}")
    database.dispose()
    raw = sqlite3.connect(sqlite_store_url.removeprefix("sqlite:///"))
    raw.execute("PRAGMA writable_schema=ON")
    # the index of texts now claims to be one of addresses: its entries fit no row
    raw.execute(
        "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_article_text_hash ON article (url)' WHERE name = 'ix_article_text_hash'"
    )
    raw.commit()
    raw.close()
    database = Database(sqlite_store_url)
    with database.read() as connection:
        finding = found_in(connection)[0]
    database.dispose()
    assert finding.sentence == "places where the file itself is damaged"
    assert finding.count > 1


def test_reading_the_checks_holds_up_no_writer(database: Database) -> None:
    with database.read() as reading, database.write() as writing:
        assert found_in(reading) == []
        keep(writing, "a")
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(article)).scalar_one() == 1
