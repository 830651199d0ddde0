"""What reader processes are asked to do. The parsers are imported there, not in the main process: it stays small.

A second of start and 100 MB of memory are saved in every process that only hands pages on.
"""

from crawler.extract.memory import SiteMemory
from crawler.extract.rules import Rules
from storage.records import EndpointKind, Found, Link, Page, Reading


def article(
    page: Page,
    link: Link | None,
    rules: Rules | None,
    timezone: str | None,
    language: str | None,
    memory: SiteMemory | None = None,
) -> Reading:
    """Read one page: an article, or the reason why there is none. See crawler.extract.reader."""
    from crawler.extract.reader import read_page

    return read_page(page, link, rules, timezone, language, memory)


def endpoint(page: Page, kind: EndpointKind, link_limit: int, language: str | None) -> Found:
    """Read one list of links. Raises EndpointError. See crawler.discover.answer."""
    from crawler.discover.answer import read_endpoint

    return read_endpoint(page, kind, link_limit, language)
