"""The cable of the drill: what is sent while it is cut gets no answer, and one when it is mended."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster.cable import has_namespaces, laid


class Echo(socketserver.StreamRequestHandler):
    """Gives each line back."""

    def handle(self) -> None:
        """One connection."""
        for line in self.rfile:
            self.wfile.write(line)


@contextmanager
def echo(place: Path) -> Iterator[Path]:
    with socketserver.ThreadingUnixStreamServer(str(place), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield place
        server.shutdown()


def answers(way: socket.socket, line: bytes) -> bool:
    way.sendall(line)
    try:
        return way.recv(100) == line
    except TimeoutError:
        return False


#: on a machine without namespaces the first form is the only one
@pytest.mark.parametrize("is_link", [False, True][: 1 + has_namespaces()])
def test_nothing_passes_while_it_is_cut_and_nobody_is_told(tmp_path: Path, *, is_link: bool) -> None:
    with (
        echo(tmp_path / "echo") as place,
        laid(place, is_link=is_link) as cable,
        socket.create_connection((cable.host, cable.port), 10) as way,
    ):
        assert answers(way, b"one\n")
        cable.cut()
        way.settimeout(0.5)
        assert not answers(way, b"two\n")
        cable.mend()
        way.settimeout(20)
        assert way.recv(100) == b"two\n"
