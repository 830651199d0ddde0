"""A bad source holds up no other: servers that take a connection and never say a word."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom, running, wait_until

SILENT = 8


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
