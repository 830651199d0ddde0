"""What holds for a whole context, whatever its pages do: no windows, no request that belongs to no page of ours."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route

_SCRIPT = Path(__file__).with_name("guard.js")
#: seconds after which a page that nobody has vouched for is closed: it opened by itself. Its requests are refused
#: from the start; a busy machine takes a second to hand over a page that we asked for
VOUCH_PATIENCE = 3.0

_vouched: "WeakSet[Page]" = WeakSet()
_closing: set["asyncio.Task[None]"] = set()


def vouch(page: "Page") -> None:
    """This page is one of ours, no window that a script has opened."""
    _vouched.add(page)


async def guard_context(context: "BrowserContext") -> None:
    """Put the guards on a new context; its pages have routes of their own, which stand before this one."""
    await context.add_init_script(path=_SCRIPT)
    await context.route("**/*", _refuse)
    context.on("page", _met)


async def _refuse(route: "Route") -> None:
    from playwright.async_api import Error

    with suppress(Error):  # the window is closed already
        await route.abort("blockedbyclient")


def _met(page: "Page") -> None:
    task = asyncio.ensure_future(_close_unless_vouched(page))
    _closing.add(task)
    task.add_done_callback(_closing.discard)


async def _close_unless_vouched(page: "Page") -> None:
    from playwright.async_api import Error

    await asyncio.sleep(VOUCH_PATIENCE)
    if page not in _vouched:
        with suppress(Error):
            await page.close()
