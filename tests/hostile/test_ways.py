"""No request reaches an internal address, whichever way a page gives it, through the daemon and plain Scrapy alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.server import HostileServer
from tests.hostile.ways import SPELLINGS, WAYS, Trap, led
from tests.integration.newsroom import Newsroom, running, wait_until

#: each way once, and each spelling by the way that leaves most to the reader of addresses
LED = [*((way, "dotted") for way in WAYS), *(("redirect 302", spelling) for spelling in list(SPELLINGS)[1:])]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one way of crawling left behind."""

    server: HostileServer
    traps: dict[tuple[str, str], Trap]
    room: Newsroom


def _run(room: Newsroom, traps: dict[tuple[str, str], Trap]) -> None:
    """A source for each site, in the daemon."""
    sources = {f"s{number}": trap.entry for number, trap in enumerate(traps.values())}
    room.configure(sources=sources, networks=["127.0.0.1/32"], every="1h", timeout=10, visit_time=60)
    with running(room, "run"):
        wait_until(lambda: room.count("SELECT count(*) FROM source WHERE visits > 0") == len(traps), 100)


def _scrapy(room: Newsroom, traps: dict[tuple[str, str], Trap]) -> None:
    """One source of all sites, by Scrapy's own command."""
    first, *others = (trap.entry for trap in traps.values())
    room.configure(sources={"all": first}, networks=["127.0.0.1/32"], every="1h", timeout=10, visit_time=60)
    content = room.file.read_text(encoding="utf-8")
    together = ", ".join(f'"{address}"' for address in (first, *others))
    room.file.write_text(content.replace(f'url = "{first}"', f"url = [{together}]"), encoding="utf-8")
    room.scrapy("crawl", "news", "-a", "source=all")


@pytest.fixture(scope="module", params=["newswatch run", "scrapy crawl"])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """All sites, crawled one way."""
    folder: Path = tmp_path_factory.mktemp("ways")
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        traps = {(way, spelling): led(server, way, spelling) for way, spelling in LED}
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        (_run if request.param == "newswatch run" else _scrapy)(room, traps)
        yield Crawled(server, traps, room)


@pytest.mark.parametrize(("way", "spelling"), LED)
def test_internal_address_is_not_reached(crawled: Crawled, way: str, spelling: str) -> None:
    trap = crawled.traps[way, spelling]
    number = list(crawled.server.sites).index(f"{way}, {spelling}") + 1
    assert trap.entry.removeprefix(trap.site.url) in trap.site.asked
    assert not [hit for hit in crawled.server.canary_hits if f"/news/{number}-" in hit]


def test_nobody_asked_the_canary_for_anything(crawled: Crawled) -> None:
    assert crawled.server.canary_hits == []


def test_nothing_of_an_internal_page_is_stored(crawled: Crawled) -> None:
    stored = crawled.room.rows("SELECT url, headline FROM article")
    assert [url for url, headline in stored if "internal" in headline or not url.startswith("http://127.0.0.1:")] == []


def test_a_refused_redirect_is_said(crawled: Crawled) -> None:
    entry = crawled.traps["redirect 302", "dotted"].entry
    ((reason,),) = crawled.room.rows("SELECT state_reason FROM endpoint WHERE url = :url", url=entry)
    assert reason == "address refused: 127.0.0.66 is this machine"
