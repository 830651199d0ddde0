"""What a link answered: an article for the pipelines, a further page of a list, or a recorded reason.

answer ─> 304 or the same bytes ─> unchanged: planned anew
       ├> 404, 410 of a stored article ─> removed
       ├> a further page ─> its links ─> ONE transaction with its outcome
       └> a reader reads it ─> Article ─> pipelines
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler import cadence, reading, rendering
from crawler.clean import URL_LIMIT, clean_text
from crawler.discover.errors import EndpointError
from crawler.endpoint_answers import GONE, NOT_FOUND, WHOLE, record_found, shapes_of
from crawler.errands import Answer
from crawler.errors import NotNow, OverCpu, ReaderFailed, Refused
from crawler.extract.memory import is_rebuilt, remember
from crawler.extract.origins import moved
from crawler.extract.rules import Rules
from crawler.fetch.reasons import reason_of
from crawler.links import OFF_SITE, link_entries, page_entries
from crawler.source_rules import source_rules
from crawler.traps import trap_of
from crawler.urls import AddressError, article_key, fetch_key, same_site, site_of
from crawler.visit import Visit
from storage import articles, changes, failed_items, frontier
from storage.frontier import LinkRow, Origin, Outcome
from storage.records import Article, EndpointKind, Link, LinkKind, LinkState, Page, Reading

log = logging.getLogger(__name__)

#: what the operator is told when a field stood elsewhere than before three articles in a row
MOVED = "%s: %s of its articles comes from %s now, not from %s; `newswatch try %s` shows how they are read"
#: what the operator is told when the text stands in new elements three articles in a row
REBUILT = "%s: its pages have another template, which is learned anew; `newswatch try %s` shows how they are read"
#: what the operator is told when a page was too dear to be read as pages are
PLAINLY = "%s: %s is read from its head and plain paragraphs only (%s)"
#: what stands with a stored link that answered 404 for the first time
MISSING_ONCE = "HTTP 404 once, it is asked again before it counts as removed"
#: at the latest so long after the first 404 (our choice: longer than a deployment takes)
SECOND_LOOK = timedelta(hours=1)
#: letters of "not a page: application/pdf"
LONGEST_KIND = 100
#: content types that can hold an article; anything else (PDF, pictures) is skipped
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")


async def take(visit: Visit, row: LinkRow, answer: Answer) -> Reading | None:
    """Settle the answer of a link, or return the reading of the article that stands there."""
    if answer.repeats(row.body_hash):
        await _unchanged(visit, row)
    elif answer.status >= 400:
        await _refused(visit, row, answer.status)
    elif answer.status not in WHOLE:
        await _try_again(visit, row, f"HTTP {answer.status}")
    elif (obstacle := _obstacle(visit, row, answer)) is not None:
        await _no_article(visit, row, obstacle)
    elif row.link.kind is LinkKind.PAGE:
        await _page(visit, row, answer)
    else:
        return await _article(visit, row, answer)
    return None


async def fail(visit: Visit, row: LinkRow, error: BaseException) -> None:
    """Settle a link that gave no answer: skipped when it is refused, else tried again by plan."""
    reason = reason_of(error)
    if isinstance(error, Refused):
        await _no_article(visit, row, reason)
    elif isinstance(error, NotNow) and error.until is not None:
        await _wait(visit, row, reason, error.until)
    else:
        await _try_again(visit, row, reason)


async def _wait(visit: Visit, row: LinkRow, reason: str, until: datetime) -> None:
    """Nothing was asked: no try is used up."""
    await visit.commit(lambda connection: frontier.postpone(connection, row, reason, until))
    visit.report.outcomes["waiting"] += 1


async def _unchanged(visit: Visit, row: LinkRow) -> None:
    again = plan_of(visit, row)
    article_id = row.article_id

    def settle(connection: Connection) -> None:
        """One transaction: the link and when its article was seen."""
        now = visit.station.now()
        frontier.settle(connection, row, Outcome(LinkState.STORED, _row_reason(row), again, idle=True), now)
        if article_id is not None:
            articles.touch(connection, article_id, now)

    await visit.commit(settle)
    visit.report.outcomes["unchanged"] += 1
    visit.brought(row.link.url)


async def _refused(visit: Visit, row: LinkRow, status: int) -> None:
    visit.in_vain(row.link.url, f"HTTP {status}")
    if status in (NOT_FOUND, GONE) and row.is_reread and row.article_id is not None:
        await _missing(visit, row, row.article_id, status)
    elif cadence.may_pass(status) or (status == NOT_FOUND and row.attempts == 0):
        await _try_again(visit, row, f"HTTP {status}")
    else:
        await _settle(visit, row, Outcome(LinkState.FAILED, f"HTTP {status}"))


async def _missing(visit: Visit, row: LinkRow, article_id: int, status: int) -> None:
    """A stored article that is not there now: 410 is the last word, 404 only when the next look finds the same.

    Sites answer 404 for minutes while they publish a new version or move to another server.
    """
    if status == GONE or row.reason == MISSING_ONCE:
        await _removed(visit, row, article_id, f"HTTP {status}")
        return
    again = visit.station.now() + min(visit.interval, SECOND_LOOK)
    await _settle(visit, row, Outcome(LinkState.STORED, MISSING_ONCE, again, idle=True), name="missing")


async def _removed(visit: Visit, row: LinkRow, article_id: int, reason: str) -> None:
    def remove(connection: Connection) -> bool:
        """One transaction: the article, its change, the link."""
        now, number = visit.station.now(), changes.lock_counter(connection) + 1
        removed = articles.mark_removed(connection, article_id, reason, now, number)
        if removed:
            changes.advance_counter(connection, number)
        frontier.settle(connection, row, Outcome(LinkState.STORED, f"removed: {reason}", None, idle=True), now)
        return removed

    if await visit.commit(remove):
        visit.report.outcomes["removed"] += 1


async def _try_again(visit: Visit, row: LinkRow, reason: str) -> None:
    again = cadence.next_retry(visit.station.now(), row.attempts)
    if row.is_reread:
        await _settle(visit, row, Outcome(LinkState.STORED, reason, plan_of(visit, row), idle=True), name="failed")
    elif again is None:
        await _settle(visit, row, Outcome(LinkState.FAILED, f"{reason}, given up after {row.attempts + 1} tries"))
    else:
        await _settle(visit, row, Outcome(LinkState.PENDING, reason, again), name="failed")


def _obstacle(visit: Visit, row: LinkRow, answer: Answer) -> str | None:
    """Why an answer cannot be the article that was asked for."""
    if len(answer.page.url) > URL_LIMIT:
        return f"redirected to an address of {len(answer.page.url)} letters"
    try:
        if not same_site(answer.page.url, visit.sites):
            return f"{OFF_SITE}: redirected to {site_of(answer.page.url)}"
        if answer.via and fetch_key(answer.page.url) in {fetch_key(url) for url in visit.source.url}:
            return "redirected to the front page"
    except AddressError as error:
        return str(error)
    content_type = answer.page.content_type.split(";")[0].strip().lower()
    if row.link.kind is LinkKind.PAGE or content_type in _READABLE:
        return None
    return clean_text(f"{frontier.NOT_A_PAGE}{content_type}", LONGEST_KIND)


async def _page(visit: Visit, row: LinkRow, answer: Answer) -> None:
    limit = visit.station.config.crawl.page_links
    try:
        shapes = await shapes_of(visit)
        found = await visit.station.readers.read(
            reading.endpoint, answer.page, EndpointKind.UNKNOWN, limit, None, shapes
        )
    except (EndpointError, ReaderFailed) as error:
        await _try_again(visit, row, str(error))
        return
    if await rendering.leaves_page(visit, row, answer, found):
        return
    links = link_entries(visit, found, is_first_read=not row.is_reread)
    pages = page_entries(visit, found, row.depth)
    is_sitemap = found.kind in (EndpointKind.SITEMAP, EndpointKind.NEWS_SITEMAP)
    origin = Origin(visit.lease.source_id, row.endpoint_id, row.depth)

    def keep(connection: Connection) -> bool:
        """One transaction: the links of the page and its own outcome; whether it had new ones."""
        now = visit.station.now()
        new = record_found(connection, visit, origin, found, links, pages)
        again = _page_plan(visit, row, idle=not new) if is_sitemap else None
        frontier.settle(
            connection, row, with_validators(Outcome(LinkState.STORED, "read", again, idle=not new), answer), now
        )
        return bool(new)

    visit.shapes.note(row.link.url, kept=await visit.commit(keep))
    visit.report.endpoints_read += 1


async def _article(visit: Visit, row: LinkRow, answer: Answer) -> Reading | None:
    try:
        read = await _reading(visit, row, answer)
    except ReaderFailed as error:
        read, url, now = Reading(reason=str(error)), row.link.url, visit.station.now()
        await visit.commit(lambda c: failed_items.set_aside(c, url, visit.source.key, str(read.reason), now))
    if await rendering.leaves_article(visit, row, answer, read):
        return None
    if read.article is None:
        visit.shapes.lead_on(read.leads_on)
        await _no_article(visit, row, trap_of(read.leads_on) or read.reason or "no article")
        return None
    url = _own_address(read.article, answer.page.url)
    also = (answer.page.url, row.link.url, *answer.via, *read.article.also, *row.link.also)
    article = replace(
        read.article,
        url=url,
        also=tuple(dict.fromkeys(other for other in also if other != url)),
        source_key=visit.source.key,
        discovered_via=row.listed_by,
    )
    return replace(read, article=article)


def _own_address(article: Article, fetched: str) -> str:
    """The address that the page itself names, when it differs only in what the article key leaves out (utm_source)."""
    try:
        if article.canonical_url and article_key(article.canonical_url) == article_key(fetched):
            return article.canonical_url
    except AddressError:
        pass
    return fetched


async def _no_article(visit: Visit, row: LinkRow, reason: str) -> None:
    """A new link is skipped; what is stored already (and shows a wall or an error page now) stays as it is."""
    visit.in_vain(row.link.url, reason)
    if row.is_reread:
        await _settle(visit, row, Outcome(LinkState.STORED, reason, plan_of(visit, row), idle=True), name="unchanged")
    else:
        await _settle(visit, row, Outcome(LinkState.SKIPPED, reason))


async def _reading(visit: Visit, row: LinkRow, answer: Answer) -> Reading:
    try:
        found = await read_article(visit, answer.page, row.link)
    except OverCpu as error:
        return await _plainly(visit, row, answer, error)
    taught = remember(visit.learned, found)
    if is_rebuilt(visit.learned, taught):
        log.warning(REBUILT, visit.source.key, row.link.url)
    for move in moved(visit.learned.origins, taught.origins):
        before, now = (origin or "no place at all" for origin in (move.before, move.now))
        log.warning(MOVED, visit.source.key, move.name, now, before, row.link.url)
    visit.learned = taught
    return found


async def _plainly(visit: Visit, row: LinkRow, answer: Answer, error: OverCpu) -> Reading:
    """A page over the CPU limit, from its head and plain paragraphs; the error again when there is no article in them.

    What is stored already is not replaced: it may have been read better when the page was cheaper.
    """
    if row.is_reread:
        raise error
    source, rules, read = visit.source, rules_of(visit), visit.station.readers.read
    found = await read(reading.plain_article, answer.page, row.link, rules, source.timezone, source.language)
    if found.article is None:
        raise error
    log.warning(PLAINLY, visit.source.key, row.link.url, error)
    return found


async def read_article(visit: Visit, page: Page, link: Link | None) -> Reading:
    """Have a reader read a page as this visit reads: by the rules of its source, with what the site taught before."""
    source, rules, read = visit.source, rules_of(visit), visit.station.readers.read
    return await read(reading.article, page, link, rules, source.timezone, source.language, visit.memory)


def rules_of(visit: Visit) -> Rules | None:
    """The rules that hold for the source of a visit."""
    return source_rules(visit.source, visit.station.rules, visit.sites, visit.started_at.date())


def is_growing(visit: Visit, row: LinkRow, article: Article) -> bool:
    """Whether an article that was stored or revised just now is being written: a live blog, unless it has its plan."""
    return article.is_live and visit.source.reread is None and row.attempts < cadence.LIVE_LOOKS


def plan_of(visit: Visit, row: LinkRow, *, is_growing: bool = False) -> datetime | None:
    """When a stored article is read again."""
    if is_growing:
        return cadence.next_live_look(visit.station.now(), visit.interval)
    if row.link.kind is LinkKind.PAGE:
        return _page_plan(visit, row, idle=True)
    done = row.rereads + 1 if row.is_reread and not row.was_told else row.rereads
    return cadence.next_reread(visit.station.now(), visit.interval, done, visit.source.reread)


def _page_plan(visit: Visit, row: LinkRow, *, idle: bool) -> datetime:
    """When the child of a sitemap index is asked again: like an endpoint that was discovered."""
    idle_visits = row.idle_reads + 1 if idle else 0
    kind = EndpointKind.SITEMAP
    return visit.started_at + cadence.endpoint_interval(visit.interval, kind, idle_visits, None, configured=False)


def _row_reason(row: LinkRow) -> str | None:
    """The reason that stays with an unchanged link."""
    return "read" if row.link.kind is LinkKind.PAGE else None


def with_validators(outcome: Outcome, answer: Answer) -> Outcome:
    """The outcome with what makes the next request for this address conditional."""
    return replace(
        outcome,
        http_etag=answer.http_etag,
        http_last_modified=answer.http_last_modified,
        body_hash=answer.body_hash,
    )


async def _settle(visit: Visit, row: LinkRow, outcome: Outcome, name: str | None = None) -> None:
    now = visit.station.now()
    await visit.commit(lambda connection: frontier.settle(connection, row, outcome, now))
    visit.report.outcomes[name or outcome.state.value] += 1
