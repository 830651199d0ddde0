"""How fast articles are seen for how many requests, beside the rules of other crawlers at the same number of requests.

    python benchmarks/cadence.py FOLDER SIMULATOR [--intervals 15,60,240]

FOLDER holds ``traces_*.npz`` (publication times of outlets), SIMULATOR is a file ``sim.py`` that replays them against
policies: at a visit the feed shows its last items, and those seen for the first time have their delay. Ratios are to
a fixed interval with as many visits. `SimulatedPolicy` is what Newswatch does, as that simulator asks it.
"""

import argparse
import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler import cadence_price  # noqa: E402
from crawler.cadence_books import Books, is_settled, settled  # noqa: E402
from crawler.cadence_price import FLOOR, Market, longest_wait, wait_seconds  # noqa: E402
from crawler.cadence_rate import Answer, Rate  # noqa: E402

#: minutes between two visits of an outlet, on average
INTERVALS = "15,60,240"
#: rules of the simulator that are printed beside ours
PEERS = ("Miniflux", "MediaCloud", "Storm", "Nutch", "GammaFair", "IntensityOracle")
#: the mean over items and the one over outlets pull against each other: the curve between them, by `IMPATIENCE`
CURVE, CURVE_AT = (0.0, 0.5, 2.0, 4.0), 60.0
DAY_GAP = 86_400.0


class SimulatedPolicy:
    """The learned cadence behind the interface of the simulator: one `Rate` an outlet, one `Market`."""

    budgeted = True
    scale = 1.0

    def begin(self, sources: Sequence[Any], t0: float, _t1: float, budget_per_hour: float, *_gaps: float) -> None:
        """Forget everything: a run begins."""
        self.windows = [int(source.win) for source in sources]
        self.rates = [Rate() for _ in sources]
        self.budget, self.spent, self.known = budget_per_hour, 0, 0
        longest = longest_wait(len(sources), budget_per_hour)
        self.books = Books(Market(longest=longest), settled_at=t0, since=t0)

    def next_poll(self, sid: int, now: float, obs: Any) -> float:
        """Learn from a visit and say when the next one is."""
        window = self.windows[sid]
        shown = obs.shown.tolist()
        self.rates[sid].learn(Answer(now, obs.new.tolist(), shown, is_full=len(shown) >= window, window=window))
        self.known += obs.first
        self.spent += not obs.first
        if not is_settled(self.books, self.known, now):
            self.books = settled(self.books, self.rates, self.budget, now, self.spent)
        return now + wait_seconds(self.rates[sid], self.books.market, now)


def main() -> None:
    """Print the figures of each file of traces at each mean interval."""
    parser = argparse.ArgumentParser(description="Measure the cadence on replayed publication times.")
    parser.add_argument("folder", type=Path, nargs="?", help="traces_*.npz; without it nothing is measured")
    parser.add_argument("simulator", type=Path, nargs="?", help="the file sim.py")
    parser.add_argument("--intervals", default=INTERVALS, help="mean minutes between two visits")
    arguments = parser.parse_args()
    if arguments.folder is None or arguments.simulator is None:
        parser.print_help()
        return
    simulator = loaded(arguments.simulator)
    for traces in sorted(arguments.folder.glob("traces_*.npz")):
        for minutes in arguments.intervals.split(","):
            measure(simulator, traces, float(minutes))


def loaded(path: Path) -> ModuleType:
    """The simulator as a module."""
    spec = importlib.util.spec_from_file_location("cadence_simulator", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def measure(simulator: ModuleType, path: Path, minutes: float) -> None:
    """Replay one file against our policy and the peers' and print a line for each."""
    traces = simulator.Traces(str(path))
    budget = len(traces.sources) * 60 / minutes
    floor = FLOOR.total_seconds()
    fixed = simulator.simulate(traces, simulator.Fixed(minutes), budget, floor, DAY_GAP)
    print(
        f"{path.name}, {minutes:g} min: {len(traces.sources)} outlets, {fixed['items']} items, {fixed['polls']} visits"
    )
    print(f"  {'ratio to fixed':22} {'mean':>6} {'median':>6} {'p95':>6} {'outlet':>6} {'lost %':>7} {'visits':>6}")
    policies: dict[str, Any] = {"Newswatch": SimulatedPolicy()}
    policies |= {name: getattr(simulator, name)() for name in PEERS if hasattr(simulator, name)}
    policies["true rates, our cap"] = capped(simulator.IntensityOracle)
    for name, policy in policies.items():
        show(name, simulator.run(traces, policy, budget, floor, DAY_GAP, fixed["polls"]), fixed)
    for impatience in CURVE if minutes == CURVE_AT else ():
        result = with_impatience(impatience, lambda: simulator.simulate(traces, SimulatedPolicy(), budget, floor))
        show(f"  impatience {impatience:g}", result, fixed)


def capped(oracle: type) -> Any:
    """The rule of the simulator that knows the true rates, with our longest wait."""
    return type("Capped", (oracle,), {"cap": cadence_price.CAP.total_seconds(), "capk": cadence_price.CAP_MEANS})()


def with_impatience(impatience: float, replay: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A replay with another weight of long waits than Newswatch has."""
    ours, cadence_price.IMPATIENCE = cadence_price.IMPATIENCE, impatience
    try:
        return replay()
    finally:
        cadence_price.IMPATIENCE = ours


def show(name: str, result: dict[str, Any], fixed: dict[str, Any]) -> None:
    """One line: each figure as a ratio to the fixed interval, items lost in per cent."""
    ratios = [result[figure] / fixed[figure] for figure in ("mean", "median", "p95", "outlet_mean")]
    columns = " ".join(f"{ratio:6.3f}" for ratio in ratios)
    print(f"  {name:22} {columns} {100 * result['lost']:7.3f} {result['polls'] / fixed['polls']:6.3f}", flush=True)


if __name__ == "__main__":
    main()
