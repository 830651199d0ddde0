"""DNS rebinding: a name that led to an allowed address leads to an internal one a moment later, or to both at once.

The names are those of these tests: the look-up of the operating system (`socket.getaddrinfo`) is answered by a
`sitecustomize` of the crawling process; everything above it is as it is. An allowed loopback address stands for the
public one, and a server at the same port of another for what is internal.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.server import CANARY_ADDRESS, HostileServer, article, feed, ok
from tests.integration.newsroom import Newsroom

pytestmark = pytest.mark.timeout(180)
PUBLIC, STORIES = "127.0.0.1", [f"/news/harbour-story-{number}" for number in range(3)]
REFUSED = f"address refused: {CANARY_ADDRESS} is this machine"
STATES = "SELECT key, state, state_reason FROM source"

LOOK_UP = """
import json, os, socket

_turns = json.loads(os.environ["TOLD_NAMES"])
_real = socket.getaddrinfo

def getaddrinfo(host, port, *more, **named):
    turns = _turns.get(host)
    if turns is None:
        return _real(host, port, *more, **named)
    addresses = turns.pop(0) if len(turns) > 1 else turns[0]
    return [found for address in addresses for found in _real(address, port, *more, **named)]

socket.getaddrinfo = getaddrinfo
"""

#: name -> the answers to the look-ups of a process, one after the other; the last one holds from then on
Names = dict[str, list[list[str]]]
#: first the public address, then the internal one; and a name of the same site that is internal from the beginning
AT_FIRST: Names = {
    "rebound.example": [[PUBLIC], [CANARY_ADDRESS]],
    "story.rebound.example": [[CANARY_ADDRESS]],
}
#: what a later process is told; and answers of several addresses, of which one is internal
LATER: Names = {
    "rebound.example": [[CANARY_ADDRESS]],
    "story.rebound.example": [[CANARY_ADDRESS]],
    "mixed.example": [[PUBLIC, CANARY_ADDRESS]],
    "mixed-before.example": [[CANARY_ADDRESS, PUBLIC]],
}


@dataclass(frozen=True, slots=True)
class Rebinding:
    """A site of three stories, the canary at the same port of another address, and who crawls it."""

    server: HostileServer
    room: Newsroom
    port: int
    setenv: Callable[[str, str], None]

    def url(self, name: str, path: str) -> str:
        return f"http://{name}:{self.port}{path}"

    def crawl(self, names: Names, networks: list[str]) -> None:
        """`newswatch crawl` of a source for each name that is no name below another."""
        sources = {name.split(".")[0]: self.url(name, f"/feed/{name}") for name in names if name.count(".") == 1}
        self.room.configure(sources=sources, networks=networks, every="1h", timeout=5)
        self.setenv("TOLD_NAMES", json.dumps(names))
        assert self.room.start("crawl").wait(100) in (0, 1), self.room.log()

    def states(self) -> dict[str, tuple[str, str]]:
        return {key: (state, str(reason)) for key, state, reason in self.room.rows(STATES)}


@pytest.fixture
def rebinding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rebinding]:
    """Before the first crawl."""
    (tmp_path / "sitecustomize.py").write_text(LOOK_UP, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        site = server.site("rebound")
        room = Newsroom(web, tmp_path, f"sqlite:///{tmp_path}/news.db")
        found = Rebinding(server, room, server.betray_at_port_of(site), monkeypatch.setenv)
        site.answers |= {place: ok(article(f"Port {number}")) for number, place in enumerate(STORIES)}
        for name in LATER:
            links = [found.url(name, place) for place in STORIES]
            site.answers[f"/feed/{name}"] = feed([*links, found.url(f"story.{name}", "/news/harbour-story-9")])
        yield found


def test_a_name_that_is_bound_anew_leads_to_no_internal_address(rebinding: Rebinding) -> None:
    rebinding.crawl(AT_FIRST, ["127.0.0.1/32"])
    links = dict(rebinding.room.rows("SELECT url, reason FROM link"))
    stories = _stored(rebinding)
    assert stories == [rebinding.url("rebound.example", place) for place in STORIES], "what was judged is what is asked"
    assert links[rebinding.url("story.rebound.example", "/news/harbour-story-9")] == REFUSED
    rebinding.crawl(LATER, ["127.0.0.1/32"])
    for key in ("rebound", "mixed", "mixed-before"):
        state, reason = rebinding.states()[key]
        assert (state, reason.endswith(REFUSED)) == ("failing", True), reason
    assert _stored(rebinding) == stories
    assert rebinding.server.canary_hits == []


@pytest.mark.slow
def test_without_the_rule_these_names_lead_to_the_internal_address(rebinding: Rebinding) -> None:
    rebinding.crawl(LATER, ["127.0.0.0/8"])
    assert rebinding.server.canary_hits


def _stored(rebinding: Rebinding) -> list[str]:
    return [url for (url,) in rebinding.room.rows("SELECT url FROM article ORDER BY url")]
