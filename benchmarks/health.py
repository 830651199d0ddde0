"""How soon each fault of a source is found, and how often one is found that is none: 90 simulated days.

    python benchmarks/health.py [--seeds N]

Each source is watched every half hour for 90 days, with articles that follow the hour and the day of the week, days
that bring more and days that bring less, single errors (1 visit in 100), slow answers and pages that lack a field. On
day 40 one fault begins, for three days. In time means: its state within 3 visits or 1 day. Printed: which state was
found first for which fault, how long it took, and alarms for a source and year while nothing was wrong.
"""

import argparse
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from delivery.health import CALM, step
from delivery.health_signs import UNREAD, Memory, Page, Seen

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, FAULT_DAY, FAULT_DAYS = 90, 40, 3
EVERY = timedelta(minutes=30)
#: articles a day
RATES = (12, 30, 120)
#: weight of the hours of a day, and of the days of a week
HOURS = (1, 1, 0.5, 0.5, 1, 2, 4, 6, 8, 9, 9, 8, 8, 8, 9, 9, 8, 8, 7, 6, 5, 4, 3, 2)
WEEK = (1.1, 1.15, 1.15, 1.1, 1.1, 0.7, 0.7)
#: shape of the gamma distribution of good and bad days: one in twenty brings a third less or more
DAY_SHAPE = 25.0
ERROR, SLOW_ANSWER, LACKING = 0.01, 0.03, 0.06
FAULTS = (
    "silent",
    "dead",
    "blocked",
    "walled",
    "moved",
    "template changed",
    "unreadable",
    "slow",
    "clock wrong",
    "ours",
)
#: faults that have the state of another name
STATE_OF = {"dead": "silent", "unreadable": "template changed"}


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one simulated source."""

    fault: str
    rate: float
    #: first state that was an alarm after the fault began
    found: str
    #: visits and hours until its own state was found; None: it was not
    visits: int | None
    hours: float | None
    #: alarms while nothing was wrong
    false: int
    #: days in which nothing was wrong
    days: float


class Outlet:
    """A source that brings articles."""

    def __init__(self, rate: float, dice: random.Random) -> None:
        self._rate, self._dice = rate, dice
        self._days: dict[int, float] = {}
        self._number = 0

    def visit(self, at: datetime) -> Seen:
        """What a visit shows when nothing is wrong."""
        new = self._drawn(self._hourly(at) * (EVERY / timedelta(hours=1)))
        requests = 2 + new
        pace = self._dice.lognormvariate(-0.7, 0.35) * (6 if self._dice.random() < SLOW_ANSWER else 1)
        error = self._dice.choice(("timeout", "HTTP 503", "HTTP 429")) if self._dice.random() < ERROR else None
        if error:
            return Seen(at, 0, 2, 2 * pace, error)
        return Seen(at, new, requests, requests * pace, pages=tuple(self._page() for _ in range(new)))

    def _hourly(self, at: datetime) -> float:
        day = (at - START).days
        factor = self._days.setdefault(day, self._dice.gammavariate(DAY_SHAPE, 1 / DAY_SHAPE))
        return self._rate * HOURS[at.hour] / sum(HOURS) * WEEK[at.weekday()] * factor

    def _drawn(self, mean: float) -> int:
        """A number of Poisson's distribution."""
        count, product, limit = 0, self._dice.random(), 2.718281828459045**-mean
        while product > limit:
            count, product = count + 1, product * self._dice.random()
        return count

    def _page(self) -> Page:
        self._number += 1
        fields = ("authors", "date_published", "description", "main_image_url", "full_text")
        has = {name: self._dice.random() > LACKING for name in fields}
        return Page(self._number, {"read": True, **has}, -self._dice.expovariate(1 / 20))


def faulty(fault: str, seen: Seen, dice: random.Random) -> Seen:
    """The same visit while a fault is there."""
    broken = {"dead": "connection refused", "blocked": "HTTP 403", "moved": "HTTP 404", "ours": "name not found"}
    if fault in broken:
        return replace(_failed(seen, broken[fault]), others_failing=0.9 if fault == "ours" else 0.05)
    if fault == "walled":
        return replace(_failed(seen, "HTTP 200"), error=None, fact="walled", fact_reason="a wall of consent")
    if fault == "slow":
        return replace(seen, seconds=seen.seconds * 12)
    if fault == "silent":
        return replace(seen, new=0, pages=())
    if fault == "unreadable":
        return replace(seen, new=0, pages=(UNREAD,) * len(seen.pages))
    if fault == "clock wrong":
        return replace(seen, pages=tuple(replace(page, ahead=120 - dice.random() * 30) for page in seen.pages))
    lacking = {"authors": False, "description": False}
    return replace(seen, pages=tuple(replace(page, fields={**page.fields, **lacking}) for page in seen.pages))


def _failed(seen: Seen, error: str) -> Seen:
    return Seen(seen.at, 0, 2, 1.0, error)


def states(fault: str, rate: float, seed: int) -> Iterator[tuple[datetime, str, str]]:
    """Each visit of the 90 days: when, the state before, the state after."""
    dice = random.Random(f"{fault} {rate} {seed}")
    outlet, memory, at = Outlet(rate, dice), Memory(), START
    begins = START + timedelta(days=FAULT_DAY, hours=dice.uniform(0, 24))
    while at < START + timedelta(days=DAYS):
        seen = outlet.visit(at)
        if fault and begins <= at < begins + timedelta(days=FAULT_DAYS):
            seen = faulty(fault, seen, dice)
        before, memory = memory.state, step(memory, seen)
        yield at, before, memory.state
        at += EVERY * dice.uniform(0.8, 1.2)


def run(fault: str, rate: float, seed: int) -> Run:
    """Simulate one source with one fault ("": none)."""
    begins = START + timedelta(days=FAULT_DAY, hours=random.Random(f"{fault} {rate} {seed}").uniform(0, 24))
    ends = begins + timedelta(days=FAULT_DAYS + 1)
    found, visits, first, when, false = "", 0, None, None, 0
    for at, before, after in states(fault, rate, seed):
        is_alarm = after != before and after not in CALM
        if fault and begins <= at < ends:
            visits += 1
            found = found or (after if is_alarm else "")
            if when is None and after == STATE_OF.get(fault, fault):
                first, when = visits, (at - begins) / timedelta(hours=1)
        else:
            false += is_alarm
    return Run(fault, rate, found or "nothing", first, when, false, DAYS - (FAULT_DAYS + 1 if fault else 0))


def is_in_time(done: Run) -> bool:
    """Within 3 visits or 1 day."""
    return done.visits is not None and done.hours is not None and (done.visits <= 3 or done.hours <= 24)


def false_alarms(runs: list[Run]) -> float:
    """For a source and year."""
    return sum(done.false for done in runs) / (sum(done.days for done in runs) / 365.25)


def main() -> None:
    """Print the table of confusion, the delays, and the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    seeds = parser.parse_args().seeds
    runs = [run(fault, rate, seed) for fault in ("", *FAULTS) for rate in RATES for seed in range(seeds)]
    by_fault: dict[str, list[Run]] = defaultdict(list)
    for done in runs:
        by_fault[done.fault].append(done)
    print(f"{'fault':<18}{'sources':>8}{'in time':>9}{'visits':>8}{'hours':>7}{'slowest h':>11}   found first")
    for fault in FAULTS:
        mine = by_fault[fault]
        hours = [done.hours for done in mine if done.hours is not None] or [float("nan")]
        visits = [done.visits for done in mine if done.visits is not None] or [0]
        firsts = ", ".join(f"{state} {count}" for state, count in Counter(done.found for done in mine).most_common())
        print(f"{fault:<18}{len(mine):>8}{sum(map(is_in_time, mine)):>9}", end="")
        print(f"{statistics.median(visits):>8.0f}{statistics.median(hours):>7.1f}{max(hours):>11.1f}   {firsts}")
    print(f"false alarms for a source and year: {false_alarms(runs):.2f}, in {len(runs)} sources of {DAYS} days")


if __name__ == "__main__":
    main()
