"""robots.txt of a hostile web: what each answer lets us fetch, all cases in one crawl.

Each site has a feed with an open and a closed page. What may be asked for is the case's word.
"""

import asyncio
import codecs
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.server import Attack, HostileServer, Site, article, endless, feed, ok, slow
from tests.integration.newsroom import Newsroom

OPEN, CLOSED = "/open/harbour-story-1", "/closed/harbour-story-2"
ALL, SOME, NONE = {OPEN, CLOSED}, {OPEN}, set[str]()
RULES = "User-agent: *\nDisallow: /closed/\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#: seconds
TIMEOUT, DELAY = 8, 1.0
KIB = 1024


@dataclass(frozen=True, slots=True)
class Case:
    """A robots.txt, and which of the two pages may be asked for."""

    said: bytes | Attack
    asked: set[str]
    #: further paths of the site
    more: dict[str, bytes | Attack] = field(default_factory=dict)


def text(body: str | bytes, *headers: str, status: str = "200 OK", kind: str = "text/plain") -> bytes:
    """An answer with that text."""
    return ok(body.encode() if isinstance(body, str) else body, *headers, status=status, kind=kind)


def rules(body: str | bytes, asked: set[str] = SOME, **how: str) -> Case:
    """A robots.txt of this text."""
    return Case(text(body, **how), asked)


def status(line: str, asked: set[str], *headers: str) -> Case:
    """An answer with that status, and rules in its body that are not to be read."""
    return Case(text("User-agent: *\nDisallow: /open/\n", *headers, status=line), asked)


def moved(where: str, code: int = 301) -> bytes:
    """A redirect."""
    return ok(b"", f"Location: {where}", status=f"{code} Moved")


def hops(count: int) -> Case:
    """So many redirects, then rules."""
    steps = {f"/hop{n}": moved(f"/hop{n + 1}") for n in range(1, count)}
    return Case(moved("/hop1"), SOME, {**steps, f"/hop{count}": text(RULES)})


async def reset(writer: asyncio.StreamWriter) -> None:
    """The connection ends without a word."""
    writer.transport.abort()


LATIN = "User-agent: *\nDisallow: /closed/\nDisallow: /\xe9t\xe9/\n".encode("latin-1")
CASES: dict[str, Case] = {
    # statuses
    "no robots.txt": status("404 Not Found", ALL),
    "it is gone": status("410 Gone", ALL),
    "unauthorised": status("401 Unauthorized", ALL),
    "forbidden": status("403 Forbidden", ALL),
    "a teapot": status("418 I'm a teapot", ALL),
    "server error": status("500 Internal Server Error", NONE),
    "bad gateway": status("502 Bad Gateway", NONE),
    "unavailable": status("503 Service Unavailable", NONE),
    "unavailable for an hour": status("503 Service Unavailable", NONE, "Retry-After: 3600"),
    "gateway timeout": status("504 Gateway Timeout", NONE),
    "too many requests": status("429 Too Many Requests", NONE, "Retry-After: 600"),
    "an unknown status": status("799 Odd", NONE),
    # no answer
    "it hangs": Case(slow(b"", b"", pause=1), NONE),
    "headers come slowly": Case(slow(HEAD, b"X-Slow: 1\r\n"), NONE),
    "body comes slowly": Case(slow(HEAD + b"\r\n" + RULES.encode(), b"#"), NONE),
    "the connection is reset": Case(reset, NONE),
    "rubbish instead of HTTP": Case(b"\x00\x01\x02 news\r\n\r\n", NONE),
    "cut off by its length": Case(HEAD + b"Content-Length: 9999\r\n\r\n" + RULES.encode(), NONE),
    "cut gzip": Case(text(gzip.compress(RULES.encode())[:-9], "Content-Encoding: gzip"), NONE),
    # size
    "endless after its rules": Case(endless(HEAD + b"\r\n" + RULES.encode(), b"# more\n" * 1000), SOME),
    "endless in one line": Case(endless(HEAD + b"\r\n" + RULES.encode() + b"#", b"x" * 10_000), SOME),
    "endless headers": Case(endless(HEAD, b"X-More: " + b"a" * 1000 + b"\r\n"), NONE),
    "rules within 500 KiB": rules("#" * 99 * KIB + "\n" + RULES),
    "8 MB long": rules(RULES + "# and so on\n" * 700_000),
    "100 MB by its length": Case(
        endless(HEAD + b"Content-Length: 100000000\r\n\r\n" + RULES.encode(), b"#\n" * 999), SOME
    ),
    "gzip": Case(text(gzip.compress(RULES.encode()), "Content-Encoding: gzip"), SOME),
    "gzip bomb": Case(text(gzip.compress(bytes(60_000_000)), "Content-Encoding: gzip"), NONE),
    "100,000 rules": rules(
        "User-agent: *\n" + "".join(f"Disallow: /{n}/\n" for n in range(25_000)) + "Disallow: /closed/"
    ),
    "10,000 stars in a rule": rules(RULES + "Disallow: /" + "*o" * 10_000 + "*x$"),
    # redirects
    "moved once": Case(moved("/rules.txt"), SOME, {"/rules.txt": text(RULES)}),
    "moved for now": Case(moved("/rules.txt", 302), SOME, {"/rules.txt": text(RULES)}),
    "moved with its method": Case(moved("/rules.txt", 308), SOME, {"/rules.txt": text(RULES)}),
    "moved five times": hops(5),
    "moved without end": Case(moved("/robots.txt?again"), ALL, {"/robots.txt?again": moved("/robots.txt")}),
    "moved to nothing": Case(moved("/nothing"), ALL),
    "moved to a server error": Case(moved("/error"), NONE, {"/error": text("", status="500 Error")}),
    "moved to an internal address": Case(moved("http://127.0.0.66:{canary}/robots"), NONE),
    "moved to a decimal address": Case(moved("http://2130706498:{canary}/robots"), NONE),
    "moved to a file": Case(moved("file:///etc/passwd"), ALL),
    # what is served
    "empty": rules("", ALL),
    "a page": rules("<!DOCTYPE html><html><body>User-agent: *\nDisallow: /\n</body></html>", ALL, kind="text/html"),
    "a page as plain text": rules("<!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n</html>", ALL),
    "plain rules as HTML": rules(RULES, kind="text/html"),
    "binary rubbish": rules(bytes(range(256)) * 40, ALL),
    # charsets and line ends
    "UTF-8 with its mark": rules(codecs.BOM_UTF8 + RULES.encode()),
    "UTF-16 little endian": rules(RULES.encode("utf-16")),
    "UTF-16 big endian": rules(codecs.BOM_UTF16_BE + RULES.encode("utf-16-be")),
    "Latin-1": rules(LATIN),
    "NULs": rules("User-agent: *\nDis\0allow: /closed/\n"),
    "carriage returns": rules(RULES.replace("\n", "\r")),
    "Windows line ends": rules(RULES.replace("\n", "\r\n")),
    "no end of the last line": rules(RULES.strip()),
    "tabs and spaces": rules("\t User-agent \t:\t * \n  Disallow\t: \t/closed/ \t\n"),
    "field names in capitals": rules(RULES.upper().replace("/CLOSED/", "/closed/")),
    "misspelled fields": rules("useragent: *\ndissallow: /closed/\n"),
    "comments everywhere": rules("# a\nUser-agent: * # b\n# c\n\nDisallow: /closed/ # d\n"),
    # groups
    "our group only": rules("User-agent: *\nDisallow: /open/\n\nUser-agent: newswatch\nDisallow: /closed/\n"),
    "our group first": rules("User-agent: NewsWatch\nDisallow: /closed/\n\nUser-agent: *\nDisallow: /\n"),
    "our name with a version": rules("User-agent: Newswatch/9\nDisallow: /closed/\n\nUser-agent: *\nDisallow: /\n"),
    "our group in two parts": rules(
        "User-agent: newswatch\nDisallow: /a/\n\nUser-agent: x\nDisallow: /\n\nUser-agent: newswatch\nDisallow: /closed/\n"
    ),
    "everybody's group in two parts": rules("User-agent: *\nDisallow: /a/\n\nUser-agent: *\nDisallow: /closed/\n"),
    "several names over one group": rules("User-agent: a\nUser-agent: newswatch\nUser-agent: b\nDisallow: /closed/\n"),
    "another's group": rules("User-agent: othernews\nDisallow: /\n", ALL),
    "a name that ours begins with": rules("User-agent: news\nDisallow: /\n", ALL),
    "a name that begins with ours": rules("User-agent: newswatchers\nDisallow: /\n", ALL),
    "a sitemap between name and rules": rules("User-agent: *\nSitemap: /none.xml\nDisallow: /closed/\n"),
    "unknown fields between": rules("User-agent: *\nHost: x\nClean-param: y\nDisallow: /closed/\n"),
    "an empty line between": rules("User-agent: *\n\nDisallow: /closed/\n"),
    "rules before any name": rules("Disallow: /\nUser-agent: *\nDisallow: /closed/\n"),
    # paths
    "everything": rules("User-agent: *\nDisallow: /\n", NONE),
    "everything but the open part": rules("User-agent: *\nDisallow: /\nAllow: /open/\nAllow: /feed.xml\n"),
    "an empty rule": rules("User-agent: *\nDisallow:\n", ALL),
    "the longest rule wins": rules("User-agent: *\nAllow: /c\nDisallow: /closed\nAllow: /\n"),
    "allow wins a tie": rules("User-agent: *\nDisallow: /closed/\nAllow: /closed/\n", ALL),
    "a star within": rules("User-agent: *\nDisallow: /cl*/harbour\n"),
    "a star before": rules("User-agent: *\nDisallow: *closed\n"),
    "a dollar behind": rules("User-agent: *\nDisallow: /*-2$\n"),
    "a dollar within is a dollar": rules("User-agent: *\nDisallow: /open$/\nDisallow: /closed/\n"),
    "escapes that are not needed": rules("User-agent: *\nDisallow: /%63losed/\n"),
    "paths have their case": rules("User-agent: *\nDisallow: /OPEN/\nDisallow: /closed/\n"),
    "a rule without its slash": rules("User-agent: *\nDisallow: closed/\n", ALL),
    "an address as a rule": rules("User-agent: *\nDisallow: http://127.0.0.1/closed/\n", ALL),
    # delays
    "Crawl-delay": rules(f"User-agent: *\nCrawl-delay: {DELAY}\nDisallow: /closed/\n"),
    "Crawl-delay of rubbish": rules("User-agent: *\nCrawl-delay: soon\nDisallow: /closed/\n"),
    "Crawl-delay below nothing": rules("User-agent: *\nCrawl-delay: -5\nDisallow: /closed/\n"),
    "Crawl-delay of another": rules("User-agent: x\nCrawl-delay: 900\n\nUser-agent: *\nDisallow: /closed/\n"),
    "Crawl-delay of a day": rules("User-agent: *\nCrawl-delay: 86400\n", NONE),
    "Crawl-delay of 400 digits": rules(f"User-agent: *\nCrawl-delay: {'9' * 400}\n", NONE),
    "Request-rate of one page a day": rules("User-agent: *\nRequest-rate: 1/1d\n", NONE),
    "Crawl-delay of NaN": rules("User-agent: *\nCrawl-delay: nan\nDisallow: /closed/\n"),
}


#: what is there, and asks for more rest than a visit has time
RESTING = ["Crawl-delay of a day", "Crawl-delay of 400 digits", "Request-rate of one page a day"]
UNREACHABLE = [name for name, case in CASES.items() if case.asked == NONE and name not in ("everything", *RESTING)]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl of all cases left behind."""

    server: HostileServer
    sources: dict[str, str | None]
    output: str

    def site(self, name: str) -> Site:
        return self.server.sites[name]


def _serve(server: HostileServer, name: str, case: Case) -> str:
    site = server.site(name)
    said = case.said
    if isinstance(said, bytes):
        said = said.replace(b"{canary}", str(server.canary_port).encode())
    site.answers |= {
        "/robots.txt": said,
        "/feed.xml": feed([site.url + OPEN, site.url + CLOSED]),
        OPEN: ok(article("Open")),
        CLOSED: ok(article("Closed")),
        **case.more,
    }
    return f"{site.url}/feed.xml"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl of all sites."""
    folder: Path = tmp_path_factory.mktemp("robots")
    with HostileServer() as server, Web(World.make(outlets=[])) as web:
        sources = {f"s{n}": _serve(server, name, case) for n, (name, case) in enumerate(CASES.items())}
        room = Newsroom(web, folder, f"sqlite:///{folder / 'news.db'}")
        room.configure(sources=sources, networks=["127.0.0.1/32"], every="1h", timeout=TIMEOUT, visit_time=90)
        output = room.run("crawl", expect=1)
        reasons = dict(room.rows("SELECT key, state_reason FROM source"))
        yield Crawled(server, {name: reasons[f"s{n}"] for n, name in enumerate(CASES)}, output)


@pytest.mark.parametrize("name", CASES)
def test_nothing_but_what_robots_txt_allows_is_asked_for(crawled: Crawled, name: str) -> None:
    asked = crawled.site(name).asked
    assert asked[0] == "/robots.txt"
    assert set(asked) & ALL == CASES[name].asked


@pytest.mark.parametrize("name", UNREACHABLE)
def test_not_now_is_said_with_its_reason(crawled: Crawled, name: str) -> None:
    assert set(crawled.site(name).asked) & {"/feed.xml", OPEN, CLOSED} == set()
    assert "robots.txt" in (crawled.sources[name] or "")
    assert "cannot be had" in (crawled.sources[name] or "")


@pytest.mark.parametrize("name", RESTING)
def test_a_delay_beyond_the_visit_ends_it_with_its_reason(crawled: Crawled, name: str) -> None:
    assert crawled.site(name).asked == ["/robots.txt"]
    assert "asks to wait until" in (crawled.sources[name] or "")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.asked != NONE])
def test_robots_txt_is_asked_for_once(crawled: Crawled, name: str) -> None:
    hops = 3 if name == "moved without end" else 1
    assert crawled.site(name).asked.count("/robots.txt") == hops


def test_an_internal_address_is_not_asked_for_its_rules(crawled: Crawled) -> None:
    assert crawled.server.canary_hits == []


def test_the_delay_is_kept_from_robots_txt_on(crawled: Crawled) -> None:
    moments = crawled.site("Crawl-delay").moments
    assert len(moments) >= 3
    assert min(later - earlier for earlier, later in pairwise(moments)) >= DELAY


@pytest.mark.parametrize("name", ["Crawl-delay of rubbish", "Crawl-delay below nothing", "Crawl-delay of NaN"])
def test_a_delay_that_is_none_holds_nothing_up(crawled: Crawled, name: str) -> None:
    assert len(crawled.site(name).moments) >= 3


def test_nothing_failed_inside(crawled: Crawled) -> None:
    assert "internal error" not in crawled.output
    assert "Traceback" not in crawled.output
