"""robots.txt for the whole process: asked once a day for each host, kept in the database, obeyed before each request.

Scrapy's own middleware belongs to one crawl (five visits asked five times) and takes a server error or a hang for
permission; by RFC 9309 an unreachable robots.txt means "not now".
"""

from datetime import timedelta
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import CrawlError, NotNow, Refused
from crawler.fetch.gate import Host
from crawler.fetch.reasons import reason_of
from crawler.fetch.robots_rules import RobotsRules, Verdict, parse_robots
from crawler.station import Station, current
from crawler.urls import host_of
from storage import hosts
from storage.hosts import HostState

#: how long a robots.txt is kept (RFC 9309, 2.4)
FRESH_FOR = timedelta(hours=24)
#: how soon a robots.txt that could not be had is asked for again
ASK_AGAIN_AFTER = timedelta(seconds=30)
#: request.meta key of a request for robots.txt itself
ROBOTS_REQUEST = "newswatch_robots"


class RobotsMiddleware:
    """Downloader middleware: no page before robots.txt, none that it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise Refused (robots.txt forbids it) or NotNow (robots.txt cannot be had)."""
        if request.meta.get(ROBOTS_REQUEST):
            return
        station = current()
        host = await station.gate.host(host_of(request.url), self._visit_number())
        rules = await self._rules(station, host, request.url)
        if rules.verdict is Verdict.NOT_NOW:
            message = f"robots.txt of {host.name} cannot be had ({_status_words(host.state)})"
            raise NotNow(message, station.now() + ASK_AGAIN_AFTER)
        if not rules.allows(request.url):
            message = "robots.txt forbids it"
            raise Refused(message)

    def _visit_number(self) -> int:
        number: int = self._crawler.spider.visit.lease.fence  # type: ignore[union-attr]
        return number

    async def _rules(self, station: Station, host: Host, url: str) -> RobotsRules:
        async with host.robots_turn:
            if host.robots is None and _is_fresh(host.state, station):
                host.robots = _parse(station, host.state)
            if host.robots is None or not _is_fresh(host.state, station):
                host.state = await self._ask(station, host, url)
                host.robots = _parse(station, host.state)
                state = host.state
                await station.writer.run(lambda connection: hosts.save(connection, [state]))
            return host.robots

    async def _ask(self, station: Station, host: Host, url: str) -> HostState:
        scheme = url.split(":", 1)[0]
        meta: dict[str, Any] = {ROBOTS_REQUEST: True}
        request = Request(f"{scheme}://{host.name}/robots.txt", meta=meta, dont_filter=True)
        status, body, delay = 0, "", None
        try:
            response = await self._crawler.engine.download_async(request)
        except (CrawlError, OSError, *DOWNLOAD_ERRORS) as error:
            if isinstance(error, Refused | NotNow):
                raise
            body = reason_of(error)
        else:
            status, body = response.status, _text(response)
            delay = parse_robots(status, response.body, "", station.agent).crawl_delay
        return _with_robots(host.state, status, body, delay, station)


def _with_robots(state: HostState, status: int, body: str, delay: float | None, station: Station) -> HostState:
    return HostState(
        host=state.host,
        robots_body=body,
        robots_status=status,
        robots_fetched_at=station.now(),
        crawl_delay=delay,
        next_request_at=state.next_request_at,
        retry_after_until=state.retry_after_until,
    )


def _is_fresh(state: HostState, station: Station) -> bool:
    if state.robots_fetched_at is None:
        return False
    reachable = state.robots_status is not None and 0 < state.robots_status < 500 and state.robots_status != 429
    age = station.now() - state.robots_fetched_at
    return timedelta(0) <= age < (FRESH_FOR if reachable else ASK_AGAIN_AFTER)
