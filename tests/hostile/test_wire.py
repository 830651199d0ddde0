"""One crawl of answers that break HTTP or bend it: what is broken is refused with a reason, what is bent is read whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.server import HostileServer, article, feed, ok
from tests.hostile.wire import HARMLESS, PLACES, REFUSED, moved
from tests.integration.newsroom import Newsroom

#: two hosts that redirect to each other
CIRCLE = "redirect in a circle of hosts"
#: an address that would be a path out of the folder of kept pages
OUTSIDE = "/..%2f..%2f..%2f..%2fetc/harbour-story-20260102"


def path(name: str) -> str:
    """Where an answer stands, in a section of its own: "/chunk-of-no-number/harbour-story-20260101"."""
    return f"/{re.sub('[^a-z0-9]+', '-', name.lower())}/harbour-story-20260101"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl left behind."""

    server: HostileServer
    articles: list[Any]
    links: dict[str, tuple[str, str | None]]
    folder: Path
    output: str

    def headlines(self, place: str) -> list[str]:
        """The headlines that are stored under an address."""
        return [headline for url, headline in self.articles if url == self.server.url + place]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl of all of them."""
    folder: Path = tmp_path_factory.mktemp("wire")
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        answers = {path(name): answer for name, answer in {**REFUSED, **HARMLESS}.items()}
        other = server.site("other", {"/back": moved(server.url + path(CIRCLE))})
        server.answers |= {**answers, OUTSIDE: ok(article("Uist")), path(CIRCLE): moved(f"{other.url}/back")}
        server.answers["/feed.xml"] = feed([server.url + place for place in server.answers])
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        room.configure(sources={"wire": f"{server.url}/feed.xml"}, networks=["127.0.0.1/32"], every="1h", timeout=10)
        output = room.run("crawl")
        links = {url: (state, reason) for url, state, reason in room.rows("SELECT url, state, reason FROM link")}
        yield Crawled(server, room.rows("SELECT url, headline FROM article"), links, folder, output)


@pytest.mark.parametrize("name", [*REFUSED, CIRCLE])
def test_a_broken_answer_is_asked_for_and_ends_with_a_reason(crawled: Crawled, name: str) -> None:
    assert path(name) in crawled.server.asked
    assert crawled.headlines(path(name)) == []
    state, reason = crawled.links[crawled.server.url + path(name)]
    assert reason, state
    assert "Failure" not in reason, "it is told in words"


@pytest.mark.parametrize(("name", "place"), list(zip(HARMLESS, PLACES, strict=True)))
def test_an_odd_answer_gives_its_article(crawled: Crawled, name: str, place: str) -> None:
    told = crawled.links[crawled.server.url + path(name)]
    assert crawled.headlines(path(name)) == [f"Harbour board of {place} hears residents about the quay"], told


def test_nothing_behind_the_end_of_an_answer_is_read(crawled: Crawled) -> None:
    assert not [url for url, headline in crawled.articles if "Poison" in headline or "Nowhere" in headline]


def test_no_cookie_is_ever_sent_back(crawled: Crawled) -> None:
    heads = crawled.server.sites["first"].heads
    assert len(heads) > len(HARMLESS)
    assert not [head for head in heads if "\r\ncookie" in head]


def test_no_refresh_is_followed(crawled: Crawled) -> None:
    assert not [place for place in crawled.server.asked if place.startswith("/hidden/")]


def test_no_address_names_a_file(crawled: Crawled) -> None:
    assert crawled.headlines(OUTSIDE) == ["Harbour board of Uist hears residents about the quay"]
    kept = [file.name for file in (crawled.folder / "pages").rglob("*") if file.is_file()]
    assert len(kept) > len(HARMLESS)
    assert not [name for name in kept if not re.fullmatch(r"[0-9a-f]{64}\.page", name)]


def test_nothing_failed_inside(crawled: Crawled) -> None:
    assert "internal error" not in crawled.output
    assert "Traceback" not in crawled.output
