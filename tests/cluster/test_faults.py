"""What is promised of several machines, while processes are killed and frozen and the database goes away.

The long form is the drill of the protocol: a hundred sources due every six seconds, two schedulers, three workers and
three that harm themselves, for two minutes. `python -m tests.cluster.test_faults RUNS` repeats it and prints a table.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cluster.cable import Cable
from tests.cluster.drill import Drill, Plan, drill
from tests.cluster.verdict import Verdict

LONG = Plan(sources=100, every=6, lease=12, visits=8, waiting=24, slow=14)
SHORT = Plan(sources=6, every=2, lease=6, visits=4, waiting=8)
#: the same with a host that is slower than a lease: what is frozen there is frozen in the middle of a visit
SLOW = replace(SHORT, first=29)

#: a moment of the drill in seconds, and what is done then
Step = tuple[float, Callable[[Drill], None]]


def _steps(cable: Cable) -> list[Step]:
    return [
        (8, lambda on: on.kill("w1")),
        (12, lambda on: on.start("w1", "worker")),
        (16, lambda on: on.kill("s1")),
        (20, lambda on: on.start("s1", "scheduler")),
        (24, lambda on: on.freeze("w2")),
        (34, lambda on: on.thaw("w2")),
        (36, lambda on: on.freeze("s2")),
        (46, lambda on: on.thaw("s2")),
        (48, lambda on: on.stop_database("fast")),
        (49, lambda on: on.start_database()),
        (56, lambda on: on.stop_database("immediate")),
        (57, lambda on: on.start_database()),
        (64, lambda on: on.freeze("w2")),
        (84, lambda on: on.thaw("w2")),
        (86, lambda on: on.stop_database("immediate")),
        (95, lambda on: on.start_database()),
        (97, lambda on: on.start("w4", "worker")),
        (98, lambda _on: cable.cut()),
        (118, lambda _on: cable.mend()),
        (118, lambda on: on.note_fault()),
        (119, lambda on: on.kill("w1")),
        (120, lambda on: on.kill("s2")),
    ]


def long_drill(folder: Path) -> tuple[Verdict, dict[str, int]]:
    """The whole drill; the verdict, and how often each fault came that chance decides on."""
    with drill(folder, LONG) as on, on.cable() as cable:
        _begin(on)
        on.start("s2", "scheduler")
        for name in ("w1", "w2"):
            on.start(name, "worker")
        on.start("w3", "worker", file="cable.toml")
        on.start("dying", "worker", "dies")
        on.start("freezing", "worker", "freezes")
        on.start("freezing scheduler", "scheduler", "freezes")
        on.wait_for_all()
        deaths = _run(on, _steps(cable))
        verdict = on.end(600)  # on a busy machine a hundred visits take minutes; what is judged is not the pace
        freezes = sum(on.log(name).count("saboteur: freezes") for name in ("freezing", "freezing scheduler"))
        told = {"deaths after a commit": deaths, "freezes in a transaction": freezes}
        return verdict, told | {"cut by a network namespace": int(cable.is_link)}


def _run(on: Drill, steps: list[Step]) -> int:
    began, deaths = time.monotonic(), 0
    for moment, do in steps:
        while time.monotonic() < began + moment:
            deaths += on.revive("dying", "worker", "dies")
            time.sleep(0.2)
        do(on)
    return deaths


def _begin(on: Drill) -> None:
    on.start("s1", "scheduler")
    on.wait_for_all()
    on.watch()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_due_visit_is_made_once_whatever_happens(tmp_path: Path) -> None:
    verdict, _ = long_drill(tmp_path)
    assert verdict.faults == {}
    assert verdict.visits > LONG.sources


@pytest.mark.timeout(300)
def test_every_due_visit_is_made_once_though_a_worker_dies_another_freezes_and_the_database_restarts(
    tmp_path: Path,
) -> None:
    with drill(tmp_path, SHORT) as on:
        _begin(on)
        on.start("w1", "worker")
        on.start("w2", "worker")
        on.wait_for_visits(SHORT.sources)
        on.kill("w1")
        on.start("w1", "worker")
        on.freeze("w2")
        on.stop_database("immediate")
        on.start_database()
        time.sleep(SHORT.lease + 1)
        on.thaw("w2")
        verdict = on.end()
    assert verdict.faults == {}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_drill_sees_what_happens_without_the_guards(tmp_path: Path) -> None:
    """Were the counters blind, the tests above would prove nothing."""
    with drill(tmp_path, SLOW) as on:
        _begin(on)
        on.start("w1", "worker", "unguarded")
        on.wait_for_visits(1)
        on.start("w2", "worker", "unguarded")
        for _ in range(5):
            on.freeze("w1")
            time.sleep(SHORT.lease + 2)
            on.thaw("w1")
            time.sleep(2)
            if (verdict := on.judge()).twice + verdict.overlaps + verdict.passed_over:
                return
    pytest.fail("nothing was seen")


def _table(runs: int) -> None:
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            verdict, chance = long_drill(Path(folder))
        print(run + 1, verdict, chance, verdict.faults or "holds", flush=True)


if __name__ == "__main__":
    _table(int(sys.argv[1]))
