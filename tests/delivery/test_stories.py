"""The follower that gives articles their stories: on both databases, killed, begun anew, beside another one."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from delivery import followers, story_model
from delivery.followers import Following, follow
from delivery.steps import finished
from delivery.stories import MERGE_EVERY, WINDOW, StoryFollower
from delivery.story_model import Stories
from delivery.story_terms import terms_of
from delivery.story_weights import Told
from storage import articles, changes, retention, sources, stories
from storage.articles import Keepsake
from storage.database import Database
from storage.records import Article
from storage.schema import article
from storage.schema_stories import story_text
from storage.store import open_database
from tests.delivery.test_story_model import report
from tests.storage.facts import count, entry_of

NOW = datetime.now(UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty store with one source."""
    opened = open_database(database_url)
    with opened.write() as connection:
        sources.sync(connection, [entry_of("daily")], NOW)
    yield opened
    opened.dispose()


def keep(database: Database, *bodies: str, at: datetime = NOW, headline: str = "Report") -> list[int]:
    """Store articles with these texts."""
    with database.write() as connection:
        return [_keep(connection, body, at, headline) for body in bodies]


def _keep(connection: Connection, body: str, at: datetime, headline: str) -> int:
    number = changes.lock_counter(connection) + 1
    found = Article(f"https://daily.example/{number}", headline, body, source_key="daily")
    kept = articles.add(connection, Keepsake(found, f"daily.example/{number}", None, "content", at), number)
    changes.advance_counter(connection, number)
    return kept


def follow_all(database: Database, follower: StoryFollower) -> int:
    taken = 0
    while step := follow(database, follower):
        taken += step
    return taken


def story_ids(database: Database) -> list[int | None]:
    with database.read() as connection:
        return list(connection.execute(select(article.c.story_id).order_by(article.c.article_id)).scalars())


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def mixed(count: int = 4, each: int = 6) -> list[str]:
    return [report(event, seed) for seed in range(each) for event in range(count)]


def test_articles_of_one_event_have_one_story(database: Database) -> None:
    keep(database, *mixed())
    follower = StoryFollower()
    assert follow_all(database, follower) == 24
    with database.write() as connection:
        follower.settle(connection)
    found = story_ids(database)
    assert [len(set(found[event::4])) for event in range(4)] == [1, 1, 1, 1]
    assert len(set(found)) == 4
    shown = rows(database, "SELECT story_id, headline, article_count FROM v1_story WHERE merged_into_id IS NULL")
    assert sorted(shown) == sorted((story_id, "Report", 6) for story_id in set(found))


def test_a_story_that_is_gone_leads_on_and_each_step_is_told(database: Database) -> None:
    keep(database, *mixed())
    follower = StoryFollower()
    follow_all(database, follower)
    with database.write() as connection:
        moved = follower.settle(connection)
    gone = dict(rows(database, "SELECT story_id, merged_into_id FROM v1_story WHERE merged_into_id IS NOT NULL"))
    assert moved >= len(gone) > 0
    assert not set(gone.values()) & gone.keys()
    told = rows(
        database, "SELECT kind, story_id, article_id, merged_into_id FROM v1_story_change ORDER BY story_change_id"
    )
    assert {story_id: into for kind, story_id, _, into in told if kind == "merged"}.keys() == gone.keys()
    assert [article_id for kind, _, article_id, _ in told if kind in ("new", "joined")] == list(range(1, 25))
    assert told[0] == ("new", 1, 1, None)


@pytest.mark.parametrize(("ago", "is_merged"), [(MERGE_EVERY * 2, True), (MERGE_EVERY / 2, False)])
def test_where_few_texts_come_stories_are_merged_by_the_clock(
    database: Database, ago: timedelta, *, is_merged: bool
) -> None:
    texts = mixed()
    keep(database, *texts[:-1])
    follow_all(database, StoryFollower())
    with database.write() as connection:
        stories.note_merge(connection, NOW - ago)
    keep(database, texts[-1])
    follow_all(database, StoryFollower())
    found = story_ids(database)
    assert (len(set(found)) == 4) == is_merged
    with database.read() as connection:
        noted = stories.last_merge(connection)
    assert noted is not None
    assert (noted.newest_text == 24) == (noted.at >= NOW) == is_merged


def test_redirects_are_followed_to_their_end(database: Database) -> None:
    keep(database, *mixed(3, 1))
    follow_all(database, StoryFollower())
    with database.write() as connection:
        stories.place(connection, {1: 1, 2: 2, 3: 3}, NOW)
        stories.merge(connection, {1: 2}, NOW)
        stories.merge(connection, {2: 3}, NOW)
    assert rows(database, "SELECT story_id, merged_into_id, article_count FROM v1_story ORDER BY story_id") == [
        (1, 3, 0), (2, 3, 0), (3, None, 3),
    ]  # fmt: skip


def test_a_copy_goes_where_its_original_is(database: Database) -> None:
    first, copy = keep(database, report(1, 1), "LUNDE (Agency) Something else altogether is told here.")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    follow_all(database, StoryFollower())
    assert story_ids(database) == [first, first]
    with database.read() as connection:
        assert count(connection, story_text) == 1


def test_an_article_that_becomes_a_copy_later_moves_to_its_original(database: Database) -> None:
    keep(database, report(1, 1), report(2, 1))
    follower = StoryFollower()
    follow_all(database, follower)
    assert story_ids(database) == [1, 2]
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == 2).values(duplicate_of_id=1))
        number = changes.lock_counter(connection) + 1
        articles.mark_removed(connection, 2, "HTTP 410", NOW, number)
        changes.advance_counter(connection, number)
    follow_all(database, follower)
    assert story_ids(database) == [1, 1]
    assert rows(database, "SELECT story_id, article_count FROM v1_story ORDER BY story_id") == [(1, 2), (2, 0)]
    last = rows(database, "SELECT kind, story_id, article_id FROM v1_story_change ORDER BY story_change_id")[2:]
    assert last == [("left", 2, 2), ("joined", 1, 2)]


def test_a_headline_that_moves_takes_its_copies_along(database: Database) -> None:
    first, second, copy = (keep(database, "", headline=headline)[0] for headline in ("Ferry sinks", "Zoo", "Zoo opens"))
    with database.write() as connection:
        values = {"duplicate_of_id": second, "syndication_group_id": second}
        connection.execute(update(article).where(article.c.article_id == copy).values(**values))
    follow_all(database, StoryFollower())
    assert story_ids(database) == [first, second, second]
    with database.write() as connection:
        assert stories.move(connection, {second: first}, NOW) == 2
        assert stories.move(connection, {}, NOW) == 0
        assert connection.execute(select(story_text.c.story_id)).scalars().all() == [first, first]
    assert story_ids(database) == [first] * 3
    assert rows(database, "SELECT story_id, article_count FROM v1_story ORDER BY story_id") == [(first, 3), (second, 0)]
    last = rows(database, "SELECT kind, story_id, article_id FROM v1_story_change ORDER BY story_change_id")[-4:]
    gone, come = ("left", second), ("joined", first)
    assert last == [(*gone, second), (*come, second), (*gone, copy), (*come, copy)]


def test_an_article_without_words_has_no_story(database: Database) -> None:
    keep(database, "", headline="")
    assert follow_all(database, StoryFollower()) == 1
    assert story_ids(database) == [None]


def test_another_process_goes_on_where_the_first_one_stood(database: Database) -> None:
    texts = mixed(4, 5)
    keep(database, *texts[:16])
    follow_all(database, StoryFollower())
    before = story_ids(database)
    keep(database, *texts[16:])
    second = StoryFollower()
    follow_all(database, second)
    assert story_ids(database)[:16] == before
    with database.write() as connection:
        second.settle(connection)
    found = story_ids(database)
    assert [len(set(found[event::4])) for event in range(4)] == [1, 1, 1, 1]


def test_what_was_read_and_never_written_is_read_again(database: Database) -> None:
    keep(database, *mixed(2, 3))
    follower = StoryFollower()
    with database.read() as connection:
        work = follower.read(connection, changes.after(connection, 0))
    finished(follower.think(work))
    follow_all(database, follower)
    assert None not in story_ids(database)
    with database.read() as connection:
        assert count(connection, story_text) == 6


def test_a_merge_in_pieces_makes_the_stories_that_one_at_a_time_makes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece is one step here: between two of them others would have their turn."""
    monkeypatch.setattr(story_model, "LEAST_GROWTH", 40)
    wanted = Stories()
    for article_id, body in zip(keep(database, *mixed(8, 8)), mixed(8, 8), strict=True):
        wanted.place(Told(article_id, terms_of("Report", body), NOW.timestamp() / 86_400, is_brief=False))
    assert finished(wanted.merging()).gone
    monkeypatch.setattr(followers, "PIECE", 0.0)
    monkeypatch.setattr(followers, "REST", 0.0)
    assert asyncio.run(Following(database, [StoryFollower()]).catch_up(asyncio.Event())) == 64
    assert story_ids(database) == [wanted.story_of(article_id) for article_id in range(1, 65)]


def test_what_another_process_merged_is_read_anew_though_no_text_came(database: Database) -> None:
    """The other one had a copy to place, and merged: no text is newer, and a story that is known here is gone."""
    keep(database, *mixed(8, 6))
    first = StoryFollower()
    follow_all(database, first)
    with database.write() as connection:
        first.settle(connection)
    keep(database, report(0, 98))
    follow_all(database, first)
    into, gone = (story_id or 0 for story_id in story_ids(database)[:2])
    with database.write() as connection:
        stories.merge(connection, {gone: into}, NOW)
        stories.note_merge(connection, NOW + timedelta(seconds=1))
    keep(database, report(1, 99))
    follow_all(database, first)
    assert gone not in story_ids(database)


def test_old_texts_are_forgotten_and_their_articles_keep_their_stories(database: Database) -> None:
    keep(database, report(1, 1), at=NOW - WINDOW - timedelta(hours=1))
    follow_all(database, StoryFollower())
    keep(database, report(1, 1))
    follow_all(database, StoryFollower())
    assert story_ids(database) == [1, 2]
    with database.read() as connection:
        assert list(connection.execute(select(story_text.c.article_id)).scalars()) == [2]


def test_a_story_tells_of_the_articles_that_retention_left(database: Database) -> None:
    first, *_ = keep(database, report(0, 0), headline="First")
    second, *_ = keep(database, report(0, 1), headline="Second", at=NOW + timedelta(hours=1))
    follower = StoryFollower()
    follow_all(database, follower)
    with database.write() as connection:
        stories.place(connection, {first: 1, second: 1}, NOW)
    shown = "SELECT headline, article_count FROM v1_story WHERE story_id = 1"
    assert rows(database, shown) == [("First", 2)]
    for article_id, left in ((first, ("Second", 1)), (second, ("", 0))):
        with database.write() as connection:
            retention.bury(connection, [article_id], NOW)
        follow_all(database, follower)
        assert rows(database, shown) == [left]
    assert rows(database, "SELECT articles FROM v1_source_health") == [(0,)]
    assert rows(database, "SELECT last_seen_at IS NOT NULL FROM v1_story WHERE story_id = 1") == [(1,)]


def test_each_story_is_called_as_its_own_first_article_is(database: Database) -> None:
    for number, headline in enumerate(("First", "Second", "Third")):
        keep(database, report(number, 0), headline=headline)
    follow_all(database, StoryFollower())
    assert rows(database, "SELECT headline FROM v1_story ORDER BY story_id") == [("First",), ("Second",), ("Third",)]


def test_an_article_that_was_buried_before_it_was_followed_begins_no_story(database: Database) -> None:
    found = keep(database, report(0, 0))
    with database.write() as connection:
        retention.bury(connection, found, NOW)
    follow_all(database, StoryFollower())
    assert rows(database, "SELECT count(*) FROM v1_story") == [(0,)]
