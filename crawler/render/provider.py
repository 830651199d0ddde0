"""scrapy-playwright's `PLAYWRIGHT_BROWSER_PROVIDER`: each handler of each crawl asks for one, all get the same browser.

By itself each handler starts a driver and a browser of its own and closes them at the end of its crawl; handlers of
http and https are two. Here the process owns both, and nothing is started before a page asks for a context.
"""

from typing import Any

from scrapy.exceptions import NotSupported

from crawler.render.lent import LentBrowser
from crawler.station import current


class SharedBrowserProvider:
    """See scrapy_playwright.provider.BrowserProvider."""

    def __init__(self, config: Any) -> None:
        self._config = config

    async def start(self) -> None:
        """Nothing yet: the browser is started by the first context."""

    async def launch_browser(self) -> LentBrowser:
        """The browser of the process, lent."""
        return current().browser.lend()

    async def launch_persistent_context(self, context_kwargs: dict[str, Any]) -> Any:
        """Profiles that stay are refused: each crawl has a fresh one."""
        raise NotSupported("pages are rendered with a fresh profile")

    async def close(self) -> None:
        """Nothing: the browser is the process's."""
