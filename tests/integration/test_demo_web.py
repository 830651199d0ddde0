"""Newswatch against the demo web: every article stored once, corrections as revisions, nothing for nothing.

The real command runs in processes of its own against real HTTP servers on loopback; what came of it is gathered once,
and each test reads the evidence.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from demo.ledger import Ledger, Verdict, addresses_of, judge, own_addresses, read_ledger
from demo.outlets import OUTLETS, Outlet
from demo.server import Request, max_at_once
from demo.web import Web
from demo.world import Article, World
from tests.integration.newsroom import ROOT, Newsroom

EACH = pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.key)


@dataclass(frozen=True, slots=True)
class Round:
    """One `newswatch crawl`: what was asked in it, and what the database held after it."""

    requests: tuple[Request, ...]
    ledger: Ledger

    def of(self, key: str) -> list[Request]:
        return [request for request in self.requests if request.outlet == key]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came of crawling the demo web again and again: new, known, quiet, and after some corrections."""

    world: World
    bases: dict[str, str]
    first: Round
    second: Round
    quiet: Round
    #: round after round until all corrections were seen
    corrected: tuple[Round, ...]
    corrections: tuple[Article, ...]
    #: what `newswatch export` printed after the first round
    export: tuple[dict[str, Any], ...]

    @property
    def rounds(self) -> tuple[Round, ...]:
        return (self.first, self.second, self.quiet, *self.corrected)

    def requests(self, key: str) -> list[Request]:
        return [request for each in self.rounds for request in each.of(key)]

    def verdict(self, ledger: Ledger, corrections: tuple[Article, ...] = ()) -> Verdict:
        published = addresses_of(self.world, self.bases)
        return judge(published, own_addresses(corrections, self.bases), ledger.rows)

    def exported(self, key: str) -> Iterator[tuple[Article, dict[str, Any]]]:
        """Each article of an outlet with what the export says of it."""
        addresses = addresses_of(self.world, self.bases)
        rows = {addresses.get(row["url"]) or addresses.get(row["canonical_url"]): row for row in self.export}
        return ((article, rows[self.bases[key] + article.path]) for article in self.world.of(key))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    folder = tmp_path_factory.mktemp("demo")
    world = World.make(seed=5)
    with Web(world) as web:
        newsroom = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        newsroom.configure()
        first = crawled(newsroom)
        exported = subprocess.run(newsroom.command("export"), cwd=ROOT, capture_output=True, text=True, check=True)
        second, quiet = crawled(newsroom), crawled(newsroom)
        tellers = [outlet.key for outlet in world.outlets if outlet.tells_changes]
        corrections = tuple(article for key in tellers for article in world.of(key)[:2])
        for article in corrections:
            web.correct(article)
        after = tuple(until_revised(newsroom, len(corrections)))
        bases = {outlet.key: web.url(outlet.key, "") for outlet in world.outlets}
        yield Evidence(
            world, bases, first, second, quiet, after, corrections,
            tuple(map(json.loads, exported.stdout.splitlines())),
        )  # fmt: skip


def until_revised(newsroom: Newsroom, many: int, patience: int = 5) -> Iterator[Round]:
    """A sitemap that was found unchanged again and again is not read at once when its index says that it changed."""
    for _ in range(patience):
        yield (done := crawled(newsroom))
        if done.ledger.revisions() >= many:
            return


def crawled(newsroom: Newsroom) -> Round:
    newsroom.web.log.clear()
    newsroom.run("crawl")
    return Round(tuple(newsroom.web.requests()), read_ledger(newsroom.folder / "news.db"))


def test_every_article_is_stored_once_and_nothing_else(evidence: Evidence) -> None:
    assert evidence.verdict(evidence.first.ledger) == Verdict()


def test_counters_and_sidebars_make_no_revision(evidence: Evidence) -> None:
    """The second round reads every page again, those that never look the same among them."""
    assert evidence.verdict(evidence.second.ledger) == Verdict()


def test_corrections_become_revisions(evidence: Evidence) -> None:
    ledger = evidence.corrected[-1].ledger
    assert evidence.verdict(ledger, evidence.corrections) == Verdict()
    headlines = {row.headline for row in ledger.rows}
    assert {article.versions[1].headline for article in evidence.corrections} <= headlines


@EACH
def test_a_quiet_round_asks_for_lists_alone_and_gets_no_body(evidence: Evidence, outlet: Outlet) -> None:
    """robots.txt and the articles that it is time to read again are counted apart."""
    articles = {path for article in evidence.world.of(outlet.key) for path in (article.path, *article.variants)}
    asked = [request for request in evidence.quiet.of(outlet.key) if request.path not in articles | {"/robots.txt"}]
    assert {request.status for request in asked} == {304}
    assert sum(request.sent for request in asked) == 0
    assert max(Counter(request.path for request in asked).values()) == 1


def test_a_quiet_round_makes_no_row(evidence: Evidence) -> None:
    assert evidence.quiet.ledger.rows == evidence.second.ledger.rows


@EACH
def test_robots_txt_is_asked_for_first_and_once(evidence: Evidence, outlet: Outlet) -> None:
    asked = [request.path for request in evidence.requests(outlet.key)]
    assert asked[0] == "/robots.txt"
    assert asked.count("/robots.txt") == 1


def test_what_robots_txt_forbids_is_never_asked_for(evidence: Evidence) -> None:
    assert [each.path for each in evidence.requests("highland") if each.path.startswith("/members/")] == []


def test_a_crawl_delay_is_kept(evidence: Evidence) -> None:
    for each in evidence.rounds:
        starts = [request.started for request in each.of("highland")]
        # the server sees a request a little later than it was sent, and not always by the same
        assert min((late - early for early, late in pairwise(starts)), default=1) >= 0.9


@EACH
def test_one_request_at_a_time_for_each_host(evidence: Evidence, outlet: Outlet) -> None:
    assert max_at_once(evidence.requests(outlet.key)) == 1


def test_links_that_leave_the_outlet_are_not_followed(evidence: Evidence) -> None:
    assert evidence.requests("canary") == []


def test_an_endless_calendar_takes_few_requests(evidence: Evidence) -> None:
    assert len([each for each in evidence.first.of("gazette") if each.path.startswith("/calendar/")]) < 10


@EACH
def test_no_article_is_fetched_twice_in_a_round(evidence: Evidence, outlet: Outlet) -> None:
    """But for the pages that said to come later, and those that an address leads to by 301."""
    articles = {article.path for article in evidence.world.of(outlet.key)}
    for each in evidence.rounds:
        counts = Counter(request.path for request in each.of(outlet.key) if request.status < 400)
        assert max(counts[path] for path in articles) <= (2 if outlet.redirects else 1), counts.most_common(3)


@EACH
def test_lists_are_asked_for_once_or_when_a_long_round_makes_them_due_again(evidence: Evidence, outlet: Outlet) -> None:
    articles = {path for article in evidence.world.of(outlet.key) for path in (article.path, *article.variants)}
    for each in evidence.rounds:
        counts = Counter(request.path for request in each.of(outlet.key) if request.path not in articles)
        assert max(counts.values(), default=0) <= 3, counts.most_common(3)


@EACH
def test_an_article_costs_few_requests(evidence: Evidence, outlet: Outlet) -> None:
    """What is asked in vain (the common places of feeds and sitemaps) is asked once, at the first visit."""
    found = [request for request in evidence.first.of(outlet.key) if request.status in (200, 301)]
    articles = len(evidence.world.of(outlet.key))
    assert len(found) <= (4 if outlet.lists_variants else 2) * articles + sum(outlet.decoys.values())


def test_requests_say_who_asks(evidence: Evidence) -> None:
    agents = {request.headers.get("user-agent", "") for each in evidence.rounds for request in each.requests}
    assert [agent for agent in agents if "demo@newswatch.example" not in agent] == []


def test_the_first_request_to_a_page_that_is_overloaded_is_followed_by_a_pause(evidence: Evidence) -> None:
    refused = [request for request in evidence.first.of("signal") if request.status in (429, 503)]
    assert refused
    for request in refused:
        later = [each for each in evidence.first.of("signal") if each.started > request.ended]
        assert later[0].started - request.ended >= 0.9


@EACH
def test_the_headline_is_exact_and_the_language_known(evidence: Evidence, outlet: Outlet) -> None:
    for article, row in evidence.exported(outlet.key):
        assert (row["headline"], row["in_language"][:2]) == (article.headline, article.language)


@EACH
def test_the_body_has_every_paragraph_in_its_order(evidence: Evidence, outlet: Outlet) -> None:
    for article, row in evidence.exported(outlet.key):
        kept = [text for text in row["article_body"].split("\n\n") if text in article.versions[0].paragraphs]
        assert kept == list(article.versions[0].paragraphs)


@EACH
def test_the_minute_of_publication_is_right_where_the_page_tells_it(evidence: Evidence, outlet: Outlet) -> None:
    for article, row in evidence.exported(outlet.key):
        told = row["date_published"] and datetime.fromisoformat(row["date_published"])
        assert told == (article.published if outlet.dated else None)
