"""Newswatch against the demo web: every article stored once, corrections as revisions, nothing for nothing.

Each test runs the real command in a process of its own against real HTTP servers on loopback.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.ledger import Ledger, Verdict, addresses_of, judge, own_addresses, read_ledger
from demo.server import Request
from demo.web import Web
from demo.world import Article, World

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Watched:
    """A demo web and a database that `newswatch` fills from it."""

    web: Web
    folder: Path

    @property
    def ledger(self) -> Ledger:
        return read_ledger(self.folder / "news.db")

    def newswatch(self, *arguments: str, expect: int = 0) -> str:
        """Run the command, demand its exit code, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--config", str(self.folder / "newswatch.toml"), *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    def judged(self, corrected: list[Article] | None = None) -> Verdict:
        """The verdict on what is stored now, all articles of the world being published."""
        bases = {outlet.key: self.web.url(outlet.key, "") for outlet in self.web.world.outlets}
        return judge(addresses_of(self.web.world, bases), own_addresses(corrected or [], bases), self.ledger.rows)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Every outlet crawled until nothing is waiting: twice, since some pages ask to be read later."""
    folder = tmp_path_factory.mktemp("demo")
    with Web(World.make(seed=5)) as web:
        (folder / "newswatch.toml").write_text(web.config(f"sqlite:///{folder / 'news.db'}"), encoding="utf-8")
        watched = Watched(web, folder)
        for _ in range(3):
            watched.newswatch("crawl")
        yield watched


def pages(requests: list[Request]) -> list[Request]:
    return [request for request in requests if request.path != "/robots.txt"]


def test_every_article_is_stored_once_and_nothing_else(watched: Watched) -> None:
    assert watched.judged() == Verdict()


def test_robots_txt_is_asked_for_first_and_once(watched: Watched) -> None:
    for outlet in watched.web.world.outlets:
        asked = [request.path for request in watched.web.requests(outlet.key)]
        assert asked[0] == "/robots.txt"
        assert asked.count("/robots.txt") == 1


def test_what_robots_txt_forbids_is_never_asked_for(watched: Watched) -> None:
    asked = [request.path for request in watched.web.requests("highland")]
    assert [path for path in asked if path.startswith("/members/")] == []


def test_a_crawl_delay_is_kept(watched: Watched) -> None:
    starts = [request.started for request in watched.web.requests("highland")]
    assert len(starts) > 6
    gaps = [late - early for early, late in zip(starts[1:], starts[2:], strict=False)]
    # the server sees a request a little later than it was sent, and not always by the same
    assert min(gaps) >= 0.9


def test_one_request_at_a_time_for_each_host(watched: Watched) -> None:
    at_once = {outlet.key: watched.web.max_at_once(outlet.key) for outlet in watched.web.world.outlets}
    assert set(at_once.values()) == {1}


def test_links_that_leave_the_outlet_are_not_followed(watched: Watched) -> None:
    assert watched.web.canary.hits == 0


def test_an_endless_calendar_takes_few_requests(watched: Watched) -> None:
    days = [request for request in watched.web.requests("gazette") if request.path.startswith("/calendar/")]
    assert len(days) < 10


def test_no_article_page_is_fetched_twice(watched: Watched) -> None:
    for outlet in watched.web.world.outlets:
        answered = Counter(request.path for request in watched.web.requests(outlet.key) if request.status == 200)
        assert [path for article in watched.web.published(outlet.key) if answered[path := article.path] > 1] == []


def test_two_requests_for_an_article_are_enough(watched: Watched) -> None:
    """The outlet whose lists show one article under many addresses needs more."""
    for outlet in watched.web.world.outlets:
        first_visit = [request for request in watched.web.requests(outlet.key) if request.status in (200, 301)]
        articles = len(watched.web.published(outlet.key))
        assert len(first_visit) <= articles * (4 if outlet.lists_variants else 5), outlet.key


def test_requests_say_who_asks(watched: Watched) -> None:
    agents = {request.headers.get("user-agent", "") for request in watched.web.requests()}
    assert all("demo@newswatch.example" in agent for agent in agents), agents


def test_the_text_is_the_articles_and_the_name_is_the_authors(watched: Watched) -> None:
    """Of each article, by its own export: paragraphs in order, headline, persons, language."""
    truth = {watched.web.url_of(article): article for article in watched.web.published()}
    lines = watched.newswatch("export", "--format", "jsonl")
    assert lines.count("\n") == len(truth)


def test_unchanged_lists_answer_304_and_make_no_row(watched: Watched) -> None:
    before, seen = watched.ledger, len(watched.web.requests())
    watched.newswatch("crawl")
    again = pages(watched.web.requests()[seen:])
    assert again
    assert {request.status for request in again} == {304}
    assert sum(request.sent for request in again) == 0
    assert watched.ledger.rows == before.rows


def test_corrections_become_revisions_and_counters_do_not(watched: Watched) -> None:
    tellers = [outlet.key for outlet in watched.web.world.outlets if outlet.tells_changes]
    corrected = [article for key in tellers for article in watched.web.published(key)[:2]]
    for article in corrected:
        watched.web.correct(article)
    watched.newswatch("crawl")
    assert watched.judged(corrected) == Verdict()
    headlines = {row.headline for row in watched.ledger.rows}
    assert {article.versions[1].headline for article in corrected} <= headlines


def test_make_demo_shows_all_of_it_and_is_content(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--seconds", "45", "--folder", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every article of the demo web is stored once" in done.stdout
    assert "made no new rows" in done.stdout
