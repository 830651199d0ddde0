"""Kept pages read again: what a better reader, another rule or a longer memory of the site makes of them today.

    articles with a kept page ─> page ─> reader ─> clean ─> what differs ─> shown, or written as a new version

Nothing is fetched. Where the reader finds no article in the page any more, the stored one stays, and that is said.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, fields, replace

from sqlalchemy import Connection

from config_blocks import Source
from crawler import reading
from crawler.clean import clean_article
from crawler.copying import Text, file_copies
from crawler.errors import ReaderFailed
from crawler.extract.datelines import with_agency
from crawler.extract.memory import SiteMemory, memory_of
from crawler.extract.rules import Rules
from crawler.identity.copies import print_of
from crawler.identity.fingerprint import content_hash, text_hash
from crawler.identity.revisions import changed_words, what_changed
from crawler.sites import sites_of
from crawler.source_rules import source_rules
from crawler.station import Station
from crawler.urls import article_key
from storage import articles, changes, kept, memory
from storage.articles import Keepsake
from storage.kept import KeptArticle, Selection
from storage.records import Article, Page, Reading

#: articles that are looked up and read at once
BATCH = 50
#: what stands with a revision that no publisher made
REPROCESSED = "reprocessed"
#: fields of an article that its page alone does not tell
_NOT_OF_PAGE = ("url", "canonical_url", "also", "source_key", "discovered_via", "provenance")
FIELDS = tuple(each.name for each in fields(Article) if each.name not in _NOT_OF_PAGE)


@dataclass(frozen=True, slots=True)
class Reread:
    """What a kept page gives today: another article (``differs`` names the fields), or the reason why none."""

    kept: KeptArticle
    article: Article | None = None
    differs: tuple[str, ...] = ()
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the pages of one source are read."""

    source: Source
    rules: Rules | None
    memory: SiteMemory


@dataclass(slots=True)
class Rereading:
    """Reads the kept pages of a selection again; each source's manner is looked up once."""

    station: Station
    selection: Selection
    _manners: dict[str, _Manner] = field(default_factory=dict)

    async def all(self) -> AsyncIterator[Reread]:
        """Every article of the selection, in the order of their ids."""
        after = 0
        while some := self._some(after):
            for found in await asyncio.gather(*map(self._reread, some)):
                yield found
            after = some[-1].article_id

    async def correct(self, found: Reread) -> bool:
        """Write what differs as a new version; False when there is nothing to write, or a visit was faster."""
        if found.article is None or not found.differs:
            return False
        article, old = found.article, found.kept
        now, own_key = self.station.now(), article_key(article.url)
        keepsake = Keepsake(article, own_key, text_hash(article), content_hash(article), now, old.page_hash)
        copy = Text(old.article_id, print_of(article), now, is_new=False) if "article_body" in found.differs else None
        return await self.station.writer.run(lambda connection: _correct(connection, old, keepsake, copy))

    def _some(self, after: int) -> list[KeptArticle]:
        with self.station.database.read() as connection:
            return kept.kept_articles(connection, self.selection, after, BATCH)

    async def _reread(self, old: KeptArticle) -> Reread:
        page = await self._page(old.page_hash)
        if page is None:
            return Reread(old, obstacle="its page is not kept any more")
        try:
            found = await self._read(page, old)
        except ReaderFailed as error:
            return Reread(old, obstacle=str(error))
        if found.next_url is not None:
            return Reread(old, obstacle="one of several pages, the others are not kept")
        if found.article is None:
            return Reread(old, obstacle=f"no article today: {found.reason}")
        article = self._placed(old.article, found.article)
        return Reread(old, article, differences(old.article, article))

    async def _page(self, name: str) -> Page | None:
        folder = self.station.pages
        return await asyncio.to_thread(folder.page, name) if folder is not None else None

    async def _read(self, page: Page, old: KeptArticle) -> Reading:
        manner = self._manner(old.article.source_key)
        source, read = manner.source, self.station.readers.read
        zone, language = source.timezone, source.language
        return await read(reading.article, page, old.link, manner.rules, zone, language, manner.memory)

    def _placed(self, old: Article, found: Article) -> Article:
        """The new reading at the address and in the source of the stored one."""
        cleaned = with_agency(clean_article(found, self.station.now()))
        own = {name: getattr(old, name) for name in ("url", "source_key", "discovered_via")}
        return replace(cleaned, **own)

    def _manner(self, key: str) -> _Manner:
        if key not in self._manners:
            self._manners[key] = self._looked_up(key)
        return self._manners[key]

    def _looked_up(self, key: str) -> _Manner:
        """A source that is not configured any more is read by no rules; its memory stays its own."""
        source = self.station.source(key) or Source(url=("https://unknown.invalid/",), key=key)
        rules = source_rules(source, self.station.rules, sites_of(source), self.station.now().date())
        with self.station.database.read() as connection:
            source_id = kept.source_id_of(connection, key)
            learned = memory.load(connection, source_id) if source_id is not None else None
        return _Manner(source, rules, memory_of(learned))


def _correct(connection: Connection, old: KeptArticle, keepsake: Keepsake, copy: Text | None) -> bool:
    """One transaction: the next version, and with another text the copies that it is one of."""
    number = changes.lock_counter(connection) + 1
    if not kept.is_as_read(connection, old):
        return False
    what = (REPROCESSED, *what_changed(old.article, keepsake.article))
    keepsake = replace(keepsake, edits=changed_words(old.article, keepsake.article))
    articles.read_anew(connection, keepsake, old.article_id, old.version + 1, what, number)
    if copy is not None:
        number = file_copies(connection, [copy], number)
    changes.advance_counter(connection, number)
    return True


def differences(old: Article, new: Article) -> tuple[str, ...]:
    """The fields that two readings of one page give differently."""
    return tuple(name for name in FIELDS if getattr(old, name) != getattr(new, name))


def short(article: Article, names: tuple[str, ...]) -> Mapping[str, object]:
    """These fields of an article; of the text its length alone, in words."""
    shown = {name: getattr(article, name) for name in names}
    if "article_body" in shown:
        shown["article_body"] = f"{len(article.article_body.split())} words"
    return shown
