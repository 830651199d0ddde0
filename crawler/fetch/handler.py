"""The download handler: every byte that leaves goes through here.

    engine -> middlewares -> [guard: address] -> [site] -> [gate: the host's turn] -> [room] -> [lease, budget] -> HTTP

It stands below Scrapy's slots and middlewares, so that what is checked here is checked immediately before the request
leaves: redirects and robots.txt too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, StopDownload
from scrapy.http import Response

from crawler.errors import NotNow, Refused
from crawler.fetch import guard
from crawler.fetch.gate import Host
from crawler.fetch.headers import CappedFactory
from crawler.fetch.room import TAKEN, errand_of, watch
from crawler.station import current
from crawler.urls import AddressError, host_of

if TYPE_CHECKING:
    from crawler.visit import Visit


#: seconds that a visit waits for a host; one that wants more (Retry-After) is asked in a later visit
LONGEST_WAIT = 60.0


class GatedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler behind guard, gate, lease and budget."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = CappedFactory  # noqa: SLF001 - the pool offers no other way
        # One receiver however many handlers there are (http, https): a method of each would count all bytes twice.
        crawler.signals.connect(_watch, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """Fetch one request in its host's turn. Raises Refused, NotNow, BudgetSpent, LeaseLost or a download error."""
        station, visit = current(), visit_of(self._crawler)
        _refuse_address(request.url)
        await visit.take_site(request.url)
        async with host_turn(visit, request.url) as host:
            response = await self._fetch(request, host, visit)
        visit.spend_bytes(len(response.body))
        if (errand := errand_of(request)) is not None:
            station.room.hold(errand, len(response.body))
        return response

    async def _download(self, request: Request, visit: "Visit") -> Response:
        """Download in the room that there is; a large answer is broken off and begun again when it may be large."""
        room, errand = current().room, errand_of(request)
        await room.begin(visit.source.key, errand)
        while True:
            visit.spend_request()
            try:
                async with room.coming(errand):
                    return await super().download_request(request)
            except StopDownload:
                request.meta.pop(TAKEN, None)
            await wait_for_ticket(request, visit)

    async def _fetch(self, request: Request, host: Host, visit: "Visit") -> Response:
        task = asyncio.ensure_future(self._download(request, visit))
        visit.under_way.add(task)
        try:
            response = await task
        except asyncio.CancelledError:
            # A bare CancelledError leaves a visit that never ends.
            message = "the visit was stopped"
            raise DownloadCancelledError(message) from None
        except CannotResolveHostError:
            _refuse_name(host)
            raise
        finally:
            visit.under_way.discard(task)
        retry_after = response.headers.get("Retry-After")
        current().gate.heed(host, response.status, _text(retry_after), visit.source.floor("retry-after"))
        return response


def _watch(data: bytes, request: Request) -> None:
    watch(current().room, data, request)


@asynccontextmanager
async def host_turn(visit: "Visit", url: str) -> AsyncIterator[Host]:
    """The turn of an address's host, for what a visit asks or draws there. Raises NotNow when it is too far away."""
    gate = visit.station.gate
    host = await gate.host(host_of(url), visit.lease.fence)
    visit.met_hosts.add(host.name)
    longest = max(LONGEST_WAIT, 2 * (host.state.crawl_delay or 0.0))
    delay = visit.source.floor("crawl-delay").total_seconds()
    async with gate.turn(host, min(longest, visit.budget.seconds_left()), delay):
        yield host


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value is not None else None


async def wait_for_ticket(request: Request, visit: "Visit") -> None:
    """Wait until this answer may be large. Raises NotNow after a while."""
    room = current().room
    try:
        async with asyncio.timeout(min(LONGEST_WAIT, max(visit.budget.seconds_left(), 0.0))):
            await room.ticket(errand_of(request) or 0)
    except TimeoutError:
        message = "too many large answers at once"
        raise NotNow(message, current().now() + timedelta(seconds=LONGEST_WAIT)) from None


def visit_of(crawler: Crawler) -> "Visit":
    """The visit that a crawl is."""
    visit: Visit = crawler.spider.visit  # type: ignore[union-attr]
    return visit


def _refuse_address(url: str) -> None:
    try:
        reason = current().address_rule.refuse_url(url)
    except AddressError as error:
        reason = str(error)
    if reason:
        message = f"address refused: {reason}"
        raise Refused(message)


def _refuse_name(host: Host) -> None:
    resolver = guard.installed()
    name = host.name.rsplit(":", 1)[0]
    if resolver is not None and (reason := resolver.refusal(name)):
        message = f"address refused: {reason}"
        raise Refused(message)
