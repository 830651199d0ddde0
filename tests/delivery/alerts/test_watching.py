"""The watches follow the changes, on both databases: what they find is stored with their cursor."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from config import Config
from delivery.alerts import watching
from delivery.alerts.rehearsal import rehearse
from delivery.alerts.watching import WatchFollower, prepared
from delivery.followers import PATIENCE, follow
from delivery.stories import StoryFollower
from scheduler import next_fire_time
from storage import alerts, consumers
from storage.database import Database
from storage.schema import article, change, story
from tests.delivery.alerts.conftest import configured
from tests.delivery.conftest import Desk

NOW = datetime.now(UTC)
WATCH = "[[channel]]\nkey = 'desk'\nwebhook = 'http://127.0.0.1:1/'\n[[watch]]\nkey = 'floods'\nwords = 'flood'\nchannels = 'desk'\n"


def followed(database: Database, config: Config) -> None:
    while follow(database, WatchFollower(lambda: config, next_fire_time)):
        pass


def told(database: Database) -> list[tuple[str | None, str, str]]:
    """Watch, kind and headline of all alerts, in order."""
    with database.read() as connection:
        found = alerts.latest(connection, 1000)
    return [(alert.watch, alert.kind, alert.told["headline"]) for alert in reversed(found)]


def keep(desk: Desk, name: str, **claims: Any) -> int:
    return desk.keep(f"https://daily.example/{name}", NOW, **{"headline": f"Flood {name}", **claims})


def test_what_a_watch_finds_is_told_once_with_all_that_a_receiver_needs(database: Database, desk: Desk) -> None:
    keep(desk, "a", description="It rained.", in_language="en", date_published=NOW)
    keep(desk, "b", headline="Fire")
    for _ in range(2):
        followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood a")]
    with database.read() as connection:
        (alert,) = alerts.latest(connection, 10)
        assert alerts.is_anything_due(connection, datetime.now(UTC))
    names = ("url", "source_key", "source_name", "description", "article_id", "version")
    assert [alert.told[name] for name in names] == ["https://daily.example/a", "daily", "The Daily", "It rained.", 1, 1]


def test_copies_are_not_told_a_revision_is(database: Database, desk: Desk) -> None:
    first = keep(desk, "a")
    copy = keep(desk, "copy")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == copy).values(duplicate_of_id=first))
    followed(database, configured(WATCH))
    desk.revise("https://daily.example/a", "Flood worse", ["numbers"], NOW)
    desk.revise("https://daily.example/copy", "Flood elsewhere", ["numbers"], NOW)
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood a"), ("floods", "revised", "Flood worse")]


def test_articles_that_became_one_story_later_are_told_once_from_then_on(database: Database, desk: Desk) -> None:
    keep(desk, "a")
    followed(database, configured(WATCH))
    keep(desk, "b")
    with database.write() as connection:
        connection.execute(update(article).values(syndication_group_id=4))
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood a")]


def test_a_watch_begins_with_what_comes_after_the_first_start(database: Database, desk: Desk) -> None:
    keep(desk, "before")
    watching.begin(database)
    keep(desk, "after")
    watching.begin(database)  # a second start changes nothing
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood after")]


def test_words_that_cannot_be_searched_cost_no_other_watch(database: Database, desk: Desk) -> None:
    keep(desk, "a")
    followed(database, configured(WATCH + "[[watch]]\nkey = 'broken'\nwords = 'nonsense:field'\n"))
    assert told(database) == [("floods", "new", "Flood a")]


def test_a_digest_is_due_when_its_line_fires_next(database: Database, desk: Desk) -> None:
    keep(desk, "a")
    followed(database, configured(WATCH.replace("webhook", "digest = '0 7 * * *'\nwebhook")))
    with database.read() as connection:
        assert not alerts.is_anything_due(connection, datetime.now(UTC))
        assert alerts.is_anything_due(connection, datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize(("region", "sources"), [("eu", {"a", "b"}), ("mars", {"-"})])
def test_a_region_stands_for_its_sources_and_an_unknown_one_for_none(region: str, sources: set[str]) -> None:
    text = "".join(f"[[source]]\nkey = '{key}'\nurl = 'https://{key}.example'\nregion = 'eu'\n" for key in "ab")
    config = configured(f"{text}[[watch]]\nkey = 'w'\nregions = '{region}'\n")
    assert prepared(config.watches[0], config, NOW).sources == sources


def _story_place(database: Database, number: int) -> None:
    with database.write() as connection:
        consumers.start(connection, StoryFollower.name, number, NOW)


def test_the_watches_stay_behind_the_stories_so_that_a_story_is_told_once(database: Database, desk: Desk) -> None:
    first = keep(desk, "a")
    _story_place(database, 1)
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood a")]
    second = keep(desk, "b")
    followed(database, configured(WATCH))
    assert len(told(database)) == 1, "the story of b is not known yet"
    with database.write() as connection:
        values = {"story_id": 7, "headline": "Flood", "first_seen_at": NOW, "last_seen_at": NOW, "article_count": 2}
        connection.execute(story.insert().values(**values))
        connection.execute(update(article).where(article.c.article_id.in_([first, second])).values(story_id=7))
    _story_place(database, 2)
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood a")]


def test_stories_that_stand_still_hold_up_no_watch_for_good(database: Database, desk: Desk) -> None:
    _story_place(database, 0)
    keep(desk, "new")
    followed(database, configured(WATCH))
    assert told(database) == []
    with database.write() as connection:
        connection.execute(update(change).values(at=NOW - PATIENCE - timedelta(minutes=1)))
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood new")]


def test_a_change_that_waits_is_not_passed_by_a_later_one_however_old_that_says_to_be(
    database: Database, desk: Desk
) -> None:
    _story_place(database, 0)
    keep(desk, "first")
    keep(desk, "second")
    with database.write() as connection:  # the clock was set back between the two
        old = NOW - PATIENCE - timedelta(minutes=1)
        connection.execute(update(change).where(change.c.change_seq == 2).values(at=old))
    followed(database, configured(WATCH))
    _story_place(database, 2)
    followed(database, configured(WATCH))
    assert told(database) == [("floods", "new", "Flood first"), ("floods", "new", "Flood second")]


def test_a_rehearsal_shows_what_would_have_been_told_and_stores_nothing(database: Database, desk: Desk) -> None:
    keep(desk, "a")
    keep(desk, "b", headline="Fire")
    desk.revise("https://daily.example/a", "Flood worse", ["numbers"], NOW)
    config = configured(WATCH)
    found = rehearse(database, prepared(config.watches[0], config, NOW), NOW - timedelta(days=7))
    assert [(finding.kind, finding.article["headline"]) for finding in found] == [("new", "Flood worse")]
    assert rehearse(database, prepared(config.watches[0], config, NOW), NOW + timedelta(days=1)) == []
    assert told(database) == []
