"""Articles that are spread over several pages: their pages are fetched one after the other and kept as one article.

    first page ─> article, next part? ─> errand for it, the link stays under way ─> joined ─> ... ─> the pipelines

What is read so far lives in the errand alone. Killed in between, the link is as it was, and is read anew from its first
page: half an article is never stored as a whole one.
"""

from dataclasses import replace

from crawler import link_answers
from crawler.errands import Answer, Begun, Errand, FetchedArticle
from crawler.errors import CrawlError, ReaderFailed, Refused
from crawler.extract.parts import joined, part_of
from crawler.visit import Visit
from storage.records import Reading

#: pages of one article; the longest that we know of (a court's judgment, chapter by chapter) had fourteen
MOST_PAGES = 20


def begin(visit: Visit, errand: Errand, answer: Answer, reading: Reading) -> FetchedArticle | None:
    """The article of a link, when it is whole; else its next page is asked for."""
    if reading.article is None:
        return None
    begun = Begun(reading.article, answer)
    is_first = part_of(answer.page.url)[1] == 1
    return _go_on(visit, errand, begun, reading.next_url if is_first else None)


async def take(visit: Visit, errand: Errand, begun: Begun, answer: Answer) -> FetchedArticle | None:
    """Join what one more page answered. A page that cannot be joined ends the article where it stands."""
    if answer.status >= 500:
        return await fail(visit, errand, begun, CrawlError(f"HTTP {answer.status}"))
    reading = await _read(visit, answer) if answer.status < 400 else Reading()
    whole = joined(begun.article, reading.article) if reading.article else None
    if whole is None:
        return FetchedArticle(begun.article, errand, begun.answer)
    return _go_on(visit, errand, replace(begun, article=whole, pages=begun.pages + 1), reading.next_url)


async def fail(visit: Visit, errand: Errand, begun: Begun, error: BaseException) -> FetchedArticle | None:
    """A page that was not answered: the link is tried again; one that may not be asked for ends the article."""
    if isinstance(error, Refused):
        return FetchedArticle(begun.article, errand, begun.answer)
    if errand.link is not None:
        await link_answers.fail(visit, errand.link, error)
    return None


def _go_on(visit: Visit, errand: Errand, begun: Begun, next_url: str | None) -> FetchedArticle | None:
    if next_url is None or begun.pages >= MOST_PAGES:
        return FetchedArticle(begun.article, errand, begun.answer)
    visit.go_on(Errand(next_url, link=errand.link, begun=begun))
    return None


async def _read(visit: Visit, answer: Answer) -> Reading:
    try:
        return await link_answers.read_article(visit, answer.page, None)
    except ReaderFailed as error:
        return Reading(reason=str(error))
