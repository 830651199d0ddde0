"""The browser as one crawl sees it: it looks like Playwright's, and closes only what this crawl opened."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crawler.render.page_guard import guard_context

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

#: what a crawl's handler wants to be told: the browser is gone
Listener = Callable[[], Awaitable[None]]


class LentBrowser:
    """What `scrapy-playwright` calls a browser: contexts, one event, an end."""

    def __init__(self, browser: "Callable[[], Awaitable[Browser]]", give_back: "Callable[[LentBrowser], None]") -> None:
        self._browser, self._give_back = browser, give_back
        self._contexts: list[BrowserContext] = []
        self._listeners: list[Listener] = []

    async def new_context(self, **options: Any) -> "BrowserContext":
        """A fresh profile with the guards on it. Raises NoBrowser."""
        browser = await self._browser()
        context = await browser.new_context(**options)
        await guard_context(context)
        self._contexts.append(context)
        return context

    def on(self, event: str, listener: Listener) -> None:
        """Remember who wants to know that the browser is gone."""
        if event == "disconnected":
            self._listeners.append(listener)

    async def lost(self) -> None:
        """The browser goes away, or is gone: the crawl forgets its contexts."""
        listeners, self._listeners = self._listeners, []
        self._contexts.clear()
        for listener in listeners:
            await listener()
        self._give_back(self)

    async def close(self) -> None:
        """Close the contexts of this crawl, and nothing else."""
        from playwright.async_api import Error

        self._listeners.clear()
        contexts, self._contexts = self._contexts, []
        for context in contexts:
            with suppress(Error):  # closed already, or the browser is gone
                await context.close()
        self._give_back(self)
