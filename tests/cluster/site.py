"""A hundred small outlets in one process, each at an address of its own, that log every request as they saw it.

    python -m tests.cluster.site LOG PORT SLOW NEW_EVERY BEGAN

A line of the log: host, path, start and end on the machine's boot clock. The end is when the answer was written, or
when the asker was gone. Each host lists a new article now and then; some hosts take longer for an answer than a lease
lasts.
"""

import asyncio
import json
import socket
import sys
import time
from pathlib import Path
from typing import TextIO

from tests.support.pages import page, rss

#: seconds between two new articles of a host, and how many at most: reading them is not what is tested
NEW_EVERY, NEW_MOST = 30.0, 4
#: each so many hosts one is slow: its feed takes longer than a lease of these tests
SLOW_EACH, SLOW_SECONDS = 33, 8.0
#: seconds that an answer takes elsewhere
USUAL_SECONDS = 0.05


def address(number: int) -> str:
    """The loopback address of a host."""
    return f"127.0.1.{number + 1}"


class Site:
    """All hosts: their articles and their log."""

    def __init__(self, log: TextIO, port: int, slow: float, new_every: float, began: float) -> None:
        self._log, self._port, self._slow, self._new_every, self._began = log, port, slow, new_every, began

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # it was killed before it asked
            return
        started, path = now(), head.split(" ", 2)[1]
        host = writer.get_extra_info("sockname")[0]
        gone = asyncio.ensure_future(reader.read(1))
        seconds = self._slow if self._is_slow(host) and path.startswith("/feed") else USUAL_SECONDS
        await asyncio.wait({gone}, timeout=seconds)
        if not gone.done():
            writer.write(self._response(host, path))
        self._log.write(json.dumps({"host": host, "path": path, "start": started, "end": now()}) + "\n")
        self._log.flush()
        gone.cancel()
        writer.close()

    def _response(self, host: str, path: str) -> bytes:
        base = f"http://{host}:{self._port}"
        known = articles(now() - self._began, self._new_every)
        if path.startswith("/feed"):
            return _http(200, rss(*known, site=base), "application/rss+xml")
        if path in known:
            return _http(200, page(f"Harbour of {host} opens for ship {path[-1]}", f"{base}{path}"), "text/html")
        return _http(404, "none", "text/plain")

    def _is_slow(self, host: str) -> bool:
        return int(host.rpartition(".")[2]) % SLOW_EACH == 0


def articles(seconds: float, new_every: float) -> list[str]:
    """The paths that a host lists so many seconds after the beginning."""
    count = min(1 + int(seconds / new_every), NEW_MOST)
    return [f"/harbour-opens-for-ship-number-{number}" for number in range(count)]


def free_port() -> int:
    """A port that nobody listens on, on any of our addresses."""
    with socket.socket() as probe:
        probe.bind((address(0), 0))
        port: int = probe.getsockname()[1]
        return port


def now() -> float:
    """Seconds on the machine's boot clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _http(status: int, body: str, kind: str) -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


async def _serve(log: Path, port: int, slow: float, new_every: float, began: float) -> None:
    with log.open("a", encoding="utf-8") as lines:
        site = Site(lines, port, slow, new_every, began)
        server = await asyncio.start_server(site.answer, "0.0.0.0", port)  # each address of 127.0.0.0/8 is ours
        print("ready", flush=True)
        async with server:
            # it ends with the test that started it: nobody holds its input open any more
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:6])))
