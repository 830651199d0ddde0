"""The download handler of crawls that render: plain requests as always, and pages drawn by the browser.

    errand without a plain answer ─> GatedHandler: guard, gate, lease, budget ─> HTTP
    errand with one ─> the host's turn ─> a place in the browser ─> scrapy-playwright ─> page ─> HTML as it stands then

The host's turn is held while its page is drawn: a page and what it loads counts as one request to its host, and the
pause of that host follows. Loaded only for such crawls: most processes never need Playwright.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import HtmlResponse, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.errands import IS_ALONE, Answer, Errand
from crawler.errors import CrawlError
from crawler.fetch.handler import GatedHandler, host_turn, visit_of
from crawler.fetch.robots import RobotsMiddleware
from crawler.render.browser import NoBrowser
from crawler.render.drawing import Drawing
from crawler.render.launch import context_options
from crawler.render.page_guard import vouch
from crawler.render.settle import Wish, settle
from crawler.visit import Visit

#: request.meta key of what is being drawn
DRAWING = "newswatch_drawing"
#: seconds that a profile has to close
CLOSE_PATIENCE = 5.0

# It tells of each page and prints a traceback for each that fails; what matters is in the reasons of the errands.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


class RenderingHandler(GatedHandler, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Scrapy's handler behind guard and gate, with a browser for the errands that ask for one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # a page that takes the browser with it is not shown to another one three times
        self.config.target_closed_max_retries = 0
        self._robots = RobotsMiddleware(crawler)
        #: one page at a time in the profile of a source: any other is a window that opened by itself
        self._one_page = asyncio.Lock()

    async def download_request(self, request: Request) -> Response:
        """Fetch, or draw. Raises what GatedHandler raises, and CrawlError when the browser fails."""
        errand: Errand | None = request.meta.get("errand")
        if errand is None or errand.plain is None:
            return await super().download_request(request)
        visit = visit_of(self._crawler)
        task = asyncio.ensure_future(self._in_turn(request, errand, errand.plain))
        visit.under_way.add(task)  # while it waits too: a visit that is stopped waits for no place
        try:
            return await task
        except asyncio.CancelledError:
            raise DownloadCancelledError("the visit was stopped") from None
        finally:
            visit.under_way.discard(task)
            task.cancel()

    async def _in_turn(self, request: Request, errand: Errand, plain: Answer) -> Response:
        visit = visit_of(self._crawler)
        async with host_turn(visit, request.url), place_for(visit, self._one_page):
            return await self._draw(request, errand, plain)

    async def _draw(self, request: Request, errand: Errand, plain: Answer) -> Response:
        visit = visit_of(self._crawler)
        settings = visit.station.config.render
        drawing = Drawing(visit, plain, self._ask_robots)
        seconds = min(settings.timeout, max(visit.budget.seconds_left(), 0.0))
        wish = Wish(is_list=errand.is_list, more=settings.more, seconds=seconds)
        request.meta.update(self._orders(visit, drawing, wish))
        try:
            await visit.station.browser.browser()
            async with asyncio.timeout(seconds):
                response: Any = await self._download_request(request, self._crawler.spider)
        except TimeoutError:
            await self._drop_context(visit.source.key)
            if seconds < settings.timeout:
                visit.budget.check()  # it had less than its time
            raise CrawlError(f"the browser did not come to an end with the page in {seconds:.0f} s") from None
        except NoBrowser as error:
            raise CrawlError(str(error)) from None
        except PlaywrightError as error:
            await self._drop_context(visit.source.key)
            raise CrawlError(_words(error, drawing)) from None
        html = str(response.text).encode("utf-8", "replace")
        if len(html) > visit.station.config.crawl.max_body:
            raise CrawlError("the page is larger than [crawl] max_body in the browser")
        request.meta[IS_ALONE] = drawing.is_alone
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(plain.page.url, body=html, headers=headers, encoding="utf-8", request=request)

    def _orders(self, visit: Visit, drawing: Drawing, wish: Wish) -> dict[str, Any]:
        """What scrapy-playwright is told by the request's meta."""

        async def begin(page: Page, _: Request) -> None:
            """Before the document is there."""
            await drawing.attach(page)

        return {
            "playwright": True,
            "playwright_context": visit.source.key,
            "playwright_context_kwargs": context_options(visit.station.config.crawl.user_agent),
            "playwright_page_init_callback": begin,
            "playwright_page_goto_kwargs": {"wait_until": "commit"},
            DRAWING: (drawing, wish),
        }

    async def _create_page(self, request: Request, spider: Spider) -> Page:
        page: Page = await super()._create_page(request, spider)
        vouch(page)
        return page

    async def _apply_page_methods(self, page: Page, request: Request, spider: Spider) -> None:
        """In the place of fixed steps: wait for what the page is opened for."""
        drawing, wish = request.meta[DRAWING]
        await settle(page, drawing, wish)
        if drawing.left_for is not None:
            raise CrawlError(f"the page leads to {drawing.left_for[:100]}, which is not of its site")
        drawing.visit.spend_bytes(await drawing.volume())

    async def _ask_robots(self, url: str) -> None:
        await self._robots.process_request(Request(url))

    async def _drop_context(self, name: str) -> None:
        """Close the profile of a source with all that still runs in it."""
        wrapper = self.context_wrappers.pop(name, None)
        if wrapper is not None:
            try:
                async with asyncio.timeout(CLOSE_PATIENCE):
                    await wrapper.context.close()
            except (PlaywrightError, TimeoutError):
                pass  # the browser is gone, or will be by its limits


@asynccontextmanager
async def place_for(visit: Visit, one_page: asyncio.Lock) -> AsyncIterator[None]:
    """A place for a page. Raises BudgetSpent or LeaseLost when the visit has come to its end before there is one."""
    async with AsyncExitStack() as places:
        try:
            async with asyncio.timeout(max(visit.budget.seconds_left(), 0.0)):
                await places.enter_async_context(one_page)
                await places.enter_async_context(visit.station.browser.place())
        except TimeoutError:
            pass  # the look at the budget says so
        visit.check_time()
        visit.budget.check()
        yield


def _words(error: PlaywrightError, drawing: Drawing) -> str:
    if drawing.has_crashed:
        return "the page crashed in the browser"
    first = error.message.splitlines()[0] if error.message else type(error).__name__
    if "closed" in first:
        return "the browser ended while it showed the page"
    return f"browser: {first[:150]}"
