"""Whole visits with a real browser, in two crawls of one process each: what scripts draw is found, and nothing else happens.

The first crawl meets all outlets at once and one browser; the second one, later, shows what is asked again and what is not.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from crawler.render.processes import below_driver, proportional
from tests.crawler.render import hostile_pages
from tests.crawler.render.hostile_pages import BURDENS, Canary, canary, reaching
from tests.support.scripted import (
    DRAW,
    Outlet,
    Sent,
    articles,
    as_json,
    paragraphs,
    shell,
    stories,
    story,
)
from tests.support.tree import ROOT

#: two crawls of half a minute; a machine that is busy with other tests takes ten times as long
PATIENCE = 400
pytestmark = pytest.mark.timeout(2 * PATIENCE)
#: bytes that driver, browser and pages may use together, whatever a page does
MEMORY_MOST = 700 * 10**6
#: draws more when its end is seen, at most to 20 stories
SCROLLING = """
let at = 0;
const more = () => fetch('/list?from=' + at).then(r => r.json()).then(found => { draw(found); at += found.length; });
const end = document.createElement('div');
end.style.height = '10px';
document.body.append(end);
more().then(() => new IntersectionObserver(seen => { if (seen[0].isIntersecting && at < 20) more(); }).observe(end));
for (const item of [1]) document.body.insertAdjacentHTML('beforeend', '<style>article { height: 200px }</style>');
"""
BUTTON = """
let at = 0;
const more = () => fetch('/list?from=' + at).then(r => r.json()).then(found => { draw(found); at += found.length; });
more();
document.getElementById('more').addEventListener('click', more);
"""
CONSENT = """
document.getElementById('onetrust-reject-all-handler').addEventListener('click', () => {
  document.getElementById('dialog').remove();
  fetch('/list?from=' + 0).then(r => r.json()).then(draw);
});
"""


def _tens(target: str) -> Sent:
    first = int(target.partition("=")[2] or 0)
    return as_json(stories(first, 10) if first < 20 else [])


def _text(target: str) -> Sent:
    number = int(target.partition("=")[2])
    return as_json({"title": story(number)["title"], "text": paragraphs(number)})


def _drawn_article(number: int) -> Sent:
    script = (
        f"fetch('/text?of=' + {number}).then(r => r.json()).then(told => {{ document.title = told.title;"
        " document.getElementById('root').innerHTML = '<article><h1>' + told.title + '</h1>'"
        " + told.text.map(part => '<p>' + part + '</p>').join('') + '</article>'; })"
    )
    return shell(script)


def _plain_list(first: int, count: int) -> Sent:
    items = "".join(
        f'<article><h3><a href="{one["url"]}">{one["title"]}</a></h3></article>' for one in stories(first, count)
    )
    return Sent(f"<!doctype html><html><body><main>{items}</main></body></html>".encode())


def _outlets(told: Canary) -> dict[str, Outlet]:
    """One outlet for each way in which scripts draw, and one for each thing that pages should not do."""
    stated = json.dumps({"props": {"stories": stories(0, 8)}})
    return {
        "plain": Outlet({"/": _plain_list(0, 5), **articles(0, 5)}),
        "list": Outlet({"/": shell(DRAW + "fetch('/list?from=' + 0).then(r => r.json()).then(draw)"), "/list": _tens, **articles(0, 20)}),
        "scrolling": Outlet({"/": shell(DRAW + SCROLLING), "/list": _tens, **articles(0, 20)}),
        "button": Outlet(
            {"/": shell(DRAW + BUTTON, body='<div id="root"></div><button id="more">Load more stories</button>'), "/list": _tens, **articles(0, 20)}
        ),
        "consent": Outlet(
            {"/": shell(DRAW + CONSENT, body='<div id="root"></div><div id="dialog"><button id="onetrust-reject-all-handler">Reject</button></div>'),
             "/list": _tens, **articles(0, 10)}
        ),
        "article": Outlet({"/": _plain_list(0, 3), **{story(n)["url"]: _drawn_article(n) for n in range(3)}, "/text": _text}),
        "document": Outlet({"/": shell(DRAW + f"draw({json.dumps(stories(0, 9))})"), **articles(0, 9)}),
        "state": Outlet({"/": shell("start()", head=f'<script type="application/json">{stated}</script>'), **articles(0, 8)}),
        "called": Outlet({"/": shell(DRAW + "fetch('/api/latest').then(r => r.json()).then(draw)"), "/api/latest": as_json(stories(0, 7)), **articles(0, 7)}),
        "forbidden": Outlet(
            {"/": shell(DRAW + "fetch('/list?from=' + 0).then(r => r.json()).then(draw)"), "/list": _tens,
             "/robots.txt": Sent(b"User-agent: *\nDisallow: /list\n", "text/plain")}
        ),
        "reaching": Outlet({**reaching(told, json.dumps(stories(0, 10))), **articles(0, 10)}),
        **{name: hostile_pages.burdening(name) for name in BURDENS},
    }  # fmt: skip


@dataclass
class Run:
    """What one crawl printed, and the most that its browser used."""

    log: str = ""
    code: int = 0
    peak: int = 0


@dataclass
class Desk:
    """The outlets, the database, and the two crawls."""

    folder: Path
    outlets: dict[str, Outlet]
    canary: Canary
    runs: list[Run] = field(default_factory=list)
    #: requests of each outlet in each crawl
    asked: list[dict[str, list[tuple[str, int]]]] = field(default_factory=list)
    hits: list[int] = field(default_factory=list)

    def configure(self, networks: str, *keys: str) -> Path:
        blocks = [f'[[source]]\nkey = "{key}"\nurl = "{self.outlets[key].url()}"\n' for key in keys or self.outlets]
        file = self.folder / "newswatch.toml"
        file.write_text(
            f'database = "sqlite:///{self.folder}/news.db"\n[crawl]\ncontact = "x@example.org"\nreaders = 1\n'
            f'[safety]\nallow_networks = ["{networks}"]\n'
            '[render]\nunsafe_no_sandbox = true\ntimeout = "20s"\n' + "\n".join(blocks),
            encoding="utf-8",
        )
        return file

    def crawl(self, file: Path) -> None:
        """One `newswatch crawl`, watched while it runs."""
        run = Run()
        command = [sys.executable, "-m", "cli", "--config", str(file), "crawl"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            ended = threading.Event()
            watch = threading.Thread(target=_watch, args=(process.pid, run, ended))
            watch.start()
            run.log, _ = process.communicate(timeout=PATIENCE)
            ended.set()
            watch.join()
            run.code = process.returncode
        self.runs.append(run)
        self.asked.append({key: [(a.target, a.status) for a in outlet.asked] for key, outlet in self.outlets.items()})
        self.hits.append(self.canary.hits)
        for outlet in self.outlets.values():
            outlet.asked.clear()

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        engine = create_engine(f"sqlite:///{self.folder}/news.db")
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query), values)]
        engine.dispose()
        return found

    def stored(self, key: str) -> int:
        """How many articles of an outlet are stored."""
        return int(self.rows("SELECT count(*) FROM article WHERE source_key = :key", key=key)[0][0])

    def health(self, key: str) -> tuple[Any, ...]:
        (row,) = self.rows(
            "SELECT state, state_reason, render_need, render_reason FROM v1_source_health WHERE source_key = :key",
            key=key,
        )
        return row


def _watch(process: int, run: Run, ended: threading.Event) -> None:
    while not ended.wait(0.2):
        run.peak = max(run.peak, proportional(below_driver(process)))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        told = stack.enter_context(canary())
        outlets = {key: stack.enter_context(outlet) for key, outlet in _outlets(told).items()}
        made = Desk(tmp_path_factory.mktemp("desk"), outlets, told)
        made.crawl(made.configure("127.0.0.1/32"))
        outlets["list"].pages["/list"] = lambda _: as_json(stories(10, 10))  # the shell stays as it is
        made.crawl(made.configure("127.0.0.0/8", "list", "document", "state", "called", "article", "reaching"))
        yield made


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


def test_a_called_list_is_asked_conditionally_from_then_on(desk: Desk) -> None:
    assert ("/api/latest", 304) in desk.asked[1]["called"]
    assert desk.rows("SELECT origin FROM endpoint WHERE url LIKE '%/api/latest'") == [("script",)]


def test_no_page_reaches_an_internal_address_by_any_way(desk: Desk) -> None:
    assert len(hostile_pages.WAYS) >= 20
    assert desk.hits[0] == 0


def test_the_ways_are_real_where_the_operator_allows_that_network(desk: Desk) -> None:
    assert desk.hits[1] > 3


@pytest.mark.parametrize("name", BURDENS)
def test_a_burden_ends_in_its_budget_and_costs_its_own_visit_alone(desk: Desk, name: str) -> None:
    assert [line for line in desk.runs[0].log.splitlines() if f" {name}: " in line and " requests, " in line]
    assert desk.rows("SELECT visits, lease_owner FROM source WHERE key = :key", key=name) == [(1, None)]
    assert desk.stored(name) == 0


def test_endless_and_crashing_pages_say_so(desk: Desk) -> None:
    assert "did not come to an end with the page in 20 s" in str(desk.health("endless")[1])
    assert desk.health("crash")[0] == "failing"


def test_windows_that_a_page_opens_ask_for_nothing(desk: Desk) -> None:
    assert not [target for target, _ in desk.asked[0]["windows"] if target.startswith("/w")]


def test_memory_of_all_children_stays_below_the_limit(desk: Desk) -> None:
    assert 0 < desk.runs[0].peak < MEMORY_MOST
    assert 0 < desk.runs[1].peak < MEMORY_MOST
