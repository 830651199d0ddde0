"""Which requests of a page are let through: a decider. What is not needed for links and text is not loaded.

Asked -> scheme, kind, method -> tracker? -> navigation? -> None (let through) or the reason why not
"""

from dataclasses import dataclass

from crawler.render.trackers import is_tracker
from crawler.urls import AddressError, same_site

#: kinds of Playwright's `resource_type` from which links and text come
NEEDED = frozenset({"document", "script", "xhr", "fetch"})
#: kinds that bring data: what a page shows may change although the page does not
DATA = frozenset({"xhr", "fetch", "document"})
#: scripts call their lists by these; GraphQL takes the second
METHODS = frozenset({"GET", "HEAD", "POST"})
#: navigations of a page by its own script, such as to /home; a page that goes on and on ends here
NAVIGATIONS_MOST = 2
#: requests of one page; large news pages have 30 to 60 scripts and calls when trackers are left out
REQUESTS_MOST = 150
#: sites of consent dialogs that live in a frame of their own
CONSENT_SITES = frozenset({"privacy-mgmt.com", "consensu.org", "consentmanager.net", "trustarc.com"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a page: what it is for, and what was let through before it."""

    url: str
    kind: str
    method: str = "GET"
    #: a document for the page itself, not for a frame inside
    is_main: bool = False
    navigations: int = 0
    requests: int = 0
    #: whether the page may still lead elsewhere: not after it has shown what was waited for
    may_lead_on: bool = True


def refusal(asked: Asked, sites: frozenset[str]) -> str | None:
    """Why a request is not made, or None when it is for the address rule and robots.txt to say."""
    if not asked.url.startswith(("http://", "https://")):
        return "not http or https"
    if asked.kind not in NEEDED:
        return f"{asked.kind}: not needed"
    if asked.method not in METHODS:
        return f"{asked.method}: changes something"
    if is_tracker(asked.url):
        return "tracker"
    if asked.requests >= REQUESTS_MOST:
        return "too many requests"
    if asked.kind == "document":
        return _navigation(asked, sites)
    if asked.method == "POST" and not is_own(asked.url, sites):
        return "POST to another site"
    return None


def _navigation(asked: Asked, sites: frozenset[str]) -> str | None:
    if asked.is_main:
        if not asked.may_lead_on or asked.navigations >= NAVIGATIONS_MOST:
            return "the page leads elsewhere"
        return None if is_own(asked.url, sites) else "the page leads to another site"
    return None if is_own(asked.url, sites | CONSENT_SITES) else "frame of another site"


def is_own(url: str, sites: frozenset[str]) -> bool:
    """Whether an address is http or https and of one of these sites."""
    try:
        return same_site(url, sites)
    except AddressError:
        return False
