"""The books of the market: its price, settled anew every hour, and corrected by what was really spent. Pure.

    books, rates, budget, visits so far ─> settled ─> books ─> as_json ─> one row of the store ─> read

All processes share them: whoever does the chores settles, whoever visits reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from crawler.cadence_price import CORRECTION_RANGE, Market, corrected, settle
from crawler.cadence_rate import CELLS, HOUR, STEPS, Common, Rate

#: seconds between two settlements; the correction looks back on about so many hours
SETTLED, LOOKED_BACK = HOUR, 6 * HOUR
#: books that nobody settled for so long say nothing of what is spent: the machine was off
FORGOTTEN = 3 * HOUR
#: a market that has grown or shrunk by this share is settled before its hour
GROWN = 0.2


@dataclass(frozen=True, slots=True)
class Books:
    """A market with what is needed to settle it again; times are epoch seconds."""

    market: Market = field(default_factory=Market)
    settled_at: float | None = None
    endpoints: int = 0
    correction: float = 1.0
    #: visits are counted since then, when their number was `counted`
    since: float = 0.0
    counted: float = 0.0


def is_settled(books: Books, endpoints: int, now: float) -> bool:
    """Whether the price may stand as it is: it is young, and was made for about as many endpoints."""
    if books.settled_at is None or now - books.settled_at >= SETTLED:
        return False
    return abs(endpoints - books.endpoints) <= GROWN * books.endpoints


def settled(books: Books, rates: Sequence[Rate], budget: float, now: float, visits: float) -> Books:
    """The books with a new price; `budget` is in visits an hour, `visits` how many were made since ever."""
    counted = _counted(books, budget, now, visits)
    market = settle(rates, budget, now, counted.correction)
    return replace(counted, market=market, settled_at=now, endpoints=len(rates))


def as_json(books: Books) -> dict[str, Any]:
    """The books as JSON, about a kilobyte."""
    market, common = books.market, books.market.common
    return {
        "price": market.price,
        "longest": market.longest,
        "day": [round(value, 3) for value in common.day.tolist()],
        "hour": [round(value, 3) for value in common.hour.tolist()],
        "weekend": common.weekend,
        "settled_at": books.settled_at,
        "endpoints": books.endpoints,
        "correction": books.correction,
        "since": books.since,
        "counted": books.counted,
    }


def read(state: Mapping[str, Any] | None) -> Books:
    """The books back from JSON; what cannot be read (nothing yet, an older form) is begun anew."""
    if state is None or len(state.get("day", ())) != STEPS or len(state.get("hour", ())) != CELLS:
        return Books()
    common = Common(np.array(state["day"]), state["weekend"], np.array(state["hour"]))
    kept = {name: state[name] for name in ("settled_at", "endpoints", "correction", "since", "counted")}
    return Books(Market(state["price"], state["longest"], common), **kept)


def _counted(books: Books, budget: float, now: float, visits: float) -> Books:
    """The books with a correction that follows what was spent; half of what was looked back on is kept."""
    if books.settled_at is None or now - books.settled_at > FORGOTTEN:
        return replace(books, since=now, counted=visits)
    passed = now - books.since
    if passed < LOOKED_BACK:
        return books
    spent = max(visits - books.counted, 0.0)
    low, high = CORRECTION_RANGE
    correction = min(max(corrected(books.correction, spent / passed * HOUR, budget), low), high)
    kept = LOOKED_BACK / 2
    return replace(books, correction=correction, since=now - kept, counted=visits - spent * kept / passed)
