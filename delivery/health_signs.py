"""What is usual for a source, learned from its visits, and what the latest ones show. Pure.

    visit -> observe -> Memory: articles by hour of the week, what pages have, seconds for a request

The memory of a source has a constant size: sums that fade, and the latest few pages.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

HOURS = 168
#: share of a sum that fades with each new hour of its kind: what counts are the last five weeks or so
FADING = 0.2
#: hours of experience that an hour of the week borrows from the same hour of all days
BORROWED = 2.0
#: latest pages that are held against what is usual, and how many of those before are remembered
RECENT, REMEMBERED = 6, 100.0
#: words of a body that is one
FULL_TEXT = 80
#: what a page of an article can have; `read`: it could be read as an article at all
FIELDS = ("read", "authors", "date_published", "description", "main_image_url", "full_text")
#: an error that hides what the publisher did; it is learned from visits that went well
_FADING_PACE = 0.02


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read, or could not be."""

    article_id: int | None
    fields: Mapping[str, bool]
    #: minutes by which the publisher's date lies after the moment when we first saw it
    ahead: float | None = None


UNREAD = Page(None, {"read": False})


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit, as far as it tells of the source's health."""

    at: datetime
    new: int = 0
    requests: int = 0
    seconds: float = 0.0
    error: str | None = None
    #: what the visit found out about the source ("blocked", "walled"), and why
    fact: str | None = None
    fact_reason: str | None = None
    pages: tuple[Page, ...] = ()
    #: share of the other sources whose last visit failed, too; None: too few to tell
    others_failing: float | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a source."""

    #: by hour of the week, Monday first, UTC: articles, and hours watched
    counts: tuple[float, ...] = (0.0,) * HOURS
    hours: tuple[float, ...] = (0.0,) * HOURS
    #: hours watched in all
    watched: float = 0.0
    #: field -> (pages that had it, pages)
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    recent: tuple[Page, ...] = ()
    #: an article that had all that most have
    sample: int | None = None
    #: seconds for a request
    pace: float | None = None
    last_at: datetime | None = None
    #: when the last article came, and how many were to be expected since
    last_new_at: datetime | None = None
    expected: float = 0.0
    state: str = "ok"
    evidence: str = ""
    since: datetime | None = None
    #: another state that was found, and in how many visits in a row
    candidate: str = ""
    times: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        values = {name: _plain(value) for name, value in asdict(self).items()}
        return values | {"counts": _rounded(self.counts), "hours": _rounded(self.hours)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Memory":
        """The memory that was written as plain values."""
        moments = ("last_at", "last_new_at", "since")
        read = {name: datetime.fromisoformat(values[name]) if values[name] else None for name in moments}
        usual = {name: (pair[0], pair[1]) for name, pair in values["usual"].items()}
        recent = tuple(Page(**page) for page in values["recent"])
        lists = {"counts": tuple(values["counts"]), "hours": tuple(values["hours"]), "recent": recent, "usual": usual}
        return cls(**{**values, **read, **lists})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _rounded(values: tuple[float, ...]) -> list[float]:
    return [round(value, 3) for value in values]


def hour_of_week(at: datetime) -> int:
    """Monday 00:00 UTC is 0."""
    return at.weekday() * 24 + at.hour


def rate(memory: Memory, hour: int) -> float:
    """Articles that usually come in an hour of the week; one that was hardly watched yet is like that of other days."""
    same = range(hour % 24, HOURS, 24)
    watched = sum(memory.hours[other] for other in same)
    daily = sum(memory.counts[other] for other in same) / watched if watched else 0.0
    return (memory.counts[hour] + BORROWED * daily) / (memory.hours[hour] + BORROWED)


def daily(memory: Memory) -> float:
    """Articles of a usual day."""
    return sum(rate(memory, hour) for hour in range(HOURS)) / 7


def expected(memory: Memory, first: datetime, last: datetime) -> float:
    """Articles that usually come between two moments."""
    return sum(rate(memory, hour) * share for hour, share in _hours_between(first, last))


def _hours_between(first: datetime, last: datetime) -> list[tuple[int, float]]:
    """The hours of the week between two moments, each with how much of it; a week at most."""
    parts, at = [], max(first, last - timedelta(hours=HOURS))
    while at < last:
        end = min(at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), last)
        parts.append((hour_of_week(at), (end - at) / timedelta(hours=1)))
        at = end
    return parts


def observe(memory: Memory, seen: Seen, *, is_usual: bool) -> Memory:
    """The memory after a visit. What is usual is learned only while the source is as usual."""
    first = memory.last_at
    memory = _waited(memory, seen)
    if seen.error is None and is_usual and first is not None:
        memory = _with_hours(memory, first, seen)
    if seen.error is None:
        memory = _with_pages(memory, seen, learn=is_usual)
    if is_usual and seen.requests and seen.error is None:
        pace = seen.seconds / seen.requests
        pace = min(pace, 2 * memory.pace) if memory.pace else pace  # one slow answer does not make slowness usual
        memory = replace(
            memory, pace=pace if memory.pace is None else memory.pace + _FADING_PACE * (pace - memory.pace)
        )
    return replace(memory, last_at=seen.at)


def _waited(memory: Memory, seen: Seen) -> Memory:
    if seen.new or memory.last_at is None:
        return replace(memory, last_new_at=seen.at, expected=0.0)
    return replace(memory, expected=memory.expected + expected(memory, memory.last_at, seen.at))


def _with_hours(memory: Memory, first: datetime, seen: Seen) -> Memory:
    counts, hours = list(memory.counts), list(memory.hours)
    parts = _hours_between(first, seen.at)
    whole = sum(share for _, share in parts) or 1.0
    for hour, share in parts:
        counts[hour] = counts[hour] * (1 - FADING * share) + seen.new * share / whole
        hours[hour] = hours[hour] * (1 - FADING * share) + share
    return replace(memory, counts=tuple(counts), hours=tuple(hours), watched=memory.watched + whole)


def _with_pages(memory: Memory, seen: Seen, *, learn: bool) -> Memory:
    pages = (*memory.recent, *seen.pages)
    if not learn:
        return replace(memory, recent=pages[-RECENT:])
    usual, sample = dict(memory.usual), memory.sample
    for page in pages[:-RECENT]:
        for name, has in page.fields.items():
            had, count = usual.get(name, (0.0, 0.0))
            fade = 1.0 if count < REMEMBERED else (REMEMBERED - 1) / REMEMBERED
            usual[name] = (round(had * fade + has, 4), round(count * fade + 1, 4))
        lacks = any(2 * usual[name][0] > usual[name][1] for name, has in page.fields.items() if not has)
        sample = sample if page.article_id is None or lacks else page.article_id
    return replace(memory, usual=usual, recent=pages[-RECENT:], sample=sample)


def share_now(memory: Memory, name: str, most: int = RECENT) -> tuple[float, int]:
    """Which share of the latest pages has a field, and of how many; an unread one counts for `read` alone."""
    pages = [page.fields[name] for page in memory.recent[-most:] if name in page.fields]
    return (sum(pages) / len(pages) if pages else 1.0), len(pages)


def share_usual(memory: Memory, name: str) -> tuple[float, float]:
    """Which share of the pages before had it, and of how many."""
    had, count = memory.usual.get(name, (0.0, 0.0))
    return (had / count if count else 0.0), count
