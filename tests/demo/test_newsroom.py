"""What the outlets show at one moment."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from demo.newsroom import Newsroom, Story
from demo.world import World

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
WORLD = World.make(articles=4, outlets=["courier", "vestnik"], now=NOW)


@pytest.mark.parametrize(
    ("initial", "shown"),
    [
        pytest.param(None, 4, id="all of them when nothing is said"),
        pytest.param(0, 0, id="none"),
        pytest.param(3, 3, id="some"),
        pytest.param(99, 4, id="no more than there are"),
    ],
)
def test_what_is_there_from_the_start(initial: int | None, shown: int) -> None:
    newsroom = Newsroom(WORLD, initial)
    assert [len(newsroom.stories(outlet.key)) for outlet in WORLD.outlets] == [shown, shown]


def test_the_newest_story_comes_first() -> None:
    newsroom = Newsroom(WORLD, 2)
    newsroom.publish("courier", 2)
    assert [story.article for story in newsroom.stories("courier")] == list(reversed(WORLD.of("courier")))


def test_stories_of_all_outlets_come_outlet_after_outlet() -> None:
    keys = [story.article.outlet for story in Newsroom(WORLD).stories()]
    assert keys == ["courier"] * 4 + ["vestnik"] * 4


def test_an_unknown_outlet_is_an_error() -> None:
    with pytest.raises(KeyError):
        Newsroom(WORLD).publish("nowhere")


def test_publishing_at_one_outlet_leaves_the_other_alone() -> None:
    newsroom = Newsroom(WORLD, 1)
    before = newsroom.changed("vestnik")
    newsroom.publish("courier")
    assert newsroom.changed("vestnik") == before
    assert len(newsroom.stories("vestnik")) == 1


def test_a_correction_moves_the_story_on_to_its_next_version() -> None:
    newsroom = Newsroom(WORLD)
    article = WORLD.of("vestnik")[1]
    newsroom.correct(article)
    story = next(story for story in newsroom.stories("vestnik") if story.article == article)
    assert story.text == article.versions[1]
    assert len(story.corrected) == 1
    assert [each.text for each in newsroom.stories("vestnik") if each is not story] == [
        each.versions[0] for each in reversed(WORLD.of("vestnik")) if each != article
    ]


def test_a_correction_leaves_the_story_in_its_place() -> None:
    newsroom = Newsroom(WORLD)
    order = [story.article for story in newsroom.stories("courier")]
    newsroom.correct(order[2])
    assert [story.article for story in newsroom.stories("courier")] == order


@pytest.mark.parametrize(
    ("corrected", "expected"),
    [
        pytest.param((), timedelta(), id="a story that was never corrected was modified when it was published"),
        pytest.param((NOW,), None, id="a corrected one at its last correction"),
    ],
)
def test_when_a_story_was_modified(corrected: tuple[datetime, ...], expected: timedelta | None) -> None:
    article = WORLD.of("vestnik")[0]
    story = Story(article, 0, NOW, corrected)
    assert story.modified == (NOW if expected is None else article.published)
    assert story.modified.utcoffset() == timedelta(hours=3)


@pytest.mark.parametrize("what", ["correct", "delete"])
def test_what_is_not_shown_can_be_neither_corrected_nor_deleted(what: str) -> None:
    newsroom = Newsroom(WORLD, 0)
    with pytest.raises(KeyError):
        getattr(newsroom, what)(WORLD.of("courier")[0])


def test_what_was_deleted_is_remembered_as_gone() -> None:
    newsroom = Newsroom(WORLD)
    gone, stays = WORLD.of("courier")[:2]
    newsroom.delete(gone)
    assert newsroom.is_deleted("courier", gone.path)
    assert not newsroom.is_deleted("courier", stays.path)
    assert not newsroom.is_deleted("vestnik", gone.path)
    assert gone not in [story.article for story in newsroom.stories()]


def test_every_change_has_a_later_second_than_the_one_before() -> None:
    newsroom = Newsroom(World.make(articles=6, outlets=["courier"]), 0)
    moments = [newsroom.changed("courier")]
    for _ in range(3):
        newsroom.publish("courier")
        moments.append(newsroom.changed("courier"))
    newsroom.correct(newsroom.stories("courier")[0].article)
    newsroom.delete(newsroom.stories("courier")[1].article)
    moments.append(newsroom.changed("courier"))
    assert all(late - early >= timedelta(seconds=1) for early, late in pairwise(moments))
    assert {moment.microsecond for moment in moments} == {0}


def test_many_threads_publish_each_article_once() -> None:
    world = World.make(articles=60, outlets=["meridian"], now=NOW)
    newsroom = Newsroom(world, 0)
    published: list[str] = []

    def publish() -> None:
        while appeared := newsroom.publish("meridian"):
            published.extend(article.path for article in appeared)

    threads = [threading.Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(published) == sorted(article.path for article in world.articles)
    assert len(newsroom.stories()) == 60
