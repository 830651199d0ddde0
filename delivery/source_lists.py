"""Sources as a list that other programs take, and such lists as sources.

configuration, feeds that visits found -> outlets -> OPML          OPML -> outlets -> Source | why not
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

import config_values
from config_blocks import Source
from delivery.opml import Outlet
from storage.database import Database
from storage.sources import feeds_of_sources

#: what a feed's address looks like, for sources that were not visited yet
_LIKE_A_FEED = re.compile(r"(?i)\b(rss|feeds?|atom|rdf)\b|\.xml$")


def known_feeds(database: Database) -> dict[str, list[str]]:
    """The feeds of each source, as visits found them: key -> addresses."""
    with database.read() as connection:
        return feeds_of_sources(connection)


def listed(sources: Sequence[Source], feeds: Mapping[str, Sequence[str]]) -> tuple[list[Outlet], set[str]]:
    """Sources as outlets, and which of their addresses are feeds. Pure.

    A feed that a visit found stands in the list of a source that names none itself: a feed reader can do nothing with
    a front page.
    """
    outlets, all_feeds = [], set[str]()
    for source in sources:
        known = set(feeds.get(source.key, ()))
        own = [url for url in source.url if url in known or (not known and _LIKE_A_FEED.search(url))]
        more = () if own else tuple(feeds.get(source.key, ()))
        pages = [url for url in source.url if url not in own]
        urls = (*source.url, *(url for url in more if url not in source.url))
        home = pages[0] if pages else None
        outlets.append(Outlet(source.name, urls, home, source.language, source.topics))
        all_feeds.update(own, more)
    return outlets, all_feeds


#: what is said of an outlet that is no news
ALREADY = "is among the sources already"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What becomes of one outlet of a list: settings of a `[[source]]` block, or the reason why there is none."""

    outlet: Outlet
    settings: Mapping[str, Any] | None = None
    problem: str | None = None


def proposals(outlets: Sequence[Outlet], sources: Sequence[Source]) -> Iterator[Proposal]:
    """A block for each outlet that is not among the sources yet. Pure."""
    taken = {source.key for source in sources}
    known = {url for source in sources for url in source.url}
    for outlet in outlets:
        urls = [url for url in outlet.urls if url not in known]
        if not urls:
            yield Proposal(outlet, problem=ALREADY)
            continue
        made = _proposal(outlet, urls, taken)
        known.update(urls)
        yield made


def _proposal(outlet: Outlet, urls: Sequence[str], taken: set[str]) -> Proposal:
    """The block of an outlet; its key is taken from then on."""
    try:
        key = config_values.key_for(config_values.source_address(outlet.home or urls[0]), taken)
        more = {"language": _language(outlet.language), "topics": list(outlet.topics)}
        settings: dict[str, Any] = {"key": key, "name": outlet.name, "url": urls if len(urls) > 1 else urls[0]}
        settings |= {name: value for name, value in more.items() if value}
        Source.model_validate(settings)
    except ValidationError as error:  # before ValueError, which it is, too
        return Proposal(outlet, problem=str(error.errors()[0]["msg"]).removeprefix("Value error, "))
    except ValueError as error:
        return Proposal(outlet, problem=str(error))
    taken.add(key)
    return Proposal(outlet, settings)


def _language(tag: str | None) -> str | None:
    """A tag as the settings take it ("en-us" is one); a list may say "English"."""
    try:
        return config_values.language(tag) if tag else None
    except ValueError:
        return None
