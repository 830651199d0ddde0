"""Traps without end beside a good site: each costs a bounded number of requests and says what it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.bombs import page, xml
from tests.hostile.server import HostileServer, Site, article, feed, ok
from tests.integration.newsroom import Newsroom

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]
#: visits of each source, and requests of one visit
VISITS, REQUESTS = 2, 90
NOTHING = ok(b"", status="404 Not Found")


def links(*places: str) -> str:
    """Headlines that lead to these places."""
    return "".join(
        f'<h2><a href="{place}">Harbour board hears residents about {place[-12:]}</a></h2>' for place in places
    )


def without_robots(answer: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda path: NOTHING if path == "/robots.txt" else answer(path)


def calendar(_site: Site) -> Callable[[str], bytes]:
    """Each month leads to the months around it."""

    turn = count(1000, 40)

    def answer(path: str) -> bytes:
        year, month = next(turn), 6
        around = [f"/calendar/{year + n}/{month + n}/events-of-the-day-in-{n + 9}" for n in range(1, 40)]
        return page("<p>No events</p>") if "events" in path else page(links(*around))

    return answer


def growing(_site: Site) -> Callable[[str], bytes]:
    """Relative links that make each path longer."""
    return lambda _: page(links("more/stories-of-the-day/index-1", "deeper/harbour-story-of-today/x-2"))


def sessions(_site: Site) -> Callable[[str], bytes]:
    """The same article under another session for each look."""
    number = count()
    story = ok(article("Aldmoor"))

    def answer(path: str) -> bytes:
        if path.startswith("/story"):
            return story
        return page(links(*(f"/story/harbour-board-of-aldmoor?session={next(number)}x" for _ in range(30))))

    return answer


def sitemaps(site: Site) -> Callable[[str], bytes]:
    """Each sitemap index leads to fifty others."""
    number = count()
    child = "<sitemap><loc>{url}/s{n}.xml</loc></sitemap>"
    return lambda _: xml(
        f"<sitemapindex>{''.join(child.format(url=site.url, n=next(number)) for _ in range(50))}</sitemapindex>"
    )


def cycle(site: Site) -> Callable[[str], bytes]:
    """Two sitemap indexes that lead to each other."""
    return lambda path: xml(
        f"<sitemapindex><sitemap><loc>{site.url}/{'b' if path.startswith('/a') else 'a'}.xml</loc></sitemap></sitemapindex>"
    )


def changing(_site: Site) -> Callable[[str], bytes]:
    """Links that were never there before, and lead to nothing."""
    number = count()
    return lambda path: page(
        "<p>Nothing</p>" if "/x/" in path else links(*(f"/x/{next(number)}/harbour-news" for _ in range(40)))
    )


def pagination(_site: Site) -> Callable[[str], bytes]:
    """Pages behind pages behind pages, without an article."""

    def answer(path: str) -> bytes:
        number = int(path.partition("page=")[2] or 0)
        return page(f"<p>Page {number}</p><a rel=next href='/list?page={number + 1}'>next</a>")

    return answer


def many_links(_site: Site) -> Callable[[str], bytes]:
    """Ten thousand links that lead to nothing."""
    body = "".join(f'<a href="/n/{n}/harbour-news-of-today">Harbour board hears number {n}</a>' for n in range(10_000))
    front = page(body)
    return lambda path: page("<p>Nothing</p>") if path.startswith("/n/") else front


TRAPS: dict[str, Callable[[Site], Callable[[str], bytes]]] = {
    "calendar": calendar,
    "growing path": growing,
    "session ids": sessions,
    "sitemaps of sitemaps": sitemaps,
    "sitemaps in a circle": cycle,
    "links that change at every visit": changing,
    "pagination without end": pagination,
    "10,000 links on a page": many_links,
}
#: traps that are told by their shape; the others end by themselves, because they show nothing that could be news
TOLD = ["sitemaps of sitemaps", "links that change at every visit", "10,000 links on a page"]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What several crawls left behind."""

    server: HostileServer
    room: Newsroom

    def links(self, name: str) -> list[tuple[str, str | None]]:
        query = "SELECT l.state, l.reason FROM link l JOIN source s USING (source_id) WHERE s.key = :key"
        return self.room.rows(query, key=_key(name))

    def state(self, name: str) -> tuple[str, str | None]:
        (row,) = self.room.rows("SELECT state, state_reason FROM source WHERE key = :key", key=_key(name))
        return row[0], row[1]


def _key(name: str) -> str:
    return f"t{list(TRAPS).index(name)}"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Several crawls of all traps and a good site."""
    folder: Path = tmp_path_factory.mktemp("traps")
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        sources = {}
        for name, make in TRAPS.items():
            site = server.site(name)
            site.otherwise = without_robots(make(site))
            sources[_key(name)] = site.url + ("/a.xml" if "sitemap" in name else "/")
        good = server.site("good")
        stories = {f"/news/harbour-story-{n}": ok(article(f"Port {n}")) for n in range(20)}
        good.answers |= {**stories, "/feed.xml": feed([good.url + place for place in stories])}
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        room.configure(
            sources={**sources, "good": f"{good.url}/feed.xml"},
            networks=["127.0.0.1/32"],
            every="1h",
            visit_requests=REQUESTS,
            page_links=60,
        )
        for _ in range(VISITS):
            assert room.start("crawl").wait(180) == 0, room.log()
        yield Crawled(server, room)


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_costs_a_bounded_number_of_requests(crawled: Crawled, name: str) -> None:
    asked = crawled.server.sites[name].asked
    assert 0 < len(asked) <= VISITS * (REQUESTS + 2)


@pytest.mark.parametrize("name", TOLD)
def test_the_operator_sees_the_trap(crawled: Crawled, name: str) -> None:
    state, reason = crawled.state(name)
    assert (state, str(reason)[:5]) == ("trapped", "trap:")
    assert [why for state, why in crawled.links(name) if state == "skipped" and str(why).startswith("trap:")]


@pytest.mark.parametrize("name", sorted(set(TRAPS) - {"session ids"}))
def test_nothing_of_a_trap_is_an_article(crawled: Crawled, name: str) -> None:
    assert crawled.room.rows("SELECT url FROM article WHERE source_key = :key", key=_key(name)) == []


def test_an_article_under_a_hundred_sessions_is_stored_once(crawled: Crawled) -> None:
    query = "SELECT count(*) FROM article WHERE source_key = :key"
    assert crawled.room.rows(query, key=_key("session ids")) == [(1,)]


def test_a_growing_path_is_left_before_it_is_long(crawled: Crawled) -> None:
    asked = crawled.server.sites["growing path"].asked
    assert max(place.count("/") for place in asked) <= 16


def test_the_good_site_is_read_whole(crawled: Crawled) -> None:
    stored = crawled.room.rows("SELECT url FROM article WHERE source_key = 'good'")
    assert len(stored) == len(set(stored)) == 20
    assert crawled.room.rows("SELECT state FROM source WHERE key = 'good'") == [("ok",)]
