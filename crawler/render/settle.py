"""Waiting until a page shows what it was opened for, and asking a list for more: bounded in time and in steps.

    look ─> enough links or text, twice the same ─> shown
         └> nothing under way and nothing moves ─> it shows no more than this
         └> deadline ─> what is there by then

"Network idle" alone is no sign: pages that count their readers are never idle, and lists are there long before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.render.drawing import Drawing

if TYPE_CHECKING:
    from playwright.async_api import Page

_LOOK = Path(__file__).with_name("look.js")
#: seconds between two looks
LOOK_EVERY = 0.15
#: seconds without a request under way and without a change, after which a page has come to rest
REST = 0.9
#: links and letters of text from which a page shows what it is for (our choice; most lists have 20, most texts 2,000)
LINKS_ENOUGH, LETTERS_ENOUGH = 8, 600
#: consent dialogs that are refused on one page
REJECTIONS_MOST = 3
#: seconds that a list has for what it was asked for
MORE_PATIENCE = 2.5
#: part of the time of a page that is spent on waiting for its first content
WAIT_SHARE, SETTLE_SHARE = 0.5, 0.8

Look = Callable[..., Awaitable["Shown | None"]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows at one look."""

    links: int = 0
    letters: int = 0
    size: int = 0
    rejected: bool = False
    asked: str | None = None
    ready: str = ""

    def is_enough(self, *, is_list: bool) -> bool:
        """Whether that is what such a page is opened for."""
        return self.links >= LINKS_ENOUGH if is_list else self.letters >= LETTERS_ENOUGH

    def is_like(self, other: "Shown | None") -> bool:
        """Whether nothing has moved since another look."""
        return other is not None and (self.links, self.letters, self.size) == (other.links, other.letters, other.size)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page is opened for, and the seconds that it may take."""

    is_list: bool
    more: int
    seconds: float


async def settle(page: "Page", drawing: Drawing, wish: Wish) -> None:
    """Wait, ask for more, and leave the page as it is to be read. Never longer than `wish` allows."""
    begun = asyncio.get_running_loop().time()

    async def look(**orders: bool) -> Shown | None:
        """One look; None while the page is between two documents."""
        return await _look(page, orders)

    with suppress(TimeoutError):
        async with asyncio.timeout_at(begun + wish.seconds * WAIT_SHARE):
            await _wait(look, drawing, is_list=wish.is_list)
    with suppress(TimeoutError):
        async with asyncio.timeout_at(begun + wish.seconds * SETTLE_SHARE):
            drawing.may_lead_on = False
            if wish.is_list:
                await _ask_for_more(look, drawing, wish.more)
            await look(flatten=True)


async def _wait(look: Look, drawing: Drawing, *, is_list: bool) -> None:
    before, still, rejections = None, 0.0, 0
    while True:
        shown = await look(reject=rejections < REJECTIONS_MOST)
        if shown is not None and shown.rejected:
            rejections += 1
        moves = shown is None or not shown.is_like(before) or drawing.pending > 0 or shown.rejected
        still = 0.0 if moves else still + LOOK_EVERY
        if shown is not None and _is_shown(shown, before, still, is_list=is_list):
            return
        before = shown
        await asyncio.sleep(LOOK_EVERY)


def _is_shown(shown: Shown, before: Shown | None, still: float, *, is_list: bool) -> bool:
    if shown.rejected:
        return False
    if shown.is_enough(is_list=is_list) and shown.is_like(before):
        return True
    return still >= REST and shown.ready == "complete"


async def _ask_for_more(look: Look, drawing: Drawing, times: int) -> None:
    """Again and again, while it brings links."""
    for _ in range(times):
        before = await look(more=True)
        if before is None or not await _has_grown(look, drawing, before.links):
            return


async def _has_grown(look: Look, drawing: Drawing, links: int) -> bool:
    loop = asyncio.get_running_loop()
    until, still = loop.time() + MORE_PATIENCE, 0.0
    while loop.time() < until and still < REST:
        await asyncio.sleep(LOOK_EVERY)
        shown = await look()
        if shown is not None and shown.links > links:
            return True
        still = 0.0 if drawing.pending else still + LOOK_EVERY
    return False


async def _look(page: "Page", orders: dict[str, bool]) -> Shown | None:
    from playwright.async_api import Error

    try:
        seen: dict[str, Any] = await page.evaluate(_script(), orders)
    except Error:
        if page.is_closed():
            raise
        return None
    if orders.get("reject"):
        seen["rejected"] = seen["rejected"] or await _rejected_in_frames(page)
    return Shown(**seen)


async def _rejected_in_frames(page: "Page") -> bool:
    """Consent dialogs in a frame of their own (Sourcepoint)."""
    from playwright.async_api import Error

    for frame in page.frames[1:4]:
        with suppress(Error):
            if (await frame.evaluate(_script(), {"reject": True}))["rejected"]:
                return True
    return False


@cache
def _script() -> str:
    return _LOOK.read_text(encoding="utf-8")
