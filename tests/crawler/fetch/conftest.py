"""Small sites on loopback, one for each case, and one real crawl of all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.server import Answer, Asked
from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom
from tests.support.pages import page, rss

#: what a site says at a path; "" stands for its own address
Site = Mapping[str, Answer | Callable[[str], Answer]]
ARTICLE = "/harbour-opens-again-1"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What is left after crawls: the requests at each site, and the database."""

    web: Web
    room: Newsroom

    def asked(self, key: str) -> list[str]:
        return [request.path for request in self.web.requests(key)]

    def state(self, key: str) -> str | None:
        ((reason,),) = self.room.rows("SELECT state_reason FROM source WHERE key = :key", key=key)
        return str(reason).replace(self.web.url(key, ""), "") if reason else None

    def link(self, key: str) -> tuple[Any, ...]:
        """State and reason of the one article that the feed of a site lists."""
        statement = "SELECT l.state, l.reason FROM link l JOIN source s USING (source_id) WHERE s.key = :key"
        (row,) = self.room.rows(statement, key=key)
        return tuple(row)


def text(content: str, status: int = 200, kind: str = "text/plain", **more: Any) -> Answer:
    return Answer(content.encode(), status, kind, **more)


def served(site: Site, base: Callable[[], str]) -> Callable[[Asked], Answer]:
    """A site that has a feed with one article, but for what the case says otherwise."""

    def answer(asked: Asked) -> Answer:
        said = site.get(asked.path)
        if said is not None:
            return said(base()) if callable(said) else said
        if asked.path == "/feed":
            return text(rss(ARTICLE, site=base()), kind="application/rss+xml")
        return text(page("Harbour opens again"), kind="text/html") if asked.path == ARTICLE else text("no", 404)

    return answer


def crawled(folder: Path, sites: Mapping[str, Site], *, times: int = 1, **manners: Any) -> Iterator[Crawled]:
    """Crawl all sites with the real command, each time in a process of its own."""
    with Web(World.make(outlets=[])) as web:
        for key, site in sites.items():
            web.serve(key, served(site, lambda key=key: web.url(key, "")))  # type: ignore[misc]
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        sources = {key: web.url(key, "/feed") for key in sites}
        room.configure(every="1h", sources=sources, **manners)
        for _ in range(times):
            room.run("crawl", expect=1)
        yield Crawled(web, room)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crawl")
