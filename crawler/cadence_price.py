"""The next visit by price: which endpoint gets the next request, when there are not enough for all. Pure.

    all rates, budget ─> settle ─> Market (price, common profile)
    one rate, Market  ─> next_visit ─> an instant and its reason: "12/day, quiet hours"

An endpoint is visited when N²/(2λ) reaches the price: N items are expected that nobody has seen, λ are the items a
second just ahead. At a constant rate that is the square-root law: four times the items, twice the visits. The price is
the same for all endpoints, and is the one at which all their visits together keep the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from crawler.cadence import NextVisit
from crawler.cadence_rate import DAY, HOUR, Common, Floats, Rate, in_common

#: no endpoint is visited more often by learning alone, whatever it publishes
FLOOR = timedelta(minutes=5)
#: no endpoint waits longer, or longer than so many mean intervals, unless its operator or publisher says so
CAP, CAP_MEANS = timedelta(hours=2), 2.0
#: instants are weighed on a grid of so many seconds
GRID = 60.0
#: the rate just ahead is the mean of so many cells of the grid: 15 minutes (best of 5 to 60 on traces)
AHEAD = 15
#: beyond the mean interval a wait counts for more, with this exponent: the few who wait longest pull the mean least
IMPATIENCE = 1.0
#: the demand of a day is summed in steps of half an hour
DAY_STEP = 1800.0
#: the price is searched between these by halving the exponent; 40 halvings are exact to nine digits
PRICES, HALVINGS = (1e-3, 1e9), 40
#: a list that is expected to be half new is asked before it rolls past
WINDOW_SHARE = 0.5
#: the rates of these multiples of an endpoint's mean are called quiet and busy
QUIET, BUSY = 0.5, 1.5
#: a correction follows what was overspent with this exponent, within these bounds: 10 % at a time
CORRECTION_POWER, CORRECTION_STEP = 0.5, 0.1
#: and never beyond these: what the budget cannot reach (caps, floors) is not chased for ever
CORRECTION_RANGE = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class Market:
    """What holds for all endpoints: the price of a visit, the longest wait in seconds, the common profile."""

    price: float = HOUR
    longest: float = CAP.total_seconds()
    common: Common = field(default_factory=Common)


def settle(rates: Sequence[Rate], budget: float, now: float, correction: float = 1.0) -> Market:
    """The market of some endpoints; `budget` is in visits an hour, `correction` raises the price (see `corrected`).

    Endpoints of which nothing was seen yet are taken to be like the others: each gets an equal share of the budget.
    """
    common, known = in_common(rates), [rate for rate in rates if rate.is_known]
    longest = longest_wait(len(rates), budget)
    if not known:
        return Market(HOUR * correction, longest, common)
    times = now + np.arange(0.0, DAY, DAY_STEP)
    demand = np.stack([rate.roughly(times, common) for rate in known])
    share = budget * len(known) / len(rates)
    low, high = PRICES
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _visits(demand, middle, longest) > share else (low, middle)
    return Market(high * correction, longest, common)


def longest_wait(endpoints: int, budget: float) -> float:
    """Seconds that no endpoint waits longer than: two hours, or twice the mean interval if that is more."""
    return max(CAP.total_seconds(), CAP_MEANS * endpoints / max(budget, 1e-9) * HOUR)


def corrected(correction: float, spent: float, budget: float) -> float:
    """The correction after some hours in which `spent` visits were made where the budget had others."""
    step = (spent / budget) ** CORRECTION_POWER if budget > 0 and spent > 0 else 1.0
    return correction * min(max(step, 1 - CORRECTION_STEP), 1 + CORRECTION_STEP)


def next_visit(rate: Rate, market: Market, now: datetime) -> NextVisit:
    """When the price is reached, and why."""
    wait = wait_seconds(rate, market, now.timestamp())
    return NextVisit(now + timedelta(seconds=wait), reason(rate, market, now, wait))


def wait_seconds(rate: Rate, market: Market, now: float) -> float:
    """Seconds until the price is reached."""
    cells = int(market.longest / GRID)
    ahead = rate.ahead(now + np.arange(0.0, (cells + AHEAD + 1) * GRID, GRID), market.common)
    summed = np.concatenate([[0.0], np.cumsum(ahead)])
    waiting = summed[1 : cells + 1] * GRID
    soon = (summed[1 + AHEAD : cells + AHEAD + 1] - summed[1 : cells + 1]) / AHEAD
    is_time = waiting * waiting / (2 * np.maximum(soon, 1e-9)) * _impatience(market.longest, cells) >= market.price
    if rate.window:
        is_time |= waiting >= WINDOW_SHARE * rate.window
    first = int(np.argmax(is_time)) + 1 if is_time.any() else cells
    return min(max(first * GRID, FLOOR.total_seconds()), market.longest)


def reason(rate: Rate, market: Market, now: datetime, wait: float) -> str:
    """Why an endpoint waits so long, for people: "12/day, quiet hours"."""
    times = now.timestamp() + np.arange(0.0, max(wait, GRID), GRID)
    relative = float(rate.ahead(times, market.common).mean()) / rate.per_second()
    hours = "quiet" if relative < QUIET else "busy" if relative > BUSY else "usual"
    when = "weekend" if now.astimezone(UTC).weekday() >= 5 else "hours"
    return f"{per_day(rate)}, {hours} {when}"


def per_day(rate: Rate) -> str:
    """How often an endpoint publishes, in words: "12/day"."""
    return f"{rate.per_day():.2g}/day" if rate.per_day() < 10 else f"{rate.per_day():.0f}/day"


def _impatience(longest: float, cells: int) -> Floats:
    """What a wait until each cell of the grid weighs: 1 up to the mean interval, and more beyond."""
    waits = np.arange(1, cells + 1) * GRID
    return np.asarray(np.maximum(waits * CAP_MEANS / longest, 1.0) ** IMPATIENCE, dtype=np.float64)


def _visits(demand: Floats, price: float, longest: float) -> float:
    """Visits an hour of all endpoints together at a price, averaged over a day."""
    knee = longest / CAP_MEANS
    waits = np.sqrt(2 * price / np.maximum(demand, 1e-12))
    waits = np.where(waits > knee, (waits * waits * knee**IMPATIENCE) ** (1 / (2 + IMPATIENCE)), waits)
    each = 1 / np.clip(waits, FLOOR.total_seconds(), longest)
    return float(each.mean(axis=1).sum()) * HOUR
