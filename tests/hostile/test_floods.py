"""Bombs in one crawl beside good articles: all of these are stored, and memory stays below 400 MB."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.bombs import LISTS, PAGES
from tests.hostile.processes import Peak
from tests.hostile.server import HostileServer, article, feed, ok
from tests.integration.newsroom import Newsroom

pytestmark = pytest.mark.timeout(600)
GOOD_ARTICLES = 10
#: bytes, of the daemon and two readers
MEMORY = 400_000_000
STORY = "/news/harbour-story-1"
#: a few that are quickly over, for everyday
FEW = ("billion laughs", "feed of ampersands", "9 MB of HTML in 9 KB", "a title of 5 MB")
#: the heaviest
SOME = (
    "billion laughs", "external entity", "packed sitemap bomb", "feed of ampersands", "100,000 links", "list of 9 MB of HTML",
    "9 MB of HTML", "9 MB of HTML in 9 KB", "600,000 spans", "8 MB of JSON-LD", "a title of 5 MB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl left behind."""

    server: HostileServer
    room: Newsroom
    names: tuple[str, ...]
    good: int
    peak: int
    output: str


def _serve(server: HostileServer, names: tuple[str, ...], good: int) -> dict[str, str]:
    entries = {}
    for number, name in enumerate(names):
        site = server.site(name)
        if name in LISTS:
            site.answers["/entry"] = LISTS[name]
        else:
            site.answers |= {"/entry": feed([site.url + STORY]), STORY: PAGES[name]}
        entries[f"bad{number}"] = f"{site.url}/entry"
    for number in range(good):
        site = server.site(f"good {number}")
        stories = {f"/news/harbour-story-{n}": ok(article(f"Port {number} {n}")) for n in range(GOOD_ARTICLES)}
        site.answers |= {**stories, "/entry": feed([site.url + place for place in stories])}
        entries[f"good{number}"] = f"{site.url}/entry"
    return entries


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((FEW, 4), id="few"),
        pytest.param((SOME, 20), id="some", marks=pytest.mark.slow),
        pytest.param(((*LISTS, *PAGES), 20), id="all", marks=pytest.mark.slow),
    ],
)
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl of all sites."""
    folder: Path = tmp_path_factory.mktemp("floods")
    names, good = request.param
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        sources = _serve(server, names, good)
        room.configure(sources=sources, networks=["127.0.0.1/32"], every="1h", timeout=20, visit_time=150, readers=2)
        process = room.start("crawl")
        with Peak(process.pid) as peak:
            process.wait(500)
        yield Crawled(server, room, names, good, peak.bytes, room.log())


def test_every_good_article_is_stored_once(crawled: Crawled) -> None:
    stored = crawled.room.rows("SELECT url FROM article WHERE source_key LIKE 'good%'")
    assert len(stored) == len(set(stored)) == crawled.good * GOOD_ARTICLES


def test_memory_stays_below_its_limit(crawled: Crawled) -> None:
    assert 0 < crawled.peak < MEMORY


def test_every_bomb_was_asked_for(crawled: Crawled) -> None:
    unasked = [name for name in crawled.names if not set(crawled.server.sites[name].asked) & {"/entry", STORY}]
    assert unasked == []


def test_nothing_of_a_bomb_is_an_article(crawled: Crawled) -> None:
    assert crawled.room.rows("SELECT source_key, headline FROM article WHERE source_key NOT LIKE 'good%'") == []


def test_every_article_that_is_a_bomb_has_a_reason(crawled: Crawled) -> None:
    query = "SELECT s.key FROM link l JOIN source s USING (source_id) WHERE s.key LIKE 'bad%' AND l.kind = 'article'"
    unsaid = crawled.room.rows(f"{query} AND l.url LIKE '%{STORY}' AND l.reason IS NULL AND l.attempts > 0")
    assert unsaid == []


def test_no_file_and_no_internal_page_was_read(crawled: Crawled) -> None:
    assert crawled.server.canary_hits == []
    assert crawled.room.rows("SELECT title FROM link WHERE title LIKE '%root:%'") == []


def test_nothing_failed_inside(crawled: Crawled) -> None:
    assert "internal error" not in crawled.output
    assert "Traceback" not in crawled.output
