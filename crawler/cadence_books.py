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
#: hours in which what was spent beyond the budget is saved again; it moves the visits of an hour by so much at most
PAID_BACK, PAID_MOST = 24.0, 0.2
#: a market that has grown or shrunk by this share is settled before its hour
GROWN = 0.2


@dataclass(frozen=True, slots=True)
class Books:
    """A market with what is needed to settle it again; times are epoch seconds."""

    market: Market = field(default_factory=Market)
    settled_at: float | None = None
    #: of so many endpoints something was known
    endpoints: int = 0
    correction: float = 1.0
    #: visits are counted since then, when their number was `counted`
    since: float = 0.0
    counted: float = 0.0
    #: visits beyond the budget that were not saved again yet (below 0: that were saved), and all visits so far
    owed: float = 0.0
    visits: float = 0.0


def is_settled(books: Books, endpoints: int, now: float) -> bool:
    """Whether the price may stand as it is: it is young, and was made of about as many `endpoints` that are known."""
    if books.settled_at is None or now - books.settled_at >= SETTLED:
        return False
    return abs(endpoints - books.endpoints) <= GROWN * books.endpoints


def settled(books: Books, rates: Sequence[Rate], budget: float, now: float, visits: float) -> Books:
    """The books with a new price; `budget` is in visits an hour, `visits` how many were made since ever."""
    counted = _counted(books, budget, now, visits)
    # at a price four times as high visits are half as many
    market = settle(rates, budget, now, counted.correction / _aim(counted, budget) ** 2)
    return replace(counted, market=market, settled_at=now, endpoints=sum(rate.is_known for rate in rates))


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
        "owed": books.owed,
        "visits": books.visits,
    }


def read(state: Mapping[str, Any] | None) -> Books:
    """The books back from JSON; what cannot be read (nothing yet, an older form) is begun anew."""
    if state is None or len(state.get("day", ())) != STEPS or len(state.get("hour", ())) != CELLS:
        return Books()
    common = Common(np.array(state["day"]), state["weekend"], np.array(state["hour"]))
    kept = {name: state[name] for name in ("settled_at", "endpoints", "correction", "since", "counted")}
    owed = {name: state.get(name, default) for name, default in (("owed", 0.0), ("visits", state["counted"]))}
    return Books(Market(state["price"], state["longest"], common), **kept, **owed)


def _counted(books: Books, budget: float, now: float, visits: float) -> Books:
    """The books with a correction that follows what was spent; half of what was looked back on is kept."""
    if books.settled_at is None or now - books.settled_at > FORGOTTEN:
        return replace(books, since=now, counted=visits, owed=0.0, visits=visits)
    passed, aim = now - books.since, budget * _aim(books, budget)
    owed = books.owed + max(visits - books.visits, 0.0) - budget * (now - books.settled_at) / HOUR
    most = PAID_MOST * PAID_BACK * budget  # the visits of an endpoint that takes part again come all at once
    books = replace(books, owed=min(max(owed, -most), most), visits=visits)
    if passed < LOOKED_BACK:
        return books
    spent = max(visits - books.counted, 0.0)
    low, high = CORRECTION_RANGE
    correction = min(max(corrected(books.correction, spent / passed * HOUR, aim), low), high)
    kept = LOOKED_BACK / 2
    return replace(books, correction=correction, since=now - kept, counted=visits - spent * kept / passed)


def _aim(books: Books, budget: float) -> float:
    """The share of the budget to be spent, so that what was overspent is saved again within a day."""
    owed = books.owed / max(PAID_BACK * budget, 1e-9)
    return 1 - min(max(owed, -PAID_MOST), PAID_MOST)
