"""What reader processes are asked to do. The parsers are imported there, not in the main process: it stays small.

A second of start and 100 MB of memory are saved in every process that only hands pages on.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from crawler.discover.errors import UnreadableAnswer
from crawler.extract.memory import SiteMemory
from crawler.extract.rules import Rules
from crawler.render.need import Shell
from storage.records import EndpointKind, Found, Link, Page, Reading

#: reasons of a page on which there is next to nothing to read
_EMPTY = frozenset(("no text", "too little text", "no headline"))


def article(
    page: Page,
    link: Link | None,
    rules: Rules | None,
    timezone: str | None,
    language: str | None,
    memory: SiteMemory | None = None,
) -> Reading:
    """Read one page: an article, or the reason why there is none. See crawler.extract.reader.

    Where the text is not in the markup, the state that the page carries in itself is read.
    """
    from crawler.extract.reader import read_page

    read = read_page(page, link, rules, timezone, language, memory)
    if read.article is not None:
        return read
    stated = _stated(page)
    again = read_page(stated, link, rules, timezone, language, memory) if stated else read
    return again if again.article else _with_growth(_with_reason(read, page), page)


def plain_article(
    page: Page, link: Link | None, rules: Rules | None, timezone: str | None, language: str | None
) -> Reading:
    """Read the head and the plain paragraphs of a page that costs too much as it is. See crawler.extract.plain.

    The reading says so in the provenance of its text, and teaches nothing: its shapes are not those of the site.
    """
    from crawler.extract.plain import PLAIN, plain_page
    from crawler.extract.reader import read_page

    read = read_page(plain_page(page), link, rules, timezone, language)
    if read.article is None:
        return read
    origin = read.article.provenance
    marked = {**origin, "article_body": PLAIN} if origin.get("article_body") == "text" else origin
    return replace(read, article=replace(read.article, provenance=marked), shapes={}, bylines={}, next_url=None)


def _with_reason(read: Reading, page: Page) -> Reading:
    """An empty page that asks for scripts where nobody sees it (in <noscript>) is a wall."""
    from crawler.render.shell import asks_for_scripts

    is_wall = read.reason in _EMPTY and asks_for_scripts(page)
    return replace(read, reason="javascript wall") if is_wall else read


def _with_growth(read: Reading, page: Page) -> Reading:
    """An empty page may be a step of a path that only grows."""
    from crawler.discover.nowhere import MOST_BYTES, grows
    from crawler.text import decode

    if read.reason not in _EMPTY:
        return read
    return replace(read, leads_on=grows(decode(page.body[:MOST_BYTES], page.content_type), page.url))


def endpoint(
    page: Page,
    kind: EndpointKind,
    link_limit: int,
    language: str | None,
    shapes: Mapping[str, tuple[int, int]] | None = None,
    before: Collection[str] | None = None,
) -> Found:
    """Read one list of links. Raises EndpointError. See crawler.discover.answer.

    A page without links is read by the state that it carries in itself, and JSON that is no feed by what it lists.
    """
    from crawler.discover.answer import read_endpoint

    try:
        found = read_endpoint(page, kind, link_limit, language, shapes, before)
    except UnreadableAnswer:
        listed = _listed(page)
        if listed is None:
            raise
        return replace(
            read_endpoint(listed, EndpointKind.LISTING, link_limit, language, shapes), kind=EndpointKind.FEED
        )
    stated = _stated(page) if found.kind is EndpointKind.LISTING and not found.links else None
    if stated is None:
        return found
    again = read_endpoint(stated, kind, link_limit, language, shapes, before)
    return again if again.links else found


def shell(page: Page) -> Shell:
    """What a page is without its scripts. See crawler.render.shell."""
    from crawler.render.shell import shell_of

    return shell_of(page)


def _stated(page: Page) -> Page | None:
    from crawler.render.state import with_state
    from crawler.text import decode

    html = with_state(decode(page.body, page.content_type), page.url)
    return _as_html(page, html) if html else None


def _listed(page: Page) -> Page | None:
    from crawler.render.state import listed
    from crawler.text import decode

    html = listed(decode(page.body, page.content_type), page.url)
    return _as_html(page, html) if html else None


def _as_html(page: Page, html: str) -> Page:
    return replace(page, body=html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
