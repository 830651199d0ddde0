"""The one browser of the process: started when a page needs it, lent to crawls, closed when nobody does.

    place() ─> room for one page ─> [tired? restart] ─> page ─> given back ─> idle? closed, driver and all
    lend()  ─> LentBrowser: contexts of one crawl

The driver takes 120 MB and the browser 230 MB before it shows a page, so neither is there before the first page and
neither stays after the last one. What a page may do wrong ends here: the largest page is ended while all use too much
memory, and a browser that has shown many pages, or has grown, is replaced between two pages.
"""

import asyncio
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from config_blocks import Render
from crawler.render import browser as browsers
from crawler.render.browser import NoBrowser
from crawler.render.launch import DATA_KIB, NO_SANDBOX, launch_options, refuse_root, script
from crawler.render.lent import LentBrowser
from crawler.render.processes import below_driver, estimated, fattest_page
from guard.addresses import AddressRule
from guard.proxy import Proxy

if TYPE_CHECKING:
    from playwright.async_api import Browser

#: seconds between two looks at the memory, while a browser is there; and while it uses more than this part of the limit
LOOK_EVERY, LOOK_CLOSELY, CLOSE = 0.2, 0.05, 0.6
#: a browser that uses this part of the limit although it shows no page has grown, and is replaced
AT_REST = 0.8
#: bytes that one page more may come to: all that its process may write to. Admitted by what pages take usually
#: (100 MB, then 200 MB), two that began together and burdened the machine passed 600 MB before the next look
PAGE_MOST = DATA_KIB * 1024
#: seconds without a page until what the browser uses is its own: the process of a closed page takes a moment to end
REST = 2.0
#: seconds that a browser has to end
END_PATIENCE = 10.0

log = logging.getLogger(__name__)


class SharedBrowser:
    """Driver, browser and guarding proxy of this process. `close` ends them; the next page starts them again."""

    def __init__(self, settings: Render, rule: AddressRule) -> None:
        self.settings, self.rule = settings, rule
        #: how often a browser was started, and the largest memory that was seen
        self.starts, self.peak = 0, 0
        self._stack: AsyncExitStack | None = None
        self._browser: Browser | None = None
        self._proxy: Proxy | None = None
        self._starting = asyncio.Lock()
        self._room = asyncio.Condition()
        self._under_way = self._shown = 0
        #: bytes at the last look; None before the first one, 0 where there is no /proc that tells
        self._used: int | None = None
        self._has_grown = False
        self._lent: set[LentBrowser] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._idle: asyncio.TimerHandle | None = None

    def check(self) -> Path:
        """The program that would be started. Raises NoBrowser with the cure where pages cannot be rendered."""
        program = browsers.find(self.settings.browser)
        refuse_root(unsafe_no_sandbox=self.settings.unsafe_no_sandbox)
        return program

    @property
    def is_open(self) -> bool:
        """Whether a browser runs now."""
        return self._browser is not None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Room for one page; others wait."""
        async with self._room:
            await self._room.wait_for(self._has_room)
            if self._is_tired():
                await asyncio.shield(self._hold(self._end("is replaced")))  # to its end, whoever waited for it
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._shown += 1
            self._plan_end()
            async with self._room:
                self._room.notify_all()

    def lend(self) -> LentBrowser:
        """The browser for one crawl: it closes only what that crawl opened."""
        lent = LentBrowser(self.browser, self._lent.discard)
        self._lent.add(lent)
        return lent

    async def browser(self) -> "Browser":
        """The browser, started when there is none. Raises NoBrowser."""
        async with self._starting:
            if self._browser is None:
                self._browser = await self._start()
            if self._proxy is not None:
                self._proxy.rule = self.rule  # the operator may have changed it since
            return self._browser

    async def close(self) -> None:
        """End browser, driver and proxy."""
        self._forget_idle()
        await self._end("is closed")
        for task in list(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    def _has_room(self) -> bool:
        return not self._under_way or (not self._is_tired() and fits(self._under_way, self._used, self.settings))

    def _is_tired(self) -> bool:
        return self.is_open and (self._shown >= self.settings.restart_after or self._has_grown)

    async def _start(self) -> "Browser":
        from playwright.async_api import Error, async_playwright

        program = self.check()
        async with AsyncExitStack() as stack:
            self._proxy = await stack.enter_async_context(Proxy(self.rule, only_tls=True))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="newswatch-browser-"))
            limited = Path(folder) / "browser"
            limited.write_text(script(program))
            limited.chmod(0o700)
            playwright = await stack.enter_async_context(async_playwright())
            options = launch_options(limited, self._proxy.url, sandbox=not self.settings.unsafe_no_sandbox)
            try:
                browser = await playwright.chromium.launch(**options)
            except Error as error:
                raise NoBrowser(f"{program} does not start", _first_line(error)) from None
            self._stack = stack.pop_all()
        self.starts, self._shown, self._has_grown = self.starts + 1, 0, False
        browser.on("disconnected", lambda _: self._hold(self._lost(browser)))
        self._hold(self._watch(browser))
        log.info("browser started: %s %s", program, browser.version)
        return browser

    async def _lost(self, browser: "Browser") -> None:
        """It ended without having been told to."""
        if self._browser is browser:
            log.warning("the browser has ended unexpectedly; it is started again when a page needs it")
            await self._end("has ended")

    async def _end(self, why: str) -> None:
        stack, browser = self._stack, self._browser
        self._stack = self._browser = self._proxy = None
        self._used = None
        if stack is None or browser is None:
            return
        log.info("browser %s after %d pages", why, self._shown)
        for lent in list(self._lent):
            await lent.lost()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_PATIENCE):
                await _close(browser)
        await stack.aclose()

    async def _watch(self, browser: "Browser") -> None:
        """End the browser while it uses too much memory; mark it when it has grown."""
        used, at_rest = 0, 0.0
        while self._browser is browser:
            pause = LOOK_CLOSELY if used > CLOSE * self.settings.memory else LOOK_EVERY
            await asyncio.sleep(pause)
            at_rest = 0.0 if self._under_way else at_rest + pause
            processes, before = below_driver(), used
            self._used = used = estimated(processes)
            self.peak = max(self.peak, used)
            async with self._room:
                self._room.notify_all()  # who waits for memory
            if will_exceed(used, before, self.settings.memory):
                await self._lighten(processes, used)
            elif at_rest >= REST and used > AT_REST * self.settings.memory:
                self._has_grown = True

    async def _lighten(self, processes: list[int], used: int) -> None:
        """End the largest page alone; where none is left, the browser itself has grown."""
        page = fattest_page(processes)
        log.warning("the browser uses %d MB: its %s is ended", used // 10**6, "largest page" if page else "process")
        if page is None:
            await self._end("is ended")
        else:
            with suppress(ProcessLookupError):
                os.kill(page, signal.SIGKILL)

    def _plan_end(self) -> None:
        self._forget_idle()
        if not self._under_way and self.is_open:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self.settings.idle, lambda: self._hold(self._end_idle()))

    async def _end_idle(self) -> None:
        async with self._room:
            if not self._under_way:
                await self._end("is not needed now")

    def _forget_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _hold(self, work: "asyncio.Future[None] | object") -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)  # type: ignore[arg-type]
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task


def fits(under_way: int, used: int | None, settings: Render) -> bool:
    """Whether one page more may be drawn beside those under way: when memory has room for all that it may take. Pure.

    `used` is None until the first look, and 0 where nothing can be measured: there memory is no bar.
    """
    has_memory = used is not None and (used == 0 or used + PAGE_MOST <= settings.memory)
    return under_way < settings.pages and has_memory


def will_exceed(used: int, before: int, limit: int) -> bool:
    """Whether the limit is passed now, or will be by the next look when it goes on so. Pure.

    A script that fills an array takes 100 MB between two looks: ended at the limit, it would be ended behind it.
    """
    is_near = used > AT_REST * limit
    return used > limit or (is_near and before > CLOSE * limit and 2 * used - before > limit)


async def _close(browser: "Browser") -> None:
    from playwright.async_api import Error

    with suppress(Error):  # it is gone already
        await browser.close()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if any("No usable sandbox" in line for line in lines):
        return NO_SANDBOX
    return lines[0][:200] if lines else type(error).__name__
