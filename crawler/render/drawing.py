"""One page in the browser, from its document to what its scripts made of it.

    document: what the plain request brought (it is not asked for again)
    all else: route ─> sieve ─> address rule ─> robots.txt ─> lease, budget ─> [guarding proxy] ─> server
              target of a redirect ─> counted ─> [guarding proxy] ─> server

What a page asks for is counted as the visit's requests and bytes. `is_alone` says whether everything that it shows came
with the document or with code that does not change: only then does an unchanged document mean an unchanged page.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.errands import Answer
from crawler.errors import CrawlError
from crawler.fetch.freshness import HEADERS, fresh_for
from crawler.render.sieve import DATA, Asked, is_own, refusal
from crawler.urls import site_of
from storage.errors import LeaseLost

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page, Request, Response, Route

    from crawler.visit import Visit

#: a script that its server lets be kept for so long is code, not data (our choice: lists of news change in minutes)
CODE_FRESH = timedelta(hours=1)
#: seconds that a robots.txt of another host may take, while the page waits
ROBOTS_PATIENCE = 5.0
#: what the document may open besides requests that a route sees: no sockets, in workers neither (a worker out of a blob
#: has the policy of its page; one out of a file has its own, and is refused), no frames of data: or blob:
POLICY = "connect-src http: https: data: blob:; worker-src blob: data:; frame-src http: https:"

#: asks robots.txt; raises CrawlError when it forbids an address or cannot be had
AskRobots = Callable[[str], Awaitable[None]]


class Drawing:
    """What one page asked for, and what came."""

    def __init__(self, visit: "Visit", plain: Answer, ask_robots: AskRobots) -> None:
        self.visit, self.plain = visit, plain
        self.is_alone = True
        #: why requests were not made: reason -> how many
        self.refused: Counter[str] = Counter()
        #: requests that were let through and have not ended
        self.pending = 0
        #: whether a script of the page may still lead elsewhere
        self.may_lead_on = True
        self.has_crashed = False
        #: where the page went that is not of its site: "blob:http://...", or where its server sent it on to
        self.left_for: str | None = None
        self._ask_robots = ask_robots
        self._sites = visit.sites | {site_of(plain.page.url)}
        self._let: set[Request] = set()
        self._ended: list[Request] = []
        self._is_sent = False
        self._navigations = 0

    async def attach(self, page: "Page") -> None:
        """Take over the requests of a page that shows nothing yet."""
        page.on("request", self._lead_on)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)
        page.on("response", self._judge)
        page.on("crash", self._crash)
        page.on("framenavigated", self._follow)
        await page.route("**/*", self._route)

    async def volume(self) -> int:
        """Bytes that the page has brought besides its document."""
        from playwright.async_api import Error

        total = 0
        for request in self._ended:
            with suppress(Error):
                sizes = await request.sizes()
                total += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return total

    async def _route(self, route: "Route", request: "Request") -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page was closed meanwhile
            if self._is_document(request):
                self._is_sent = True
                headers = {
                    "Content-Type": self.plain.page.content_type or "text/html",
                    "Content-Security-Policy": POLICY,
                }
                await route.fulfill(body=self.plain.page.body, headers=headers)
            elif request.resource_type == "stylesheet":
                # scripts wait for their styles, and fail without them
                await route.fulfill(body="", content_type="text/css")
            elif reason := await self._refusal(request):
                self.refused[reason] += 1
                # "blockedbyclient" would put an error page in the place of what is shown
                await route.abort("aborted" if request.is_navigation_request() else "blockedbyclient")
            else:
                self._count(request)
                await route.continue_()

    def _is_document(self, request: "Request") -> bool:
        return not self._is_sent and request.is_navigation_request() and request.url == self.plain.page.url

    async def _refusal(self, request: "Request") -> str | None:
        """Why a request may not leave, or None when it may and is counted."""
        reason = refusal(self._asked(request), self.visit.sites)
        reason = reason or self.visit.station.address_rule.refuse_url(request.url)
        if reason is not None:
            return reason
        try:
            async with asyncio.timeout(ROBOTS_PATIENCE):
                await self._ask_robots(request.url)
            self.visit.spend_request()
        except TimeoutError:
            return "robots.txt cannot be had in time"
        except (CrawlError, LeaseLost) as error:
            return str(error) or type(error).__name__
        return None

    def _asked(self, request: "Request") -> Asked:
        is_main = request.is_navigation_request() and request.frame.parent_frame is None
        return Asked(
            url=request.url,
            kind=request.resource_type,
            method=request.method,
            is_main=is_main,
            navigations=self._navigations,
            requests=len(self._let),
            may_lead_on=self.may_lead_on,
        )

    def _count(self, request: "Request") -> None:
        self._let.add(request)
        self.pending += 1
        if request.resource_type in DATA:
            self.is_alone = False
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self._navigations += 1

    def _lead_on(self, request: "Request") -> None:
        """No route sees the target of a redirect: it is counted and waited for as what led to it."""
        if request.redirected_from in self._let:
            self._let.add(request)
            self.pending += 1
            self.is_alone = False  # it may lead elsewhere tomorrow
            with suppress(CrawlError, LeaseLost):  # it has left already
                self.visit.spend_request()

    def _end(self, request: "Request") -> None:
        if request in self._let:
            self.pending -= 1
            self._ended.append(request)

    def _judge(self, response: "Response") -> None:
        if response.request not in self._let or response.request.resource_type != "script":
            return
        said = {name: response.headers[name.lower()] for name in HEADERS if name.lower() in response.headers}
        fresh = fresh_for(said, datetime.now(UTC))
        if fresh is None or fresh < CODE_FRESH:
            self.is_alone = False

    def _follow(self, frame: "Frame") -> None:
        """No route sees a navigation to blob: or data:, nor where a redirect leads to: what is shown then is not read.

        guard.js prevents the first, the guarding proxy holds for the second.
        """
        if frame.parent_frame is None and self._is_sent and not is_own(frame.url, self._sites):
            self.left_for = frame.url

    def _crash(self, page: "Page") -> None:
        self.has_crashed = True
