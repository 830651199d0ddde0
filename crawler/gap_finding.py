"""Whether a list rolled past between two visits, and what fills the hole.

links of an answer ─> short hashes, kept on the endpoint's row ─> nothing of the last ones is there: a gap
a gap ─> all other lists of the source are asked in the same visit ─> closed at its end: filled, or unknown
"""

from datetime import timedelta
from hashlib import blake2s

from sqlalchemy import Connection

from crawler.urls import AddressError, fetch_key, same_site
from crawler.visit import Visit
from storage import endpoints, gaps
from storage.endpoints import RECENT_MARK, Endpoint, names_of
from storage.records import EndpointKind, Found, Link

#: links of one answer that are remembered: the newest, as a list has them first
MOST = 300
#: a list of fewer links says little by what is not in it
FEWEST = 3
#: kinds that show the newest of many
ROLLING = (EndpointKind.FEED, EndpointKind.NEWS_SITEMAP, EndpointKind.LISTING)
#: what was published within this counts for the choice of endpoints
RECENT = timedelta(days=2)
#: hexadecimal digits of a hash
DIGITS = 8


def listed_of(visit: Visit, found: Found) -> list[str]:
    """The links of an answer as the endpoint's row remembers them: "1f3a90c2+" is a recent one."""
    listed: dict[str, str] = {}
    for link in found.links:
        try:
            if same_site(link.url, visit.sites):
                short = blake2s(fetch_key(link.url).encode(), digest_size=DIGITS // 2).hexdigest()
                listed[short] = short + RECENT_MARK * _is_recent(visit, found.kind, link)
        except AddressError:
            continue
    return list(listed.values())[:MOST]


def has_rolled_past(entry: Endpoint, kind: EndpointKind, listed: list[str]) -> bool:
    """Whether an answer shows nothing of what the last one showed."""
    if kind not in ROLLING or not entry.listed or min(len(listed), len(entry.listed)) < FEWEST:
        return False
    return set(names_of(listed)).isdisjoint(names_of(entry.listed))


def note(connection: Connection, visit: Visit, entry: Endpoint) -> None:
    """Record the gap, and have the other lists of the source asked now, as far as their publisher allows."""
    now, source_id = visit.station.now(), visit.lease.source_id
    gaps.note(connection, source_id, entry.endpoint_id, entry.last_success_at or now, now)
    visit.rolled_past.add(entry.endpoint_id)
    others = [other for other in endpoints.all_of(connection, source_id) if other.endpoint_id != entry.endpoint_id]
    rested = [
        other.endpoint_id
        for other in others
        if other.is_watched and (other.last_success_at or now) + (other.floor or timedelta(0)) <= now
    ]
    endpoints.wake(connection, rested, now)


def close(connection: Connection, visit: Visit) -> None:
    """At the end of a visit: what the other lists gave."""
    elsewhere = [keys for origin, keys in visit.shown if origin.depth or origin.endpoint_id not in visit.rolled_past]
    gaps.settle(connection, visit.lease.source_id, frozenset().union(*elsewhere))


def _is_recent(visit: Visit, kind: EndpointKind, link: Link) -> bool:
    claimed = link.published or link.modified
    if claimed is None:
        return kind is not EndpointKind.SITEMAP
    return claimed >= visit.started_at - RECENT
