"""The one browser of a process, really started; pages come from a server on loopback."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error

from config_blocks import Render
from crawler.render.browser import NoBrowser
from crawler.render.lent import LentBrowser
from crawler.render.page_guard import vouch
from crawler.render.processes import below_driver
from crawler.render.shared import PAGE_MOST, SharedBrowser, fits, will_exceed
from guard.addresses import AddressRule
from tests.support.scripted import Outlet, Sent

LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))
#: seconds in which a place must be had on a busy machine
PLACE_PATIENCE = 60
PAGE = Outlet({"/": Sent(b"<p>hello</p>")})


@asynccontextmanager
async def shared(**settings: object) -> AsyncIterator[SharedBrowser]:
    made = SharedBrowser(Render.model_validate({"unsafe_no_sandbox": True, **settings}), LOOPBACK)
    try:
        yield made
    finally:
        await made.close()
        assert below_driver() == []


async def _show(lent: LentBrowser, script: str = "") -> str:
    """Open a page of its own in a context of its own, and say what it shows."""
    context = await lent.new_context()
    await context.unroute_all()  # the guard of windows stops what no handler routes
    page = await context.new_page()
    vouch(page)
    await page.set_content(f"<p>hello</p><script>{script}</script>")
    shown = await page.inner_text("p")
    await page.close()
    return shown


async def _show_for_ever(lent: LentBrowser) -> None:
    while True:
        await _show(lent)


async def test_nothing_runs_before_the_first_page_and_nothing_when_it_was_idle(chromium: Path) -> None:
    async with shared(idle=0.05) as browser:
        lent = browser.lend()
        assert below_driver() == []
        async with browser.place():
            await _show(lent)
            assert below_driver() != []
        while browser.is_open or below_driver():
            await asyncio.sleep(0.05)
        async with browser.place():
            assert await _show(browser.lend()) == "hello"
        assert browser.starts == 2


async def test_it_is_replaced_after_so_many_pages_and_those_who_have_it_are_told(chromium: Path) -> None:
    async with shared(restart_after=2) as browser:
        lent, told = browser.lend(), []

        async def hear() -> None:
            told.append(browser.starts)

        lent.on("disconnected", hear)
        for _ in range(3):
            async with browser.place():
                await _show(lent if not told else browser.lend())
        assert (browser.starts, told) == (2, [1])


async def test_a_browser_that_was_killed_fails_its_page_and_is_started_again(chromium: Path) -> None:
    async with shared() as browser:
        async with browser.place():
            lent = browser.lend()
            await _show(lent)
            _, program, *_ = below_driver()
            os.kill(program, signal.SIGKILL)
            with pytest.raises(Error):
                await _show_for_ever(lent)
        while browser.is_open:
            await asyncio.sleep(0.05)
        async with browser.place():
            assert await _show(browser.lend()) == "hello"
        assert browser.starts == 2


async def test_the_largest_page_is_ended_while_all_use_too_much_and_the_others_go_on(chromium: Path) -> None:
    async with shared(memory="560MB") as browser:
        lent = browser.lend()
        context = await lent.new_context()
        page = await context.new_page()
        vouch(page)
        crashed = asyncio.Event()
        page.on("crash", lambda _: crashed.set())
        with suppress(Error):
            await page.evaluate(
                "() => { globalThis.held = []; setInterval(() => held.push(new Uint8Array(2e7).fill(1)), 20) }"
            )
        await crashed.wait()
        assert await _show(browser.lend()) == "hello"
        assert browser.starts == 1


@pytest.mark.parametrize(
    ("used", "before", "ended"),
    [
        pytest.param(601, 601, True, id="above the limit"),
        pytest.param(599, 599, False, id="below it and at rest"),
        pytest.param(520, 420, True, id="near it, and behind it by the next look"),
        pytest.param(520, 480, False, id="near it, and growing slowly"),
        pytest.param(490, 100, False, id="a browser that has just started"),
        pytest.param(430, 365, False, id="growing fast, far from it"),
    ],
)
def test_a_page_is_ended_before_it_has_passed_the_limit(used: int, before: int, *, ended: bool) -> None:
    assert will_exceed(used, before, 600) is ended


async def test_at_most_so_many_pages_are_shown_at_once() -> None:
    """No browser is needed for that; what one would use is said."""
    async with shared(pages=2, memory="1GB") as browser:
        browser._used = 350_000_000
        at_once = most = 0

        async def show() -> None:
            nonlocal at_once, most
            async with browser.place():
                at_once += 1
                most = max(most, at_once)
                await asyncio.sleep(0.01)
                at_once -= 1

        await asyncio.gather(*(show() for _ in range(9)))
        assert most == 2


async def test_where_there_is_no_browser_the_cure_is_told(tmp_path: Path) -> None:
    async with shared(browser=str(tmp_path / "none")) as browser:
        with pytest.raises(NoBrowser, match="apt-get install chromium"):
            browser.check()
        with pytest.raises(NoBrowser):
            await _show(browser.lend())
        assert not browser.is_open


async def test_a_browser_that_does_not_start_is_told_with_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n")
    broken.chmod(0o755)
    async with shared(browser=str(broken)) as browser:
        with pytest.raises(NoBrowser, match=r"broken does not start: .*apt-get install chromium-sandbox"):
            await browser.browser()
        assert not browser.is_open


async def test_where_memory_cannot_be_measured_it_is_no_bar(chromium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without /proc: no process is seen below ours."""
    async with shared() as browser, browser.place():
        with monkeypatch.context() as patch:
            patch.setattr("crawler.render.shared.below_driver", list)
            await _show(browser.lend())
            async with asyncio.timeout(PLACE_PATIENCE), browser.place():
                assert browser.is_open


# Last: while this browser is there, others are not told apart from it.


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: Path) -> AsyncIterator[SharedBrowser]:
    """One browser for the tests that do it no harm."""
    async with shared() as made:
        yield made


in_one_loop = pytest.mark.asyncio(loop_scope="module")


@in_one_loop
async def test_two_borrowers_share_one_browser_and_one_that_ends_takes_nothing_from_the_other(
    browser: SharedBrowser,
) -> None:
    first, second = browser.lend(), browser.lend()
    told: list[str] = []

    async def hear() -> None:
        told.append("gone")

    first.on("disconnected", hear)
    assert await _show(first) == "hello"
    for number in range(4):
        assert await _show(second) == "hello"
        if number == 1:
            await first.close()
    assert (browser.starts, browser.is_open, told) == (1, True, [])


@in_one_loop
async def test_a_window_that_opens_by_itself_is_closed(browser: SharedBrowser) -> None:
    context = await browser.lend().new_context()
    ours = await context.new_page()
    vouch(ours)
    other = await context.new_page()
    while not other.is_closed():
        await asyncio.sleep(0.1)
    assert not ours.is_closed()


@in_one_loop
async def test_requests_of_pages_that_no_handler_watches_are_refused(browser: SharedBrowser) -> None:
    with PAGE as outlet:
        context = await browser.lend().new_context()
        page = await context.new_page()
        vouch(page)
        with pytest.raises(Error):
            await page.goto(outlet.url())
        assert outlet.asked == []


@pytest.mark.parametrize(
    ("under_way", "used", "memory", "room"),
    [
        pytest.param(1, 1_000_000_000 - PAGE_MOST, 1_000_000_000, True, id="room for all that it may take"),
        pytest.param(1, 1_000_000_001 - PAGE_MOST, 1_000_000_000, False, id="a byte less than that"),
        pytest.param(1, None, 1_000_000_000, False, id="nobody has looked yet"),
        pytest.param(1, 0, 600_000_000, True, id="nothing can be measured"),
        pytest.param(2, 350_000_000, 1_000_000_000, False, id="as many pages as may be"),
        pytest.param(1, 350_000_000, 600_000_000, False, id="a browser at rest, with the memory that is the default"),
    ],
)
def test_a_further_page_waits_until_memory_has_room_for_all_it_may_take(
    under_way: int, used: int | None, memory: int, *, room: bool
) -> None:
    assert fits(under_way, used, Render(pages=2, memory=memory)) is room
