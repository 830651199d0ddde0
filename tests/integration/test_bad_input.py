"""Bad input over the wire: each fault gives one recorded reason, costs no other article, and stores no rubbish."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.faults import FAULTS, Fault, faulty
from demo.ledger import Ledger, judge, read_ledger
from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom

#: fault -> (state, reason) of the link to its page after one crawl
REASONS = {
    "huge page": ("pending", "answer larger than [crawl] max_body"),
    "gzip bomb": ("pending", "answer larger than [crawl] max_body after unpacking"),
    "redirect loop": ("pending", "too many redirects"),
    "redirect to canary": ("skipped", "address refused: 127.0.0.66 is this machine"),
    "unknown charset": ("stored", None),
    "nul and surrogates": ("stored", None),
    "nul in text": ("stored", None),
    "year 9999": ("stored", None),
    "cut chunked": ("pending", "answer cut off"),
    "cut length": ("pending", "answer cut off"),
    "cut gzip": ("pending", "answer cut off"),
    "hanging answer": ("pending", "no whole answer in time"),
    "dripping answer": ("pending", "no whole answer in time"),
    "endless headers": ("pending", "headers of the answer do not end"),
    "soft 404": ("skipped", "soft 404"),
}
EACH = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
IN_PAGES = pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if not fault.in_feed], ids=lambda fault: fault.name
)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl of all faults left behind."""

    web: Web
    ledger: Ledger
    database: Path

    def rows(self, query: str, *values: str) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, values).fetchall()

    def bad_page(self, fault: Fault) -> str:
        """The address of the page with that fault."""
        key = faulty(fault.name).key
        return next(self.web.url(key, decoy.path) for decoy in self.web.world.decoys if decoy.outlet == key)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("faults")
    with Web(World.make(articles=3, outlets=[faulty(fault.name) for fault in FAULTS])) as web:
        newsroom = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        newsroom.configure(networks=["127.0.0.1/32"], timeout=5)
        newsroom.run("crawl")  # where a feed hangs or is rubbish, the front page stands in
        yield Crawled(web, read_ledger(folder / "news.db"), folder / "news.db")


@EACH
def test_no_other_article_is_lost(crawled: Crawled, fault: Fault) -> None:
    key = faulty(fault.name).key
    published = {crawled.web.url_of(article): crawled.web.url_of(article) for article in crawled.web.published(key)}
    rows = [row for row in crawled.ledger.rows if row.source_key == key]
    assert judge(published, (), rows).missing == ()
    assert judge(published, (), rows).twice == ()


@IN_PAGES
def test_the_page_with_the_fault_has_one_clear_reason(crawled: Crawled, fault: Fault) -> None:
    query = "SELECT state, reason, next_try_at IS NOT NULL FROM link WHERE url = ?"
    [(state, reason, comes_back)] = crawled.rows(query, crawled.bad_page(fault))
    assert (state, reason) == REASONS[fault.name]
    assert comes_back == (state != "skipped")


@IN_PAGES
def test_only_what_is_whole_is_stored(crawled: Crawled, fault: Fault) -> None:
    url = crawled.bad_page(fault)
    assert [row.source_key for row in crawled.ledger.rows if url in row.addresses] == (
        [faulty(fault.name).key] if fault.stored else []
    )


@pytest.mark.parametrize("name", ["unknown charset", "nul and surrogates", "nul in text", "year 9999"])
def test_what_was_stored_is_clean(crawled: Crawled, name: str) -> None:
    decoy = next(decoy for decoy in crawled.web.world.decoys if decoy.outlet == faulty(name).key)
    url = crawled.web.url(decoy.outlet, decoy.path)
    [row] = [row for row in crawled.ledger.rows if url in row.addresses]
    query = "SELECT headline, article_body, date_published FROM v1_article WHERE article_id = ?"
    [(headline, body, published)] = crawled.rows(query, str(row.article_id))
    assert headline.removeprefix("Cut ").strip() == decoy.article.headline
    assert body.split("\n\n") == list(decoy.article.versions[0].paragraphs)
    assert "\0" not in headline + body
    assert (published or "").startswith("9999") is False


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("unreadable feed", "neither a web page nor XML nor JSON", id="a feed of rubbish"),
        pytest.param("hanging feed", "no whole answer in time", id="a feed that never answers"),
    ],
)
def test_a_feed_that_cannot_be_read_says_why(crawled: Crawled, name: str, words: str) -> None:
    url = crawled.web.url(faulty(name).key, "/rss.xml")
    [(reason, failures)] = crawled.rows("SELECT state_reason, failures FROM endpoint WHERE url = ?", url)
    assert words in (reason or "")
    assert failures == 1


def test_nobody_asked_the_canary(crawled: Crawled) -> None:
    assert crawled.web.canary.hits == 0


def test_every_fault_of_a_page_has_its_reason_in_the_table() -> None:
    assert set(REASONS) == {fault.name for fault in FAULTS if not fault.in_feed}
