"""A daemon that runs for long: memory, open files and threads stay what they were."""

from collections.abc import Callable
from pathlib import Path

import pytest

from demo.web import Web
from demo.world import World
from tests.hostile.processes import family, memory
from tests.integration.newsroom import Newsroom, running, wait_until

OUTLETS = ["meridian", "harbour", "northsky", "metro"]
#: bytes by which memory may grow after the first visits
GROWTH = 15_000_000


def visits(room: Newsroom) -> int:
    return room.count("SELECT visits FROM source")


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "count", [pytest.param(60, id="60 visits"), pytest.param(1000, id="1000 visits", marks=pytest.mark.slow)]
)
def test_memory_files_and_threads_stay_flat(sqlite_newsroom: Callable[[Web], Newsroom], count: int) -> None:
    with Web(World.make(outlets=OUTLETS, articles=6)) as web:
        room = sqlite_newsroom(web)
        room.configure(every="1s", readers=1)
        with running(room, "run") as daemon:
            wait_until(lambda: visits(room) >= count // 2, 800)
            before = (memory(daemon.pid), open_files(daemon.pid), threads(daemon.pid), len(family(daemon.pid)))
            wait_until(lambda: visits(room) >= count, 800)
            after = (memory(daemon.pid), open_files(daemon.pid), threads(daemon.pid), len(family(daemon.pid)))
    assert after[0] <= before[0] + GROWTH
    assert after[1] <= before[1] + 8, "connections to four hosts come and go"
    assert after[2] <= before[2] + 4, "threads of the pool are made on demand, up to 32"
    assert after[3] <= before[3] + 1
