"""What the readers of lists can do, beside feedparser in the same run.

    python benchmarks/discovery.py FOLDER [--links listing_links.json.gz]

FOLDER holds sets of broken, odd and hostile files, as folders or as .tar.gz. Every file is read as an endpoint of
unknown kind, as a feed and as a sitemap; a set named "feedparser" (its own test feeds, with the expected result in the
leading comment) is scored too. The clean feed that speed is measured on is made here.
"""

import argparse
import ast
import gc
import io
import re
import statistics
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import feedparser

from benchmarks import simulated_sites
from crawler.discover import feed, feed_strict, feed_tolerant
from crawler.discover.anchors import Anchor
from crawler.discover.answer import read_endpoint
from crawler.discover.dates import when, when_plain
from crawler.discover.entries import Entry, link_of, title_of
from crawler.discover.errors import EndpointError
from crawler.discover.links import article_scores
from crawler.discover.markup import plain_text
from crawler.discover.sitemap import read_sitemap
from crawler.discover.xml import from_root
from crawler.text import decode
from storage.records import EndpointKind, Page

KINDS = (EndpointKind.UNKNOWN, EndpointKind.FEED, EndpointKind.SITEMAP)
URL = "http://news.example/lists/feed.xml"
EXPECTED = re.compile(
    r"Expect:\s*(?:not bozo and )?\s*(entries\[0\]|feed)(?:\[['\"](\w+)['\"]\]|\.(\w+))\s*==\s*(.+?)\s*(?:-->)?\s*$",
    re.MULTILINE,
)
HEADER = re.compile(r"Header:\s*([\w-]+):\s*([^\n]+?)\s*(?=\n|-->)")
#: so many front pages are timed
TIMED = 40
FIELDS = ("title", "link", "id", "guid", "published", "updated", "published_parsed", "updated_parsed")


def main() -> None:
    """Prints all figures."""
    parser = argparse.ArgumentParser(description="What the readers of lists can do, beside feedparser in the same run.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--links", type=Path)
    arguments = parser.parse_args()
    gc.freeze()  # as readers do when their modules are loaded
    files = list(read_all(arguments.folder))
    rubbish(files)
    corpus([(name, body) for name, body in files if "feedparser" in name])
    lanes([body for name, body in files if "feed" in name.split("/", maxsplit=1)[0]])
    speed()
    dirty_sitemaps()
    simulated_sites.main()
    if arguments.links:
        listing_links(arguments.links)


def read_all(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, archives looked into."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member)
                    if file is not None:
                        yield f"{path.name.removesuffix('.tar.gz')}/{member.name}", file.read()
        elif path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def rubbish(files: list[tuple[str, bytes]]) -> None:
    """Crashes and time over all files."""
    crashed: list[str] = []
    slowest: list[tuple[float, str]] = []
    outcomes: Counter[str] = Counter()
    for name, body in files:
        for kind in KINDS:
            started = time.process_time()
            try:
                outcomes[f"read as {read_endpoint(Page(URL, body), kind).kind}"] += 1
            except EndpointError as error:
                outcomes[type(error).__name__] += 1
            except Exception as error:  # noqa: BLE001 - that there is none is what is measured
                crashed.append(f"{name}: {error!r}")
            slowest.append((time.process_time() - started, name))
    print(f"{len(files)} files, each as {len(KINDS)} kinds: {len(crashed)} crashes {crashed[:5]}")
    print(f"  slowest {max(slowest)[0]:.2f} CPU s ({max(slowest)[1]}); {dict(outcomes.most_common())}")


def corpus(files: list[tuple[str, bytes]]) -> None:
    """Feedparser's own cases that assert title, link, id, published or updated: ours, and feedparser's."""
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for name, body in files:
        text = body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
        match = EXPECTED.search(text)
        if not match or (match[2] or match[3]) not in FIELDS or (match[1] == "feed" and "title" not in match[0]):
            continue
        headers = {key.lower(): value for key, value in HEADER.findall(text)}
        wanted = literal(match[4])
        if wanted is ...:
            continue
        right["all"] += 1
        field = match[2] or match[3]
        right["feedparser"] += same(field, by_feedparser(body, headers, match[1], field), wanted)
        ours = by_us(body, headers, match[1], field)
        right["newswatch"] += same(field, ours, wanted)
        if not same(field, ours, wanted):
            wrong.append(f"  {name}: {field} {wanted!r} {ours!r}")
    print(f"feedparser's corpus: newswatch {right['newswatch']} of {right['all']}, feedparser {right['feedparser']}")
    print("\n".join(wrong))


def literal(written: str) -> Any:
    """The value of a case, which is written as a Python literal; "..." for cases that assert more than one thing."""
    try:
        return ast.literal_eval(written.partition(" -->")[0])
    except (ValueError, SyntaxError):
        return ...


def same(field: str, found: Any, wanted: Any) -> bool:
    """Titles as plain text, moments by their first six numbers, all else as it is."""
    if field == "title":
        return found == wanted or plain_text(found or "") == plain_text(wanted or "")
    if field.endswith("_parsed"):
        return bool((tuple(found[:6]) if found else None) == (tuple(wanted[:6]) if wanted else None))
    return bool(found == wanted)


def by_feedparser(body: bytes, headers: dict[str, str], scope: str, field: str) -> Any:
    """What feedparser says."""
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers or {"content-type": "application/xml"})
    try:
        return (parsed.entries[0] if scope != "feed" else parsed.feed).get(field)
    except IndexError:
        return None


def by_us(body: bytes, headers: dict[str, str], scope: str, field: str) -> Any:
    """What Newswatch says."""
    try:
        read = feed.parse(decode(body, headers.get("content-type", "")), headers.get("content-location", ""))
        return plain_text(read.title) if scope == "feed" else value_of(read.entries[0], field)
    except (EndpointError, IndexError) as error:
        return repr(error)


def value_of(entry: Entry, field: str) -> Any:
    """A field of an entry by feedparser's name for it."""
    if field.endswith("_parsed"):
        moment = when(getattr(entry, field.removesuffix("_parsed")))
        return moment.timetuple() if moment else None
    if field == "title":
        return title_of(entry)
    return entry.id if field == "guid" else getattr(entry, field)


def lanes(bodies: list[bytes]) -> None:
    """How many feeds the fast lane takes, and whether both lanes say the same."""
    taken = differ = 0
    for body in bodies:
        document = from_root(decode(body), feed.ROOT) if len(body) < 1_000_000 and b"<!ENTITY" not in body else None
        strict = feed_strict.read_strict(document) if document else None
        if document and strict and strict.entries:
            taken += 1
            tolerant = feed_tolerant.read_tolerant(document, URL)
            said = [[(link_of(entry, URL)) for entry in lane.entries] for lane in (strict, tolerant)]
            differ += said[0] != said[1]
    print(f"fast lane: takes {taken} of {len(bodies)} test feeds; differs from the tolerant lane in {differ}")


def speed() -> None:
    """Microseconds an item on a clean feed."""
    item = (
        "<item><title>Council approves a new bridge &amp; a ferry</title>"
        "<link>https://news.example/2024/10/29/bridge-{0}</link>"
        "<guid isPermaLink='false'>https://news.example/?p={0}</guid>"
        "<pubDate>Tue, 29 Oct 2024 10:{1:02}:{2:02} +0200</pubDate>"
        "<description>&lt;p&gt;The council said so.&lt;/p&gt;</description><category>Bridges</category></item>"
    )
    text = (
        "<rss version='2.0'><channel><title>News</title>"
        + "".join(item.format(n, n // 60, n % 60) for n in range(500))
        + "</channel></rss>"
    )
    body = text.encode()
    ours = median_us(lambda: read_endpoint(Page(URL, body), EndpointKind.FEED), 500)
    tolerant = median_us(lambda: feed_tolerant.read_tolerant(text, URL), 500)
    theirs = median_us(lambda: feedparser.parse(io.BytesIO(body)), 500)
    print(f"clean feed: newswatch {ours:.0f} us an item, its tolerant lane {tolerant:.0f}, feedparser {theirs:.0f}")


def median_us(work: Callable[[], object], items: int) -> float:
    """The median of seven runs, CPU time."""
    times = []
    for _ in range(7):
        when_plain.cache_clear()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times) / items * 1e6


def dirty_sitemaps() -> None:
    """A news sitemap of 1,000 addresses, broken in the ways that are met."""
    row = (
        "<url><loc>https://news.example/world/story-{0}?a=1&amp;b={0}</loc><news:news><news:publication_date>2024-10-29T10:15:00Z"
        "</news:publication_date><news:title>Story {0} &amp; more</news:title></news:news></url>"
    )
    schemas = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/schemas/sitemap-news/0.9"
    head = f'<urlset xmlns="{schemas[0]}" xmlns:news="{schemas[1]}">'
    good = head + "".join(map(row.format, range(1000))) + "</urlset>"
    dirty = {
        "good": good,
        "undeclared news namespace": good.replace(' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
        "bare &": good.replace("&amp;", "&"),
        "leading blank lines": "\n\n" + good,
        "https schema namespace": good.replace("http://www", "https://www"),
        "truncated": good[: len(good) // 2],
        "plain text": "\n".join(f"https://news.example/world/story-{n}" for n in range(1000)),
    }
    for name, text in dirty.items():
        started = time.process_time()
        links = read_sitemap(text, URL).links
        spent = (time.process_time() - started) * 1000
        dated = sum(link.published is not None for link in links)
        print(f"sitemap, {name}: {len(links)} links, {dated} dates, {spent:.0f} ms")


def listing_links(path: Path) -> None:
    """Links of front pages, whole sites held out (train_links.py), a rule of one line beside them, and their price."""
    from benchmarks.train_links import cross_validated, load, one_line

    sites = list(load(path))
    for threshold, (f1, precision, recall) in cross_validated(sites, seeds=4).items():
        print(f"listing links, threshold {threshold:.2f}: F1 {f1:.4f}, precision {precision:.4f}, recall {recall:.4f}")
    print("listing links, a rule of one line: F1 {:.4f}, precision {:.4f}, recall {:.4f}".format(*one_line(sites)))
    links_speed([site.found for site in sites[:TIMED]])


def links_speed(pages: list[list[Anchor]]) -> None:
    """Microseconds a link: judged alone, and with its page read from HTML, in which each is a teaser."""
    number = sum(map(len, pages))
    judged = median_us(lambda: [article_scores(found, URL) for found in pages], number)
    texts = [Page(URL, teasers(found).encode()) for found in pages]
    read = median_us(lambda: [read_endpoint(page, EndpointKind.LISTING, number) for page in texts], number)
    print(f"listing links: {judged:.0f} us a link judged, {read:.0f} with its page read; {number} links")


def teasers(found: list[Anchor]) -> str:
    """A page of these links."""
    rows = (f'<li class="teaser"><h3><a href="{escape(link.url)}">{escape(link.title)}</a></h3></li>' for link in found)
    return f"<!DOCTYPE html><html><body><main><ul>{''.join(rows)}</ul></main></body></html>"


if __name__ == "__main__":
    main()
