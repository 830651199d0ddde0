"""A bad source holds up no other: servers that take a connection and never say a word."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from demo.web import Web
from demo.world import World
from tests.hostile.bombs import PAGES
from tests.hostile.server import HostileServer, feed
from tests.integration.newsroom import Newsroom, running, wait_until

SILENT = 8
#: pages of one source that take a reader seconds each, and articles that another one publishes meanwhile
HEAVY, NEWS = 20, 10


@contextmanager
def silent_servers(count: int) -> Iterator[list[str]]:
    """Addresses where connections are taken and nothing is ever answered."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16)) for _ in range(count)]
        yield [f"http://127.0.0.1:{server.getsockname()[1]}/" for server in sockets]


def test_silent_servers_hold_up_no_other_source(sqlite_newsroom: Callable[[Web], Newsroom]) -> None:
    with Web(World.make(outlets=["meridian", "northsky"])) as web, silent_servers(SILENT) as silent:
        room = sqlite_newsroom(web)
        blocks = [f'\n[[source]]\nkey = "silent-{number}"\nurl = "{url}"\n' for number, url in enumerate(silent)]
        room.configure(every="1h", last_source="".join(blocks), timeout=100)
        with running(room, "run"):
            wait_until(lambda: room.count("SELECT count(*) FROM article") == len(web.published()))
            ended = room.rows("SELECT key FROM source WHERE key LIKE 'silent-%' AND visits > 0")
            under_way = room.count("SELECT count(*) FROM source WHERE key LIKE 'silent-%' AND lease_owner IS NOT NULL")
    assert ended == [], "every article was stored while the silent servers were still waited for"
    assert under_way == SILENT


def test_a_flood_of_heavy_pages_holds_up_no_other_source(sqlite_newsroom: Callable[[Web], Newsroom]) -> None:
    with Web(World.make(outlets=["meridian"], articles=NEWS + 2), initial=2) as web, HostileServer() as server:
        heavy = [f"/news/harbour-story-{number}" for number in range(HEAVY)]
        server.answers |= dict.fromkeys(heavy, PAGES["600,000 spans"])
        server.answers["/feed"] = feed([server.url + place for place in heavy])
        room = sqlite_newsroom(web)
        block = f'\n[[source]]\nkey = "flood"\nurl = "{server.url}/feed"\n'
        room.configure(every="1s", readers=2, last_source=block)
        with running(room, "run"):
            wait_until(lambda: len(set(server.asked) & set(heavy)) >= 2, 100)
            web.publish("meridian", NEWS)
            wait_until(lambda: room.count("SELECT count(*) FROM article") == len(web.published()), 100)
            flood = room.rows("SELECT visits, lease_owner IS NOT NULL FROM source WHERE key = 'flood'")
    assert [tuple(map(int, row)) for row in flood] == [(0, 1)], "its first visit still goes on"
