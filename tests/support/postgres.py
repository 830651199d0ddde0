"""A real PostgreSQL server for the tests, started by them and gone with them.

The server belongs to a keeper, a shell whose standard input is a pipe from the test process. When the pipe closes, because
the tests are over or because they were killed, the keeper stops the server and removes its files. Nothing listens on a
network: the socket lies in the data directory.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: what to say when there is no server to be had
CURE = "PostgreSQL is not installed: apt-get install postgresql"

#: $1 = folder of initdb and pg_ctl, $2 = directory of this server (may be removed), $3 = options of the server
KEEPER = """
set -eu
trap '' INT TERM HUP
cd "$2"
{
    "$1/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions
    "$1/pg_ctl" -D data -w -t 60 -l log -o "$3" start
} >start.log 2>&1 </dev/null || { cat start.log log 2>/dev/null; exit 1; }
echo ready
cat >/dev/null
"$1/pg_ctl" -D data -m immediate stop >/dev/null 2>&1 || :
cd /
rm -rf "$2"
"""

#: nothing of a test server needs to survive a crash of the machine
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
}


class PostgresUnavailableError(Exception):
    """There is no PostgreSQL on this machine, or it does not start; the message says what to install."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server: ``folder`` holds its socket, its data and its log."""

    folder: Path
    programs: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, which is dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def control(self, *words: str) -> None:
        """Run pg_ctl: "stop", "-m", "fast"; "start"; "restart", "-m", "immediate"."""
        command = [*_as_server_user(self.folder), str(self.programs / "pg_ctl"), *words, "-w", "-t", "60"]
        options = ["-D", str(self.folder / "data"), "-l", str(self.folder / "log")]
        server = ["-o", f"-k {self.folder} -c listen_addresses=''"]
        subprocess.run([*command, *options, *server], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        import psycopg

        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def find_programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``: Debian keeps them out of PATH, one folder for each version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0]))
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for folder in [*reversed(debian), *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresUnavailableError(CURE)


def _as_server_user(folder: Path) -> list[str]:
    """The words before a command that make it run as somebody who may run a server: initdb refuses root."""
    clean = ["env", "-i", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"]
    if os.geteuid() != 0:
        return clean
    try:
        shutil.chown(folder, "postgres", "postgres")
    except LookupError:
        raise PostgresUnavailableError(f"{CURE} (there is no user postgres, and root may not run it)") from None
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *clean]


@contextmanager
def running_postgres(**settings: str) -> Iterator[PostgresServer]:
    """A server of its own; ``settings`` are added to those of every test server.

    Raises PostgresUnavailableError where none can be had.
    """
    programs = find_programs()
    # not pytest's tmp_path: below /root the server's user could not enter it
    folder = Path(tempfile.mkdtemp(prefix="newswatch-pg-", dir="/tmp"))
    options = " ".join(f"-c {name}={value}" for name, value in {**SETTINGS, **settings}.items())
    keeper = subprocess.Popen(
        [*_as_server_user(folder), "sh", "-c", KEEPER, "keeper", programs, folder, f"{options} -k {folder}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        if keeper.stdout.readline() != "ready\n":
            raise PostgresUnavailableError(f"PostgreSQL of {programs} does not start: {keeper.stdout.read()[-2000:]}")
        yield PostgresServer(folder, programs)
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=30)
        keeper.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)
