"""What it costs to share the work: the beat at 100,000 sources, articles kept, empty jobs, visits by 1 to 3 workers.

    .venv/bin/python benchmarks/engine.py [--sources 100000] [--beats 120] [--jobs 1000] [--seconds 20]

A PostgreSQL of its own on this machine, as the tests start it, with synchronous commits. CPU is that of all processes
of a side (workers with their readers; the server with all its backends). Rates are those of this machine at this load:
workers, server and the site that is visited share its cores, so three workers on two cores make no thrice the visits.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

#: Python looks for modules beside a script first, and would take this file for the package `engine`
sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]

from crawler.render.processes import descendants
from delivery.followers import follow
from delivery.search import SearchFollower
from engine import jobs, tables
from engine.jobs import Job
from storage import sources
from storage.database import Database
from storage.errors import LeaseLost
from storage.leases import Lease, Leases
from storage.records import Article
from storage.sources import SourceEntry, VisitSummary
from storage.store import open_database
from storage.writer import GROUP_LIMIT
from tests.cluster.drill import Drill, Plan, drill
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.visits import keep, newsdesk, source

PARTS = ("beat", "keep", "jobs", "visits")
#: ticks of the clock that /proc counts CPU in
TICKS = os.sysconf("SC_CLK_TCK")
#: minutes between two visits of a source in the simulation of the beat, and seconds between two beats
ROUND, BEAT = timedelta(minutes=15), timedelta(seconds=1)
#: seconds of a lease: longer than the whole takes
LEASE = 600.0
#: jobs that an empty worker does at once
AT_ONCE = 10
#: hosts of the whole visits (a loopback address each), and seconds until all workers have loaded what they need
HOSTS, WARM = 100, 8.0


def main() -> None:
    """Print the parts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sources", type=int, default=100_000)
    options.add_argument("--beats", type=int, default=120)
    options.add_argument("--articles", type=int, default=2_000)
    options.add_argument("--jobs", type=int, default=1_000)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.worker:
        asyncio.run(_work(*chosen.worker))
        return
    with running_postgres(synchronous_commit="on") as server:
        if "beat" in chosen.parts:
            simulate(server, chosen.sources, chosen.beats)
        if "keep" in chosen.parts:
            asyncio.run(_keep_all(server, chosen.articles))
        for kind in ("nothing", "lease") if "jobs" in chosen.parts else ():
            for workers in (1, 2, 3):
                _empty(server, kind, workers, chosen.jobs)
    for workers in (0, 1, 2, 3) if "visits" in chosen.parts else ():
        _whole(workers, chosen.seconds)


# ---------------------------------------------------------------- CPU


@dataclass(slots=True)
class Used:
    """What a stretch of work used: CPU seconds here, in the server, and by the clock."""

    here: float = 0.0
    server: float = 0.0
    wall: float = 0.0


@contextmanager
def measured(server: PostgresServer, *processes: int) -> Iterator[Used]:
    """The CPU of these processes (of this one, when none is named) and of the server within the block."""
    roots = (_postmaster(server), *processes)
    used, began, cpu = Used(), time.perf_counter(), time.process_time()
    before = [_cpu(root) for root in roots]
    yield used
    after = [_cpu(root) for root in roots]
    used.wall = time.perf_counter() - began
    used.server, *rest = (now - then for now, then in zip(after, before, strict=True))
    used.here = sum(rest) if processes else time.process_time() - cpu


def _postmaster(server: PostgresServer) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def _cpu(root: int) -> float:
    """CPU seconds of a process and all below it, those that have ended included."""
    ticks = 0
    for process in (root, *descendants(root)):
        try:
            fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile; its parent has its ticks
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


# ---------------------------------------------------------------- the beat at 100,000 sources


def simulate(server: PostgresServer, count: int, beats: int) -> None:
    """Beats of a second each over sources that are due every quarter of an hour, evenly; visits are empty."""
    with server.database() as url:
        database, leases = _store(url, count)
        with database.write() as connection:
            spread = "UPDATE source SET next_visit_at = next_visit_at + source_id * (:round / :count) * interval '1 s'"
            connection.execute(text(spread), {"round": ROUND.total_seconds(), "count": count})
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        _idle(server, database, leases)
        _steady(server, database, leases, beats)
        _crowded(server, database, leases)
        database.dispose()


def _store(url: str, count: int) -> tuple[Database, Leases]:
    database = open_database(url)
    tables.prepare(database)
    entries = [SourceEntry(f"s{n}", f"s{n}", f"s{n}.example", enabled=True) for n in range(count)]
    with database.write() as connection:
        sources.sync(connection, entries, _start())
    return database, Leases(database, LEASE, "scheduler")


def _start() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def _beat(database: Database, leases: Leases, now: datetime, most: int) -> list[Job]:
    with database.write() as connection:
        claimed = leases.claim_waiting(connection, now, "visits", most)
        jobs.defer(connection, "visits", claimed)
    return [Job(lease.source_id, lease.fence) for lease in claimed]


def _idle(server: PostgresServer, database: Database, leases: Leases) -> None:
    before = _start() - ROUND
    with measured(server) as used:
        for _ in range(20):
            _beat(database, leases, before, 1_000)
    _tell_beat("nothing is due", used, 20, 0)


def _steady(server: PostgresServer, database: Database, leases: Leases, beats: int) -> None:
    """Each beat hands out what became due; all of it is visited before the next one."""
    size, handed, total, visits = _size(database), 0, Used(), Used()
    for number in range(1, beats + 1):
        now = _start() + number * BEAT
        with measured(server) as used:
            claimed = _beat(database, leases, now, 1_000)
        _add(total, used)
        with measured(server) as used:
            _visit_all(database, leases, claimed, now)
        _add(visits, used)
        handed += len(claimed)
    _tell_beat("a second's worth is due", total, beats, handed)
    each = f"{1000 * visits.here / handed:.2f} ms CPU here and {1000 * visits.server / handed:.2f} ms in the server"
    print(f"  start and finish of these {handed} visits, in groups as a writer makes them: {each} for each")
    print(f"  the table of sources grew from {size / 1e6:.0f} to {_size(database) / 1e6:.0f} MB")


def _crowded(server: PostgresServer, database: Database, leases: Leases) -> None:
    """As after an outage: everything is due, and workers take 100 a beat."""
    now, handed, total = _start() + 2 * ROUND, 0, Used()
    for _ in range(20):
        with measured(server) as used:
            claimed = _beat(database, leases, now, 100)
        _add(total, used)
        handed += len(claimed)
        with database.write() as connection:
            _start_all(connection, leases, claimed)
    _tell_beat("all are due, 100 may wait", total, 20, handed)


def _visit_all(database: Database, leases: Leases, claimed: list[Job], now: datetime) -> None:
    with database.write() as connection:
        started = _start_all(connection, leases, claimed)
    with database.write() as connection:
        for lease in started:
            sources.finish_visit(connection, lease, VisitSummary(now, now + ROUND, "benchmark"))


def _start_all(connection: Connection, leases: Leases, claimed: list[Job]) -> list[Lease]:
    connection.execute(text("DELETE FROM procrastinate_jobs"))  # taken
    return [leases.start(connection, job.source_id, job.fence) for job in claimed]


def _size(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT pg_total_relation_size('source')")).scalar_one())


def _add(total: Used, more: Used) -> None:
    total.here, total.server, total.wall = total.here + more.here, total.server + more.server, total.wall + more.wall


def _tell_beat(case: str, used: Used, beats: int, handed: int) -> None:
    each = [f"{1000 * seconds / beats:.1f} ms" for seconds in (used.wall, used.here, used.server)]
    print(f"beat, {case}: {each[0]} by the clock, CPU {each[1]} here and {each[2]} in the server, {handed} handed out")


# ---------------------------------------------------------------- articles kept


async def _keep_all(server: PostgresServer, count: int) -> None:
    """Articles of 700 words through the pipelines and the one writer of a process, then the index of the search."""
    words, chance = [f"word{number}" for number in range(20_000)], random.Random(1)
    with server.database() as url:
        async with newsdesk(url, source("https://daily.example/feed")) as desk:
            begun, database = await desk.begin(), desk.station.database
            empty, writing = _whole_size(database), await desk.station.writer.run(_thread_seconds)
            with measured(server) as used:
                for start in range(0, count, GROUP_LIMIT):
                    some = [_article(n, chance.choices(words, k=700)) for n in range(start, start + GROUP_LIMIT)]
                    await asyncio.gather(*(keep(begun, one) for one in some))
            kept, writing = _whole_size(database), await desk.station.writer.run(_thread_seconds) - writing
            while follow(database, SearchFollower()):
                pass
            _tell_kept(used, writing, count)
            sizes = [size / count / 1000 for size in (kept - empty, _whole_size(database) - kept)]
            print(f"  {sizes[0]:.1f} KB of the database for each, {sizes[1]:.1f} KB for the search")


def _thread_seconds(_connection: Connection) -> float:
    return time.thread_time()


def _article(number: int, words: list[str]) -> Article:
    text_of_it = "\n\n".join(" ".join(words[start : start + 70]) for start in range(0, len(words), 70))
    url = f"https://daily.example/{words[0]}-{words[1]}-{number}"
    return Article(url=url, headline=" ".join(words[:9]), article_body=text_of_it, source_key="daily")


def _whole_size(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _tell_kept(used: Used, writing: float, count: int) -> None:
    here, server, lock = (1000 * seconds / count for seconds in (used.here, used.server, writing))
    print(f"articles kept: CPU for each {here:.1f} ms here and {server:.2f} ms in the server")
    print(f"  {lock:.2f} ms of that here in transactions, which the change counter lets in one by one")


# ---------------------------------------------------------------- empty jobs


def _empty(server: PostgresServer, kind: str, workers: int, count: int) -> None:
    with server.database() as url:
        database, leases = _store(url, count)
        _beat(database, leases, _start(), count)
        words = [sys.executable, __file__, "--worker", kind, url]
        with measured(server) as used:
            running = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(workers)]
            told = [process.communicate()[0].decode().split() for process in running]
        cpu, longest = sum(float(line[1]) for line in told), max(float(line[2]) for line in told)
        done = sum(int(line[0]) for line in told)
        what = "jobs that do nothing" if kind == "nothing" else "jobs that start and finish a lease"
        print(
            f"{workers} workers, {what}: {done / longest:.0f}/s, CPU for each {1000 * cpu / done:.2f} ms here and "
            f"{1000 * used.server / done:.2f} ms in the server"
        )
        database.dispose()


async def _work(kind: str, url: str) -> None:
    """A worker that ends when nothing came for two seconds."""
    database, stop, done = Database(url), asyncio.Event(), 0
    leases = Leases(database, LEASE)
    last = first = time.perf_counter()
    cpu = time.process_time()

    async def visit(job: Job) -> None:
        """What a job comes to."""
        nonlocal done, last
        if kind == "lease" and not await asyncio.to_thread(_start_and_finish, database, leases, job):
            return
        done, last = done + 1, time.perf_counter()

    async def end_when_idle() -> None:
        """Set `stop`."""
        while time.perf_counter() - last < 2:  # noqa: ASYNC110 - that nothing happens is no event
            await asyncio.sleep(0.1)
        stop.set()

    await asyncio.gather(jobs.run_worker(database, "visits", AT_ONCE, visit, stop), end_when_idle())
    print(done, time.process_time() - cpu, last - first)


def _start_and_finish(database: Database, leases: Leases, job: Job) -> bool:
    now = datetime.now(UTC)
    try:
        with database.write() as connection:
            lease = leases.start(connection, job.source_id, job.fence)
        with database.write() as connection:
            sources.finish_visit(connection, lease, VisitSummary(now, now + timedelta(days=1), "benchmark"))
    except LeaseLost:
        return False
    return True


# ---------------------------------------------------------------- whole visits


def _whole(workers: int, seconds: float) -> None:
    """Visits of feeds in which nothing is new, as fast as they can be made; no worker: one daemon as of one machine."""
    plan = Plan(sources=HOSTS, every=1, lease=60, visits=16, waiting=0, slow=0.05, new_every=1e9)
    with tempfile.TemporaryDirectory() as folder, drill(Path(folder), plan) as on:
        if not workers:
            settings = on.folder / "newswatch.toml"
            settings.write_text(settings.read_text().replace('kind = "procrastinate"', 'kind = "local"'))
        names = [f"w{number}" for number in range(workers)]
        for name, role in (("s", "scheduler" if workers else "all"), *((name, "worker") for name in names)):
            on.start(name, role)
            _come_up(on, name)
        on.watch()
        on.wait_for_visits(2 * HOSTS, 600)  # all articles are stored, and everybody has loaded what it needs
        time.sleep(WARM)
        _tell_whole(on, names or ["s"], seconds)


def _come_up(on: Drill, name: str) -> None:
    while "watching" not in on.log(name):
        time.sleep(0.2)


def _tell_whole(on: Drill, names: list[str], seconds: float) -> None:
    before = _counts(on)
    others = [process.pid for name, process in on.processes.items() if name not in names]
    with measured(on.server, *(on.processes[name].pid for name in names)) as used, measured(on.server, *others) as rest:
        time.sleep(seconds)
    done, commits, rows = (now - then for now, then in zip(_counts(on), before, strict=True))
    who = "one daemon without an engine" if "s" in names else f"{len(names)} workers"
    worker, server = 1000 * used.here / done, 1000 * used.server / done
    print(f"{who}: {done / used.wall:.1f} visits/s in which nothing is new, {_connections(on)} connections")
    print(f"  {commits / done:.1f} transactions and {rows / done:.1f} rows written for each")
    print(f"  CPU for each: {worker:.1f} ms of the worker, {server:.1f} ms of the server", end="")
    print(f", {1000 * rest.here / done:.2f} ms of the scheduler" if others else "")


def _counts(on: Drill) -> tuple[int, int, int]:
    """Visits finished, transactions committed, rows written."""
    written = "sum(xact_commit), sum(tup_inserted + tup_updated + tup_deleted)"
    ((visits, commits, rows),) = on.rows(
        f"SELECT (SELECT count(*) FROM drill_finished), {written} FROM pg_stat_database"  # noqa: S608 - both are ours
    )
    return int(visits), int(commits), int(rows)


def _connections(on: Drill) -> int:
    ((count,),) = on.rows("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    return int(count)


if __name__ == "__main__":
    main()
