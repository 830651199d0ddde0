"""Servers that send much and then drip hold no place for large answers: others get it, and the reason is recorded."""

import asyncio
from pathlib import Path

import pytest

from crawler.fetch.room import TICKETS
from demo.web import Web
from demo.world import World
from tests.hostile.server import Attack, HostileServer, article, feed, ok, packed
from tests.integration.newsroom import Newsroom, running, wait_until

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
REASON = "a large answer below 25 KB a second while others waited"
STORY = "/news/harbour-story-1"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
#: bytes that a page has more than its article: above those that need a ticket
MUCH = b"<!-- %s -->" % (b"harbour " * 66_000)

#: bytes that a page has more and needs none, unless they are counted twice
LESS = 400_000


def dripping(name: str, begun: set[str]) -> Attack:
    """530 KB at once, then a byte each half second."""

    async def attack(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + MUCH)
        await writer.drain()
        begun.add(name)
        for _ in range(240):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.5)

    return attack


def behind(begun: set[str], answer: bytes) -> Attack:
    """An answer that comes when both of those have begun, and have had a second to get there."""

    async def attack(writer: asyncio.StreamWriter) -> None:
        while len(begun) < TICKETS:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        writer.write(answer)

    return attack


def stored(room: Newsroom) -> set[str]:
    return {row[0] for row in room.rows("SELECT source_key FROM article")}


def reasons(room: Newsroom) -> dict[str, str | None]:
    return dict(room.rows("SELECT s.key, l.reason FROM link l JOIN source s USING (source_id)"))


def test_two_servers_that_drip_do_not_keep_large_pages_of_others_out(tmp_path: Path) -> None:
    begun: set[str] = set()
    pages = {
        "drip1": dripping("drip1", begun),
        "drip2": dripping("drip2", begun),
        "plain": behind(begun, ok(article("Ardvale") + MUCH)),
        "packed": behind(begun, packed(article("Birkhaven") + MUCH)),
        "middling": behind(begun, ok(article("Corrin") + MUCH[:LESS])),
    }
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        for name, answer in pages.items():
            site = server.site(name)
            site.answers |= {"/feed": feed([site.url + STORY]), STORY: answer}
        room = Newsroom(web, tmp_path, f"sqlite:///{tmp_path}/news.db")
        sources = {name: f"{server.sites[name].url}/feed" for name in pages}
        room.configure(sources=sources, networks=["127.0.0.1/32"], timeout=60, every="1h")
        with running(room, "run"):
            wait_until(lambda: stored(room) == {"plain", "packed", "middling"}, 50)
            assert all(str(reasons(room)[name]).startswith(REASON) for name in ("drip1", "drip2")), reasons(room)
        assert "MAXSIZE" not in room.log()
        assert server.sites["middling"].asked.count(STORY) == 1, "it needs no ticket, and waits for none"
