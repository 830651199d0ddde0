"""The outlets with a fault: the fault is where it should be, and everything else is sound."""

import gzip
import http.client
import socket
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from lxml import etree

from demo.faults import FAULTS, Fault, faulty
from demo.web import Web
from demo.world import World
from tests.demo.conftest import fetch


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web(World.make(articles=2, outlets=[faulty(fault.name) for fault in FAULTS])) as running:
        yield running


def key_of(name: str) -> str:
    return faulty(name).key


def bad_url(web: Web, name: str) -> str:
    """The address of the page with the fault."""
    decoy = next(decoy for decoy in web.world.decoys if decoy.outlet == key_of(name))
    return web.url(decoy.outlet, decoy.path)


def raw(url: str, limit: int = 1 << 20, timeout: float = 5) -> bytes:
    """What comes over the wire, until it ends, stops for ``timeout`` seconds, or is more than ``limit``."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=timeout) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        came = b""
        try:
            while len(came) < limit and (piece := connection.recv(65_536)):
                came += piece
        except TimeoutError:
            pass
    return came


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_articles_beside_the_fault_are_sound(web: Web, fault: Fault) -> None:
    for article in web.published(key_of(fault.name)):
        got = fetch(web.url_of(article))
        assert got.status == 200
        assert article.headline.split()[0] in got.text


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault.in_feed], ids=lambda fault: fault.name)
def test_the_feed_lists_the_page_with_the_fault_before_the_others(web: Web, fault: Fault) -> None:
    feed = etree.fromstring(fetch(web.url(key_of(fault.name), "/rss.xml")).body)
    links = [item.findtext("link") for item in feed.iter("item")]
    assert links == [bad_url(web, fault.name), *map(web.url_of, web.published(key_of(fault.name)))]


@pytest.mark.parametrize("name", ["unreadable feed", "broken entry"])
def test_a_bad_feed_is_no_xml(web: Web, name: str) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(fetch(web.url(key_of(name), "/rss.xml")).body)


def test_a_broken_entry_stands_beside_whole_ones(web: Web) -> None:
    feed = fetch(web.url(key_of("broken entry"), "/rss.xml")).text
    assert all(web.url_of(article) in feed for article in web.published(key_of("broken entry")))


@pytest.mark.parametrize("name", ["huge page", "gzip bomb"])
def test_thirty_megabytes(web: Web, name: str) -> None:
    assert len(fetch(bad_url(web, name)).body) > 30_000_000
    sent = web.requests(key_of(name))[-1].sent
    assert (sent < 100_000) == (name == "gzip bomb")


def test_a_redirect_loop_never_comes_to_an_end(web: Web) -> None:
    url, seen = bad_url(web, "redirect loop"), set()
    for _ in range(30):
        got = fetch(url)
        assert got.status == 302
        assert url not in seen
        seen.add(url)
        url = web.url(key_of("redirect loop"), got.headers["location"])


def test_a_redirect_leads_to_the_canary(web: Web) -> None:
    got = fetch(bad_url(web, "redirect to canary"))
    assert got.status == 302
    assert got.headers["location"].startswith(web.canary.url)


def test_an_unknown_charset_is_told_by_header_and_meta(web: Web) -> None:
    got = fetch(bad_url(web, "unknown charset"))
    assert got.headers["content-type"] == "text/html; charset=x-klingon-8"
    assert got.body.count(b"x-klingon-8") == 1


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        pytest.param("nul and surrogates", b'"headline": "\\u0000Cut\\ud800 ', id="in the structured data"),
        pytest.param("nul in text", b"<h1>\x00", id="in the text"),
        pytest.param("year 9999", b'"datePublished": "9999-12-31T23:59:59-12:00"', id="a date far ahead"),
        pytest.param("soft 404", b"<h1>Page not found</h1>", id="a lost page with status 200"),
    ],
)
def test_rubbish_stands_in_the_page(web: Web, name: str, piece: bytes) -> None:
    got = fetch(bad_url(web, name))
    assert got.status == 200
    assert got.body.count(piece) == 1


@pytest.mark.parametrize("name", ["cut chunked", "cut length"])
def test_a_cut_answer_is_seen_as_incomplete(web: Web, name: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        fetch(bad_url(web, name))


def test_a_cut_gzip_stream_is_complete_for_http_alone(web: Web) -> None:
    head, _, body = raw(bad_url(web, "cut gzip")).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    with pytest.raises(EOFError):
        gzip.decompress(body)
    assert b"<h1>" in zlib.decompressobj(31).decompress(body)


@pytest.mark.parametrize("path", ["hanging answer", "hanging feed"])
def test_a_hanging_answer_never_begins(web: Web, path: str) -> None:
    url = web.url(key_of(path), "/rss.xml") if path == "hanging feed" else bad_url(web, path)
    assert raw(url, timeout=0.3) == b""


def test_a_hanging_request_ends_in_the_log_when_the_other_side_gives_up(web: Web) -> None:
    raw(bad_url(web, "hanging answer"), timeout=0.3)
    fetch(web.url(key_of("hanging answer"), "/rss.xml"))  # behind it on the server's loop
    hung = [each for each in web.requests(key_of("hanging answer")) if each.path.startswith("/fault/")]
    assert hung
    assert all(each.sent == 0 for each in hung)


def test_a_dripping_answer_comes_byte_by_byte(web: Web) -> None:
    _head, _, body = raw(bad_url(web, "dripping answer"), timeout=0.1).partition(b"\r\n\r\n")
    assert len(body) <= 1


def test_endless_headers_do_not_end_within_eight_megabytes(web: Web) -> None:
    came = raw(bad_url(web, "endless headers"), limit=8_000_000)
    assert len(came) >= 8_000_000
    assert b"\r\n\r\n" not in came


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(KeyError):
        faulty("good weather")
