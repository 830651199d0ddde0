"""The values of a visit: what is to be fetched, what came back, what may still be spent, and what came of it."""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

from crawler.errors import BudgetSpent
from storage.endpoints import Endpoint
from storage.frontier import LinkRow
from storage.records import Article, LinkKind, Page

NOT_MODIFIED = 304
#: key of a response's meta: whether the document alone makes the page that a browser has drawn
IS_ALONE = "newswatch_is_alone"


@dataclass(frozen=True, slots=True)
class Begun:
    """An article of several pages of which some are read: what they hold, and the answer of the first."""

    article: Article
    answer: "Answer"
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Errand:
    """One address to fetch: an endpoint, a link of the frontier, or a further page of its article."""

    url: str
    endpoint: Endpoint | None = None
    link: LinkRow | None = None
    #: an endpoint that said 304 just now is asked without conditions, to see whether that is so
    is_audit: bool = False
    #: the pages of the link's article that are read already
    begun: Begun | None = None
    #: what the server sent for it, where a browser is to draw the page from there
    plain: "Answer | None" = None
    #: named by hand as the page of an article (`newswatch try`); neither endpoint nor link
    is_tried: bool = False

    @property
    def is_list(self) -> bool:
        """Whether links are wanted from it, not an article."""
        return not self.is_tried and (self.link is None or self.link.link.kind is LinkKind.PAGE)

    @property
    def conditions(self) -> dict[str, str]:
        """Headers of a conditional request: the validators of the last answer, byte for byte."""
        known = self.endpoint or (self.link if self.begun is None else None)
        headers: dict[str, str] = {}
        if self.is_audit or (self.endpoint is not None and self.endpoint.lies):
            return headers
        if known is not None and known.http_etag:
            headers["If-None-Match"] = known.http_etag
        if known is not None and known.http_last_modified:
            headers["If-Modified-Since"] = known.http_last_modified
        return headers

    @property
    def known_hash(self) -> str | None:
        """Hash of the last body from there."""
        known = self.endpoint or self.link
        return known.body_hash if known is not None else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent for an errand. `via` are the addresses that redirected here, in order."""

    page: Page
    http_etag: str | None = None
    http_last_modified: str | None = None
    via: tuple[str, ...] = ()
    #: all redirections on the way were for good (301, 308)
    is_moved: bool = False
    #: the server promises the same answer so long (Cache-Control, Expires)
    fresh_for: timedelta | None = None
    #: of a page that a browser has drawn: the hash of its document, "" when an unchanged document says nothing
    document_hash: str | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether this is a page as a browser has drawn it."""
        return self.document_hash is not None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.page.status

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body as it was sent; "" when the next answer must not be compared with it."""
        return sha256(self.page.body).hexdigest() if self.document_hash is None else self.document_hash

    def repeats(self, known_hash: str | None) -> bool:
        """Whether the server says, or its bytes show, that nothing has changed since an answer of that hash.

        Where there is none nobody asked whether something has: a 304 says nothing then.
        """
        if not known_hash or self.document_hash is not None:
            return False  # a page was drawn because the document alone does not tell
        return self.status == NOT_MODIFIED or (bool(self.page.body) and self.body_hash == known_hash)


def drawn_answer(plain: Answer, html: bytes, *, is_alone: bool) -> Answer:
    """The answer with the page as a browser has drawn it.

    Its validators are kept only when the document alone makes the page (`is_alone`). The shell of a page whose list
    comes by a call for JSON stays the same for months: were it compared, the list would be read once and never again.
    """
    page = replace(plain.page, body=html, content_type="text/html; charset=utf-8")
    if is_alone:
        return replace(plain, page=page, document_hash=plain.body_hash)
    return replace(plain, page=page, document_hash="", http_etag=None, http_last_modified=None, fresh_for=None)


@dataclass(frozen=True, slots=True)
class FetchedArticle:
    """The item of the pipelines: an article, and the errand that brought it (None: a custom spider's)."""

    article: Article
    errand: Errand | None = None
    answer: Answer | None = None


@dataclass(slots=True)
class Budget:
    """What one visit may spend; what is left over goes on in the next visit."""

    requests: int
    seconds: float
    volume: int
    started: float = field(default_factory=time.monotonic)

    def seconds_left(self) -> float:
        """Seconds until the visit is over."""
        return self.started + self.seconds - time.monotonic()

    def is_spent(self) -> bool:
        """Whether nothing more may be asked."""
        return self.requests <= 0 or self.volume <= 0 or self.seconds_left() <= 0

    def check(self) -> None:
        """Raise BudgetSpent when nothing more may be asked."""
        if self.is_spent():
            message = "the visit's budget is spent; the rest goes on in the next visit"
            raise BudgetSpent(message)

    def spend_request(self) -> None:
        """Count one request. Raises BudgetSpent when there is none left."""
        self.check()
        self.requests -= 1


@dataclass(slots=True)
class Report:
    """What a visit came to, for its line of log and the state of the source."""

    source_key: str
    requests: int = 0
    #: outcomes of articles: stored, revised, duplicate, unchanged, removed, skipped, failed
    outcomes: Counter[str] = field(default_factory=Counter)
    endpoints_read: int = 0
    endpoints_unchanged: int = 0
    endpoints_failed: int = 0
    #: the first reason why an endpoint could not be read
    problem: str | None = None
    seconds: float = 0.0
    #: set when the visit ended before its end: "lease lost", "stopped", "another process visits it"
    broken_off: str | None = None
    next_visit: str = ""

    @property
    def new(self) -> int:
        """Articles that were stored for the first time."""
        return self.outcomes["stored"]

    @property
    def error(self) -> str | None:
        """Why the visit failed as a whole: no endpoint answered; None when one did or none was due."""
        answered = self.endpoints_read + self.endpoints_unchanged
        return self.problem if self.endpoints_failed and not answered else None

    def line(self) -> str:
        """One line for the log."""
        if self.broken_off:
            return f"{self.source_key}: {self.broken_off}"
        found = ", ".join(f"{count} {name}" for name, count in self.outcomes.items() if count) or "nothing new"
        text = f"{self.source_key}: {self.error or found}; {self.requests} requests, {self.seconds:.1f} s"
        return f"{text}; next {self.next_visit}" if self.next_visit else text
