"""Keep rules: what is too old or too many is deleted, told to those who follow, and does not come back."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from config_blocks import Retention, Source
from delivery import retention
from delivery.alerts.deciding import Memory, Watching
from delivery.alerts.watching import articles_of
from delivery.alerts.watching import findings as findings_of
from delivery.changes import after
from delivery.followers import follow
from delivery.retention import Gone, Keeping, keeping
from delivery.rows import select_rows
from delivery.search import SearchFollower
from storage import articles, changes
from storage.database import Database
from storage.errors import CursorTooOld
from storage.promises import findings
from storage.records import ChangeKind
from storage.retention import STEP
from storage.schema import article, change, revision
from tests.delivery.conftest import NOW, Desk, article_key
from tests.delivery.test_search import found

DAY = timedelta(days=1)
DAILY = Source(url=("https://daily.example/",), key="daily")
WEEKLY = Source(url=("https://weekly.example/",), key="weekly", keep=timedelta(days=100))
LASTING = Source(url=("https://weekly.example/",), key="weekly", keep_bodies=timedelta(days=100))


@pytest.fixture
def archive(database: Database, desk: Desk) -> Database:
    """Five articles of the daily, one a day, the first one corrected; one old article of the weekly."""
    for number in range(5):
        desk.keep(f"https://daily.example/{number}", NOW + number * DAY)
    desk.revise("https://daily.example/0", "Corrected", at=NOW)
    desk.keep("https://weekly.example/0", NOW, source_key="weekly")
    return database


def urls(database: Database) -> list[str]:
    with database.read() as connection:
        rows = select_rows(connection, "SELECT url FROM v1_article ORDER BY article_id")
        return [row["url"].removeprefix("https://") for row in rows]


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        pytest.param(Retention(), 6, id="without rules all is kept"),
        pytest.param(Retention(articles="3d"), 4, id="by age, but for the source that says otherwise"),
        pytest.param(Retention(most=2), 3, id="by number"),
        pytest.param(Retention(articles="3d", most=1), 2, id="by both"),
    ],
)
def test_what_a_rule_does_not_keep_is_deleted(archive: Database, rules: Retention, left: int) -> None:
    gone = retention.apply(archive, rules, (DAILY, WEEKLY), NOW + 5 * DAY)
    assert gone == Gone(6 - left)
    kept = urls(archive)
    assert len(kept) == left
    assert "weekly.example/0" in kept
    assert retention.apply(archive, rules, (DAILY, WEEKLY), NOW + 5 * DAY) == Gone()


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        pytest.param(Retention(articles="3d"), ["weekly.example/0"], id="by age"),
        pytest.param(Retention(most=1), ["daily.example/4", "weekly.example/0"], id="by number"),
        pytest.param(Retention(articles="4d", most=9), ["daily.example/4", "weekly.example/0"], id="by both"),
    ],
)
def test_the_rule_for_all_holds_for_a_source_that_was_taken_out_of_the_file(
    archive: Database, rules: Retention, left: list[str]
) -> None:
    retention.apply(archive, rules, (WEEKLY,), NOW + 7.5 * DAY)
    assert urls(archive) == left


def test_texts_of_a_source_that_was_taken_out_of_the_file_are_deleted(archive: Database) -> None:
    assert retention.apply(archive, Retention(bodies="3d"), (LASTING,), NOW + 9 * DAY) == Gone(bodies=5)
    assert len(urls(archive)) == 6


def test_what_a_source_said_is_gone_with_it_and_without_a_rule_for_all_its_articles_stay(archive: Database) -> None:
    assert retention.apply(archive, Retention(), (), NOW + 999 * DAY) == Gone()


def test_each_source_has_its_own_rule_before_the_one_for_all() -> None:
    rules = Retention(articles="30d", most=9, bodies="7d")
    daily = Source(url=DAILY.url, key="daily", keep="3d", keep_most=2, keep_bodies="1d")
    assert list(keeping(rules, (daily, WEEKLY), ["weekly", "old", "daily", "moved-in"])) == [
        Keeping("daily", 3 * DAY, 2, DAY),
        Keeping("weekly", 100 * DAY, 9, 7 * DAY),
        Keeping("moved-in", 30 * DAY, 9, 7 * DAY),
        Keeping("old", 30 * DAY, 9, 7 * DAY),
    ]


def test_nothing_of_the_words_is_left_and_the_addresses_are(archive: Database) -> None:
    retention.apply(archive, Retention(articles="3d"), (DAILY,), NOW + 5 * DAY)
    with archive.read() as connection:
        buried = select(article.c.article_id).where(article.c.pruned_at.is_not(None))
        for table in (article, revision):
            rows = connection.execute(select(table).where(table.c.article_id.in_(buried))).mappings().all()
            assert {(row["headline"], row["article_body"], row["description"]) for row in rows} == {("", "", None)}
        assert articles.look_up(connection, [article_key("https://daily.example/0")], None, None) != []
        assert [item for item in findings(connection, NOW + 5 * DAY) if not item.heals] == []


def test_those_who_follow_are_told_and_the_index_forgets(archive: Database) -> None:
    assert len(found(archive, "headline source:daily")) == 4
    cursor = 7
    retention.apply(archive, Retention(articles="3d"), (DAILY, WEEKLY), NOW + 5 * DAY)
    told = after(archive, cursor)
    assert [(row["kind"], row["what"], row["url"]) for row in told] == [("removed", ["retention"], None)] * 2
    assert len(found(archive, "headline source:daily")) == 3


def test_more_than_a_step_is_deleted_step_by_step(database: Database, desk: Desk) -> None:
    first = desk.keep("https://daily.example/a")
    with database.write() as connection:
        row = dict(connection.execute(select(article)).mappings().one())
        more = [{**row, "article_id": first + n, "own_key": str(n), "url": str(n)} for n in range(1, STEP + 10)]
        connection.execute(insert(article), more)
    assert retention.apply(database, Retention(most=1), (DAILY,), NOW) == Gone(STEP + 9)
    assert len(urls(database)) == 1


# texts alone ----------------------------------------------------------------------------------------------------------


def test_texts_are_deleted_by_age_and_all_else_stays(archive: Database) -> None:
    rules, now = Retention(bodies="3d"), NOW + 5 * DAY
    assert retention.apply(archive, rules, (DAILY, WEEKLY), now) == Gone(bodies=3)
    with archive.read() as connection:
        rows = list(select_rows(connection, "SELECT * FROM v1_article ORDER BY article_id"))
        versions = list(select_rows(connection, "SELECT * FROM v1_revision WHERE article_id = 1 ORDER BY version"))
        assert [item for item in findings(connection, now) if not item.heals] == []
    assert [row["article_body"] is None for row in rows] == [True, True, False, False, False, True]
    assert [row["body_pruned_at"] for row in rows] == [now, now, None, None, None, now]
    assert (rows[0]["headline"], rows[0]["word_count"]) == ("Corrected", 2)
    assert [(row["headline"], row["article_body"]) for row in versions] == [
        ("Headline of https://daily.example/0", None),
        ("Corrected", None),
    ]
    assert retention.apply(archive, rules, (DAILY, WEEKLY), now) == Gone()


def test_a_source_says_otherwise_for_its_texts(archive: Database) -> None:
    daily = Source(url=("https://daily.example/",), key="daily", keep_bodies=timedelta(days=4))
    assert retention.apply(archive, Retention(bodies="1h"), (daily, LASTING), NOW + 5 * DAY) == Gone(bodies=1)


def test_those_who_follow_are_told_of_a_deleted_text_and_the_index_has_the_headline_alone(archive: Database) -> None:
    assert len(found(archive, "paragraph source:daily")) == 5
    retention.apply(archive, Retention(bodies="3d"), (DAILY, LASTING), NOW + 5 * DAY)
    told = after(archive, 7)
    assert [(row["kind"], row["what"], row["article_id"]) for row in told] == [
        ("revised", ["retention"], 1),
        ("revised", ["retention"], 2),
    ]
    assert len(found(archive, "paragraph source:daily")) == 3
    assert found(archive, "corrected") == ["0"]


def test_a_deleted_text_is_no_news_for_a_watch(archive: Database) -> None:
    retention.apply(archive, Retention(bodies="3d"), (DAILY,), NOW + 5 * DAY)
    with archive.read() as connection:
        told = changes.after(connection, 7)
        found = articles_of(connection, {change.article_id for change in told})
    assert list(findings_of([Watching("all")], told, found, Memory())) == []


def test_the_next_version_of_an_article_brings_a_text_again(archive: Database, desk: Desk) -> None:
    retention.apply(archive, Retention(bodies="3d"), (DAILY,), NOW + 5 * DAY)
    desk.revise("https://daily.example/0", "Corrected again", at=NOW + 6 * DAY)
    with archive.read() as connection:
        (row,) = select_rows(connection, "SELECT * FROM v1_article WHERE article_id = 1")
    assert (row["article_body"], row["body_pruned_at"]) == ("First paragraph.", None)


# changes --------------------------------------------------------------------------------------------------------------


def test_changes_are_deleted_by_a_window_as_far_as_our_followers_have_had_them(archive: Database) -> None:
    rules = Retention(changes="2d")
    assert retention.apply(archive, rules, (), NOW + 30 * DAY) == Gone()
    follow(archive, SearchFollower(), most=3)
    assert retention.apply(archive, rules, (), NOW + 30 * DAY) == Gone(changes=3)
    with pytest.raises(CursorTooOld, match="changes up to 3 are no longer kept"):
        after(archive, 0)
    assert [row["change_seq"] for row in after(archive, 3)] == [4, 5, 6, 7]


def test_changes_within_the_window_stay(archive: Database) -> None:
    follow(archive, SearchFollower())
    assert retention.apply(archive, Retention(changes="2d"), (), NOW + 4 * DAY).changes == 2
    with archive.read() as connection:
        assert connection.execute(select(change.c.change_seq)).scalars().all() == [3, 4, 5, 6, 7]


def test_a_follower_that_begins_after_changes_were_deleted_is_told_of_every_article(archive: Database) -> None:
    follow(archive, SearchFollower())
    retention.apply(archive, Retention(changes="1d"), (), NOW + 30 * DAY)
    with archive.write() as connection:
        connection.execute(text("DELETE FROM consumer"))
        told = changes.since(connection, 0, 100)
    assert [(item.article_id, item.kind) for item in told] == [
        (number, ChangeKind.NEW) for number in (2, 3, 4, 5, 1, 6)
    ]
    while follow(archive, SearchFollower(), most=2):
        pass
    assert len(found(archive, "headline OR corrected")) == 6
