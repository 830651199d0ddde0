"""Taking what came back for an errand: an answer or an error, of an endpoint or of a link."""

import logging

from crawler import endpoint_answers, link_answers, parts
from crawler.clean import clean_text
from crawler.errands import Answer, Errand, FetchedArticle
from crawler.errors import BudgetSpent
from crawler.visit import Visit
from storage import failed_items
from storage.errors import LeaseLost, StorageError

log = logging.getLogger(__name__)


async def take(visit: Visit, errand: Errand, answer: Answer) -> FetchedArticle | None:
    """Settle an answer. An article is returned: the pipelines keep it and settle its errand."""
    try:
        article = await _read(visit, errand, answer)
    except StorageError as error:
        _give_up(visit, error)
        article = None
    if article is None:
        visit.done(errand)
    return article


async def fail(visit: Visit, errand: Errand, error: BaseException) -> FetchedArticle | None:
    """Settle an error: its reason is recorded, and when the address is tried again.

    An article is returned when what failed was only a further page of it, which may not be asked for.
    """
    article = None
    try:
        # What a stopped visit or a spent budget left undone stays pending as it is.
        if visit.report.broken_off is None and not isinstance(error, BudgetSpent | LeaseLost):
            article = await _record_failure(visit, errand, error)
    except StorageError as storage_error:
        _give_up(visit, storage_error)
    finally:
        if article is None:
            visit.done(errand)
    return article


async def set_aside(visit: Visit, errand: Errand, reason: str) -> None:
    """Our own parts failed at this: it is named in `newswatch failed`, and no other is held up."""
    source, now = visit.source.key, visit.station.now()
    reason = clean_text(reason) or "internal error"
    try:
        await visit.commit(lambda c: failed_items.set_aside(c, errand.url, source, reason, now))
    except StorageError as error:
        _give_up(visit, error)


async def _read(visit: Visit, errand: Errand, answer: Answer) -> FetchedArticle | None:
    if errand.endpoint is not None:
        await endpoint_answers.take(visit, errand, errand.endpoint, answer)
    elif errand.begun is not None:
        return await parts.take(visit, errand, errand.begun, answer)
    elif errand.link is not None:
        reading = await link_answers.take(visit, errand.link, answer)
        return parts.begin(visit, errand, answer, reading) if reading is not None else None
    return None


async def _record_failure(visit: Visit, errand: Errand, error: BaseException) -> FetchedArticle | None:
    if errand.endpoint is not None:
        await endpoint_answers.fail(visit, errand.endpoint, error)
    elif errand.begun is not None:
        return await parts.fail(visit, errand, errand.begun, error)
    elif errand.link is not None:
        await link_answers.fail(visit, errand.link, error)
    return None


def _give_up(visit: Visit, error: StorageError) -> None:
    visit.break_off("lease lost" if isinstance(error, LeaseLost) else f"database: {error}")
