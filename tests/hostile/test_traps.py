"""Traps without end beside good sites: each costs a bounded number of requests and says what it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.bombs import page, xml
from tests.hostile.server import HostileServer, Site, article, feed, ok
from tests.integration.newsroom import Newsroom

pytestmark = pytest.mark.timeout(400)
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


def path_sessions(_site: Site) -> Callable[[str], bytes]:
    """The same, with the session in the path."""
    number = count(10**12)
    story = ok(article("Birkhaven"))

    def answer(path: str) -> bytes:
        fresh = (f"/s/{next(number):x}/story/harbour-board-of-birkhaven" for _ in range(30))
        return story if path.startswith("/s/") else page(links(*fresh))

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
        "<p>Nothing</p>" if "/x/" in path else links(*(f"/x/{next(number)}/harbour-news" for _ in range(60)))
    )


def pagination(_site: Site) -> Callable[[str], bytes]:
    """Pages behind pages behind pages, without an article."""

    def answer(path: str) -> bytes:
        number = int(path.partition("page=")[2] or 0)
        return page(f"<p>Page {number}</p><a rel=next href='/list?page={number + 1}'>next</a>")

    return answer


def growing_pages(_site: Site) -> Callable[[str], bytes]:
    """Pages behind pages, each with news that lead to nothing, and each with a longer address."""
    number = count()

    def answer(path: str) -> bytes:
        fresh = links(*(f"/news/{next(number)}/harbour-news" for _ in range(2)))
        return page("<p>Nothing</p>" if "/news/" in path else f"{fresh}<a rel=next href=more/>next</a>")

    return answer


def endless_archive(_site: Site) -> Callable[[str], bytes]:
    """Numbered pages behind pages, each with news that lead to nothing."""

    def answer(path: str) -> bytes:
        number = int(path.partition("page=")[2] or 0)
        fresh = links(*(f"/news/{number}{n}/harbour-news" for n in range(4)))
        body = f"{fresh}<a rel=next href='/list?page={number + 1}'>next</a>"
        return page("<p>Nothing</p>" if "/news/" in path else body)

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
    "session ids in the path": path_sessions,
    "sitemaps of sitemaps": sitemaps,
    "sitemaps in a circle": cycle,
    "links that change at every visit": changing,
    "pagination without end": pagination,
    "10,000 links on a page": many_links,
    "pages that grow": growing_pages,
    "an archive without end": endless_archive,
}
#: traps that are told by the shape of their addresses; those that lead to one article; and those that show nothing that
#: could be news and cost next to nothing
BY_SHAPE = ["sitemaps of sitemaps", "links that change at every visit", "10,000 links on a page"]
SESSIONS = ["session ids", "session ids in the path"]
CHEAP = ["calendar", "growing path", "sitemaps in a circle", "pagination without end"]
#: what is crawled everyday; the other traps are for the long form
FEW = [*CHEAP, "session ids", "10,000 links on a page", "pages that grow"]


def of(names: Iterable[str]) -> pytest.MarkDecorator:
    """A test for each of these traps, in the short crawl if that has it, and in the long one."""
    short = [pytest.param("few_crawled", name, id=f"few, {name}") for name in names if name in FEW]
    long = [pytest.param("all_crawled", name, id=f"all, {name}", marks=pytest.mark.slow) for name in names]
    return pytest.mark.parametrize(("form", "name"), [*short, *long])


def dated(site: Site) -> set[str]:
    """An archive month by month, with the days of a calendar beside its articles; returns them."""
    days = "".join(f"<td><a href='/calendar/2026/11/{day}'>{day}</a></td>" for day in range(1, 31))
    months = {month: [f"/2026/{month}/0{n}/harbour-opens-again-{n}" for n in range(1, 5)] for month in (11, 10, 9)}
    for month, stories in months.items():
        site.answers[f"/2026/{month}/"] = page(
            f"{links(*stories)}{days}<a rel=next href='/2026/{month - 1}/'>Older</a>"
        )
        site.answers |= {place: ok(article(f"Corrin {month} {n}")) for n, place in enumerate(stories)}
    site.answers["/"] = site.answers["/2026/11/"]
    return {place for stories in months.values() for place in stories}


def numbered(site: Site) -> set[str]:
    """A section of numbered pages, with fresh articles on each; returns them."""
    pages = {n: [f"/story/{n}{k}-harbour-board-meets-in-town" for k in range(4)] for n in range(1, 5)}
    for n, stories in pages.items():
        site.answers[f"/list?page={n}"] = page(f"{links(*stories)}<a rel=next href='/list?page={n + 1}'>next</a>")
        site.answers |= {place: ok(article(f"Dalmuir {n} {k}")) for k, place in enumerate(stories)}
    site.answers["/"] = site.answers["/list?page=1"]
    return {place for stories in pages.values() for place in stories}


def old(site: Site) -> set[str]:
    """A feed of last year's articles, and a page of dates beside it that lists none; returns what is stored: nothing."""
    stories = "".join(
        f"<item><title>Harbour opens again, part {n}</title><link>{site.url}/news/harbour-opens-again-{n}</link>"
        "<pubDate>Sat, 05 Jul 2025 10:00:00 GMT</pubDate></item>"
        for n in range(4)
    )
    head = "<link rel=alternate type=application/rss+xml href=/feed.xml>"
    months = "".join(f"<a href='/kalender/2026/{month}'>Month {month}</a>" for month in range(1, 12))
    site.answers |= {
        "/": page(head + months),
        "/feed.xml": xml(f"<rss version='2.0'><channel><title>Harbour</title>{stories}</channel></rss>"),
    }
    return set()


#: sites that are no traps, though they look a little like some
HONEST: dict[str, Callable[[Site], set[str]]] = {
    "a dated archive": dated,
    "numbered pages": numbered,
    "articles that are old": old,
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """What several crawls left behind."""

    server: HostileServer
    room: Newsroom
    #: what the honest sites have, by name
    honest: dict[str, set[str]]

    def links(self, name: str) -> list[tuple[str, str | None]]:
        query = "SELECT l.state, l.reason FROM link l JOIN source s USING (source_id) WHERE s.key = :key"
        return self.room.rows(query, key=_key(name))

    def state(self, name: str) -> tuple[str, str | None]:
        (row,) = self.room.rows("SELECT state, state_reason FROM source WHERE key = :key", key=_key(name))
        return row[0], row[1]


def _key(name: str) -> str:
    return f"t{list(TRAPS).index(name)}"


@pytest.fixture(scope="module")
def few_crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Some traps and a good site."""
    yield from _crawled(FEW, tmp_path_factory)


@pytest.fixture(scope="module")
def all_crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """All traps and a good site."""
    yield from _crawled(TRAPS, tmp_path_factory)


@pytest.fixture
def crawled(request: pytest.FixtureRequest, form: str) -> Crawled:
    """What one of them left behind."""
    found: Crawled = request.getfixturevalue(form)
    return found


def _crawled(names: Iterable[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Several crawls."""
    folder: Path = tmp_path_factory.mktemp("traps")
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        sources = {}
        for name in names:
            site = server.site(name)
            site.otherwise = without_robots(TRAPS[name](site))
            sources[_key(name)] = site.url + ("/a.xml" if "sitemap" in name else "/")
        honest = {name: make(server.site(name)) for name, make in HONEST.items()}
        sources |= {name.split()[-1]: f"{server.sites[name].url}/" for name in HONEST}
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
        yield Crawled(server, room, honest)


@of(TRAPS)
def test_a_trap_costs_a_bounded_number_of_requests(crawled: Crawled, name: str) -> None:
    asked = crawled.server.sites[name].asked
    assert 0 < len(asked) <= VISITS * (REQUESTS + 2)


@of(TRAPS)
def test_the_operator_sees_the_trap(crawled: Crawled, name: str) -> None:
    state, reason = crawled.state(name)
    assert (state, str(reason)[:5]) == ("trapped", "trap:")


@of(BY_SHAPE)
def test_what_is_not_fetched_any_more_has_the_trap_as_its_reason(crawled: Crawled, name: str) -> None:
    assert [why for state, why in crawled.links(name) if state == "skipped" and str(why).startswith("trap:")]


@of([name for name in TRAPS if name not in SESSIONS])
def test_nothing_of_a_trap_is_an_article(crawled: Crawled, name: str) -> None:
    assert crawled.room.rows("SELECT url FROM article WHERE source_key = :key", key=_key(name)) == []


@of(SESSIONS)
def test_an_article_under_a_hundred_sessions_is_stored_once(crawled: Crawled, name: str) -> None:
    query = "SELECT count(*) FROM article WHERE source_key = :key"
    assert crawled.room.rows(query, key=_key(name)) == [(1,)]


@of(CHEAP)
def test_a_trap_that_ends_by_itself_costs_next_to_nothing(crawled: Crawled, name: str) -> None:
    assert len(crawled.server.sites[name].asked) <= VISITS * 12


@of(["growing path", "pages that grow"])
def test_a_growing_path_is_left_before_it_is_long(crawled: Crawled, name: str) -> None:
    asked = crawled.server.sites[name].asked
    assert max(place.count("/") for place in asked) <= 16


@of(["10,000 links on a page"])
def test_the_good_site_beside_it_is_read_whole(crawled: Crawled, name: str) -> None:
    assert crawled.server.sites[name].asked
    stored = crawled.room.rows("SELECT url FROM article WHERE source_key = 'good'")
    assert len(stored) == len(set(stored)) == 20
    assert crawled.room.rows("SELECT state FROM source WHERE key = 'good'") == [("ok",)]


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_site_that_goes_on_and_on_is_read_whole_and_called_no_trap(few_crawled: Crawled, name: str) -> None:
    key, url = name.rsplit(maxsplit=1)[-1], few_crawled.server.sites[name].url
    stored = few_crawled.room.rows("SELECT url FROM article WHERE source_key = :key", key=key)
    assert {row[0] for row in stored} == {url + place for place in few_crawled.honest[name]}
    assert few_crawled.room.rows("SELECT state, state_reason FROM source WHERE key = :key", key=key) == [("ok", None)]
