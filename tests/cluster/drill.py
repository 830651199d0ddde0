"""Schedulers and workers as processes on a PostgreSQL of their own, and a hundred outlets; what goes wrong is done to them.

    with drill(folder, Plan(sources=12, every=2, lease=3)) as running:
        running.start("s1", "scheduler"); running.start("w1", "worker")
        running.wait_for_all()
        running.kill("w1"); running.freeze("w2", 5); running.database("immediate", away=1)
        verdict = running.end()

The instants for which sources were visited are logged by a trigger on the table of sources, so that nothing of ours
judges itself.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.cluster import site, verdict
from tests.cluster.cable import Cable, has_namespaces, laid
from tests.cluster.verdict import Asked, Finished, Verdict
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.processes import ended, ready
from tests.support.tree import ROOT

TRIGGER = """
CREATE TABLE drill_finished (id bigserial PRIMARY KEY, source text, due text, next_due text, fence bigint, at float);
CREATE FUNCTION drill_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO drill_finished (source, due, next_due, fence, at) VALUES
        (NEW.key, OLD.next_visit_at::text, NEW.next_visit_at::text, OLD.lease_fence,
         extract(epoch FROM clock_timestamp()));
    RETURN NEW;
END $$;
CREATE TRIGGER drill_log AFTER UPDATE ON source FOR EACH ROW WHEN (NEW.visits > OLD.visits)
    EXECUTE FUNCTION drill_log();
"""
SETTINGS = """
database = "{url}"

[crawl]
contact = "drill@example.org"
delay_factor = 0
readers = 1

[schedule]
visits = {visits}
lease = "{lease}s"

[safety]
allow_networks = ["127.0.0.0/8"]

[engine]
kind = "procrastinate"
waiting = {waiting}
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a drill; times in seconds."""

    sources: int
    every: float
    lease: float
    #: visits at once in each worker, and leases that may wait
    visits: int = 20
    waiting: int = 40
    #: number of the first host: those that are slow have certain numbers
    first: int = 0
    #: how long the feed of a slow host takes
    slow: float = site.SLOW_SECONDS
    #: seconds between two new articles of a host
    new_every: float = site.NEW_EVERY


@dataclass(slots=True)
class Drill:
    """A running drill."""

    folder: Path
    plan: Plan
    server: PostgresServer
    port: int
    began: float
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _engine: Engine | None = None
    _last_fault: float = 0.0

    # processes --------------------------------------------------------------------------------------------------------

    def start(self, name: str, role: str, harm: str | None = None, file: str = "newswatch.toml") -> None:
        """Start a process, under the name of one that was killed or a new one."""
        program = ["-m", "tests.cluster.saboteur", harm] if harm else ["-m", "cli"]
        words = [sys.executable, *program, "--config", str(self.folder / file), "run", "--role", role]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """End a process without a word."""
        self.note_fault()
        self.processes[name].kill()
        self.processes[name].wait()

    def revive(self, name: str, role: str, harm: str) -> int:
        """Start a process again if it has died; return how often (0 or 1)."""
        if self.processes[name].poll() is None:
            return 0
        self.note_fault()
        self.start(name, role, harm)
        return 1

    def freeze(self, name: str) -> None:
        """Stop a process where it stands."""
        self.note_fault()
        self.processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let a process that was stopped go on."""
        self.note_fault()
        self.processes[name].send_signal(signal.SIGCONT)

    def end_processes(self) -> None:
        """Kill all that runs."""
        for process in self.processes.values():
            ended(process)

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    # the database -----------------------------------------------------------------------------------------------------

    def stop_database(self, mode: str) -> None:
        """Stop PostgreSQL, "fast" or "immediate"."""
        self.note_fault()
        if self._engine is not None:
            self._engine.dispose()
        self.server.control("stop", "-m", mode)

    def start_database(self) -> None:
        """Start PostgreSQL again."""
        self.server.control("start")
        self.note_fault()

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers."""
        self._engine = self._engine or create_engine(self.server.url("postgres"), pool_pre_ping=True)
        with self._engine.begin() as connection:
            result = connection.execute(text(query), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    @contextmanager
    def cable(self) -> Iterator[Cable]:
        """A way to the database that can be cut, and cable.toml that takes it."""
        with laid(self.server.folder / ".s.PGSQL.5432", is_link=has_namespaces()) as cable:
            self.configure(f"postgresql://postgres@{cable.host}:{cable.port}/postgres", "cable.toml")
            yield cable

    def configure(self, url: str, file: str = "newswatch.toml") -> None:
        """Write a configuration; the last two sources share a host."""
        first, last = self.plan.first, self.plan.first + self.plan.sources - 1
        numbers = [min(number, last - 1) for number in range(first, last + 1)]
        settings = SETTINGS.format(url=url, **{name: getattr(self.plan, name) for name in Plan.__slots__})
        blocks = [
            f'[[source]]\nevery = {self.plan.every}\nkey = "s{number}"\nurl = "http://{site.address(host)}:{self.port}/feed{"?b" * (number != host)}"\n'
            for number, host in enumerate(numbers, first)
        ]
        (self.folder / file).write_text(settings + "\n".join(blocks), encoding="utf-8")

    # the end ----------------------------------------------------------------------------------------------------------

    def wait_for_all(self, seconds: float = 120.0) -> None:
        """Wait until every process that was started has said that it is there."""
        count = "SELECT count(*) FROM member"
        _wait(lambda: self._safe(count) == [(len(self.processes),)], seconds, "the processes did not come up")

    def watch(self) -> None:
        """Log all visits that are finished from now on."""
        self.rows(TRIGGER)

    def wait_for_visits(self, count: int, seconds: float = 120.0) -> None:
        """Wait until so many visits were finished."""
        done = "SELECT 1 FROM drill_finished"
        _wait(lambda: len(self.rows(done)) >= count, seconds, "no visits are made")

    def end(self, seconds: float = 180.0) -> Verdict:
        """Let all sources have one more visit, hand out no more, and judge."""
        stuck = (
            "SELECT key FROM source WHERE enabled AND key NOT IN (SELECT source FROM drill_finished WHERE at > :after)"
        )
        self._patiently(lambda: not self.rows(stuck, after=self._last_fault), seconds)
        left_behind = len(self.rows(stuck, after=self._last_fault))
        for (key,) in self.rows("SELECT key FROM source"):  # one by one: workers lock several, in their own order
            self.rows("UPDATE source SET enabled = false WHERE key = :key", key=key)
        busy = """SELECT 1 FROM procrastinate_jobs UNION ALL SELECT 1 FROM source
                  WHERE lease_owner IS NOT NULL AND lease_until > extract(epoch FROM clock_timestamp())"""
        self._patiently(lambda: not self.rows(busy), seconds)
        return self.judge(left_behind)

    def asked(self) -> list[Asked]:
        """All requests that the site has seen."""
        lines = (self.folder / "site.log").read_text(encoding="utf-8").splitlines()
        return [Asked(**json.loads(line)) for line in lines]

    def judge(self, stuck: int = 0) -> Verdict:
        """What has happened up to now."""
        finished = [
            Finished(*row) for row in self.rows("SELECT source, due, next_due, fence FROM drill_finished ORDER BY id")
        ]
        asked = self.asked()
        stored = [url for (url,) in self.rows("SELECT url FROM v1_article")]
        return Verdict(
            visits=len(finished),
            requests=len(asked),
            articles=len(stored),
            twice=verdict.twice(finished),
            passed_over=verdict.passed_over(finished),
            stuck=stuck,
            overlaps=len(verdict.overlaps(asked)),
            missing=len(self._listed(asked) - set(stored)),
            doubled=len(stored) - len(set(stored)),
            jobs_left=len(self.rows("SELECT 1 FROM procrastinate_jobs")),
        )

    def _listed(self, asked: list[Asked]) -> set[str]:
        """What each host had listed when it was asked last."""
        last = {one.host: one.start for one in sorted(asked, key=lambda one: one.end) if one.path.startswith("/feed")}
        return {
            f"http://{host}:{self.port}{path}"
            for host, moment in last.items()
            for path in site.articles(moment - self.began, self.plan.new_every)
        }

    def _safe(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self.rows(query)
        except DBAPIError:
            return []  # there are no tables yet

    def _patiently(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait until something holds, or for so long; the verdict says which."""
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            time.sleep(0.2)

    def note_fault(self) -> None:
        """Something went wrong now: every source is to have a visit after this."""
        self._last_fault = time.time()


@contextmanager
def drill(folder: Path, plan: Plan) -> Iterator[Drill]:
    """A site, a PostgreSQL, and no process yet; all that was started is gone at the end."""
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres(synchronous_commit="on"))
        began = site.now()
        port = site.free_port()
        words = [sys.executable, "-m", "tests.cluster.site", str(folder / "site.log"), str(port)]
        outlets = ready([*words, str(plan.slow), str(plan.new_every), str(began)])
        stack.callback(ended, outlets)
        running = Drill(folder, plan, server, port, began)
        running.configure(make_url(server.url("postgres")).render_as_string(hide_password=False))
        stack.callback(running.end_processes)
        yield running
        if running._engine is not None:
            running._engine.dispose()


def _wait(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)
