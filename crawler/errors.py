"""What can end a fetch without an answer, and what to do then.

CrawlError
├── NotNow(until)     the host asks to wait: the link stays pending until then
├── Refused           robots.txt, or our own rule: the link is skipped
├── BudgetSpent       the visit used up its requests, time or bytes: the rest goes on in the next visit
├── TooSlow           a large answer dripped while others waited for its place: asked again by plan
├── ReaderFailed      a reader process gave up on the page: too much CPU (OverCpu), memory, or a crash
└── GuardMissing      the process could reach internal addresses: nothing is fetched
"""

from datetime import datetime


class CrawlError(Exception):
    """Anything that the crawler itself reports; the message is the recorded reason."""


class NotNow(CrawlError):
    """The host is to be asked again at `until`, not before."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until


class Refused(CrawlError):
    """Not to be fetched at all, by robots.txt or by our own rule."""


class BudgetSpent(CrawlError):
    """This visit's budget of requests, time or bytes is used up."""


class TooSlow(CrawlError):
    """A large answer that came too slowly while others waited for its ticket."""


class ReaderFailed(CrawlError):
    """A reader process could not read a page: it used too much CPU or memory, or crashed."""


class OverCpu(ReaderFailed):
    """A reader process was ended at its CPU limit: the page may still be read plainly."""


class GuardMissing(CrawlError):
    """The address guard is not installed on the reactor: use the commands of Newswatch or its Scrapy settings."""
