"""The daemon as a whole: when one of its parts ends, the others do."""

import asyncio
from collections.abc import Iterator

import pytest

import daemon
from config import Config
from config_blocks import Crawl
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE
from crawler.station import Station, close_station, open_station
from storage import holder
from storage.leases import Lease


@pytest.fixture
def station(sqlite_url: str) -> Iterator[Station]:
    """No sources."""
    yield open_station(Config(sqlite_url, (), crawl=Crawl(readers=1)), NEWSWATCH_TIMETABLE, NEWSWATCH_SITES)
    close_station()


class BrokenPart:
    """A part that fails after some beats, for a reason that nobody has thought of."""

    def __init__(self) -> None:
        self.beats = 0
        self._enough = asyncio.Event()

    async def beat(self, _room: int) -> tuple[Lease, ...]:
        """Count."""
        self.beats += 1
        self._enough.set()
        return ()

    async def run(self) -> None:
        """Fail."""
        await self._enough.wait()
        raise RuntimeError("nobody has thought of this")


async def test_half_a_daemon_does_not_go_on_as_if_it_were_whole(station: Station) -> None:
    stop, part = asyncio.Event(), BrokenPart()
    with pytest.raises(RuntimeError, match="nobody has thought of this"):
        await asyncio.wait_for(daemon._run_parts(station, stop, part, is_served=False), 30)  # type: ignore[arg-type]
    assert stop.is_set()
    assert part.beats > 0


async def test_followers_that_fail_end_the_daemon_while_it_runs(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_station: Station, _ended: asyncio.Event) -> None:
        raise RuntimeError("nobody has thought of this")

    monkeypatch.setattr(daemon, "_follow", fail)
    monkeypatch.setattr(holder, "LOOK_EVERY", 0.05)
    stop = asyncio.Event()
    with pytest.raises(RuntimeError, match="nobody has thought of this"):
        await asyncio.wait_for(daemon._run_parts(station, stop, None, is_served=False), 30)
    assert stop.is_set()
