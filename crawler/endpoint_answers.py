"""What an endpoint answered: unchanged, a list of links, or a failure.

answer ─> 304 or the same bytes ─> unchanged: one counter, no row
       │     └> now and then: the same address without conditions, to see whether the 304 was true
       └> a reader parses it ─> Found ─> ONE transaction: links, further pages, new endpoints, validators
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, ResponseDataLossError
from sqlalchemy import Connection

from crawler import cadence, coverage, discovery, endpoint_timing, gap_finding, reading, rendering, traps, trust
from crawler.cadence import NextVisit
from crawler.cadence_rate import Common, Rate
from crawler.discover.errors import EndpointError, WrongAnswer
from crawler.discover.shapes import OTHER_PAGES, counts_of
from crawler.due_links import within_limits
from crawler.endpoint_timing import Seen, Timing
from crawler.errands import NOT_MODIFIED, Answer, Errand
from crawler.errors import NotNow, ReaderFailed, Refused, TooSlow
from crawler.fetch.reasons import reason_of
from crawler.links import link_entries, page_entries
from crawler.obstacles import obstacle
from crawler.visit import Visit
from storage import endpoints, frontier, gaps
from storage import shapes as kept_shapes
from storage.endpoints import Endpoint, Failure
from storage.frontier import BEFORE_HORIZON, LinkEntry, Origin
from storage.records import EndpointKind, Found, LinkState

log = logging.getLogger(__name__)

NOT_FOUND, GONE = 404, 410
#: statuses whose body is the whole of what was asked for: a 206 is a part, a 302 that was not followed leads nowhere
WHOLE = frozenset({200, 203})
#: kinds that are pages for people: where such a page answers instead of a feed, the feed is not there
_PAGES = (EndpointKind.LISTING, EndpointKind.UNKNOWN)
_LISTS_FOR_MACHINES = (EndpointKind.FEED, EndpointKind.SITEMAP, EndpointKind.NEWS_SITEMAP)


async def take(visit: Visit, errand: Errand, entry: Endpoint, answer: Answer) -> None:
    """Settle the answer of an endpoint."""
    if errand.is_audit:
        await _audited(visit, entry, answer)
    elif answer.repeats(entry.body_hash):
        await _unchanged(visit, entry, answer)
    elif answer.status >= 400:
        await _refused(visit, entry, answer.status)
    elif answer.status not in WHOLE:
        await _not_there(visit, entry, f"HTTP {answer.status}", is_gone=False)
    else:
        await _read(visit, entry, answer)


async def fail(visit: Visit, entry: Endpoint, error: BaseException) -> None:
    """Settle an endpoint that gave no answer: it is asked again after a pause, or when its host allows."""
    until = error.until if isinstance(error, NotNow) else None
    await _failed(visit, entry, reason_of(error), weight_of(error), until)


async def _failed(visit: Visit, entry: Endpoint, reason: str, weight: float, until: datetime | None = None) -> None:
    now = visit.station.now()
    again = now + cadence.backed_off(visit.interval, entry.trouble, random.random())
    await _note_failure(visit, entry, Failure(now, reason, max(until or now, again), weight=weight))


async def _unchanged(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    noted = _noted(visit, entry, entry.kind, answer, Seen())
    _review(visit, entry)
    await visit.commit(lambda connection: endpoints.note_unchanged(connection, entry, noted))
    visit.report.endpoints_unchanged += 1
    common = visit.market.common if visit.market is not None else Common()
    may_lie = answer.status == NOT_MODIFIED and trust.audit_is_due(entry, noted.at, common)
    if may_lie and not await rendering.draws_list(visit, entry):
        known = replace(entry, rate=noted.rate)  # a gap that the audit finds begins with the visit before
        visit.go_on(Errand(entry.url, endpoint=known, is_audit=True))


async def _audited(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    """A look without conditions, right after a 304: is the list what it was?

    Where no list is shown, the next 304 is checked.
    """
    if answer.status not in WHOLE:
        return
    if answer.body_hash == entry.body_hash:
        await visit.commit(lambda c: endpoints.note_audit(c, entry, visit.station.now(), None))
        return
    try:
        found = await _found(visit, entry, answer)
    except (EndpointError, ReaderFailed):
        return
    if found.kind is EndpointKind.LISTING and await _no_list(visit, entry, answer, found):
        return
    lie = trust.LIAR if trust.is_lie(entry.listed, gap_finding.listed_of(visit, found)) else None
    await _keep(visit, entry, answer, found, lambda c: endpoints.note_audit(c, entry, visit.station.now(), lie))


async def _read(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    try:
        found = await _found(visit, entry, answer)
    except (EndpointError, ReaderFailed) as error:
        wall = await _wall(visit, answer) if isinstance(error, WrongAnswer) else None
        await _not_there(visit, entry, f"{error}: {wall}" if wall else str(error), is_gone=False)
        return
    if found.kind is EndpointKind.LISTING and (other := await _no_list(visit, entry, answer, found)):
        await _not_there(visit, entry, other, is_gone=False)
        return
    kept = await rendering.kept_list(visit, entry, answer, found)
    if kept is None:
        return
    await _keep(visit, entry, kept, found)
    visit.report.endpoints_read += 1


async def _no_list(visit: Visit, entry: Endpoint, answer: Answer, found: Found) -> str | None:
    """What a page is that answers as a list and is none; None: it is one."""
    if not found.links and (wall := await _wall(visit, answer)):
        return wall
    if entry.kind in _LISTS_FOR_MACHINES and not entry.last_success_at:
        return f"a page answers where a {entry.kind.value} was expected"
    return None


async def _wall(visit: Visit, answer: Answer) -> str | None:
    """What a page without links shows instead, when it is a wall."""
    source, read = visit.source, visit.station.readers.read
    try:
        found = await read(reading.article, answer.page, None, None, source.timezone, source.language, visit.memory)
    except ReaderFailed:
        return None
    return found.reason if found.reason and obstacle(found.reason) else None


async def _found(visit: Visit, entry: Endpoint, answer: Answer) -> Found:
    limit, language = visit.station.config.crawl.page_links, visit.source.language
    shapes = await shapes_of(visit) if entry.kind in _PAGES else None
    return await visit.station.readers.read(
        reading.endpoint, answer.page, entry.kind, limit, language, shapes, entry.standing or ()
    )


async def shapes_of(visit: Visit) -> dict[str, tuple[int, int]]:
    """What the addresses of the source turned out to be when they were fetched."""
    outcomes = await visit.station.writer.run(lambda c: kept_shapes.outcomes(c, visit.lease.source_id, OTHER_PAGES))
    return counts_of(outcomes)


async def _keep(
    visit: Visit,
    entry: Endpoint,
    answer: Answer,
    found: Found,
    also: Callable[[Connection], None] = lambda _: None,
) -> None:
    links = link_entries(visit, found, is_first_read=entry.last_success_at is None)
    pages = page_entries(visit, found, 0)
    listed = gap_finding.listed_of(visit, found)
    rolled_past = gap_finding.has_rolled_past(entry, found.kind, listed)
    fresh_endpoints = await discovery.endpoints_of(visit, entry, found, rolled_past=rolled_past)

    origin = Origin(visit.lease.source_id, entry.endpoint_id)

    def keep(connection: Connection) -> None:
        """One transaction: links, further pages, new endpoints, validators, and a gap where there is one."""
        new = record_found(connection, visit, origin, found, links, pages)
        endpoints.add(connection, visit.lease.source_id, fresh_endpoints, visit.station.now())
        if rolled_past:
            gap_finding.note(connection, visit, entry)
        seen = endpoint_timing.seen_in(new, len(found.links))
        noted = _noted(visit, entry, found.kind, answer, seen, found)
        suspect = trust.is_suspect(entry, seen.published, noted.at)
        noted = replace(noted, listed=listed, standing=found.standing)
        noted = replace(noted, is_whole=entry.last_success_at is None, is_suspect=suspect)
        endpoints.note_answer(connection, entry, noted, showed_new=bool(new))
        also(connection)

    if rolled_past:
        visit.closing["gaps"] = partial(gap_finding.close, visit=visit)
    _review(visit, entry)
    await visit.commit(keep)


def record_found(
    connection: Connection,
    visit: Visit,
    origin: Origin,
    found: Found,
    links: Sequence[LinkEntry],
    pages: Sequence[LinkEntry],
) -> list[LinkEntry]:
    """Write the links of one answer and return the new ones.

    Further pages of a listing are followed while it shows unknown articles, and where another list has rolled past,
    until one shows what was known before: its first page shows what that list has just shown, too.
    """
    now, is_listing = visit.station.now(), found.kind is EndpointKind.LISTING
    links, pages, full = within_limits(connection, origin.source_id, links, pages)
    new = frontier.record(connection, origin, links, now)
    _note_trap(visit, full, new, pages)
    _note_listed(visit, links, new)
    shown = [entry.fetch_key for entry in links if entry.state is LinkState.PENDING]
    visit.shown.append((origin, frozenset(shown)))
    is_gap = is_listing and gaps.is_open_below(connection, origin.source_id, shown)
    further: Sequence[LinkEntry] = pages
    if new or is_gap or not is_listing:
        deeper = Origin(origin.source_id, origin.endpoint_id, origin.depth + 1)
        further = frontier.record(connection, deeper, pages, now)
    visit.shapes.lead_on(traps.CIRCLE if _is_circle(found, origin, further) else found.leads_on)
    if is_gap or _is_all_new(visit, new, shown):
        frontier.reopen(connection, origin.source_id, [entry.fetch_key for entry in pages], now)
    return new


def _is_circle(found: Found, origin: Origin, further: Sequence[LinkEntry]) -> bool:
    """Whether a sitemap below another one lists nothing but sitemaps that are known."""
    lists_sitemaps = found.kind is EndpointKind.SITEMAP and bool(found.pages) and not found.links
    return lists_sitemaps and origin.depth > 0 and not further


def _is_all_new(visit: Visit, new: Sequence[LinkEntry], shown: Sequence[str]) -> bool:
    """Whether a list shows nothing that was known, though the source is: then its known pages may hold more."""
    return bool(new) and len(new) == len(shown) and not visit.is_first


def _note_listed(visit: Visit, links: Sequence[LinkEntry], new: Sequence[LinkEntry]) -> None:
    """A list of articles that are known, or old, is an honest one."""
    visit.shapes.shows_known |= len(new) < len(links) or any(entry.reason == BEFORE_HORIZON for entry in new)
    visit.shapes.listed += sum(entry.state is LinkState.PENDING for entry in new)


def _note_trap(visit: Visit, full: str | None, new: Sequence[LinkEntry], pages: Sequence[LinkEntry]) -> None:
    met = full or traps.told([entry.reason for entry in new], [entry.reason for entry in pages])
    visit.shapes.met = visit.shapes.met or met


async def _refused(visit: Visit, entry: Endpoint, status: int) -> None:
    if cadence.may_pass(status):
        await _failed(visit, entry, f"HTTP {status}", cadence.weight_of_status(status))
    else:
        await _not_there(visit, entry, f"HTTP {status}", is_gone=status == GONE)


async def _not_there(visit: Visit, entry: Endpoint, reason: str, *, is_gone: bool) -> None:
    """An answer that is no list. 410 ends an endpoint, and so does anything where one that was found never was a list.

    One that had moved for good is looked for where it was before.
    """
    now = visit.station.now()
    never_was = entry.last_success_at is None and not entry.is_configured
    ended = (never_was or is_gone) and entry.moved_from is None
    again = now + cadence.backed_off(visit.interval, entry.trouble, random.random())
    if ended and not entry.is_guess:
        log.warning("%s: %s is asked no more: %s", visit.source.key, entry.url, reason)
    await _note_failure(visit, entry, Failure(now, reason, again, ended))


async def _note_failure(visit: Visit, entry: Endpoint, failure: Failure) -> None:
    visit.evidence.note(failure.reason)
    stand_in = discovery.front_page_of(visit, entry) if entry.is_configured else []

    def note(connection: Connection) -> None:
        """One transaction: the failure, and the front page that stands in."""
        endpoints.note_failure(connection, entry, failure)
        if entry.moved_from is not None and failure.weight >= cadence.HARD:
            endpoints.move_back(connection, entry)
        endpoints.add(connection, visit.lease.source_id, stand_in, failure.at)

    await visit.commit(note)
    if entry.is_configured or not failure.is_gone:
        visit.report.endpoints_failed += 1
        visit.report.problem = visit.report.problem or f"{entry.url}: {failure.reason}"


def _review(visit: Visit, entry: Endpoint) -> None:
    """Have the endpoints of the source chosen anew at the end of the visit, when the answer of one calls for it."""
    if coverage.is_to_review(entry, visit.station.now()):
        visit.closing["coverage"] = partial(_choose, visit=visit)


def _choose(connection: Connection, visit: Visit) -> None:
    """Have the endpoints stand by whose recent links others show, too; not while one that the operator named fails."""
    known = [entry for entry in endpoints.all_of(connection, visit.lease.source_id) if entry.is_watched]
    if any(entry.is_configured and entry.failures for entry in known):
        return
    until = visit.station.now() + coverage.STAND_BY
    endpoints.stand_by(connection, coverage.choose(known), until, coverage.COVERED)


def weight_of(error: BaseException) -> float:
    """What a request without an answer weighs: a name that is not there more than a slow answer."""
    if isinstance(error, NotNow | TooSlow | ReaderFailed | DownloadTimeoutError | ResponseDataLossError):
        return cadence.TEMPORARY
    return cadence.HARD if isinstance(error, CannotResolveHostError | Refused) else cadence.SOFT


def _noted(
    visit: Visit, entry: Endpoint, kind: EndpointKind, answer: Answer, seen: Seen, found: Found | None = None
) -> endpoints.Answer:
    now = visit.station.now()
    floor = _floor(visit, entry, answer, found)
    quiet = entry.quiet if found is None else _quiet(found)
    rate = endpoint_timing.learn(entry, seen, now)
    upcoming = _next_visit(visit, replace(entry, kind=kind, quiet=quiet), rate, seen, floor)
    return endpoints.Answer(
        at=now,
        next_visit_at=upcoming.at,
        kind=kind,
        http_etag=answer.http_etag,
        http_last_modified=answer.http_last_modified,
        body_hash=answer.body_hash if answer.status != NOT_MODIFIED else None,
        floor=floor if found is not None else entry.floor,
        rate=rate.as_json(),
        reason=upcoming.reason,
        quiet=quiet,
        moved_to=answer.page.url if answer.is_moved else None,
    )


def _floor(visit: Visit, entry: Endpoint, answer: Answer, found: Found | None) -> timedelta | None:
    # What a 304 promises holds once; the floor of the last list stays, since its ttl is not sent again.
    asked_for = _at_most(found.ttl, visit.source.floor("ttl")) if found is not None else entry.floor
    return cadence.longer(asked_for, _at_most(answer.fresh_for, visit.source.floor("cache")))


def _next_visit(visit: Visit, entry: Endpoint, rate: Rate, seen: Seen, floor: timedelta | None) -> NextVisit:
    now, is_idle = visit.station.now(), not (seen.published or seen.undated)
    if entry.state == endpoints.STANDBY and is_idle:
        return NextVisit(now + coverage.STAND_BY, coverage.COVERED)
    timing = Timing(
        now,
        visit.started_at,
        visit.interval,
        visit.market,
        entry.quiet or {},
        visit.source.floor("skip"),
        rolled_past=entry.endpoint_id in visit.rolled_past,
    )
    return endpoint_timing.next_visit(timing, entry, entry.kind, rate, entry.idle_visits + 1 if is_idle else 0, floor)


def _at_most(span: timedelta | None, cap: timedelta) -> timedelta | None:
    return min(span, cap) if span else None


def _quiet(found: Found) -> dict[str, list[int]] | None:
    hours, days = list(found.quiet_hours), list(found.quiet_days)
    return {"hours": hours, "days": days} if hours or days else None
