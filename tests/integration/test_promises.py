"""Promises of the design that need whole processes: one request at a time, quiet visits, leases, the same rows."""

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import takewhile, zip_longest
from typing import Any

import pytest

from demo.web import Web
from demo.world import World
from tests.integration.newsroom import Newsroom, running, wait_until

TABLES = ("article", "article_alias", "revision", "change", "link", "endpoint", "host", "source", "story")
#: outlets without a random fault, so that two crawls meet the same answers
STEADY = ["meridian", "harbour", "northsky", "vestnik", "metro"]
#: of these, the outlets whose pages repeat no furniture inside the text: a later visit would leave it out of an article
#: that an earlier one would have kept it in, and which visit meets an article is a matter of time
PLAIN = ["northsky", "vestnik", "metro"]


def test_ten_sources_on_one_host_and_two_processes_make_one_request_at_a_time(
    newsroom: Callable[[Web], Newsroom],
) -> None:
    with Web(World.make(outlets=["meridian"]), latency=0.02) as web:
        room = newsroom(web)
        room.configure(every="1h", sources={f"s{n}": web.url("meridian", f"/feed/?part={n}") for n in range(10)})
        first, second = room.start("crawl", "--wait"), room.start("crawl", "--wait")
        assert (first.wait(110), second.wait(110)) == (0, 0), room.log()
        asked = Counter(request.path.split("?")[0] for request in web.requests("meridian"))
        assert web.max_at_once("meridian") == 1
        assert asked["/robots.txt"] == 1
        assert asked["/feed/"] >= 10
        assert room.count("SELECT count(*) FROM article") == len(web.published("meridian"))


def test_a_quiet_visit_costs_one_request_for_each_due_endpoint_and_makes_no_row(
    newsroom: Callable[[Web], Newsroom],
) -> None:
    with Web(World.make(outlets=["meridian", "harbour"])) as web:
        room = newsroom(web)
        room.configure(every="1h")
        for _ in range(2):
            room.run("crawl")
        before = {table: room.size(table) for table in TABLES}
        asked_before = len(web.requests())
        room.run("crawl")
        # a crawl that is asked for asks the spare endpoints, too
        endpoints = room.count("SELECT count(*) FROM endpoint WHERE state IN ('active', 'standby')")
        fresh = web.requests()[asked_before:]
        assert {table: room.size(table) for table in TABLES} == before
        assert len(fresh) == endpoints
        assert {request.status for request in fresh} == {304}
        assert sum(request.sent for request in fresh if request.status == 304) == 0


def test_two_daemons_on_one_database_share_the_work(newsroom: Callable[[Web], Newsroom]) -> None:
    with Web(World.make(outlets=STEADY), latency=0.02) as web:
        room = newsroom(web)
        room.configure("lease = 10", every="1s")
        with running(room, "run"), running(room, "run"):
            wait_until(lambda: room.log().count("watching") == 2)
            wait_until(lambda: visits(room) >= 6 * len(STEADY), 100)
        assert {key: web.max_at_once(key) for key in STEADY} == dict.fromkeys(STEADY, 1)
        assert room.rows("SELECT key FROM source WHERE lease_owner IS NOT NULL") == []
        urls = [url for (url,) in room.rows("SELECT url FROM v1_article")]
        assert sorted(urls) == sorted(web.url_of(article) for article in web.published())
        assert "internal error" not in room.log()


def visits(room: Newsroom) -> int:
    """How many visits have ended, the slowest source times the number of sources."""
    (least,) = room.rows("SELECT min(visits) FROM source")
    return int(least[0] or 0) * len(STEADY)


@pytest.mark.timeout(240)  # nine crawls, each a process, beside a daemon
def test_run_and_repeated_crawls_leave_the_same_rows(tmp_path: Any, database_url: str) -> None:
    with Web(World.make(outlets=PLAIN), initial=4) as web:
        (tmp_path / "cron").mkdir()
        (tmp_path / "daemon").mkdir()
        daemon = Newsroom(web, tmp_path / "daemon", f"sqlite:///{tmp_path / 'daemon' / 'news.db'}")
        cron = Newsroom(web, tmp_path / "cron", database_url)
        daemon.configure(every="3s")  # often enough to be seen, and time for the crawls between
        cron.configure(every="1s")
        with running(daemon, "run"):
            settle(daemon, cron, len(web.published()))
            for key in PLAIN:
                web.publish(key, 2)
            settle(daemon, cron, len(web.published()))
        for query in COMPARED:
            assert difference(daemon.rows(query), cron.rows(query)) is None


COMPARED = (
    "SELECT url, headline, article_body, word_count, version, canonical_url, source_key FROM v1_article",
    "SELECT key, url FROM article_alias",
    "SELECT a.url, r.version, r.headline, r.content_hash FROM v1_revision r JOIN article a USING (article_id)",
    "SELECT l.url, l.kind, l.state FROM link l WHERE l.kind = 'article'",
)


def difference(some: Sequence[Any], others: Sequence[Any]) -> str | None:
    """Where two answers differ first, short enough for the log of a test; None when they are the same."""
    for one, other in zip_longest(sorted(map(str, some)), sorted(map(str, others)), fillvalue=""):
        if one != other:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
            at = max(same - 80, 0)
            return f"...{one[at : at + 400]}\n...{other[at : at + 400]}"
    return None


def settle(daemon: Newsroom, cron: Newsroom, articles: int) -> None:
    """Let the daemon and repeated crawls come to all articles, and to rest."""
    wait_until(lambda: daemon.count("SELECT count(*) FROM article") == articles, 100)
    for _ in range(4):
        is_done = cron.count("SELECT count(*) FROM article") == articles and not pending(cron)
        cron.run("crawl", "--due")
        if is_done:
            break  # the last one had nothing to do, and changed nothing
    assert cron.count("SELECT count(*) FROM article") == articles
    wait_until(lambda: not pending(daemon) and not pending(cron))


def pending(room: Newsroom) -> bool:
    return bool(room.rows("SELECT 1 FROM link WHERE state = 'pending'"))


@pytest.mark.parametrize("way", ["run", "crawl", "scrapy crawl"])
def test_an_internal_address_is_never_reached(sqlite_newsroom: Callable[[Web], Newsroom], way: str) -> None:
    """By a source of its own, and by a redirect of a page that is allowed."""
    from demo.faults import faulty

    with Web(World.make(outlets=[faulty("redirect to canary")])) as web:
        room = sqlite_newsroom(web)
        sources = {"outlet": web.url("bad-redirect-to-canary", "/rss.xml"), "inner": web.canary.url}
        room.configure(every="1h", sources=sources, networks=["127.0.0.1/32"])
        if way == "run":
            with running(room, "run"):
                wait_until(lambda: len(room.rows("SELECT 1 FROM source WHERE visits > 0")) == 2)
        elif way == "crawl":
            room.run("crawl", expect=1)
        else:
            for key in sources:
                room.scrapy("crawl", "news", "-a", f"source={key}")
        assert web.canary.hits == 0
        reasons = [reason for (reason,) in room.rows("SELECT reason FROM link WHERE reason IS NOT NULL")]
        assert [reason for reason in reasons if "127.0.0.66" in reason or "refused" in reason]
        assert "refused" in str(room.rows("SELECT state_reason FROM source WHERE key = 'inner'"))
        assert room.count("SELECT count(*) FROM article") == len(web.published("bad-redirect-to-canary"))


def test_a_stop_in_mid_visit_leaves_no_lease_and_loses_nothing(sqlite_newsroom: Callable[[Web], Newsroom]) -> None:
    with Web(World.make(outlets=["meridian"], articles=60), latency=0.05) as web:
        room = sqlite_newsroom(web)
        room.configure(every="1h", last_source='max_age = "365d"\n')
        daemon = room.start("run")
        wait_until(lambda: "watching" in room.log() and room.count("SELECT count(*) FROM article") > 3)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0, room.log()
        assert 3 < room.count("SELECT count(*) FROM article") < len(web.published())
        assert room.rows("SELECT key FROM source WHERE lease_owner IS NOT NULL") == []
        room.run("crawl", "--due")
        assert room.count("SELECT count(*) FROM article") == len(web.published())
