"""A way to the database that can be cut, as a cable is: nobody is told, what is sent gets no answer.

    worker ─TCP─> [namespace of its own: relay] ─> socket of PostgreSQL

Where the machine lets us, the relay stands in a network namespace, and the link to it is taken down. Else (an ordinary
container) it is a process on loopback that is stopped: then the kernel still takes what is sent, and nobody reads it.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.site import free_port
from tests.support.processes import ended, ready

#: addresses of the two ends of the link, and their names
NEAR, FAR = "10.213.77.1", "10.213.77.2"
NEAR_END, FAR_END = "newswatch-near", "newswatch-far"


@dataclass(frozen=True, slots=True)
class Cable:
    """A way to the database at `host`, `port`."""

    host: str
    port: int
    relay: "subprocess.Popen[bytes]"
    #: it leads into a network namespace
    is_link: bool

    def cut(self) -> None:
        """Nothing passes any more."""
        if self.is_link:
            self._inside("link", "set", FAR_END, "down")
        else:
            self.relay.send_signal(signal.SIGSTOP)

    def mend(self) -> None:
        """It passes again."""
        if self.is_link:
            self._inside("link", "set", FAR_END, "up")
        else:
            self.relay.send_signal(signal.SIGCONT)

    def _inside(self, *words: str) -> None:
        _do("nsenter", "-t", str(self.relay.pid), "-n", "ip", *words)

    def lay(self) -> None:
        """Connect the namespace with ours; it goes with the relay."""
        _do("ip", "link", "add", NEAR_END, "type", "veth", "peer", "name", FAR_END, "netns", str(self.relay.pid))
        _do("ip", "addr", "add", f"{NEAR}/30", "dev", NEAR_END)
        _do("ip", "link", "set", NEAR_END, "up")
        self._inside("addr", "add", f"{FAR}/30", "dev", FAR_END)
        self._inside("link", "set", FAR_END, "up")


@contextmanager
def laid(socket: Path, *, is_link: bool) -> Iterator[Cable]:
    """A cable to the socket of a PostgreSQL, through a namespace or not."""
    port = free_port()
    host = FAR if is_link else "127.0.0.1"
    relay = [sys.executable, "-m", "tests.cluster.relay", "0.0.0.0" if is_link else host, str(port), str(socket)]
    cable = Cable(host, port, ready([*(("unshare", "-n") if is_link else ()), *relay]), is_link)
    try:
        if is_link:
            cable.lay()
        yield cable
    finally:
        ended(cable.relay)


def has_namespaces() -> bool:
    """Whether this machine lets us make network namespaces and links between them."""
    try:
        words = ["unshare", "-n", "ip", "link", "add", NEAR_END, "type", "veth", "peer", "name", FAR_END]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _do(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
