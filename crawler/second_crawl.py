"""The second crawl of a visit: what the first one left to the browser, under the same lease and budget.

    first crawl ─> awaiting? ─> is there a browser? ─> crawl with RenderingHandler ─> mark of the source ─> finish
                                                 ├> elsewhere: the next visit is made there
                                                 └> none: each says so, with the command that installs it

Handlers are fixed when a crawl starts, and that of Playwright is loaded wherever it is configured: so a visit that
needs it goes on in a crawl of its own, and all others never load it.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from scrapy import Spider
from sqlalchemy import Connection

from crawler import answers
from crawler.errands import Answer, Report
from crawler.errors import NotNow
from crawler.render.browser import NoBrowser
from crawler.render.need import next_mark
from crawler.rendering import mark_of
from crawler.visit import Visit
from crawler.visiting import crawl
from storage import members, renderings
from storage.errors import LeaseLost, StorageError
from storage.renderings import RENDERED

#: how long a page waits that needs a browser where there is none: an operator who reads the reason installs one
NO_BROWSER_PAUSE = timedelta(hours=1)
#: the same where another worker has one: no longer than the next visit may be away
PASSED_ON_PAUSE = timedelta(seconds=10)
_HANDLER = "crawler.render.handler.RenderingHandler"
#: settings of such a crawl, above those of crawler.settings
SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "file": None, "data": None, "ftp": None, "s3": None},
    "PLAYWRIGHT_BROWSER_PROVIDER": "crawler.render.provider.SharedBrowserProvider",
}

log = logging.getLogger(__name__)


async def bring_to_end(visit: Visit) -> Report:
    """Go on with what is left to the browser, and finish the visit, whatever becomes of that.

    A visit that is not finished would renew its lease for as long as its process lives: nobody could visit the source.
    """
    try:
        (error,) = await asyncio.gather(go_on(visit), return_exceptions=True)
        if error is not None:
            log.error("%s: internal error at the end of the visit", visit.source.key, exc_info=error)
            visit.break_off(f"internal error: {error!r}")
    except asyncio.CancelledError:
        visit.break_off("stopped")
        raise
    finally:
        report = await visit.finish()
    return report


async def go_on(visit: Visit) -> None:
    """Draw what waits for the browser, and remember what that came to. The visit is finished by the caller."""
    try:
        if visit.awaiting and not visit.report.broken_off:
            await _draw(visit)
        elif visit.seen.plain:
            _take_back(visit)
        if not visit.report.broken_off:
            await _remember(visit)
    except StorageError as error:
        visit.break_off("lease lost" if isinstance(error, LeaseLost) else f"database: {error}")


async def draw_page(visit: Visit, plain: Answer) -> Spider | None:
    """Draw the one page that `newswatch try` looks at; the spider has its answer. Raises NoBrowser."""
    visit.station.browser.check()
    visit.is_rendering = True
    return await crawl("probe", SETTINGS, url=plain.page.url, source=visit.source.key, visit=visit, plain=plain)


async def _draw(visit: Visit) -> None:
    try:
        visit.station.browser.check()
    except NoBrowser as error:
        waiting, visit.awaiting = visit.awaiting, []
        until = visit.station.now() + (PASSED_ON_PAUSE if await _pass_on(visit) else NO_BROWSER_PAUSE)
        log.warning("%s: %d pages need a browser: %s", visit.source.key, len(waiting), error)
        for errand in waiting:
            await answers.fail(visit, errand, NotNow(f"needs a browser: {error}", until))
        return
    visit.is_rendering = True
    await crawl("news", SETTINGS, source=visit.source.key, visit=visit)


async def _pass_on(visit: Visit) -> bool:
    """Where a worker with a browser shares the work, have it make the next visit; whether there is one."""
    station, source_id = visit.station, visit.lease.source_id

    def pass_on(connection: Connection) -> bool:
        """The look at who is there, and the change of the queue."""
        is_taken = RENDERED in members.capacity(members.all_of(station.database, connection))
        if is_taken:
            renderings.pass_on(connection, source_id)
        return is_taken

    return await visit.commit(pass_on)


def _take_back(visit: Visit) -> None:
    """Pages came whole, and nothing is left to a browser: whoever passed the source on may have it again."""
    source_id, render = visit.lease.source_id, visit.source.render
    visit.closing["queue"] = lambda connection: renderings.take_back(connection, source_id, render)


async def _remember(visit: Visit) -> None:
    mark = await mark_of(visit)
    after = next_mark(mark, visit.seen, visit.station.now())
    if after is not None and visit.source.render == "auto" and after.asked_at is not None:
        need, reason, at = after.need, after.reason, after.asked_at
        await visit.commit(lambda connection: renderings.save(connection, visit.lease.source_id, need, reason, at))
        log.info("%s: browser: %s (%s)", visit.source.key, need or "not needed", reason)
