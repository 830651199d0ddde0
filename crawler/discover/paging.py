"""The pages of a listing: which link leads to the next one, and which only turn the pages."""

import re
from urllib.parse import parse_qsl, urlsplit

from crawler.discover.addresses import host_of
from crawler.discover.anchors import Anchor
from crawler.discover.words import ENDLESS, NEXT
from storage.records import Link, LinkKind

_PAGE_PATH = re.compile(
    r"/(?:page|seite|pagina|p|s|strona|sida)[/-]?(\d{1,4})(?:\.html?)?/?$|[-_](\d{1,3})\.html?$", re.IGNORECASE
)
_PAGE_KEYS = frozenset(
    {"page", "p", "pg", "paged", "seite", "pagina", "start", "offset", "pageno", "pagenum", "page_no", "pn"}
)
_ARROWS = re.compile(r"[\s«»‹›←→<>|…·.]+")
_MOST_PAGES = 2
#: "?p=12345" is an article of a WordPress site as often as a page of a list
_AMBIGUOUS = re.compile(r"[?&]p=")


def next_pages(said: list[str], found: list[Anchor], url: str) -> tuple[Link, ...]:
    """The next page of the listing ``url``, or the next two where it numbers them; never a calendar's next month.

    ``said`` are the addresses that the page itself names as next (<link rel="next">), the surest first.
    """
    if ENDLESS.search(url):
        return ()
    related = [anchor.url for anchor in found if "next" in anchor.rel.split()]
    named = [anchor.url for anchor in found if _says_next(anchor.title) and _turns_pages(anchor.url)]
    candidates = dict.fromkeys([*said, *related, *named, *_numbered(found, url)])
    good = [address for address in candidates if host_of(address) == host_of(url) and not ENDLESS.search(address)]
    return tuple(Link(address, LinkKind.PAGE) for address in good[:_MOST_PAGES])


def page_number(url: str) -> int | None:
    """Which page of a listing an address is: 3 for "/world/page/3/", "/world?page=3"; None when it is not numbered."""
    return None if "?" not in url and "#" not in url and not _PAGE_PATH.search(url) else _number_of(url)


def _number_of(url: str) -> int | None:
    try:
        parts = urlsplit(url)
        query = {key.lower(): value for key, value in parse_qsl(parts.query)}
    except ValueError:
        return None
    numbers = [value for key, value in query.items() if key in _PAGE_KEYS and re.fullmatch("[0-9]{1,5}", value)]
    match = _PAGE_PATH.search(parts.path)
    return int(numbers[0]) if numbers else int(match[1] or match[2]) if match else None


def is_page_of(anchor: Anchor, url: str) -> bool:
    """Whether a link turns the pages of this very listing: "3" -> /world?page=3 on /world?page=1."""
    if page_number(anchor.url) is None:
        return False
    if anchor.title.isdigit() or _says_next(anchor.title):
        return True
    return anchor.url.partition("?")[0] == url.partition("?")[0] and not _AMBIGUOUS.search(anchor.url)


def _turns_pages(address: str) -> bool:
    """Below a list "more" leads to ?page=2 or ?before=12345, in a menu to /more."""
    return page_number(address) is not None or "?" in address


def _says_next(title: str) -> bool:
    return len(title) <= 40 and " ".join(_ARROWS.sub(" ", title).lower().split()) in NEXT


def _numbered(found: list[Anchor], url: str) -> list[str]:
    """Pages of the same listing with the two numbers that follow the present one, in their order."""
    here = page_number(url) or 1
    numbers = {anchor.url: page_number(anchor.url) or 0 for anchor in found if anchor.title.isdigit()}
    return sorted((address for address, number in numbers.items() if 0 < number - here <= 2), key=numbers.__getitem__)
