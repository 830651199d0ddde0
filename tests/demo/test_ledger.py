"""The database of a demo, judged by the truth."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.ledger import Health, Ledger, Row, Verdict, addresses_of, judge, own_addresses, read_ledger
from demo.world import World

SEEN = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
ONE, TWO, ALIAS = "http://h/one", "http://h/two", "http://h/m/one"
PUBLISHED = {ONE: ONE, ALIAS: ONE, TWO: TWO}


def row(*addresses: str, number: int = 1, version: int = 1, copy_of: int | None = None) -> Row:
    return Row(number, "house", f"headline {number}", version, addresses, SEEN, copy_of)


@pytest.mark.parametrize(
    ("rows", "corrected", "expected"),
    [
        pytest.param([row(ONE), row(TWO, number=2)], [], Verdict(), id="all is well"),
        pytest.param([row("http://h/r/1", ALIAS), row(TWO, number=2)], [], Verdict(), id="any known address will do"),
        pytest.param([row(ONE)], [], Verdict(missing=(TWO,)), id="an article is missing"),
        pytest.param([], [ONE], Verdict(missing=(ONE, TWO)), id="nothing is there"),
        pytest.param(
            [row(ONE), row(ALIAS, number=2), row(TWO, number=3)],
            [],
            Verdict(twice=(ONE,)),
            id="two rows for one article",
        ),
        pytest.param(
            [row(ONE), row(TWO, number=2, copy_of=1)], [], Verdict(twice=("headline 2",)), id="marked as a copy"
        ),
        pytest.param(
            [row(ONE), row(TWO, number=2), row("http://h/tag/x", number=3)],
            [],
            Verdict(strangers=("headline 3 (http://h/tag/x)",)),
            id="a page that is no article",
        ),
        pytest.param([row(ONE, version=2), row(TWO, number=2)], [ONE], Verdict(), id="a correction became a revision"),
        pytest.param(
            [row(ONE), row(TWO, number=2)], [ONE], Verdict(unrevised=(ONE,)), id="a correction was not noticed"
        ),
        pytest.param(
            [row(ONE), row(TWO, number=2, version=2)],
            [],
            Verdict(restless=(TWO,)),
            id="a revision without a correction",
        ),
    ],
)
def test_the_verdict(rows: Sequence[Row], corrected: Sequence[str], expected: Verdict) -> None:
    verdict = judge(PUBLISHED, corrected, rows)
    assert verdict == expected
    assert verdict.is_well == (expected == Verdict())
    assert len(list(verdict.lines())) == sum(
        len(getattr(expected, name)) for name in ("missing", "twice", "strangers", "unrevised", "restless")
    )


def test_all_addresses_of_an_article_lead_to_its_own() -> None:
    world = World.make(outlets=["metro"], articles=2)
    addresses = addresses_of(world, {"metro": "http://m"})
    assert set(addresses.values()) == own_addresses(world.articles, {"metro": "http://m"})
    assert len(addresses) == 2 * 6


def test_as_long_as_there_is_no_database_the_ledger_is_empty(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "news.db") == Ledger()
    assert list(tmp_path.iterdir()) == []


def test_what_the_views_say(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
        connection.executescript("""
            CREATE TABLE v1_article (article_id, source_key, headline, version, first_seen_at, duplicate_of_id, url,
                                     canonical_url, change_seq);
            CREATE TABLE v1_article_alias (article_id, url);
            CREATE TABLE v1_source_health (source_key, last_visit_at, visits, requests, state, state_reason);
            INSERT INTO v1_article VALUES (1, 'metro', 'One', 3, '2026-03-14 09:26:00.000000', NULL, 'u1', NULL, 7),
                                          (2, 'metro', 'Two', 1, '2026-03-14 09:26:00.000000', 1, 'u2', 'c2', 9),
                                          (3, 'other', 'Three', 1, '2026-03-14 09:26:00.000000', NULL, 'u3', NULL, 8);
            INSERT INTO v1_article_alias VALUES (1, 'u1'), (1, 'a1'), (2, 'a2');
            INSERT INTO v1_source_health VALUES ('metro', '2026-03-14 09:26:00.000000', 5, 12, 'ok', NULL),
                                                ('other', NULL, 0, 0, 'new', 'never visited');
        """)
    ledger = read_ledger(tmp_path / "news.db")
    assert [each.headline for each in ledger.rows] == ["Two", "Three", "One"]
    assert [each.addresses for each in ledger.rows] == [("u2", "c2", "a2"), ("u3",), ("u1", "a1")]
    assert [each.duplicate_of_id for each in ledger.rows] == [1, None, None]
    assert ledger.rows[0].first_seen_at == SEEN
    assert ledger.health["metro"] == Health(5, 12, SEEN, "ok", None)
    assert ledger.health["other"].last_visit_at is None
    assert (ledger.stored("metro"), ledger.stored("other"), ledger.stored("nowhere")) == (2, 1, 0)
    assert (ledger.revisions("metro"), ledger.revisions("other"), ledger.revisions()) == (2, 0, 2)


def test_the_database_is_only_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
        connection.execute("CREATE TABLE something (x)")
    before = (tmp_path / "news.db").read_bytes()
    assert read_ledger(tmp_path / "news.db") == Ledger()
    assert (tmp_path / "news.db").read_bytes() == before
