"""A page that is read again: did its publisher change it, or do we read it otherwise than before?

    other content than stored ─> the kept page of the stored version, read anew ─┬> shows the same: nothing was changed
                                                                                 └> other: a new version

The reader learns a site's furniture as its articles come, and it gets better with each version of Newswatch. Neither is
a correction by the publisher. So two pages are compared as they read today; what is stored stays as it is until
`newswatch reprocess`.

What stands around an article moves, and whether a line on the edge ("ENDS") is read as text can hang on it: above a
table of three links it was, above one of five it was not. So a line counts as changed only when one of both pages does
not show it at all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from crawler.clean import clean_article, clean_body
from crawler.errors import ReaderFailed
from crawler.identity.fingerprint import changed_parts, content_hash
from crawler.keep import Identified
from crawler.link_answers import read_article
from crawler.visit import Visit
from storage import articles
from storage.frontier import LinkRow
from storage.pages import PageFolder
from storage.records import Article, Page, Reading


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
    kept = await _read_kept(visit, visit.station.pages, stored.page_hash, row)
    if kept is None or not await _is_unchanged(visit, kept, item, row):
        return item
    known = replace(candidate, content_hash=stored.content_hash, text_hash=stored.text_hash)
    return replace(item, candidate=known)


async def _is_unchanged(visit: Visit, kept: Reading, item: Identified, row: LinkRow) -> bool:
    """Whether the kept page of the stored version and the page that was read just now say the same."""
    if kept.article is None or item.fetched.answer is None:
        return False
    before, now = clean_article(kept.article, visit.station.now()), item.candidate
    changed = changed_parts(content_hash(before), now.content_hash)
    if changed != ("body",):
        return not changed
    again = await _read(visit, item.fetched.answer.page, row)
    return again is not None and shows_the_same((before, kept.dropped), (now.article, again.dropped))


def shows_the_same(one: tuple[Article, Sequence[str]], other: tuple[Article, Sequence[str]]) -> bool:
    """Whether each line of either text stands on the page of the other, be it in the text or outside; pure.

    A page is the article that was read, and the blocks that were left out.
    """
    (first, left_out), (second, also_left_out) = one, other
    here, there = _lines(first.article_body), _lines(second.article_body)
    return here <= there | _lines(*also_left_out) and there <= here | _lines(*left_out)


def _lines(*texts: str) -> set[str]:
    return {line for line in clean_body("\n".join(texts)).split("\n") if line}


async def _read_kept(visit: Visit, pages: PageFolder, name: str, row: LinkRow) -> Reading | None:
    """A kept page as it is read today; None: it is gone, or cannot be read."""
    page: Page | None = await asyncio.to_thread(pages.page, name)
    return await _read(visit, page, row) if page else None


async def _read(visit: Visit, page: Page, row: LinkRow) -> Reading | None:
    try:
        return await read_article(visit, page, row.link)
    except ReaderFailed:
        return None
