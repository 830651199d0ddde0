"""The demo web as a whole: what happens while it runs, what it wrote down, and the configuration for it."""

import threading
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from config import load
from demo.outlets import OUTLETS
from demo.server import Request, max_at_once
from demo.web import Web
from demo.world import World
from tests.demo.conftest import fetch


def request(started: float, ended: float) -> Request:
    return Request("x", "127.0.0.1:1", "GET", "/", 200, started, ended, 0)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], 0, id="no request"),
        pytest.param([(0, 1), (1, 2)], 1, id="one right behind the other"),
        pytest.param([(0, 2), (1, 3)], 2, id="two overlap"),
        pytest.param([(0, 9), (1, 2), (3, 4)], 2, id="two short ones within a long one"),
        pytest.param([(0, 9), (1, 9), (2, 9), (10, 11)], 3, id="three at the height"),
    ],
)
def test_how_many_were_under_way_at_once(spans: list[tuple[float, float]], expected: int) -> None:
    assert max_at_once(request(*span) for span in spans) == expected


def test_articles_appear_one_after_the_other_in_their_order() -> None:
    with Web(World.make(articles=4, outlets=["meridian"]), initial=1) as web:
        told = web.world.of("meridian")
        assert web.published("meridian") == told[:1]
        assert fetch(web.url_of(told[1])).status == 404
        assert web.publish("meridian", 2) == told[1:3]
        assert fetch(web.url_of(told[1])).status == 200
        assert web.publish("meridian", 9) == told[3:]
        assert web.publish("meridian") == ()


def test_a_new_article_changes_the_list_and_its_validators() -> None:
    with Web(World.make(articles=3, outlets=["meridian", "northsky"]), initial=1) as web:
        for key, path in (("meridian", "/feed/"), ("northsky", "/sitemap_index.xml")):
            stamps = []
            for _ in range(3):
                stamps.append(fetch(web.url(key, path)).headers["last-modified"])
                web.publish(key)
            assert all(one != two for one, two in pairwise(stamps))


def test_a_correction_is_shown_by_page_and_feed() -> None:
    with Web(World.make(outlets=["courier"])) as web:
        article = web.published("courier")[2]
        before = fetch(web.url("courier", "/latest.atom")).text
        corrected = web.correct(article)
        page, feed = fetch(web.url_of(article)).text, fetch(web.url("courier", "/latest.atom")).text
        assert corrected == article.versions[1]
        assert corrected.headline in feed
        assert page.count("<p>") == fetch(web.url_of(article)).text.count("<p>")
        assert feed.count("<updated>") == before.count("<updated>")
        assert feed != before
        with pytest.raises(ValueError, match="no further version"):
            web.correct(article)


def test_a_deleted_article_is_gone_and_off_the_lists() -> None:
    with Web(World.make(outlets=["courier"])) as web:
        article = web.published("courier")[0]
        web.delete(article)
        assert fetch(web.url_of(article)).status == 410
        assert article.path not in fetch(web.url("courier")).text
        assert article not in web.published()


def test_what_was_asked_is_written_down() -> None:
    with Web(World.make(outlets=["meridian", "harbour"])) as web:
        got = fetch(web.url("meridian", "/feed/"), user_agent="Newswatch/1", if_none_match='"x"')
        fetch(web.url("harbour", "/nowhere"))
        one, two = web.requests()
        assert (one.outlet, one.method, one.path, one.status) == ("meridian", "GET", "/feed/", 200)
        assert (one.headers["user-agent"], one.headers["if-none-match"]) == ("Newswatch/1", '"x"')
        assert one.sent == int(got.headers["content-length"]) == len(got.body)
        assert one.started <= one.ended <= two.started
        assert f"http://{one.host}" == web.url("meridian", "")
        assert web.requests("harbour") == [two]
        assert two.status == 404
        web.log.clear()
        assert web.requests() == []


def test_a_head_request_has_no_body() -> None:
    with Web(World.make(outlets=["meridian"])) as web:
        got = fetch(web.url("meridian", "/feed/"), method="HEAD")
        assert (got.status, got.body) == (200, b"")
        assert web.requests()[0].sent == 0


def test_requests_at_the_same_time_are_seen_as_such() -> None:
    with Web(World.make(outlets=["meridian"]), latency=0.3) as web:
        threads = [threading.Thread(target=fetch, args=(web.url("meridian"),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert web.max_at_once("meridian") == 3
        fetch(web.url("meridian"))
        assert web.max_at_once() == 3
        assert all(request.ended - request.started >= 0.3 for request in web.requests())


def test_a_connection_is_kept_until_it_is_closed() -> None:
    import http.client

    with Web(World.make(outlets=["meridian"])) as web:
        connection = http.client.HTTPConnection(web.url("meridian", "").removeprefix("http://"), timeout=5)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read()
        local = connection.sock
        connection.request("GET", "/", headers={"Connection": "close"})
        assert connection.getresponse().read()
        assert local is not None
        connection.close()
        assert len(web.requests()) == 4


def test_the_canary_counts_its_visitors() -> None:
    with Web(World.make(outlets=["gazette"])) as web:
        assert web.canary.hits == 0
        assert web.canary.url.startswith("http://127.0.0.66:")
        assert web.canary.url in fetch(web.url("gazette")).text
        fetch(web.canary.url)
        assert web.canary.hits == 1


def test_each_outlet_has_its_own_port() -> None:
    with Web(World.make(articles=1)) as web:
        assert len({web.url(outlet.key) for outlet in OUTLETS}) == len(OUTLETS)


def test_the_configuration_is_one_that_newswatch_accepts(tmp_path: Path) -> None:
    with Web(World.make(articles=1)) as web:
        text = web.config("sqlite:///news.db", every="3s", delay=0.5)
    path = tmp_path / "newswatch.toml"
    path.write_text(text, encoding="utf-8")
    read = load(path)
    assert {source.key for source in read.sources} == {outlet.key for outlet in OUTLETS}
    assert {source.every for source in read.sources} == {3.0}
    assert read.crawl.delay == 0.5
    assert read.crawl.contact is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, ["127.0.0.0/8"], id="all of loopback"),
        pytest.param({"networks": ["127.0.0.1/32"]}, ["127.0.0.1/32"], id="all but the canary"),
        pytest.param({"networks": []}, [], id="nothing"),
    ],
)
def test_which_networks_the_configuration_allows(given: dict[str, list[str]], expected: list[str]) -> None:
    with Web(World.make(articles=1, outlets=["correo"])) as web:
        read = tomllib.loads(web.config("sqlite:///x.db", networks=given.get("networks", ["127.0.0.0/8"])))
    assert read["safety"]["allow_networks"] == expected
    assert read["source"][0]["timezone"] == "Etc/GMT-1"


def test_one_may_name_the_sources_oneself() -> None:
    with Web(World.make(articles=1, outlets=["signal"])) as web:
        desks = {f"desk-{digit}": web.url("signal", f"/desk/{digit}.xml") for digit in range(10)}
        read = tomllib.loads(web.config("sqlite:///x.db", sources=desks))
    assert {source["key"]: source["url"] for source in read["source"]} == desks
