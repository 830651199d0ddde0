"""The plan of a demo: what appears and is corrected when."""

import threading
import time
from datetime import UTC, datetime

import pytest

from demo.newsroom import Newsroom
from demo.timetable import Event, play, timetable
from demo.world import World

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
WORLD = World.make(articles=6, now=NOW)


def test_everything_that_is_not_there_from_the_start_appears_once_in_its_order() -> None:
    events = [event for event in timetable(WORLD, 2, 120) if not event.correction]
    for outlet in WORLD.outlets:
        assert (
            tuple(event.article for event in events if event.article.outlet == outlet.key) == WORLD.of(outlet.key)[2:]
        )


def test_events_are_in_order_and_leave_time_to_catch_up() -> None:
    times = [event.at for event in timetable(WORLD, 3, 120)]
    assert times == sorted(times)
    assert times[0] >= 5
    assert times[-1] <= 90


def test_outlets_take_turns() -> None:
    first_round = [event.article.outlet for event in timetable(WORLD, 3, 120) if not event.correction][
        : len(WORLD.outlets)
    ]
    assert len(set(first_round)) == len(WORLD.outlets)


def test_only_what_was_there_from_the_start_is_corrected_and_only_where_the_outlet_tells_it() -> None:
    tellers = {outlet.key for outlet in WORLD.outlets if outlet.tells_changes}
    corrected = [event.article for event in timetable(WORLD, 3, 120) if event.correction]
    assert {article.outlet for article in corrected} == tellers
    assert all(article in WORLD.of(article.outlet)[:3] for article in corrected)
    assert len(corrected) == len(set(corrected)) == 2 * len(tellers)


@pytest.mark.parametrize(
    ("initial", "appearing", "corrected"),
    [
        pytest.param(6, 0, 6, id="all are there from the start"),
        pytest.param(0, 78, 0, id="none is there from the start"),
        pytest.param(1, 65, 3, id="one each"),
    ],
)
def test_how_much_happens(initial: int, appearing: int, corrected: int) -> None:
    events = timetable(WORLD, initial, 10)
    assert len([event for event in events if not event.correction]) == appearing
    assert len([event for event in events if event.correction]) == corrected


def test_the_plan_is_carried_out() -> None:
    newsroom = Newsroom(WORLD, 2)
    play(newsroom, timetable(WORLD, 2, 0.1), threading.Event())
    stories = newsroom.stories()
    assert len(stories) == len(WORLD.articles)
    assert sum(len(story.corrected) for story in stories) == 6


def test_a_player_that_is_stopped_leaves_the_rest_undone() -> None:
    newsroom, stop = Newsroom(WORLD, 0), threading.Event()
    first, last = WORLD.of("metro")[:2]
    player = threading.Thread(target=play, args=(newsroom, (Event(0, first), Event(3600, last)), stop))
    player.start()
    while not newsroom.stories("metro"):
        time.sleep(0.01)
    stop.set()
    player.join(10)
    assert not player.is_alive()
    assert [story.article for story in newsroom.stories("metro")] == [first]
