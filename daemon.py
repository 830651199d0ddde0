"""The daemon: beats, followers, API and, where several machines share the work, its part in that.

Like `service`, which it calls for the parts, it prints nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import service
from config import Config, ConfigError
from config_secrets import SecretError
from crawler import visiting
from crawler.loop import run_loop
from crawler.places import Places
from crawler.station import Station
from delivery.alerts.sending import Sender
from delivery.followers import Following
from scheduler import Daemon, Duties
from storage.database import Database
from storage.disk import DiskWatch
from storage.holder import Holder, while_held
from storage.leases import Lease
from storage.store import join_database, open_database, share_database

if TYPE_CHECKING:
    from cluster import Part

log = logging.getLogger(__name__)


def run(load: Callable[[], Config], role: str = "all") -> None:
    """Visit sources on their schedules until SIGTERM or SIGINT; SIGHUP loads the configuration anew.

    Where several machines share the work, `role` is this process's part: "scheduler", "worker" or "all".
    """

    async def serve() -> None:
        """The daemon, until it is told to stop."""
        config = load()
        is_local, stop = config.engine.kind == "local", asyncio.Event()
        opens = open_database if is_local else join_database if role == "worker" else share_database
        async with service.opened(config, opens) as station:
            part = None if is_local else _part(station, role, stop)
            sync = station.free_dead if role == "worker" else station.sync_sources
            await sync()
            service.listen(station, stop, load, service.Signals(sync, drains=not is_local))
            log.info("watching %d sources", sum(source.enabled for source in station.config.sources))
            await _run_parts(station, stop, part, is_served=role != "worker")
            log.info("stopped")

    run_loop(serve)


async def _run_parts(station: Station, stop: asyncio.Event, part: "Part | None", *, is_served: bool) -> None:
    schedule, holder = station.config.schedule, Holder(station.database)
    duties = _duties(station, holder) if part is None else _shared_duties(station, holder, part)
    following = while_held(holder, lambda ended: _follow(station, ended), stop)
    beside = [following, *([part.run()] if part else []), *([_serve(station, stop)] if is_served else [])]
    running = [asyncio.ensure_future(one) for one in beside]

    def end_all(ended: "asyncio.Future[None]") -> None:
        """A part that fails ends the others, too: half a daemon would look like a whole one."""
        if ended.cancelled() or ended.exception() is not None:
            stop.set()

    for one in running:
        one.add_done_callback(end_all)
    try:
        await Daemon(duties, schedule.beat, Places(schedule.visits)).run(stop)
    finally:
        stop.set()
        await asyncio.wait(running)
    for one in running:
        one.result()


async def _follow(station: Station, ended: asyncio.Event) -> None:
    """What is done for all processes by one of them: following the changes, and sending what came of that."""
    following = Following(station.database, service.followers(station))
    sender = Sender(station.database, lambda: station.config)
    await asyncio.gather(following.run(ended), sender.run(ended))


def _part(station: Station, role: str, stop: asyncio.Event) -> "Part":
    try:
        import cluster
    except ModuleNotFoundError as error:
        message = f'kind = "{station.config.engine.kind}" needs the package {error.name}: pip install ".[engine]"'
        raise ConfigError([message]) from error
    cluster.prepare(station, role)
    return cluster.Part(station, role, stop)


def _duties(station: Station, holder: Holder) -> Duties[Lease]:
    watch = DiskWatch(station.config.database)

    async def claim(places: Places) -> Sequence[Lease]:
        """Sources that are due, as far as there is room: for visits, and on the disk."""
        if not watch.is_enough():
            return ()
        now, room, in_all = station.now(), places.room(), places.in_all()
        return await station.writer.run(lambda c: station.leases.claim_due(c, now, room, places=in_all))

    async def visit_source(lease: Lease) -> None:
        """One visit; its end stands in the log."""
        await visiting.run(station, lease)

    return Duties(claim, visit_source, lambda: station.end_visits("stopped"), _housekeeping(station, holder))


def _shared_duties(station: Station, holder: Holder, part: "Part") -> Duties[Lease]:
    async def no_visit(_lease: Lease) -> None:
        """Visits are made of jobs."""

    return Duties(part.beat, no_visit, lambda: None, _housekeeping(station, holder))


def _housekeeping(station: Station, holder: Holder) -> Callable[[], Awaitable[None]]:
    async def housekeep() -> None:
        """What is done now and then: by one process of the cluster, or by each."""
        await service.do_chores([chore for chore in service.chores(station) if chore.is_of_each or holder.held])

    return housekeep


async def _serve(station: Station, stop: asyncio.Event) -> None:
    """API and dashboard, where `[serve] enabled` says so; they end with the daemon and never end it."""
    if not station.config.serve.enabled:
        return
    from delivery.api import server

    try:
        front = server.open_front(station.config.serve)
    except (server.CannotServe, SecretError) as error:
        log.error("nothing is served: %s", error)  # noqa: TRY400 - the sentence says it all
        return
    database = Database(station.config.database)  # connections of its own: many questions hold up no visit
    await server.serve(database, front, stop, lambda: station.config.watches)
    database.dispose()
