"""What a whole crawl costs: CPU an article from the request to the row, and CPU of a crawl that finds nothing new.

Newswatch (`newswatch crawl` on SQLite, with everything that it does by default) beside a plain Scrapy project as most
are written (feedparser, trafilatura in its fast mode, one INSERT for each item), both against the same outlets on
loopback. An outlet is an address of its own with a feed, and with pages of some 150 kB: text, links around it, scripts.
The site runs in a process of its own, whose CPU is not counted; that of all other processes is, to their end.

    python benchmarks/crawl.py [--outlets 20] [--articles 25]
"""

import argparse
import asyncio
import contextlib
import ctypes
import html
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response

from demo.prose import Teller, grammar

ROOT = Path(__file__).parents[1]
PORT = 8799
#: prctl: a process whose parent has ended becomes our child, so that its CPU is counted, too
SUBREAPER = 36
#: seconds that processes have to end which a command left behind
LEFT_BEHIND = 2.0
#: bytes of script in a page, links on each side of its text, and paragraphs: about what real pages have
SCRIPT, LINKS, PARAGRAPHS = 120_000, 200, 12
#: host and path -> content type and body
Pages = dict[tuple[str, str], tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Used:
    """CPU and wall seconds of a command with all its processes."""

    cpu: float
    wall: float


def main() -> None:
    """Print a line for each of the two."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--outlets", type=int, default=20)
    options.add_argument("--articles", type=int, default=25)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--plain", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        asyncio.run(_serve(chosen.outlets, chosen.articles))
    elif chosen.plain:
        _crawl_plainly(chosen.plain, chosen.outlets)
    else:
        compare(chosen.outlets, chosen.articles)


def compare(outlets: int, articles: int) -> None:
    """Both crawl all outlets, and then once more."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as name, _site(outlets, articles):
        folder = Path(name)
        plainly = [sys.executable, __file__, "--plain", str(folder / "plain.db"), "--outlets", str(outlets)]
        _measure("newswatch crawl", _newswatch(folder, outlets), folder / "news.db", outlets)
        _measure("Scrapy with trafilatura", plainly, folder / "plain.db", outlets)


def _measure(name: str, command: list[str], database: Path, outlets: int) -> None:
    first, again = _run(command), _run(command)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM article").fetchone()
    each = 1000 * (first.cpu - again.cpu) / max(stored, 1)
    print(f"{name}: {stored} articles, {first.cpu:.1f} CPU s in {first.wall:.1f} s")
    print(f"  once more, {outlets} lists and nothing new: {again.cpu:.1f} CPU s in {again.wall:.1f} s")
    print(f"  {each:.1f} ms CPU for each article beyond that")


def _run(command: list[str]) -> Used:
    """Run a command to its end, and wait for the processes that it left behind."""
    before, began = _children(), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    until = time.monotonic() + LEFT_BEHIND
    while time.monotonic() < until:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.05)
    return Used(_children() - before, wall)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _newswatch(folder: Path, outlets: int) -> list[str]:
    head = f'database = "sqlite:///{folder}/news.db"\n[safety]\nallow_networks = ["127.0.9.0/24"]\n'
    sources = (f'[[source]]\nkey = "o{outlet}"\nurl = "{_address(outlet)}/feed"\n' for outlet in range(outlets))
    (folder / "newswatch.toml").write_text(head + "".join(sources))
    return [sys.executable, "-m", "cli", "--config", str(folder / "newswatch.toml"), "crawl"]


def _host(outlet: int) -> str:
    return f"127.0.9.{outlet + 1}"


def _address(outlet: int) -> str:
    return f"http://{_host(outlet)}:{PORT}"


# ---------------------------------------------------------------- the site


@contextlib.contextmanager
def _site(outlets: int, articles: int) -> Iterator[None]:
    """The outlets, in a process of their own."""
    command = [sys.executable, __file__, "--serve", "--outlets", str(outlets), "--articles", str(articles)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            if server.stdout is None or not server.stdout.readline():
                raise SystemExit("the site did not start")
            yield
        finally:
            server.terminate()


async def _serve(outlets: int, articles: int) -> None:
    """Answer for all outlets until ended; a feed that is asked for with its ETag has not changed."""
    pages: Pages = {}
    for outlet in range(outlets):
        pages |= made(outlet, articles)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                kind, body = pages.get((writer.get_extra_info("sockname")[0], head.split(" ", 2)[1]), ("", b""))
                is_same = "rss" in kind and "if-none-match" in head.lower()
                status = "304 Not Modified" if is_same else "200 OK" if kind else "404 Not Found"
                length = "" if is_same else f"Content-Length: {len(body)}\r\n"
                told = f'HTTP/1.1 {status}\r\nContent-Type: {kind or "text/plain"}\r\nETag: "1"\r\n{length}\r\n'
                writer.write(told.encode() + (b"" if is_same else body))
                await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(answer, _host(outlet), PORT) for outlet in range(outlets)]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


def made(outlet: int, articles: int) -> Pages:
    """The feed and the pages of an outlet."""
    rng, now = random.Random(outlet), datetime.now(UTC)
    pages: Pages = {}
    items = []
    for number in range(articles):
        headline, path = Teller(grammar("en"), rng).tell("headline"), f"/news/the-story-of-number-{10_000 + number}"
        at = now - timedelta(hours=number)
        pages[_host(outlet), path] = ("text/html; charset=utf-8", _page(rng, headline, at).encode())
        told = {
            "title": html.escape(headline),
            "link": _address(outlet) + path,
            "pubDate": f"{at:%a, %d %b %Y %T +0000}",
        }
        items.append("<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in told.items()) + "</item>")
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet</title>{"".join(items)}</channel></rss>'
    pages[_host(outlet), "/feed"] = ("application/rss+xml", feed.encode())
    return pages


def _page(rng: random.Random, headline: str, at: datetime) -> str:
    title, author = html.escape(headline), Teller(grammar("en"), rng).person()
    told = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline,
            "datePublished": at.isoformat(), "author": {"@type": "Person", "name": author}}  # fmt: skip
    script = "var f=function(a){return a+1};" * (SCRIPT // 30)
    links = "".join(f'<li class="item"><a href="/section/{n}" class="link">Section {n}</a></li>' for n in range(LINKS))
    text = "".join(f"<p>{html.escape(_paragraph(rng))}</p>" for _ in range(PARAGRAPHS))
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:title" content="{title}"><script>{script}</script>
<script type="application/ld+json">{json.dumps(told)}</script></head><body><nav><ul>{links}</ul></nav>
<main><article><h1>{title}</h1><p class="byline">By {author}</p><div class="text">{text}</div></article></main>
<aside><h2>More</h2><ul>{links}</ul></aside><footer>About us</footer></body></html>"""


def _paragraph(rng: random.Random) -> str:
    """Sentences of words in no order: told by the grammar, all texts would share phrases and be compared as copies."""
    sentences = (" ".join(rng.choices(_words(), k=rng.randint(8, 24))).capitalize() for _ in range(3))
    return ". ".join(sentences) + "."


@cache
def _words() -> list[str]:
    lines = (line for lines in grammar("en").lists.values() for line in lines)
    return sorted({word for line in lines for word in re.findall(r"[a-z]{2,}", line)})


# ---------------------------------------------------------------- the peer


def _crawl_plainly(database: str, outlets: int) -> None:
    """A Scrapy project of one file."""
    import feedparser
    import trafilatura
    from scrapy.crawler import CrawlerProcess

    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE IF NOT EXISTS article (url TEXT PRIMARY KEY, title, author, date, text)")

    class Plain(scrapy.Spider):
        name = "plain"

        async def start(self) -> AsyncIterator[Any]:
            for outlet in range(outlets):
                yield scrapy.Request(f"{_address(outlet)}/feed")

        def parse(self, response: Response, **_: Any) -> Iterator[scrapy.Request]:
            for entry in feedparser.parse(response.body).entries:
                if not connection.execute("SELECT 1 FROM article WHERE url = ?", [entry.link]).fetchone():
                    yield response.follow(entry.link, self.read)

        def read(self, response: Response) -> None:
            found: Any = trafilatura.bare_extraction(response.text, url=response.url, fast=True, with_metadata=True)
            row = (response.url, found.title, found.author, found.date, found.text)
            connection.execute("INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?, ?)", row)
            connection.commit()

    process = CrawlerProcess({"LOG_LEVEL": "WARNING", "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0})
    process.crawl(Plain)
    process.start()


if __name__ == "__main__":
    main()
