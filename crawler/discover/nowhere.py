"""Where a page leads on that holds no article: deeper into its own address, into a calendar, to a page behind it. Pure.

Such pages have no end: /more/more/more, /calendar/2031/07, /list?page=731. One of them is harmless, because a list that
shows nothing new is not followed; a source that has nothing else is called trapped (crawler.obstacles).
"""

import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import urlsplit

from crawler.discover.addresses import absolute, host_of
from crawler.discover.words import ENDLESS

#: links of a page without a list that are looked at, from its beginning (our choice: a menu has 20 to 200)
MOST_LOOKED = 500
#: bytes of an empty page that are looked through for links (our choice: it has 1 to 20 KB; a bomb has megabytes)
MOST_BYTES = 100_000
#: letters of the example that is told
_LONGEST = 80
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'<>\s]{1,2000})", re.IGNORECASE)
_GROWING = "no article, and links that repeat the address they stand at"
_CALENDAR = "no article, and links into a calendar"
_PAGE = "no article, and one more page behind it"


def leads_on(url: str, linked: Sequence[str], pages: Sequence[str]) -> str | None:
    """What a list without articles has instead, in words with an example; None: nothing that would never end.

    Half of its own links and more must be so: a menu with a broken link, or with a page of dates, is none.
    """
    own = [address for address in linked if host_of(address) == host_of(url)]
    grown = [address for address in own if _repeats(url, address)]
    dates = [address for address in own if _is_dated(address)]
    if grown and 2 * len(grown) >= len(own):
        return _told(_GROWING, grown[0])
    if dates and 2 * len(dates) >= len(own):
        return _told(_CALENDAR, dates[0])
    return _told(_PAGE, pages[0]) if pages else None


def grows(html: str, url: str) -> str | None:
    """The same of a page that was to be an article: only links that grow are none of an honest empty page."""
    written = (match[1] for match in islice(_HREF.finditer(html), MOST_LOOKED))
    linked = dict.fromkeys(address for address in (absolute(href, url) for href in written) if address)
    words = leads_on(url, list(linked), ())
    return words if words and words.startswith(_GROWING) else None


def _told(words: str, example: str) -> str:
    return f"{words}: {_place(example)[:_LONGEST]}"


def _place(address: str) -> str:
    split = urlsplit(address)
    return f"{split.path}?{split.query}" if split.query else split.path


def _is_dated(address: str) -> bool:
    """/calendar/2031/07, /events?month=2031-08; not /weather, which many menus have."""
    place = _place(address)
    return bool(ENDLESS.search(place)) and any(letter.isdecimal() for letter in place)


def _repeats(url: str, address: str) -> bool:
    """/more/stories/more/stories/x on /more/stories/x, as a relative link makes it; numbers do not count."""
    here, there = _folders(url), _folders(address)
    named = {part for part in here if not part.isdecimal()}
    return there[: len(here)] == here and not named.isdisjoint(there[len(here) :])


def _folders(address: str) -> list[str]:
    return [part for part in urlsplit(address).path.rpartition("/")[0].split("/") if part]
