"""Sites that never answer take the places of a daemon, but not all of them: quick sources are visited as before."""

from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.server import HostileServer, article, feed, ok, slow
from tests.integration.newsroom import Newsroom, running, wait_until

pytestmark = pytest.mark.timeout(180)
#: places of the daemon, and sites that do not answer
PLACES, SILENT = 4, 12
#: visits of the good source, one each second
VISITS = 6


def test_a_good_source_is_visited_while_more_silent_ones_than_there_are_places_wait(tmp_path: Path) -> None:
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        good = server.site("good")
        good.answers |= {
            "/feed": feed([f"{good.url}/news/harbour-story-1"]),
            "/news/harbour-story-1": ok(article("Port")),
        }
        silent = [server.site(f"silent {number}") for number in range(SILENT)]
        for site in silent:
            site.answers |= {"/robots.txt": ok(b"", status="404 Not Found"), "/feed": slow(b"", b"", pause=1)}
        urls = {"good": good.url, **{f"silent{number}": site.url for number, site in enumerate(silent)}}
        room = Newsroom(web, tmp_path, f"sqlite:///{tmp_path}/news.db")
        sources = {key: f"{url}/feed" for key, url in urls.items()}
        room.configure(f"visits = {PLACES}", every="1s", sources=sources, networks=["127.0.0.1/32"])
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT visits FROM source WHERE key = 'good'") >= VISITS, 90)
            begun = sum(any(path == "/feed" for path in site.asked) for site in silent)
        assert room.count("SELECT count(*) FROM article") == 1
        assert begun >= PLACES - 1, "they had all places but one: each keeps its own until its request is given up"
