"""The daemon's clock: when a source fires next, beats that a stall does not multiply, a clean stop."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import scheduler
from config_blocks import Source
from crawler.places import Places
from scheduler import Daemon, Duties, next_fire_time
from storage.errors import DatabaseGone

#: a Monday
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "zone", "after", "expected"),
    [
        pytest.param("*/10 * * * *", None, at(23, 12, 3), at(23, 12, 10), id="every ten minutes"),
        pytest.param("0 6 * * *", None, at(23, 6), at(24, 6), id="the very moment is over"),
        pytest.param("0 6 * * 0", None, MONDAY, at(29, 6), id="0 is Sunday"),
        pytest.param("0 6 * * 7", None, MONDAY, at(29, 6), id="7 is Sunday, too"),
        pytest.param("0 6 * * 1", None, MONDAY, at(30, 6), id="1 is Monday"),
        pytest.param("0 6 * * 1-5", None, at(27, 7), at(30, 6), id="after Friday's comes Monday's"),
        pytest.param("0 6 * * 1-5", None, at(22, 7), at(23, 6), id="Monday belongs to Monday to Friday"),
        pytest.param("0 6 * * 6,0", None, MONDAY, at(28, 6), id="the weekend begins on Saturday"),
        pytest.param("0 6 * * 0-6", None, at(28, 7), at(29, 6), id="all days, Sunday first"),
        pytest.param("0 6 * * 5-7", None, at(28, 7), at(29, 6), id="Friday to Sunday"),
        pytest.param("0 6 * * 0-6/2", None, at(22, 7), at(24, 6), id="every other day from Sunday: Tuesday"),
        pytest.param("0 6 * * 0-6/2", None, at(27, 7), at(28, 6), id="every other day from Sunday: Saturday"),
        pytest.param("0 6 * * 2/2", None, at(24, 7), at(26, 6), id="every other day from Tuesday: Thursday"),
        pytest.param("0 6 1 * *", None, MONDAY, at(1, 6, month=12), id="the first of a month"),
        pytest.param("0 6 * * *", "Asia/Tokyo", MONDAY, at(23, 21), id="in the source's zone"),
        pytest.param(
            "30 2 * * *",
            "Europe/Berlin",
            at(28, 12, month=3),
            at(29, 1, 30, month=3),
            id="an hour that the clock skips in spring is an hour later",
        ),
    ],
)
def test_a_cron_line_fires(line: str, zone: str | None, after: datetime, expected: datetime) -> None:
    assert next_fire_time(None, line, zone, after) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("0 6 * * sun", at(29, 6), id="sun"),
        pytest.param("0 6 * * mon-fri", at(24, 6), id="mon-fri"),
        pytest.param("0 6 * * sat,sun", at(28, 6), id="sat,sun"),
        pytest.param("0 6 * * */3", at(25, 6), id="*/3: Sunday, Wednesday, Saturday"),
    ],
)
def test_a_cron_line_of_the_configuration_fires(written: str, expected: datetime) -> None:
    source = Source.model_validate({"url": "https://daily.example/", "cron": written})
    assert next_fire_time(None, source.cron, source.timezone, MONDAY) == expected


@pytest.mark.parametrize("every", [0.25, 900.0])
def test_an_interval_fires_after_itself_seconds_and_less_allowed(every: float) -> None:
    assert next_fire_time(every, None, "Asia/Tokyo", MONDAY) == MONDAY + timedelta(seconds=every)


class Work:
    """What a daemon is handed in these tests: pieces of work that wait until they may end."""

    def __init__(self, *pieces: str) -> None:
        self.waiting = list(pieces)
        self.rooms: list[int] = []
        self.under_way: set[str] = set()
        self.most = 0
        self.ended: list[str] = []
        self.go_on = asyncio.Event()
        self.told_to_end = 0

    async def claim(self, places: Places) -> Sequence[str]:
        room = places.room()
        self.rooms.append(room)
        claimed, self.waiting = self.waiting[:room], self.waiting[room:]
        return claimed

    async def visit(self, piece: str) -> None:
        self.under_way.add(piece)
        self.most = max(self.most, len(self.under_way))
        await self.go_on.wait()
        self.under_way.discard(piece)
        self.ended.append(piece)
        if piece == "broken":
            raise ValueError(piece)

    def end_visits(self) -> None:
        self.told_to_end += 1
        self.go_on.set()

    async def housekeep(self) -> None:
        raise AssertionError("not within the first ten minutes")

    def duties(self) -> Duties[str]:
        return Duties(self.claim, self.visit, self.end_visits, self.housekeep)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def test_no_more_visits_than_there_is_room_for_and_the_others_come_later() -> None:
    work, stop = Work("a", "b", "c", "d", "e"), asyncio.Event()
    running = asyncio.ensure_future(Daemon(work.duties(), 0.01, Places(2)).run(stop))
    await until(lambda: len(work.under_way) == 2)
    work.go_on.set()
    await until(lambda: len(work.ended) == 5)
    stop.set()
    await running
    assert (work.most, set(work.rooms) <= {1, 2}) == (2, True)


async def test_a_stop_tells_the_visits_and_waits_for_them() -> None:
    work, stop = Work("a", "b"), asyncio.Event()
    running = asyncio.ensure_future(Daemon(work.duties(), 0.01, Places(8)).run(stop))
    await until(lambda: len(work.under_way) == 2)
    stop.set()
    await running
    assert (work.told_to_end, sorted(work.ended), work.under_way) == (1, ["a", "b"], set())


async def test_a_visit_that_fails_by_our_own_fault_is_logged_and_costs_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work, stop = Work("broken", "sound"), asyncio.Event()
    work.go_on.set()
    running = asyncio.ensure_future(Daemon(work.duties(), 0.01, Places(1)).run(stop))
    await until(lambda: len(work.ended) == 2)
    stop.set()
    await running
    assert work.ended == ["broken", "sound"]
    assert "a visit ended with an internal error: ValueError('broken')" in caplog.text


async def test_a_database_that_is_gone_for_a_moment_does_not_end_the_beats() -> None:
    work, stop, claims = Work("a"), asyncio.Event(), 0
    work.go_on.set()

    async def claim(places: Places) -> Sequence[str]:
        nonlocal claims
        claims += 1
        if claims == 1:
            raise DatabaseGone(DatabaseGone.__doc__)
        return await work.claim(places)

    duties = Duties(claim, work.visit, work.end_visits, work.housekeep)
    running = asyncio.ensure_future(Daemon(duties, 0.01, Places(1)).run(stop))
    await until(lambda: work.ended == ["a"])
    stop.set()
    await running


async def beats_after_a_stall(seconds: float) -> int:
    """How many beats there are when the first one stalls the loop, and the next one asks for a stop."""
    beats, stop = 0, asyncio.Event()

    async def claim(_places: Places) -> Sequence[str]:
        nonlocal beats
        beats += 1
        if beats == 1:
            time.sleep(seconds)  # as a machine that sleeps does
        else:
            stop.set()
        return ()

    duties = Duties(claim, Work().visit, lambda: None, Work().housekeep)
    await Daemon(duties, 0.05, Places(1)).run(stop)
    return beats


async def test_after_a_stall_of_thirty_beats_there_is_one() -> None:
    assert await beats_after_a_stall(1.5) == 2


async def test_no_beat_is_dropped_for_being_late_and_none_overlaps_itself() -> None:
    beats = Daemon(Work().duties(), 0.5, Places(1))._beats()
    beats.start(paused=True)
    jobs = beats.get_jobs()
    beats.shutdown()
    assert [(job.coalesce, job.misfire_grace_time, job.max_instances) for job in jobs] == [(True, None, 1)] * 2
    assert [job.trigger.interval.total_seconds() for job in jobs] == [0.5, scheduler.HOUSEKEEPING]


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """A datagram socket as systemd offers it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(10)
        yield channel


async def run_and_stop(beat: Callable[[], Awaitable[None]]) -> None:
    stop = asyncio.Event()

    async def claim(_places: Places) -> Sequence[str]:
        await beat()
        stop.set()
        return ()

    await Daemon(Duties(claim, Work().visit, lambda: None, Work().housekeep), 1.0, Places(1)).run(stop)


async def nothing() -> None:
    """A beat that does nothing."""


async def test_systemd_is_told_that_we_are_ready_alive_and_stopping(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    await run_and_stop(nothing)
    assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_an_abstract_socket_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("")  # the kernel chooses an abstract name
        channel.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + channel.getsockname()[1:].decode())
        scheduler.notify("READY=1")
        assert channel.recv(100) == b"READY=1"


def test_a_socket_that_is_gone_costs_a_line_of_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    scheduler.notify("READY=1")
    assert "systemd could not be told READY=1" in caplog.text


def test_a_manager_that_does_not_read_holds_up_nothing(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    for _ in range(2000):  # the kernel keeps ten messages, elsewhere some hundred, that nobody reads
        scheduler.notify("WATCHDOG=1")
    assert systemd.recv(100) == b"WATCHDOG=1"
    assert caplog.text == ""


def test_nobody_is_told_when_nobody_asked(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    scheduler.notify("READY=1")
    assert caplog.text == ""


async def test_a_claim_under_way_at_the_stop_comes_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    stop, claimed, visited = asyncio.Event(), [], []

    async def claim(_places: Places) -> Sequence[str]:
        stop.set()
        await asyncio.sleep(0.2)
        claimed.append("daily")
        return claimed

    async def visit(piece: str) -> None:
        visited.append(piece)

    await Daemon(Duties(claim, visit, lambda: None, Work().housekeep), 60, Places(1)).run(stop)
    assert (claimed, visited) == (["daily"], ["daily"])
    assert caplog.text == ""


async def test_a_claim_that_hangs_holds_up_no_stop() -> None:
    stop = asyncio.Event()

    async def claim(_places: Places) -> Sequence[str]:
        stop.set()
        await asyncio.Event().wait()
        return ()

    async with asyncio.timeout(30):
        await Daemon(Duties(claim, Work().visit, lambda: None, Work().housekeep), 60, Places(1)).run(stop)
