"""Whether a source needs the browser: a decider. It knows what a visit has seen, and what was known before.

plain answer ─> links, text ──────────────────────────────> taken as it is
             └> none, but a shell ─> "useless" lately? ───> taken as it is
                                  └> drawn ─> more found? ─> the source is marked, with the reason
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from storage.records import USELESS

Mode = Literal["auto", "always", "never"]

#: what a page is opened for
LISTS, ARTICLES = "lists", "articles"
#: a mark is put to the question so long after it was confirmed (our choice: sites change their build some times a year)
ASK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a source: "lists", "articles", "lists and articles", "useless", or None; and why."""

    need: str | None = None
    reason: str | None = None
    asked_at: datetime | None = None

    @property
    def needs(self) -> frozenset[str]:
        """The kinds of pages that need the browser."""
        return frozenset(kind for kind in (LISTS, ARTICLES) if kind in (self.need or "").split())

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was confirmed lately."""
        return self.asked_at is not None and now - self.asked_at < ASK_AGAIN


@dataclass(frozen=True, slots=True)
class Shell:
    """``looks_like`` says in which way a page looks like one that scripts fill; None when it does not."""

    looks_like: str | None = None
    #: addresses that its inline scripts ask for plainly, of its own site
    calls: tuple[str, ...] = ()


@dataclass(slots=True)
class Seen:
    """What one visit has seen: kinds of pages that came whole without a browser, and what it did for others."""

    plain: set[str] = field(default_factory=set)
    #: kind -> in which way the browser found more than the plain answer
    more: dict[str, str] = field(default_factory=dict)
    #: why the browser found no more
    no_more: str | None = None


def wants_browser(mode: Mode, mark: Mark, now: datetime, *, has_content: bool, shell: str | None) -> bool:
    """Whether a page that came plainly is to be drawn. `shell` says how it looks like one that scripts fill."""
    if mode != "auto":
        return mode == "always"
    if has_content or shell is None:
        return False
    return not (mark.need == USELESS and mark.is_fresh(now))


def next_mark(mark: Mark, seen: Seen, now: datetime) -> Mark | None:
    """The mark after a visit, or None when it stays as it is."""
    if seen.more:
        needs = mark.needs | seen.more.keys()
        need = " and ".join(kind for kind in (LISTS, ARTICLES) if kind in needs)
        return Mark(need, "; ".join(seen.more.values()), now)
    if seen.no_more is not None:
        return None if mark.needs else Mark(USELESS, seen.no_more, now)
    left = mark.needs - seen.plain
    if left == mark.needs or mark.is_fresh(now):
        return None
    shown = " and ".join(sorted(mark.needs - left))
    return Mark(" and ".join(sorted(left, reverse=True)) or None, f"{shown} come without a browser again", now)
