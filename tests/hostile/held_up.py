"""How long good sources are held up by attacks: a daemon for a while alone with them, then with everything hostile.

    .venv/bin/python -m tests.hostile.held_up --seconds 90

Good sources are visited every two seconds and publish an article now and then, hostile ones every minute. Measured, at their servers: how much
later than planned they are visited, and how long an article waits from the list that shows it to the request for it.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from demo.web import Web
from demo.world import World
from tests.hostile import bombs, test_one_crawl, test_robots, test_traps, wire
from tests.hostile.processes import Peak
from tests.hostile.server import Attack, HostileServer, article, feed, ok
from tests.integration.newsroom import Newsroom, running, wait_until

#: seconds between two visits of a source, and between two articles of a good one
EVERY, NEWS = 2.0, 3.0
STORY = "/news/harbour-story-1"


@dataclass(slots=True)
class Outlet:
    """A good source: its feed shows one article more every few seconds."""

    name: str
    began: float = field(default_factory=time.monotonic)
    url: str = ""
    #: when the feed was asked for; and by article, when it was first shown and when it was asked for
    feeds: list[float] = field(default_factory=list)
    shown: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)

    def answer(self, path: str) -> bytes:
        """What its server says."""
        now = time.monotonic()
        if path == "/feed":
            self.feeds.append(now)
            places = [f"/news/harbour-story-{number}" for number in range(int((now - self.began) / NEWS) + 1)]
            for place in places:
                self.shown.setdefault(place, now)
            return feed([self.url + place for place in places])
        if path in self.shown:
            self.asked.setdefault(path, now)
            return ok(article(f"{self.name} {path[-5:]}"))
        return ok(b"", status="404 Not Found")

    def late(self, until: float) -> list[float]:
        """By how many seconds each visit came later than it was planned; the one that had not come yet, too."""
        return [max(after - before - EVERY, 0.0) for before, after in pairwise((self.began, *self.feeds, until))]

    def waits(self, until: float) -> list[float]:
        """Seconds from the list that shows an article to the request for it."""
        return [self.asked.get(place, until) - shown for place, shown in self.shown.items()]


def _attacks() -> dict[str, dict[str, bytes | Attack]]:
    """Name of an attack -> what its site answers."""
    lists = {name: {"/entry": answer} for name, answer in bombs.LISTS.items()}
    pages = {**bombs.PAGES, **test_one_crawl.BOMBS, **wire.REFUSED}
    listed: dict[str, dict[str, bytes | Attack]] = {name: {STORY: answer} for name, answer in pages.items()}
    robots = {f"robots: {name}": {"/robots.txt": case.said, **case.more} for name, case in test_robots.CASES.items()}
    return {**lists, **listed, **robots}


def _serve(server: HostileServer, attacks: Mapping[str, Mapping[str, bytes | Attack]]) -> dict[str, str]:
    sources = {}
    for number, (name, answers) in enumerate(attacks.items()):
        site = server.site(name)
        site.answers |= {"/entry": feed([site.url + STORY]), **answers}
        sources[f"bad{number}"] = f"{site.url}/entry"
    for number, (name, trap) in enumerate(test_traps.TRAPS.items() if attacks else ()):
        site = server.site(f"trap: {name}")
        site.otherwise = test_traps.without_robots(trap(site))
        sources[f"trap{number}"] = f"{site.url}/"
    return sources


def _measured(attacks: Mapping[str, Mapping[str, bytes | Attack]], chosen: argparse.Namespace) -> str:
    goods, seconds = chosen.good, chosen.seconds
    with tempfile.TemporaryDirectory() as folder, HostileServer() as server, Web(World.make(outlets=[])) as web:
        hostile, outlets = _serve(server, attacks), [Outlet(f"Port {number}") for number in range(goods)]
        sources = {}
        for outlet in outlets:
            site = server.site(outlet.name)
            site.otherwise, outlet.url = outlet.answer, site.url
            sources[outlet.name.lower().replace(" ", "-")] = f"{site.url}/feed"
        room = Newsroom(web, Path(folder), f"sqlite:///{folder}/news.db")
        blocks = [f'[[source]]\nkey = "{key}"\nurl = "{url}"\nevery = "1m"\n' for key, url in hostile.items()]
        manners: dict[str, Any] = {"networks": ["127.0.0.1/32"], "every": f"{EVERY:.0f}s", "readers": 2}
        schedule = f"visits = {chosen.visits}" if chosen.visits else ""
        room.configure(schedule, sources=sources, last_source="\n".join(["", *blocks]), **manners)
        with running(room, "run") as daemon, Peak(daemon.pid) as peak:
            wait_until(lambda: "watching" in room.log())
            for outlet in outlets:
                outlet.began = time.monotonic()
            time.sleep(seconds)
            until = time.monotonic()
        stored = room.count("SELECT count(*) FROM article WHERE source_key LIKE 'port-%'")
    late = [each for outlet in outlets for each in outlet.late(until)]
    waits = [each for outlet in outlets for each in outlet.waits(until)]
    shown = sum(len(outlet.shown) for outlet in outlets)
    return (
        f"{len(hostile)} hostile sources, {goods} good ones, {seconds:.0f} s: {len(late)} visits later than planned by "
        f"{median(late):.2f} s (median), {max(late):.2f} s (worst); {len(waits)} articles waited {median(waits):.2f} s, "
        f"{max(waits):.2f} s; {stored} of {shown} stored; memory {peak.bytes / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--good", type=int, default=10)
    parser.add_argument("--visits", type=int, default=0, help="places of the daemon; 0: as by default")
    parser.add_argument("--hostile", type=int, default=1000, help="at most so many attacks, spread over all kinds")
    chosen = parser.parse_args()
    attacks = list(_attacks().items())
    step = max(len(attacks) // chosen.hostile, 1)
    for hostile in ({}, dict(attacks[::step])):
        print(_measured(hostile, chosen), flush=True)


if __name__ == "__main__":
    main()
