"""The learned cadence over two weeks of made-up outlets: sooner than a fixed interval, for as many visits."""

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.cadence import SimulatedPolicy, loaded

DAY, HOUR = 86_400.0, 3600.0
#: Monday, 2026-11-23 00:00 UTC
START = 1_795_392_000.0
WINDOW = 40


@dataclass(frozen=True)
class Outlet:
    """An outlet as the simulator names it."""

    sid: int
    name: str
    win: int


@dataclass(frozen=True)
class Seen:
    """What one visit saw."""

    new: NDArray[np.float64]
    shown: NDArray[np.float64]
    first: bool
    lost: bool = False


class Fixed:
    """A fixed interval, for comparison."""

    def begin(self, sources: list[Outlet], *_: float) -> None:
        """Nothing is learned."""

    def next_poll(self, sid: int, now: float, obs: Seen) -> float:
        """An hour later; the first spread over an hour."""
        return now + HOUR * (sid * 0.618034 % 1 if obs.first else 1)


def published(per_day: float, days: int, seed: int) -> NDArray[np.float64]:
    """Times of items with a day that has busy hours: five times as many from 6 to 18 o'clock."""
    chance = np.random.default_rng(seed)
    times = START + np.sort(chance.uniform(0, days * DAY, chance.poisson(per_day * days * 5 / 3)))
    is_day = (times % DAY >= 6 * HOUR) & (times % DAY < 18 * HOUR)
    return np.asarray(times[is_day | (chance.uniform(size=len(times)) < 0.2)])


def replay(policy: Any, outlets: list[NDArray[np.float64]], days: int) -> tuple[float, int]:
    """Mean delay in minutes, and the number of visits after the first of each outlet."""
    begin, end = START + 3 * DAY, START + days * DAY
    sources = [Outlet(number, f"outlet {number}", WINDOW) for number in range(len(outlets))]
    policy.begin(sources, begin, end, float(len(outlets)), 300.0, DAY)
    queue = [(begin, number) for number in range(len(outlets))]
    known, delays, visits = [0] * len(outlets), [np.zeros(0)], -len(outlets)
    is_first = [True] * len(outlets)
    while queue:
        now, number = heapq.heappop(queue)
        if now >= end:
            continue
        visits += 1
        listed = int(np.searchsorted(outlets[number], now, side="right"))
        new = outlets[number][max(known[number], listed - WINDOW) : listed]
        if not is_first[number]:
            delays.append(now - new)
        seen = Seen(new, outlets[number][max(0, listed - WINDOW) : listed], is_first[number])
        known[number], is_first[number] = listed, False
        heapq.heappush(queue, (policy.next_poll(number, now, seen), number))
    return float(np.concatenate(delays).mean() / 60), visits


@pytest.fixture(scope="module")
def outlets() -> list[NDArray[np.float64]]:
    """Twelve outlets, from one item a day to a hundred."""
    rates = (1, 1, 1, 2, 3, 5, 8, 15, 30, 50, 80, 100)
    return [published(rate, 12, seed) for seed, rate in enumerate(rates)]


def test_items_are_seen_sooner_than_by_a_fixed_interval_for_as_many_visits(outlets: list[NDArray[np.float64]]) -> None:
    fixed, fixed_visits = replay(Fixed(), outlets, 12)
    learned, learned_visits = replay(SimulatedPolicy(), outlets, 12)
    assert learned / fixed < 0.7
    assert learned_visits / fixed_visits == pytest.approx(1.0, abs=0.05)


def test_no_outlet_waits_longer_than_promised_and_none_is_asked_more_often_than_the_floor() -> None:
    policy, waits = SimulatedPolicy(), []
    ask = policy.next_poll

    def noted(sid: int, now: float, obs: Seen) -> float:
        """The policy, with its waits written down."""
        upcoming = ask(sid, now, obs)
        waits.append(upcoming - now)
        return upcoming

    policy.next_poll = noted  # type: ignore[method-assign]
    replay(policy, [published(rate, 8, seed) for seed, rate in enumerate((0.2, 300, 20))], 8)
    assert min(waits) >= 300
    assert max(waits) <= 2 * HOUR


def test_a_run_begins_without_what_the_last_one_learned(outlets: list[NDArray[np.float64]]) -> None:
    policy = SimulatedPolicy()
    assert replay(policy, outlets[-3:], 5) == replay(policy, outlets[-3:], 5)


def test_the_simulator_is_loaded_from_where_it_lies(tmp_path: Any) -> None:
    (tmp_path / "sim.py").write_text(
        "from dataclasses import dataclass\n@dataclass\nclass Fixed:\n    minutes: int = 60\n"
    )
    assert loaded(tmp_path / "sim.py").Fixed().minutes == 60
