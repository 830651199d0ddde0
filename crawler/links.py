"""From what an endpoint listed to what the frontier keeps: keys, horizon, site. Decides; touches nothing."""

from datetime import datetime
from urllib.parse import urlsplit

from crawler.clean import clean_link
from crawler.discover.words import SOLD, SOLD_LABELS
from crawler.traps import TRAP
from crawler.urls import AddressError, article_key, fetch_key, same_site
from crawler.visit import Visit
from storage.frontier import BEFORE_HORIZON, LinkEntry
from storage.records import EndpointKind, Found, Link, LinkState

#: how deep pagination and nested sitemaps are followed: an endless calendar ends here, if not for want of articles
PAGE_DEPTH = 20
#: further pages taken from one answer (a sitemap index of years has hundreds)
PAGES_PER_ANSWER = 50
OFF_SITE = "off-site"
ADVERTISING = "advertising"


def link_entries(visit: Visit, found: Found, *, is_first_read: bool) -> list[LinkEntry]:
    """The links of an answer as the frontier keeps them, each address once.

    A plain sitemap without dates is an archive: when it is read for the first time nobody can tell what in it is news.
    """
    cut = visit.station.config.crawl.page_links
    is_archive = is_first_read and found.kind is EndpointKind.SITEMAP
    entries = [_entry(visit, link, is_archive=is_archive) for link in found.links[:cut]]
    return [entry for entry in entries if entry is not None]


def page_entries(visit: Visit, found: Found, depth: int) -> list[LinkEntry]:
    """The further pages of an answer that are within reach: newest first, none before the horizon.

    Those that are a trap are recorded as what they are.
    """
    if depth >= PAGE_DEPTH:
        return []
    newest = sorted(found.pages, key=_changed, reverse=True)[:PAGES_PER_ANSWER]
    entries = [_entry(visit, page, is_archive=False) for page in newest]
    return [entry for entry in entries if entry is not None and _is_told(entry)]


def _is_told(page: LinkEntry) -> bool:
    return page.state is LinkState.PENDING or (page.reason or "").startswith(TRAP)


def horizon(visit: Visit) -> datetime:
    """What is older than this is not fetched."""
    return visit.started_at - visit.source.max_age


def _entry(visit: Visit, found: Link, *, is_archive: bool) -> LinkEntry | None:
    link = clean_link(found, visit.started_at)
    if link is None:
        return None
    try:
        key, looser = fetch_key(link.url), article_key(link.url)
        if not same_site(link.url, visit.sites):
            return LinkEntry(link, key, looser, LinkState.SKIPPED, OFF_SITE)
    except AddressError:
        return None
    if is_sold(link):
        return LinkEntry(link, key, looser, LinkState.SKIPPED, ADVERTISING)
    if (trap := visit.shapes.trap(link.url)) is not None:
        return LinkEntry(link, key, looser, LinkState.SKIPPED, trap)
    if _is_before_horizon(visit, link, is_archive=is_archive):
        return LinkEntry(link, key, looser, LinkState.SKIPPED, BEFORE_HORIZON)
    return LinkEntry(link, key, looser)


def is_sold(link: Link) -> bool:
    """Whether an entry says itself that somebody paid for it: "/sponsored/…", or the category "Sponsored Content"."""
    places = {*urlsplit(link.url).path.lower().split("/"), _as_step(link.section or "")}
    return not (places.isdisjoint(SOLD) and SOLD_LABELS.isdisjoint(map(_as_step, link.keywords)))


def _as_step(label: str) -> str:
    """A label as it stands in paths: "Sponsored Content" is sponsored-content."""
    return "-".join(label.lower().split())


def _is_before_horizon(visit: Visit, link: Link, *, is_archive: bool) -> bool:
    claimed = [moment for moment in (link.published, link.modified) if moment is not None]
    return max(claimed) < horizon(visit) if claimed else is_archive


def _changed(page: Link) -> float:
    return page.modified.timestamp() if page.modified else float("inf")
