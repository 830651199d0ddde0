"""robots.txt for the whole process: asked once a day for each host, kept in the database, obeyed before each request.

Scrapy's own middleware belongs to one crawl (five visits asked five times) and takes a server error or a hang for
permission; by RFC 9309 an unreachable robots.txt means "not now".
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload

from crawler.errors import NotNow, Refused
from crawler.fetch.compression import UNPACKED_SIZE
from crawler.fetch.gate import Host
from crawler.fetch.reasons import DOWNLOAD_ERRORS, reason_of
from crawler.fetch.robots_rules import RobotsRules, Verdict, parse_robots
from crawler.station import Station, current
from crawler.urls import host_of
from storage import hosts
from storage.hosts import HostState

#: how long a robots.txt is kept (RFC 9309, 2.4)
FRESH_FOR = timedelta(hours=24)
#: how soon a robots.txt that could not be had is asked for again
ASK_AGAIN_AFTER = timedelta(seconds=30)
#: bytes of a robots.txt that are read (RFC 9309, 2.5: at least 500 KiB); an endless one is cut off behind them
KEPT_SIZE = 500 * 1024
#: status kept for one that was redirected more than five times: as good as none (RFC 9309, 2.3.1.2)
LOST_IN_REDIRECTS = 310
NOT_NOW = "not now"
#: request.meta key of a request for robots.txt itself, with its `_Progress`
ROBOTS_REQUEST = "newswatch_robots"
#: a lone surrogate, as `surrogateescape` leaves it for a byte that is not UTF-8
_FOREIGN_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(slots=True)
class _Progress:
    """How far a request for robots.txt has come, over its redirects."""

    requests: int = 0
    size: int = 0


class RobotsMiddleware:
    """Downloader middleware: no page before robots.txt, none that it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(_enough, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise Refused (robots.txt forbids it) or NotNow (robots.txt cannot be had)."""
        if (progress := request.meta.get(ROBOTS_REQUEST)) is not None:
            progress.requests += 1
            return
        station = current()
        host = await station.gate.host(host_of(request.url), self._visit_number())
        rules = await self._rules(station, host, request.url)
        if rules.verdict == NOT_NOW:
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
            if not _is_fresh(host.state, station):
                host.state, host.robots = await self._ask(station, host, url), None
                state = host.state
                station.gate.rest(host, state.crawl_delay or 0.0)  # it holds from the very next request on
                await station.writer.run(lambda connection: hosts.save(connection, [state]))
            if host.robots is None:
                host.robots = _parse(station, host.state)
            return host.robots

    async def _ask(self, station: Station, host: Host, url: str) -> HostState:
        address = f"{url.split(':', 1)[0]}://{host.name}/robots.txt"
        headers = {"User-Agent": station.config.crawl.user_agent}
        # Its size is no reason to refuse it: what is too much is not taken (`_enough`).
        limits = {
            "download_timeout": station.config.crawl.timeout,
            "download_maxsize": 0,
            UNPACKED_SIZE: 10 * KEPT_SIZE,
        }
        progress = _Progress()
        request = Request(address, meta={ROBOTS_REQUEST: progress, **limits}, headers=headers, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest as error:
            status = LOST_IN_REDIRECTS if "redirections" in str(error) else 0
            return _answered(host.state, status, reason_of(error), station)
        except Refused as error:
            if progress.requests <= 1:
                raise  # the host itself is refused, not only where its robots.txt was moved to
            return _answered(host.state, 0, reason_of(error), station)
        except DOWNLOAD_ERRORS as error:
            return _answered(host.state, 0, reason_of(error), station)
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return _answered(host.state, response.status, _text(response.body), station, kind)


def _enough(data: bytes, request: Request) -> None:
    """Signal handler: of a robots.txt no more is taken than is read of it."""
    progress = request.meta.get(ROBOTS_REQUEST)
    if progress is None:
        return
    progress.size += len(data)
    if progress.size > KEPT_SIZE:
        raise StopDownload(fail=False)


def _answered(state: HostState, status: int, text: str, station: Station, content_type: str = "") -> HostState:
    rules = parse_robots(status or None, text.encode(), content_type, station.agent)
    return replace(
        state,
        # a page in place of robots.txt is no rules, whoever reads it later
        robots_body="" if rules.verdict is Verdict.ALLOW_ALL else text,
        robots_status=status,
        robots_fetched_at=station.now(),
        crawl_delay=rules.crawl_delay,
    )


def _parse(station: Station, state: HostState) -> RobotsRules:
    return parse_robots(state.robots_status or None, (state.robots_body or "").encode(), "", station.agent)


def _text(body: bytes) -> str:
    """As the database holds it: what is not UTF-8 as the escapes that stand in a URL, which match the same paths."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body[: 2 * KEPT_SIZE].decode("utf-16", "ignore").replace("\0", "")
    text = body[: KEPT_SIZE + 1].decode("utf-8", "surrogateescape").replace("\0", "")
    return _FOREIGN_BYTE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)


def _status_words(state: HostState) -> str:
    return f"HTTP {state.robots_status}" if state.robots_status else state.robots_body or "no answer"


def _is_fresh(state: HostState, station: Station) -> bool:
    if state.robots_fetched_at is None:
        return False
    reachable = state.robots_status is not None and 0 < state.robots_status < 500 and state.robots_status != 429
    age = station.now() - state.robots_fetched_at
    return timedelta(0) <= age < (FRESH_FOR if reachable else ASK_AGAIN_AFTER)
