"""Reading one page that was named by hand, as a visit would: plainly, and in the browser where that shows nothing.

plain answer ─> article ─────────────────────> shown
             └> none, but a shell ─> browser ─> article, or what it lacks
"""

from crawler import reading, rendering, second_crawl
from crawler.errands import Answer
from crawler.fetch.reasons import reason_of
from crawler.link_answers import rules_of
from crawler.render.browser import NoBrowser
from crawler.visit import Visit
from storage.records import Reading

#: the answer that was read, what was read in it, and why it could not be drawn where it ought to have been
Tried = tuple[Answer, Reading, str | None]


async def read_tried(visit: Visit, plain: Answer) -> Tried:
    """Read a page; draw it first where its plain answer holds no article and its scripts may."""
    read = await _read(visit, plain)
    if await rendering.lack(visit, plain, has_content=read.is_article) is None:
        return plain, read, None
    try:
        spider = await second_crawl.draw_page(visit, plain)
    except NoBrowser as error:
        return plain, read, f"needs a browser: {error}"
    answer: Answer | None = getattr(spider, "answer", None)
    if answer is None:
        why = getattr(spider, "error", None)
        return plain, read, reason_of(why) if why else "not drawn"
    return answer, await _read(visit, answer), None


async def _read(visit: Visit, answer: Answer) -> Reading:
    source, read = visit.source, visit.station.readers.read
    return await read(reading.article, answer.page, None, rules_of(visit), source.timezone, source.language)
