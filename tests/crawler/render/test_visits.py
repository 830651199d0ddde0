"""Whole visits with a real browser, in two crawls of one process each: what scripts draw is found, and nothing else happens.

The first crawl meets all outlets at once and one browser; the second one, later, shows what is asked again and what is not.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crawler.render import hostile_pages
from tests.crawler.render.desk import MEMORY_MOST, PATIENCE, Desk, desk_of
from tests.crawler.render.drawn import drawing, redirecting
from tests.crawler.render.hostile_pages import canary, leaving, reaching, sockets
from tests.support.scripted import Outlet, articles, as_json, stories

pytestmark = pytest.mark.timeout(2 * PATIENCE)
#: outlets that are visited twice
AGAIN = ("list", "document", "moved-code", "state", "called", "reaching")


@dataclass
class Found:
    """The desk, and how often the canary was reached by the end of each crawl."""

    desk: Desk
    hits: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, chromium: Path) -> Iterator[Found]:
    with canary() as told:
        reached = Outlet({**reaching(told, json.dumps(stories(0, 10))), **articles(0, 10)})
        outlets = {**drawing(), "reaching": reached, "sockets": Outlet(sockets(json.dumps(stories(0, 5))))}
        outlets |= {name: Outlet(pages) for name, pages in leaving().items()} | redirecting(outlets["plain"])
        with desk_of(tmp_path_factory.mktemp("desk"), outlets) as made:
            result = Found(made)
            made.crawl("127.0.0.1/32")
            result.hits.append(told.hits)
            outlets["list"].pages["/list"] = lambda _: as_json(stories(10, 10))  # the shell stays as it is
            made.crawl("127.0.0.0/8", *AGAIN)
            result.hits.append(told.hits)
            yield result


@pytest.fixture
def desk(found: Found) -> Desk:
    return found.desk


@pytest.mark.parametrize(
    ("key", "count"),
    [
        pytest.param("plain", 5, id="a list without scripts"),
        pytest.param("scrolling", 20, id="a list that grows by scrolling"),
        pytest.param("button", 20, id="a list that grows by its button"),
        pytest.param("consent", 10, id="a list behind a consent dialog, which is refused"),
        pytest.param("article", 3, id="articles that scripts draw"),
        pytest.param("document", 9, id="a list that a script draws from what stands in it"),
        pytest.param("state", 8, id="a list in JSON inside the page"),
        pytest.param("called", 7, id="a list that a script calls by a plain address"),
        pytest.param("moved-list", 10, id="a list that comes late by a redirect"),
        pytest.param("moved-code", 6, id="a list that a script behind a redirect draws"),
        pytest.param("reaching", 10, id="a list beside tries to reach other machines"),
    ],
)
def test_everything_that_is_listed_is_stored(desk: Desk, key: str, count: int) -> None:
    assert desk.stored(key) == count, desk.runs[0].log


def test_one_browser_serves_all_visits_and_ends_with_them(desk: Desk) -> None:
    """Crawls overlap: each ends by itself, and the others finish."""
    assert desk.runs[0].log.count("browser started") == 1, desk.runs[0].log
    assert "internal error" not in desk.runs[0].log
    assert "Traceback" not in desk.runs[0].log


@pytest.mark.parametrize("key", ["plain", "state", "called"])
def test_what_can_be_read_without_a_browser_is(desk: Desk, key: str) -> None:
    assert desk.health(key)[2:] == (None, None)
    assert f"{key}: browser" not in desk.runs[0].log


def test_the_source_is_marked_and_says_why(desk: Desk) -> None:
    url = desk.outlets["scrolling"].url()
    assert desk.health("scrolling") == ("ok", None, "lists", f"lists: 20 links in the browser, none without, at {url}")
    assert desk.health("article")[2] == "articles"


def test_the_document_is_asked_for_once_and_drawn_from_that_answer(desk: Desk) -> None:
    assert [target for target, _ in desk.asked[0]["list"]].count("/") == 1


def test_robots_txt_holds_for_what_a_page_asks_for(desk: Desk) -> None:
    assert not [target for target, _ in desk.asked[0]["forbidden"] if target.startswith("/list")]
    assert desk.health("forbidden")[2] == "useless"


def test_an_unchanged_shell_is_not_taken_for_an_unchanged_list(desk: Desk) -> None:
    assert desk.stored("list") == 20


def test_a_page_that_its_document_alone_makes_is_unchanged_with_it(desk: Desk) -> None:
    assert desk.asked[1]["document"] == [("/", 304)]
    assert desk.asked[1]["state"] == [("/", 304)]


def test_a_page_whose_code_comes_by_a_redirect_is_drawn_at_each_visit(desk: Desk) -> None:
    assert [(target, status) for target, status in desk.asked[1]["moved-code"] if target == "/"] == [("/", 200)]


def test_where_a_redirect_leads_to_is_counted_as_a_request_of_the_visit(desk: Desk) -> None:
    (line,) = [line for line in desk.runs[0].log.splitlines() if " moved-list: " in line and " requests, " in line]
    assert f" {len(desk.asked[0]['moved-list'])} requests, " in line


def test_what_another_site_shows_behind_a_redirect_is_not_read(desk: Desk) -> None:
    state, reason, *_ = desk.health("led-off")
    assert (state, desk.stored("led-off")) == ("failing", 0)
    assert f"leads to {desk.outlets['plain'].url()}, which is not of its site" in str(reason)


def test_a_called_list_is_asked_conditionally_from_then_on(desk: Desk) -> None:
    assert ("/api/latest", 304) in desk.asked[1]["called"]
    assert desk.rows("SELECT origin FROM endpoint WHERE url LIKE '%/api/latest'") == [("script",)]


def test_no_page_reaches_an_internal_address_by_any_way(found: Found) -> None:
    assert len(hostile_pages.WAYS) >= 20
    assert found.hits[0] == 0


def test_the_ways_are_real_where_the_operator_allows_that_network(found: Found) -> None:
    assert found.hits[1] > 3


def test_no_socket_is_opened_by_a_page_or_by_its_workers(desk: Desk) -> None:
    targets = [target for target, _ in desk.asked[0]["sockets"]]
    assert targets.count("/called") == 1, "the worker has run"
    assert not [target for target in targets if target.startswith("/socket")]


@pytest.mark.parametrize("key", leaving())
def test_a_page_that_leads_to_another_scheme_stays_or_is_not_read(desk: Desk, key: str) -> None:
    state, reason, *_ = desk.health(key)
    assert desk.stored(key) == 0
    assert "elsewhere" not in str(desk.rows("SELECT url FROM link WHERE url LIKE :url", url=desk.outlets[key].url("%")))
    assert state in {"ok", "failing"}, reason


def test_memory_of_all_children_stays_below_the_limit(desk: Desk) -> None:
    assert 0 < desk.runs[0].peak < MEMORY_MOST
    assert 0 < desk.runs[1].peak < MEMORY_MOST
