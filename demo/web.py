"""The demo web: a world of outlets on loopback, each on a port of its own, with a log of what they were asked.

    with Web(World.make(seed=1, articles=6)) as web:
        path.write_text(web.config("sqlite:///news.db"))
        ...
        web.publish("courier"); web.correct(article)
        assert web.max_at_once("courier") == 1

As a process of its own: ``python -m demo.process`` prints its addresses as one line of JSON and ends with its
standard input.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from demo.faults import FaultySite
from demo.newsroom import Newsroom
from demo.outlets import Outlet
from demo.server import Answer, Asked, Request, RequestLog, Server, max_at_once
from demo.site import Site
from demo.world import Article, Version, World

#: stands in the log for requests to the internal canary
CANARY = "canary"
_CANARY_ADDRESS = "127.0.0.66"


@dataclass(frozen=True, slots=True)
class Canary:
    """A server that nobody was allowed to ask; it listens on 127.0.0.66, outside 127.0.0.1/32."""

    url: str
    requests: Callable[[str], list[Request]]

    @property
    def hits(self) -> int:
        """How many requests came through to it."""
        return len(self.requests(CANARY))


class Web:
    """All outlets of a world, served by one thread while the ``with`` block lasts."""

    def __init__(self, world: World, *, initial: int | None = None, latency: float = 0.0) -> None:
        """``initial`` articles of each outlet are there from the start (None: all); ``latency`` in seconds."""
        self.world = world
        self.newsroom = Newsroom(world, initial)
        self.log = RequestLog()
        self._latency = latency
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo web", daemon=True)
        self._servers: list[Server] = []
        self._urls: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        canary = self.serve(CANARY, _canary, _CANARY_ADDRESS)
        self.canary = Canary(f"{canary}/", self.requests)
        for outlet in self.world.outlets:
            self._serve_outlet(outlet)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections and end the thread."""
        for server in self._servers:
            asyncio.run_coroutine_threadsafe(server.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def serve(self, key: str, site: Callable[[Asked], Answer], address: str = "127.0.0.1") -> str:
        """Serve one more site on a free port, with ``key`` in the log; returns where ("http://127.0.0.1:8001")."""
        server = Server(key, site, self.log, self._latency)
        port = asyncio.run_coroutine_threadsafe(server.listen(address), self._loop).result(10)
        self._servers.append(server)
        self._urls[key] = f"http://{address}:{port}"
        return self._urls[key]

    # -- what happens in the world -----------------------------------------------------------------------------------

    def publish(self, outlet: str, n: int = 1) -> tuple[Article, ...]:
        """Let the next ``n`` waiting articles of an outlet appear, and return them."""
        return self.newsroom.publish(outlet, n)

    def correct(self, article: Article) -> Version:
        """Show the next version of an article; ValueError when there is none."""
        return self.newsroom.correct(article)

    def delete(self, article: Article) -> None:
        """Withdraw an article: 410 from now on."""
        self.newsroom.delete(article)

    def published(self, outlet: str | None = None) -> tuple[Article, ...]:
        """The articles that are shown now, newest first."""
        return tuple(story.article for story in self.newsroom.stories(outlet))

    # -- what was asked ----------------------------------------------------------------------------------------------

    def requests(self, outlet: str | None = None) -> list[Request]:
        """The requests that came to an outlet (to any), in the order in which they ended."""
        self._settle()
        return self.log.of(outlet)

    def max_at_once(self, outlet: str | None = None) -> int:
        """How many requests to an outlet were under way at the same time, at most."""
        return max_at_once(self.requests(outlet))

    # -- where it is -------------------------------------------------------------------------------------------------

    def url(self, outlet: str, path: str = "/") -> str:
        """The full address of a path of an outlet."""
        return self._urls[outlet] + path

    def url_of(self, article: Article) -> str:
        """The full address of an article."""
        return self.url(article.outlet, article.path)

    def config(
        self,
        database_url: str,
        every: str = "2s",
        *,
        sources: Mapping[str, str] | None = None,
        networks: Sequence[str] = ("127.0.0.0/8",),
        **crawl: object,
    ) -> str:
        """The text of a newswatch.toml for this web; ``crawl`` are further keys of its [crawl] block.

        ``sources`` maps keys to addresses of one's own choice; when None, each outlet is a source.
        """
        if sources is None:
            sources = {outlet.key: self.url(outlet.key, outlet.entry) for outlet in self.world.outlets}
        manners = {"contact": "demo@newswatch.example", **crawl}
        lines = [f"database = {_toml(database_url)}", "", "[crawl]"]
        lines += [f"{name} = {_toml(value)}" for name, value in manners.items()]
        lines += ["", "[safety]", f"allow_networks = {_toml(list(networks))}"]
        for key, url in sources.items():
            lines += ["", "[[source]]", f"key = {_toml(key)}", f"url = {_toml(url)}", f"every = {_toml(every)}"]
            lines += [f"timezone = {_toml(outlet.timezone)}" for outlet in self._with_local_times(key)]
        return "\n".join(lines) + "\n"

    def _settle(self) -> None:
        """Wait until the requests whose answers have been read are in the log, too."""
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result(10)

    def _with_local_times(self, key: str) -> list[Outlet]:
        return [outlet for outlet in self.world.outlets if outlet.key == key and outlet.local_times]

    def _serve_outlet(self, outlet: Outlet) -> None:
        partner = f"{self.canary.url}partner/seven-harbours-you-should-see-12345"
        site = (FaultySite if outlet.fault else Site)(outlet, self.newsroom, partner)
        site.base = self.serve(outlet.key, site.answer, outlet.address)


def _canary(_asked: Asked) -> Answer:
    return Answer(b"<!DOCTYPE html><title>Internal</title><h1>This is an internal page</h1>")


def _toml(value: object) -> str:
    # JSON's strings, numbers, booleans and lists are TOML's, too
    return json.dumps(value)
