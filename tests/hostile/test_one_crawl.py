"""One crawl of a hostile web: each attack is held, and every good article beside the attacks is stored."""

import gzip
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils._compression import brotli, zstd  # type: ignore[attr-defined]

from demo.web import Web
from demo.world import World
from tests.hostile.server import Attack, HostileServer, article, endless, feed, ok, packed, slow
from tests.integration.newsroom import Newsroom

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
GOOD = ["Aldmoor", "Brackwell", "Castlebay", "Dunmere", "Eastquay"]
VISIT_TIME = 45
WHOLE = article("Nowhere")

#: spellings of 127.0.0.66
SPELLINGS = {
    "dotted": "127.0.0.66",
    "decimal": "2130706498",
    "octal": "0177.0.0.0102",
    "hexadecimal": "0x7f000042",
    "hexadecimal parts": "0x7f.0.0.0x42",
    "two parts": "127.66",
    "three parts": "127.0.66",
    "IPv4-mapped": "[::ffff:127.0.0.66]",
    "IPv4-mapped in hexadecimal": "[::ffff:7f00:42]",
    "IPv4-compatible": "[::127.0.0.66]",
    "NAT64": "[64:ff9b::127.0.0.66]",
    "6to4": "[2002:7f00:42::]",
    "Teredo": "[2001:0:7f00:42::80ff:ffbd]",
    "full-width digits": "１２７.0.0.66",
    "ideographic full stops": "127。0。0。66",
    "trailing dot": "127.0.0.66.",
    "percent-encoding": "%31%32%37.0.0.66",
    "userinfo": "example.com@127.0.0.66",
    "backslash": "127.0.0.66\\@example.com",
    "tab": "127.0.\t0.66",
}
SCHEMES = ["file:///etc/passwd", "ftp://127.0.0.66/news", "data:text/html,news", "javascript:alert(1)"]

#: bytes that the other side took of each endless answer
TAKEN: dict[str, list[int]] = {"endless headers": [], "one endless header line": []}

BOMBS: dict[str, bytes | Attack] = {
    "gzip": packed(bytes(60_000_000)),
    "gzip twice": packed(bytes(60_000_000), times=2),
    "deflate": ok(zlib.compress(bytes(60_000_000)), "Content-Encoding: deflate"),
    "brotli": ok(brotli.compress(bytes(60_000_000), quality=5), "Content-Encoding: br"),
    "zstd": ok(zstd.compress(bytes(60_000_000)), "Content-Encoding: zstd"),
    "brotli in gzip": ok(gzip.compress(brotli.compress(bytes(60_000_000), quality=5)), "Content-Encoding: br, gzip"),
    "endless body": endless(HEAD + b"\r\n", b"<p>news</p>" * 1000),
    "endless headers": endless(HEAD, b"X-More: " + b"a" * 1000 + b"\r\n", TAKEN["endless headers"]),
    "one endless header line": endless(HEAD + b"X-Long: ", b"a" * 10_000, TAKEN["one endless header line"]),
    "endless 1xx": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
    "cookie flood": ok(b"<p>flood</p>", *[f"Set-Cookie: c{n}={'x' * 500}" for n in range(2000)]),
    "one line of 9 MB": ok(b"news " * 1_800_000),
    "300,000 attributes": ok(b"<p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">"),
    "100,000 nested elements": ok(b"<div>" * 100_000 + b"news"),
    "JSON-LD 100,000 deep": ok(b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>"),
    "title of 5 MB": ok(b"<title>" + b"news " * 1_000_000 + b"</title>"),
    "truncated by length": HEAD + b"Content-Length: 999999\r\n\r\n" + WHOLE,
    "truncated chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(WHOLE) + WHOLE + b"\r\n",
    "truncated gzip": ok(gzip.compress(WHOLE)[:-12], "Content-Encoding: gzip"),
    "truncated deflate": ok(zlib.compress(WHOLE)[:-6], "Content-Encoding: deflate"),
    "truncated brotli": ok(brotli.compress(WHOLE)[:-3], "Content-Encoding: br"),
    "truncated zstd": ok(zstd.compress(WHOLE)[:-3], "Content-Encoding: zstd"),
    "truncated brotli in gzip": ok(gzip.compress(brotli.compress(WHOLE)[:-3]), "Content-Encoding: br, gzip"),
    "slow headers": slow(HEAD, b"X-Slow: 1\r\n"),
    "slow body": slow(HEAD + b"\r\n", b"<p>news</p>"),
}


def path(name: str) -> str:
    """The path under which an attack is listed: "/slow-body/slow-body-story-20260101".

    Each attack has a section of its own: of one section that brings nothing, a visit asks for 50 addresses only.
    """
    slug = name.lower().replace(" ", "-").replace(",", "")
    return f"/{name.lower().split(maxsplit=1)[-1].replace(' ', '').replace(',', '')}/{slug}-story-20260101"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl left behind."""

    server: HostileServer
    articles: list[Any]
    links: dict[str, tuple[str, str | None]]
    seconds: float
    output: str


def _answers(server: HostileServer) -> dict[str, bytes | Attack]:
    answers = {path(name): attack for name, attack in BOMBS.items()}
    for status in (301, 302, 303, 307, 308):
        for spelling, host in SPELLINGS.items():
            where = f"http://{host}:{server.canary_port}/{status}"
            moved = b"HTTP/1.1 %d Moved\r\nContent-Length: 0\r\nLocation: " % status
            answers[path(f"{status} {spelling}")] = moved + where.encode() + b"\r\n\r\n"
    answers |= {path(name): ok(article(name)) for name in GOOD}
    return answers


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl: addresses by link and by redirect, bombs and slow answers, and good articles behind them."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    with HostileServer() as server, Web(World.make(seed=1, articles=1)) as web:
        server.answers |= _answers(server)
        internal = [f"http://{host}:{server.canary_port}/news/link" for host in SPELLINGS.values()]
        server.answers["/feed.xml"] = feed(
            [*(server.url + place for place in sorted(server.answers)), *internal, *SCHEMES]
        )
        newsroom = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        newsroom.file.write_text(
            web.config(
                newsroom.database_url,
                sources={"hostile": f"{server.url}/feed.xml"},
                networks=["127.0.0.1/32"],
                timeout=2,
                visit_time=VISIT_TIME,
                visit_requests=400,
            ),
            encoding="utf-8",
        )
        begin = time.monotonic()
        output = newsroom.run("crawl")
        seconds = time.monotonic() - begin
        links = {url: (state, reason) for url, state, reason in newsroom.rows("SELECT url, state, reason FROM link")}
        yield Crawled(server, newsroom.rows("SELECT url, headline FROM article"), links, seconds, output)


@pytest.mark.parametrize("name", GOOD)
def test_good_article_beside_the_attacks_is_stored(crawled: Crawled, name: str) -> None:
    assert any(url.endswith(path(name)) and name in headline for url, headline in crawled.articles)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("way", ["link", "301", "302", "303", "307", "308"])
def test_internal_address_is_not_asked(crawled: Crawled, way: str, spelling: str) -> None:
    assert not [hit for hit in crawled.server.canary_hits if f"/{way}" in hit]
    if way != "link":
        assert path(f"{way} {spelling}") in crawled.server.asked


@pytest.mark.parametrize("url", SCHEMES)
def test_other_scheme_is_never_stored(crawled: Crawled, url: str) -> None:
    assert not [stored for stored, _ in crawled.articles if stored.startswith(url.partition(":")[0] + ":")]


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_asked_for_and_ends_with_a_reason(crawled: Crawled, name: str) -> None:
    assert path(name) in crawled.server.asked
    assert not [url for url, _ in crawled.articles if url.endswith(path(name))]
    state, reason = crawled.links[crawled.server.url + path(name)]
    assert reason, state


def test_visit_ends_within_its_budget(crawled: Crawled) -> None:
    assert crawled.seconds < VISIT_TIME + 15, crawled.output[-2000:]


@pytest.mark.usefixtures("crawled")
@pytest.mark.parametrize(
    "name",
    ["endless headers", "one endless header line"],
)
def test_endless_headers_are_cut_off_early(name: str) -> None:
    assert 0 < sum(TAKEN[name]) < 12_000_000
