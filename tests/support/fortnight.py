"""Days of real crawls on a clock of their own: Scrapy, sockets and the database are real, only time is made up.

    python -m tests.support.fortnight DATABASE PORT FROM TO    (hours after `BEGIN`)

A process is what runs from one restart to the next. It serves the outlet to itself, visits it whenever it is due, and prints
each request that the outlet saw as a line of JSON.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2s
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from sqlalchemy import select

from config import Config
from config_blocks import Crawl, Safety, Source
from crawler import visiting
from crawler.fetch import guard
from crawler.loop import run_loop
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station, close_station, open_station
from storage.schema import source as source_table
from tests.support.pages import page, rss

#: a Monday
BEGIN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: an item of each feed appears so often; a feed shows so many
RHYTHM, WINDOW = 9 * HOUR, 8
#: what the dated feed promises not to change for
MAX_AGE = 7 * HOUR
TAGGED, DATED, OLD, MOVED = "/tagged", "/dated", "/old", "/moved"
CONDITIONS = ("If-None-Match", "If-Modified-Since")


class Outlet(ThreadingHTTPServer):
    """Three feeds: one has an ETag only, one a Last-Modified and a promise, one has moved for good."""

    daemon_threads = True
    now = BEGIN

    def published(self, path: str) -> dict[str, datetime]:
        """The articles of a feed that are there by now, newest first."""
        passed = int((self.now - BEGIN + 3 * RHYTHM) / RHYTHM)
        moments = {f"{path}-ship-{number:03}-arrives": BEGIN + RHYTHM * (number - 3) for number in range(passed + 1)}
        return dict(sorted(moments.items(), key=lambda item: item[1], reverse=True)[:WINDOW])


class Desk(BaseHTTPRequestHandler):
    """Answers one request and prints it."""

    server: Outlet
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A feed, what has moved, an article, or nothing."""
        if self.path == OLD:
            self._send(301, {"Location": MOVED})
        elif self.path in (TAGGED, DATED, MOVED):
            self._feed()
        elif self.path.endswith("-arrives"):
            self._send(200, {"Content-Type": "text/html"}, page(self.path[1:].replace("-", " ")))
        else:
            self._send(404, {})

    def _feed(self) -> None:
        listed = self.server.published(self.path)
        etag = f'W/"{blake2s(" ".join(listed).encode(), digest_size=6).hexdigest()}--gzip"'
        own = (
            {"Last-Modified": format_datetime(max(listed.values()), usegmt=True)}
            if self.path == DATED
            else {"ETag": etag}
        )
        also = {"Cache-Control": f"max-age={MAX_AGE.total_seconds():.0f}"} if self.path == DATED else {}
        validator, condition = next(iter(own.values())), CONDITIONS[self.path == DATED]
        if self.headers[condition] == validator:
            self._send(304, own | also)
        else:
            text = rss(*listed, site=f"http://{self.headers['Host']}", published=listed)
            self._send(200, {"Content-Type": "application/rss+xml", "Set-Cookie": "seen=1", **own, **also}, text)

    def _send(self, status: int, headers: Mapping[str, str], text: str = "") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())
        seen = {name: self.headers[name] for name in (*CONDITIONS, "Cookie", "Referer", "User-Agent")}
        given = headers.get("ETag") or headers.get("Last-Modified")
        told = {"hour": (self.server.now - BEGIN) / HOUR, "path": self.path, "status": status, "given": given}
        print(json.dumps({**told, **seen}), flush=True)

    def log_message(self, *_: object) -> None:
        """Nothing is said beside the line of JSON."""


async def watch(config: Config, outlet: Outlet, until: datetime) -> None:
    """One process: visit the source whenever it is due, on the clock of the outlet."""
    station = open_station(config, NEWSWATCH_TIMETABLE, NEWSWATCH_SITES)
    guard.install(station.address_rule)
    station.clock = lambda: outlet.now
    try:
        await station.sync_sources()
        while outlet.now < until:
            await _visit(station, outlet)
    finally:
        close_station()


async def _visit(station: Station, outlet: Outlet) -> None:
    """What is due now; then the clock goes on to what is due next."""
    for lease in await station.writer.run(lambda c: station.leases.claim_due(c, outlet.now, 1)):
        await visiting.run(station, lease)
    with station.database.read() as connection:
        due = connection.execute(select(source_table.c.next_visit_at)).scalar_one()
    outlet.now = max(due, outlet.now + timedelta(seconds=1))


def main(database: str, port: str, begin: str, end: str) -> None:
    """Serve the outlet and watch it from one hour to another."""
    outlet = Outlet(("127.0.0.1", int(port)), Desk)
    outlet.now = BEGIN + float(begin) * HOUR
    Thread(target=outlet.serve_forever, daemon=True).start()
    feeds = [f"http://127.0.0.1:{port}{path}" for path in (TAGGED, DATED, OLD)]
    source = Source.model_validate({"key": "daily", "url": feeds, "every": "5h"})
    manners = Crawl.model_validate({"readers": 1, "delay_factor": 0, "contact": "desk@newswatch.example"})
    safety = Safety.model_validate({"allow_networks": ["127.0.0.0/8"]})
    config = Config(database, crawl=manners, safety=safety, sources=(source,))
    run_loop(lambda: watch(config, outlet, BEGIN + float(end) * HOUR))


if __name__ == "__main__":
    main(*sys.argv[1:])
