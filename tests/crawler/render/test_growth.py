"""Many pages in one browser: what it uses at rest does not grow with what it has shown."""

import asyncio
from pathlib import Path

import pytest

from config_blocks import Render
from crawler.render.processes import PROC, below_driver, proportional
from crawler.render.settle import LINKS_ENOUGH
from crawler.render.shared import SharedBrowser
from guard.addresses import AddressRule
from tests.support.scripted import DRAW, as_json, stories

#: pages after which everything that is loaded once is there
WARM = 5
#: pages of one visit, which share a profile
PAGES_PER_VISIT = 5
#: bytes that a browser at rest may use more than when it was warm (caches come and go by 20 to 40 MB)
GROWTH_MOST = 80 * 10**6


async def _visit(browser: SharedBrowser) -> None:
    """Some pages that a script fills, in a profile of their own."""
    lent = browser.lend()
    context = await lent.new_context()
    for first in range(PAGES_PER_VISIT):
        async with browser.place():
            page = await context.new_page()
            told = as_json(stories(first, 40)).body.decode()
            await page.set_content(f"<div id=root></div><script>{DRAW} draw({told})</script>")
            assert await page.locator("a").count() > LINKS_ENOUGH
            await page.close()
    await lent.close()


async def _at_rest() -> int:
    """Bytes, when the renderers of closed pages have ended."""
    await asyncio.sleep(1)
    return proportional(below_driver())


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _zombies() -> list[int]:
    """Processes of the browser that have ended and that nobody has asked for."""
    states = {one: (PROC / str(one) / "stat").read_text().rpartition(")")[2].split()[0] for one in below_driver()}
    return [one for one, state in states.items() if state == "Z"]


async def _no_zombies() -> None:
    """A process that ends at this very moment is asked for a moment later."""
    async with asyncio.timeout(10):
        while _zombies():
            await asyncio.sleep(0.1)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [10, pytest.param(200, marks=pytest.mark.slow)])
async def test_pages_leave_nothing_behind(chromium: Path, count: int) -> None:
    settings = Render(unsafe_no_sandbox=True, restart_after=count + WARM + 1, idle=600.0)
    browser = SharedBrowser(settings, AddressRule())
    try:
        for _ in range(WARM // PAGES_PER_VISIT):
            await _visit(browser)
        warm, files = await _at_rest(), _open_files()
        for _ in range(count // PAGES_PER_VISIT):
            await _visit(browser)
        assert await _at_rest() - warm < GROWTH_MOST
        assert _open_files() <= files
        await _no_zombies()
        assert browser.starts == 1
        assert browser._lent == set()
    finally:
        await browser.close()
    assert below_driver() == []
