"""A page that is read again: did its publisher change it, or do we read better than before?

    other content than stored ─> the kept page of the stored version, read anew ─┬> the same: nothing was changed
                                                                                 └> other: a new version

The reader learns a site's furniture as its articles come, and it gets better with each version of Newswatch. Neither is
a correction by the publisher. So two pages are compared as they read today; what is stored stays as it is until
`newswatch reprocess`.
"""

import asyncio
from dataclasses import replace

from crawler.clean import clean_article
from crawler.errors import ReaderFailed
from crawler.identity.fingerprint import content_hash
from crawler.keep import Identified
from crawler.link_answers import read_article
from crawler.visit import Visit
from storage import articles
from storage.frontier import LinkRow
from storage.pages import PageFolder
from storage.records import Page


async def compared(visit: Visit, item: Identified) -> Identified:
    """The item; with the fingerprints of the stored version when the publisher changed nothing since."""
    row = item.fetched.errand.link if item.fetched.errand else None
    if row is None or not row.is_reread or row.article_id is None or visit.station.pages is None:
        return item
    article_id = row.article_id
    stored = await visit.station.writer.run(lambda connection: articles.stored_version(connection, article_id))
    candidate = item.candidate
    if stored.page_hash is None or candidate.content_hash == stored.content_hash:
        return item
    if await _reads_now(visit, visit.station.pages, stored.page_hash, row) != candidate.content_hash:
        return item
    known = replace(candidate, content_hash=stored.content_hash, text_hash=stored.text_hash)
    return replace(item, candidate=known)


async def _reads_now(visit: Visit, pages: PageFolder, name: str, row: LinkRow) -> str | None:
    """The content hash of a kept page as it is read today; None: it is gone, or no article any more."""
    page: Page | None = await asyncio.to_thread(pages.page, name)
    if page is None:
        return None
    try:
        article = (await read_article(visit, page, row.link)).article
    except ReaderFailed:
        return None
    return content_hash(clean_article(article, visit.station.now())) if article else None
