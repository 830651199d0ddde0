"""Promise 1: every listed article is stored exactly once, after any number of kills."""

import random
import signal
import time
from collections.abc import Callable

import pytest

from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom, running, wait_until

#: a daemon that is killed as it begins lives so many seconds at most after it began to work, which stores nothing yet
BEGINNING = 1.5
#: one that is killed as it stores has stored so many articles, and worked on for so many seconds, at most
STORED, STORING = 3, 0.05
#: seconds to store what the kills left; of many, articles a second: 2,000 take 70 seconds where nothing else runs, and
#: twice that for two such tests at once
PATIENCE, PACE = 100, 5


def kill_one(room: Newsroom, number: int, chance: random.Random) -> None:
    """Start a daemon and kill it: as it begins, and one in three in the midst of storing articles."""
    before = room.size("article")
    daemon = room.start("run")
    wait_until(lambda: room.log().count("watching") > number)
    is_at_work = number % 3 == 1
    if is_at_work:
        wanted = before + chance.randint(1, STORED)
        wait_until(lambda: room.size("article") >= wanted)
    time.sleep(chance.uniform(0, STORING if is_at_work else BEGINNING))
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("kills", "articles"),
    [
        pytest.param(10, 150, id="10 kills, 150 articles"),
        pytest.param(20, 300, id="20 kills, 300 articles", marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
        pytest.param(200, 2000, id="200 kills, 2000 articles", marks=pytest.mark.slow),
    ],
)
def test_killed_at_random_moments_all_articles_are_stored_once(
    newsroom: Callable[[Web], Newsroom], kills: int, articles: int
) -> None:
    chance = random.Random(kills)
    with Web(World.make(seed=3, articles=articles, outlets=["meridian"])) as web:
        room = newsroom(web)
        room.configure("lease = 3\nbeat = 0.5", 'max_age = "365d"', every="1s")
        for number in range(kills):
            kill_one(room, number, chance)
        assert room.log().count("watching") == kills
        assert 0 < room.size("article") < articles, "they were killed at work, and something is left"
        patience = max(PATIENCE, articles / PACE)
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") >= len(web.published("meridian")), patience)
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published("meridian"))
        assert room.count("SELECT count(*) FROM revision") == len(urls)
