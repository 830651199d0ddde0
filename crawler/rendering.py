"""Between plain answers and the browser: what a plain answer lacks, and what became of it in the browser.

    list without links, page without article ─> shell? ─> awaiting (drawn by crawler.second_crawl) ─> compared ─> Seen

The pages' own state (inline JSON) was read before by `crawler.reading`: what could be read there needs no browser.
"""

from dataclasses import replace

from crawler import reading
from crawler.errands import Answer, Errand
from crawler.errors import ReaderFailed
from crawler.render.need import ARTICLES, LISTS, Mark, Shell, wants_browser
from crawler.urls import AddressError, fetch_key
from crawler.visit import Visit
from storage import endpoints, renderings
from storage.endpoints import Endpoint, EndpointEntry
from storage.frontier import LinkRow
from storage.records import EndpointKind, Found, Reading

#: origin of an endpoint that a script of a page calls
CALLED = "script"
#: content types of pages that scripts can fill
_PAGES = ("text/html", "application/xhtml+xml", "")


async def mark_of(visit: Visit) -> Mark:
    """What was known of the source when the visit began."""
    if visit.mark is None:
        loaded = await visit.station.writer.run(lambda c: renderings.load(c, visit.lease.source_id))
        visit.mark = Mark(*loaded)
    return visit.mark


async def kept_list(visit: Visit, entry: Endpoint, answer: Answer, found: Found) -> Answer | None:
    """The answer to be kept with the links that were found; None when it is left to the browser, for want of links."""
    if found.kind is not EndpointKind.LISTING:
        return answer
    if answer.is_drawn:
        _compare(visit, LISTS, answer, f"{len(found.links)} links" if found.links else None)
        return answer
    if found.links and entry.is_configured:
        visit.seen.plain.add(LISTS)
    shell = await lack(visit, answer, has_content=bool(found.links))
    if shell is None:
        return answer
    if visit.source.render == "auto" and await _is_called(visit, shell.calls):
        # should that list fail one day, this page must not count as unchanged
        return replace(answer, document_hash="", http_etag=None, http_last_modified=None)
    visit.awaiting.append(Errand(entry.url, endpoint=entry, plain=answer))
    return None


async def draws_list(visit: Visit, entry: Endpoint) -> bool:
    """Whether the list of an endpoint comes from the browser: a plain answer would show the shell, not the list."""
    if entry.kind is not EndpointKind.LISTING or visit.source.render == "never":
        return False
    return visit.source.render == "always" or LISTS in (await mark_of(visit)).needs


async def leaves_article(visit: Visit, row: LinkRow, answer: Answer, read: Reading) -> bool:
    """Whether a page is left to the browser, because there is no article in the plain answer."""
    if answer.is_drawn:
        _compare(visit, ARTICLES, answer, "an article" if read.article else None)
        return False
    if read.article is not None:
        visit.seen.plain.add(ARTICLES)
    return await _leaves(visit, row, answer, has_content=read.article is not None)


async def leaves_page(visit: Visit, row: LinkRow, answer: Answer, found: Found) -> bool:
    """The same for a further page of a list."""
    if answer.is_drawn or found.kind is not EndpointKind.LISTING:
        return False
    return await _leaves(visit, row, answer, has_content=bool(found.links))


async def _leaves(visit: Visit, row: LinkRow, answer: Answer, *, has_content: bool) -> bool:
    if await lack(visit, answer, has_content=has_content) is None:
        return False
    visit.awaiting.append(Errand(row.link.url, link=row, plain=answer))
    return True


async def lack(visit: Visit, answer: Answer, *, has_content: bool) -> Shell | None:
    """What a plain answer is without its scripts, where it is to be drawn; None where it is taken as it came."""
    mode = visit.source.render
    if mode == "never" or (mode == "auto" and has_content) or not _is_page(answer):
        return None
    try:
        shell = await visit.station.readers.read(reading.shell, answer.page)
    except ReaderFailed:
        return None
    mark, now = await mark_of(visit), visit.station.now()
    wanted = wants_browser(mode, mark, now, has_content=has_content, shell=shell.looks_like)
    return shell if wanted else None


async def _is_called(visit: Visit, calls: tuple[str, ...]) -> bool:
    """Whether the list that a script calls plainly is asked in the page's place; it is, until it has failed."""
    entries = [entry for entry in map(_entry, calls) if entry is not None]
    if not entries:
        return False
    keys, source_id = {entry.fetch_key for entry in entries}, visit.lease.source_id
    await visit.commit(lambda connection: endpoints.add(connection, source_id, entries, visit.station.now()))
    known = await visit.station.writer.run(lambda connection: endpoints.all_of(connection, source_id))
    return any(fetch_key(entry.url) in keys and entry.state == "active" and not entry.failures for entry in known)


def _entry(url: str) -> EndpointEntry | None:
    try:
        return EndpointEntry(url, fetch_key(url), EndpointKind.FEED, CALLED)
    except AddressError:
        return None


def _compare(visit: Visit, kind: str, answer: Answer, shown: str | None) -> None:
    """Note whether the browser has found what the plain answer lacked."""
    if shown is not None:
        visit.seen.more.setdefault(kind, f"{kind}: {shown} in the browser, none without, at {answer.page.url}")
    else:
        visit.seen.no_more = f"{kind}: none in the browser either, at {answer.page.url}"


def _is_page(answer: Answer) -> bool:
    return answer.page.content_type.split(";")[0].strip().lower() in _PAGES
