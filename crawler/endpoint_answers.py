"""What an endpoint answered: unchanged, a list of links, or a failure.

answer ─> 304 or the same bytes ─> unchanged: one counter, no row
       └> a reader parses it ─> Found ─> ONE transaction: links, further pages, new endpoints, validators
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from crawler import cadence, discovery, endpoint_timing, reading, rendering
from crawler.discover.errors import EndpointError, WrongAnswer
from crawler.due_links import within_limits
from crawler.endpoint_timing import Seen, Timing
from crawler.errands import NOT_MODIFIED, Answer
from crawler.errors import CrawlError, NotNow, ReaderFailed
from crawler.fetch.reasons import reason_of
from crawler.links import link_entries, page_entries
from crawler.obstacles import obstacle
from crawler.visit import Visit
from storage import endpoints, frontier
from storage.endpoints import Endpoint, Failure
from storage.frontier import LinkEntry, Origin
from storage.records import EndpointKind, Found, LinkState

NOT_FOUND, GONE = 404, 410
#: statuses whose body is the whole of what was asked for: a 206 is a part, a 302 that was not followed leads nowhere
WHOLE = frozenset({200, 203})
#: statuses below 500 that a later try may turn: blocked, too slow, asked to wait
PASSING = frozenset({401, 403, 408, 425, 429, 451})
#: kinds that are pages for people: where such a page answers instead of a feed, the feed is not there
_LISTS_FOR_MACHINES = (EndpointKind.FEED, EndpointKind.SITEMAP, EndpointKind.NEWS_SITEMAP)


async def take(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    """Settle the answer of an endpoint."""
    if answer.repeats(entry.body_hash):
        await _unchanged(visit, entry, answer)
    elif answer.status >= 400:
        await _refused(visit, entry, answer.status)
    elif answer.status not in WHOLE:
        await _not_there(visit, entry, f"HTTP {answer.status}", is_gone=False)
    else:
        await _read(visit, entry, answer)


async def fail(visit: Visit, entry: Endpoint, error: BaseException) -> None:
    """Settle an endpoint that gave no answer: it is asked again after a pause, or when its host allows."""
    now = visit.station.now()
    wished = error.until if isinstance(error, NotNow) else None
    again = max(wished or now, now + cadence.backed_off(visit.interval, entry.failures))
    await _note_failure(visit, entry, Failure(now, reason_of(error), again))


async def _unchanged(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    noted = _noted(visit, entry, entry.kind, answer, Seen())
    await visit.commit(lambda connection: endpoints.note_unchanged(connection, entry, noted))
    visit.report.endpoints_unchanged += 1


async def _read(visit: Visit, entry: Endpoint, answer: Answer) -> None:
    limit, language = visit.station.config.crawl.page_links, visit.source.language
    try:
        found = await visit.station.readers.read(reading.endpoint, answer.page, entry.kind, limit, language)
    except (EndpointError, ReaderFailed) as error:
        wall = await _wall(visit, answer) if isinstance(error, WrongAnswer) else None
        await _not_there(visit, entry, f"{error}: {wall}" if wall else str(error), is_gone=False)
        return
    if not found.links and found.kind is EndpointKind.LISTING and (wall := await _wall(visit, answer)):
        await _not_there(visit, entry, wall, is_gone=False)
        return
    if found.kind is EndpointKind.LISTING and entry.kind in _LISTS_FOR_MACHINES and not entry.last_success_at:
        await _not_there(visit, entry, f"a page answers where a {entry.kind.value} was expected", is_gone=False)
        return
    kept = await rendering.kept_list(visit, entry, answer, found)
    if kept is None:
        return
    await _keep(visit, entry, kept, found)
    visit.report.endpoints_read += 1


async def _wall(visit: Visit, answer: Answer) -> str | None:
    """What a page without links shows instead, when it is a wall."""
    source, read = visit.source, visit.station.readers.read
    try:
        found = await read(reading.article, answer.page, None, None, source.timezone, source.language, visit.memory)
    except ReaderFailed:
        return None
    return found.reason if found.reason and obstacle(found.reason) else None


async def _keep(visit: Visit, entry: Endpoint, answer: Answer, found: Found) -> None:
    links = link_entries(visit, found, is_first_read=entry.last_success_at is None)
    pages = page_entries(visit, found, 0)
    fresh_endpoints = await discovery.endpoints_of(visit, entry, found)

    origin = Origin(visit.lease.source_id, entry.endpoint_id)

    def keep(connection: Connection) -> int:
        """One transaction: links, further pages, new endpoints, validators."""
        new = record_found(connection, visit, origin, found.kind, links, pages)
        endpoints.add(connection, visit.lease.source_id, fresh_endpoints, visit.station.now())
        seen = endpoint_timing.seen_in(new, len(found.links))
        noted = _noted(visit, entry, found.kind, answer, seen, found)
        endpoints.note_answer(connection, entry, noted, showed_new=bool(new))
        return len(new)

    await visit.commit(keep)


def record_found(
    connection: Connection,
    visit: Visit,
    origin: Origin,
    kind: EndpointKind,
    links: Sequence[LinkEntry],
    pages: Sequence[LinkEntry],
) -> list[LinkEntry]:
    """Write the links of one answer and return the new ones.

    Further pages of a listing are followed while it shows unknown articles.
    """
    now = visit.station.now()
    links, pages, visit.shapes.full = within_limits(connection, origin.source_id, links, pages)
    new = frontier.record(connection, origin, links, now)
    wanted = [entry for entry in links if entry.state is LinkState.PENDING]
    if new or kind is not EndpointKind.LISTING:
        deeper = Origin(origin.source_id, origin.endpoint_id, origin.depth + 1)
        frontier.record(connection, deeper, pages, now)
    if new and len(new) == len(wanted) and not visit.is_first:
        frontier.reopen(connection, origin.source_id, [entry.fetch_key for entry in pages], now)
    return new


async def _refused(visit: Visit, entry: Endpoint, status: int) -> None:
    if status >= 500 or status in PASSING:
        await fail(visit, entry, CrawlError(f"HTTP {status}"))
    else:
        await _not_there(visit, entry, f"HTTP {status}", is_gone=status == GONE)


async def _not_there(visit: Visit, entry: Endpoint, reason: str, *, is_gone: bool) -> None:
    """An answer that is no list. A discovered endpoint that never was one is given up, a configured one is not."""
    now = visit.station.now()
    never_was = entry.last_success_at is None and not entry.is_configured
    ended = never_was or (is_gone and not entry.is_configured)
    failure = Failure(now, reason, now + cadence.backed_off(visit.interval, entry.failures), ended)
    await _note_failure(visit, entry, failure)


async def _note_failure(visit: Visit, entry: Endpoint, failure: Failure) -> None:
    visit.evidence.note(failure.reason)
    stand_in = discovery.front_page_of(visit, entry) if entry.is_configured else []

    def note(connection: Connection) -> None:
        """One transaction: the failure, and the front page that stands in."""
        endpoints.note_failure(connection, entry, failure)
        endpoints.add(connection, visit.lease.source_id, stand_in, failure.at)

    await visit.commit(note)
    if entry.is_configured or not failure.is_gone:
        visit.report.endpoints_failed += 1
        visit.report.problem = visit.report.problem or f"{entry.url}: {failure.reason}"


def _noted(
    visit: Visit, entry: Endpoint, kind: EndpointKind, answer: Answer, seen: Seen, found: Found | None = None
) -> endpoints.Answer:
    now = visit.station.now()
    # What a 304 promises holds once; the floor of the last list stays, since its ttl is not sent again.
    asked_for = found.ttl if found is not None else entry.floor
    floor = cadence.longer(asked_for, answer.fresh_for)
    rate = endpoint_timing.learn(entry, seen, now)
    idle = 0 if seen.published or seen.undated else entry.idle_visits + 1
    timing = Timing(now, visit.started_at, visit.interval, visit.market)
    upcoming = endpoint_timing.next_visit(timing, entry, kind, rate, idle, floor)
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
    )
