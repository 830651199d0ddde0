"""The daemon's clock: APScheduler decides when, and calls what it was handed. It knows nothing of pages.

beat (every second) ─> claim(room) ─> one task for each visit ─> ...
housekeeping (every ten minutes)
stop ─> beats off ─> visits told to end ─> visits awaited ─> back to the caller, who closes the rest
"""

import asyncio
import faulthandler
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.places import Places

T = TypeVar("T")

#: seconds between two rounds of housekeeping
HOUSEKEEPING = 600.0
#: seconds that visits have to end in after a stop; with what follows it stays below 30 s
STOP_PATIENCE = 20.0
#: seconds that a claim under way has to end: it takes some hundredths, unless the database is away
CLAIM_PATIENCE = 2.0
#: seconds without a beat after which the process ends, with what each thread was doing in its log: leases run out, and
#: whoever starts it again goes on; longer than a database may be away (`storage.writer.PATIENCE`, 120 s)
STALL = 300.0
#: weekday names of APScheduler by crontab's numbers: its own numbers begin with Monday
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Duties(Generic[T]):
    """What the daemon is handed: how to claim work, how to do one piece of it, and what else is to be done."""

    claim: Callable[[Places], Awaitable[Sequence[T]]]
    visit: Callable[[T], Awaitable[None]]
    end_visits: Callable[[], None]
    housekeep: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Daemon(Generic[T]):
    """Runs visits, as many at once as there are places, until it is told to stop."""

    duties: Duties[T]
    beat_seconds: float
    places: Places
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until `stop` is set, then let the visits end."""
        beats = self._beats()
        beats.start()
        notify("READY=1")
        await stop.wait()
        notify("STOPPING=1")
        faulthandler.cancel_dump_traceback_later()
        await self._end_beats(beats)
        await self._end()

    def _beats(self) -> AsyncIOScheduler:
        # After a sleep or a stall each beat runs once (coalesce), however late (no grace time).
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        beats = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        now = datetime.now(UTC)
        beats.add_job(self.beat, _each(self.beat_seconds), next_run_time=now)
        beats.add_job(self.duties.housekeep, _each(HOUSEKEEPING))
        return beats

    async def beat(self) -> None:
        """Claim what is due, as far as there is room, and begin to visit it."""
        notify("WATCHDOG=1")
        faulthandler.dump_traceback_later(STALL, exit=True)
        async with self._claiming:
            pieces = await self.duties.claim(self.places) if self.places.room() else ()
        for piece in pieces:
            task = asyncio.ensure_future(self.duties.visit(piece))
            self.places.take(task)
            task.add_done_callback(_tell_error)

    async def _end_beats(self, beats: AsyncIOScheduler) -> None:
        """No beat begins any more; a claim under way comes to its end: one that is cancelled may have been kept."""
        beats.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLAIM_PATIENCE), self._claiming:
                pass
        beats.shutdown(wait=False)

    async def _end(self) -> None:
        self.duties.end_visits()
        if running := self.places.running:
            _, late = await asyncio.wait(running, timeout=STOP_PATIENCE)
            for task in late:
                task.cancel()


def _tell_error(ended: "asyncio.Task[None]") -> None:
    if not ended.cancelled() and (error := ended.exception()) is not None:
        log.error("a visit ended with an internal error: %r", error)


def _each(seconds: float) -> IntervalTrigger:
    trigger = IntervalTrigger(seconds=1, timezone=UTC)
    trigger.interval = timedelta(seconds=seconds)  # its constructor takes whole seconds only
    trigger.interval_length = seconds
    return trigger


def next_fire_time(every: float | None, cron: str | None, zone: str | None, after: datetime) -> datetime:
    """When a source fires next after an instant: by its cron line in its zone, else by its interval in seconds."""
    if cron is None:
        return after + timedelta(seconds=every or 0.0)
    trigger = cron_trigger(cron, zone)
    fires: datetime = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    return fires.astimezone(UTC)


def cron_trigger(line: str, zone: str | None) -> CronTrigger:
    """APScheduler's trigger for a crontab line; weekday numbers count as cron's do (0 and 7 are Sunday)."""
    minute, hour, day, month, weekday = line.split()
    names = "".join(_WEEKDAYS[int(char)] if char.isdigit() else char for char in _weekday_field(weekday))
    zone_info = ZoneInfo(zone) if zone else UTC
    return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=names, timezone=zone_info)


def _weekday_field(weekday: str) -> str:
    # "0-6" or "5-7" wrap around for APScheduler, whose week begins on Monday: they are spelled out.
    days: list[str] = []
    for part in weekday.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if first.isdigit() and (last.isdigit() or step):
            end = int(last) if last else 6
            days += [str(number) for number in range(int(first), end + 1, int(step or 1))]
        else:
            days.append(part)
    return ",".join(days)


def notify(message: str) -> None:
    """Tell systemd (NOTIFY_SOCKET), if it asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    name: Any = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)  # a manager that does not read must not hold the loop
        try:
            channel.sendto(message.encode(), name)
        except BlockingIOError:
            log.debug("systemd does not read: not told %s", message)
        except OSError as error:
            log.warning("systemd could not be told %s: %s", message, error)
