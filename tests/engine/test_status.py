"""The status of the cluster: what is to be mended is said in a sentence."""

import pytest

from commands.engine_tables import _span, _visits
from engine.status import QueueState, Status
from storage.leases import Waiting
from storage.members import GONE_AFTER, Member

SCHEDULER = Member("s", "scheduler", "1.0", {}, {})
WORKER = Member("w", "worker", "1.0", {"visits": 4}, {})
IDLE = QueueState("visits", 4, Waiting())


@pytest.mark.parametrize(
    ("status", "problems"),
    [
        pytest.param(Status([SCHEDULER, WORKER], [IDLE]), [], id="all is well"),
        pytest.param(
            Status([SCHEDULER], [QueueState("visits", 0, Waiting(due=3))]),
            ["3 sources are due and no worker takes the queue 'visits': start one"],
            id="no worker",
        ),
        pytest.param(
            Status([SCHEDULER, WORKER], [IDLE, QueueState("rendered", 0, Waiting(due=1))]),
            ["1 source is due and no worker takes the queue 'rendered': start one with a browser"],
            id="nobody has a browser",
        ),
        pytest.param(Status([SCHEDULER], [QueueState("visits", 0, Waiting())]), [], id="no worker, and no work"),
        pytest.param(Status([WORKER], [IDLE]), ["no scheduler is there: nothing is handed out"], id="no scheduler"),
        pytest.param(
            Status([Member("s", "scheduler", "1.0", {}, {}, silence=GONE_AFTER + 1), WORKER], [IDLE]),
            ["no scheduler is there: nothing is handed out"],
            id="a scheduler that is gone",
        ),
        pytest.param(
            Status([Member("a", "all", "1.1", {"visits": 4}, {}), WORKER], [IDLE]),
            ["the processes have different versions: upgrade the older ones"],
            id="in the middle of an upgrade",
        ),
        pytest.param(
            Status([SCHEDULER, WORKER, Member("old", "worker", "0.9", {}, {}, silence=3600)], [IDLE]),
            [],
            id="after an upgrade",
        ),
    ],
)
def test_what_is_to_be_mended(status: Status, problems: list[str]) -> None:
    assert status.problems == problems


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        pytest.param(-0.2, "0 s", id="clocks differ a little"),
        pytest.param(119, "119 s", id="seconds"),
        pytest.param(600, "10 m", id="minutes"),
        pytest.param(7200, "2 h", id="hours"),
        pytest.param(864_000, "10 d", id="days"),
    ],
)
def test_spans_are_short(seconds: float, shown: str) -> None:
    assert _span(seconds) == shown


def test_visits_are_shown_by_queue() -> None:
    assert _visits({"visits": 64, "rendered": 2}, {"visits": 3}) == "rendered 0/2, visits 3/64"
    assert _visits({}, {}) == "-"
