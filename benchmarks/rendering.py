"""What a page in the browser costs, beside the same pages without scripts and beside bare scrapy-playwright.

    .venv/bin/python benchmarks/rendering.py --pages 40

An outlet on loopback lists stories whose pages a script draws from a call for JSON. Four crawls, each a process of its
own: Newswatch on plain pages, on the drawn ones and on one drawn page, and scrapy-playwright as its documents show it,
waiting for the text (no list, nothing stored). CPU is that of all processes, the browser's included; memory
is the most that driver and browser used together (PSS), seen five times a second.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.render.processes import below_driver, descendants, proportional
from tests.support.scripted import Outlet, Sent, article, as_json, paragraphs, shell, story

ROOT = Path(__file__).parent.parent
#: ticks of the clock that /proc counts CPU in
TICKS = os.sysconf("SC_CLK_TCK")
#: a picture of 100 KB for each page: what a browser loads and no reader needs
PICTURE = os.urandom(100_000)

PEER = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
from scrapy_playwright.page import PageMethod

class Peer(scrapy.Spider):
    name = "peer"
    async def start(self):
        for url in sys.argv[2:]:
            wait = [PageMethod("wait_for_selector", "article p")]
            yield scrapy.Request(url, meta={"playwright": True, "playwright_page_methods": wait})
    def parse(self, response):
        texts = response.css("article p::text").getall()
        yield {"url": response.url, "letters": sum(map(len, texts))}

handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
process = CrawlerProcess({
    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}, "CONCURRENT_REQUESTS": 2, "LOG_LEVEL": "ERROR",
    "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": sys.argv[1]}, "TELNETCONSOLE_ENABLED": False,
})
process.crawl(Peer)
process.start()

"""


@dataclass(slots=True)
class Cost:
    """What one crawl used."""

    cpu: float = 0.0
    peak: int = 0


def _cpu(process: int) -> dict[int, float]:
    """CPU seconds of a process and all below it, by process."""
    used = {}
    for one in (process, *descendants(process)):
        try:
            fields = (Path("/proc") / str(one) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used[one] = (int(fields[11]) + int(fields[12])) / TICKS
    return used


def measured(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command, and watch it and all that it starts."""
    cost, seen, ended = Cost(), dict[int, float](), threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            seen.update(_cpu(process.pid))
            cost.peak = max(cost.peak, proportional(below_driver(process.pid)))

    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        ended.set()
        watcher.join()
    cost.cpu = sum(seen.values())
    return cost


def outlet(count: int, page: Callable[[int], Sent]) -> Outlet:
    """A list of stories, their pages, and what these call."""
    items = "".join(f'<h3><a href="{story(n)["url"]}">{story(n)["title"]}</a></h3>' for n in range(count))
    pages: dict[str, Sent] = {story(n)["url"]: page(n) for n in range(count)}
    front = Sent(f"<!doctype html><html><body><main>{items}</main></body></html>".encode())
    return Outlet({"/": front, **pages, "/text": _text, "/picture.jpg": Sent(PICTURE, "image/jpeg")})


def _text(target: str) -> Sent:
    number = int(target.partition("=")[2])
    return as_json({"title": story(number)["title"], "text": paragraphs(number)})


def drawn(number: int) -> Sent:
    """A page that shows its story when its script has asked for it."""
    script = (
        f"fetch('/text?of=' + {number}).then(r => r.json()).then(told => {{ document.title = told.title;"
        f" const picture = '<img src=/picture.jpg?{number}>';"
        " document.getElementById('root').innerHTML = '<article>' + picture + '<h1>' + told.title + '</h1>'"
        " + told.text.map(part => '<p>' + part + '</p>').join('') + '</article>'; })"
    )
    return shell(script)


def newswatch(count: int, page: Callable[[int], Sent]) -> Cost:
    """A whole visit: list, pages, articles stored."""
    with outlet(count, page) as served, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "newswatch.toml"
        file.write_text(
            f'database = "sqlite:///{folder}/news.db"\n[crawl]\nreaders = 1\n[safety]\n'
            'allow_networks = ["127.0.0.0/8"]\n[render]\nunsafe_no_sandbox = true\n'
            f'[[source]]\nkey = "o"\nurl = "{served.url()}"\n'
        )
        command = [sys.executable, "-m", "cli", "--config", str(file), "crawl"]
        cost = measured(command, {**os.environ, "NEWSWATCH_LOG": "warning"})
        stored = _stored(Path(folder) / "news.db")
        if stored < count:
            print(f"  only {stored} of {count} were stored")
    return cost


def _stored(file: Path) -> int:
    import sqlite3

    connection = sqlite3.connect(file)
    (count,) = connection.execute("SELECT count(*) FROM article").fetchone()
    connection.close()
    return int(count)


def peer(count: int, program: Path) -> Cost:
    """The same pages by scrapy-playwright alone: no list, nothing stored."""
    with outlet(count, drawn) as served:
        urls = [served.url(story(n)["url"]) for n in range(count)]
        return measured([sys.executable, "-c", PEER, str(program), *urls], dict(os.environ))


def main() -> None:
    """Measure, and print a table."""
    from crawler.render.browser import find

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    costs = {
        "newswatch, plain pages": newswatch(asked.pages, article),
        "newswatch, drawn pages": newswatch(asked.pages, drawn),
        "scrapy-playwright, drawn pages": peer(asked.pages, find()),
    }
    start = {"newswatch, one drawn page": newswatch(1, drawn)}
    if asked.json:
        print(json.dumps({name: {"cpu": cost.cpu, "peak": cost.peak} for name, cost in {**costs, **start}.items()}))
        return
    print(f"{asked.pages} pages each; CPU seconds of all processes, peak memory of driver and browser\n")
    for name, cost in costs.items():
        print(
            f"  {name:32} {cost.cpu:7.1f} s  {1000 * cost.cpu / asked.pages:7.0f} ms a page  {cost.peak / 1e6:6.0f} MB"
        )
    first = start["newswatch, one drawn page"]
    more = (costs["newswatch, drawn pages"].cpu - first.cpu) / max(asked.pages - 1, 1)
    print(f"\n  the first drawn page with all that is started for it: {first.cpu:.1f} s; each further one {more:.2f} s")


if __name__ == "__main__":
    main()
