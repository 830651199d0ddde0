"""A small HTTP/1.1 server on asyncio that writes down what it is asked, and that can also answer badly on purpose.

reader -> Asked -> site(Asked) -> Answer -> writer, Request in the log
"""

import asyncio
import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus


class Wire(StrEnum):
    """How an answer goes over the wire; everything but ``WHOLE`` is a fault."""

    WHOLE = "whole"
    #: chunked, and the connection ends in the middle of a chunk
    CUT_CHUNKED = "cut chunked"
    #: Content-Length says more than comes
    CUT_LENGTH = "cut length"
    #: a gzip stream that ends early, in an answer that is complete as far as HTTP can tell
    CUT_GZIP = "cut gzip"
    #: packed with gzip whether it was asked for or not
    PACKED = "packed"
    #: nothing comes, and the connection stays open
    HANG = "hang"
    #: complete headers, then a byte now and then
    DRIP = "drip"
    #: header lines without end
    ENDLESS_HEADERS = "endless headers"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: ``target`` is path and query, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers; Content-Length and Content-Encoding are the server's business."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    gzip: bool = False
    wire: Wire = Wire.WHOLE


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the log. ``started`` and ``ended`` are seconds of ``time.monotonic``; ``sent`` counts body bytes."""

    outlet: str
    host: str
    method: str
    path: str
    status: int
    started: float
    ended: float
    sent: int
    headers: Mapping[str, str] = field(default_factory=dict)


class RequestLog:
    """The requests of all servers, in the order in which they ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []

    def add(self, request: Request) -> None:
        """Write one request down."""
        with self._lock:
            self._requests.append(request)

    def of(self, outlet: str | None = None) -> list[Request]:
        """The requests of one outlet, or of all."""
        with self._lock:
            return [each for each in self._requests if outlet in (None, each.outlet)]

    def clear(self) -> None:
        """Forget what was written down so far."""
        with self._lock:
            self._requests.clear()


def max_at_once(requests: Iterable[Request]) -> int:
    """The largest number of these requests that were under way at one moment."""
    # an end sorts before a start of the same moment: they do not overlap
    moments = sorted(moment for request in requests for moment in ((request.started, 1), (request.ended, -1)))
    running = most = 0
    for _, step in moments:
        running += step
        most = max(most, running)
    return most


class Server:
    """Serves one site on one address."""

    def __init__(self, key: str, site: Callable[[Asked], Answer], log: RequestLog, latency: float = 0.0) -> None:
        """``latency`` is the number of seconds that each answer is held back."""
        self._key = key
        self._site = site
        self._log = log
        self._latency = latency
        self._host = ""
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def listen(self, address: str, port: int = 0) -> int:
        """Listen on a port (a free one for 0) and return it."""
        self._server = await asyncio.start_server(self._connection, address, port, limit=65_536)
        bound: int = self._server.sockets[0].getsockname()[1]
        self._host = f"{address}:{bound}"
        return bound

    async def close(self) -> None:
        """Stop listening and drop the open connections."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a callback of start_server is a task
        self._connections.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection may be used again."""
        asked = _parsed(await reader.readuntil(b"\r\n\r\n"))
        started, sent, answer = time.monotonic(), 0, Answer(status=0)
        try:
            await asyncio.sleep(self._latency)
            answer = self._site(asked)
            if answer.wire is Wire.HANG:
                await reader.read()  # until the other side gives up
            else:
                sent = await _send(asked, answer, writer)
        finally:
            self._log.add(self._request(asked, answer.status, started, sent))
        is_whole = answer.wire in (Wire.WHOLE, Wire.PACKED)
        return is_whole and asked.headers.get("connection", "").lower() != "close"

    def _request(self, asked: Asked, status: int, started: float, sent: int) -> Request:
        ended = time.monotonic()
        return Request(self._key, self._host, asked.method, asked.target, status, started, ended, sent, asked.headers)


def _parsed(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, *_ = first.split(" ")
    fields = (line.partition(":") for line in lines)
    return Asked(method, target, {name.strip().lower(): value.strip() for name, _, value in fields})


async def _send(asked: Asked, answer: Answer, writer: asyncio.StreamWriter) -> int:
    """Send an answer as its ``wire`` demands; returns the number of body bytes."""
    headers, body = _encoded(asked, answer)
    writer.write(_head(answer.status, headers))
    match answer.wire:
        case Wire.DRIP:
            await _drip(writer, body)
        case Wire.ENDLESS_HEADERS:
            await _endless(writer)
        case Wire.CUT_CHUNKED:
            body = body[: len(body) // 2]
            writer.write(b"\r\n%x\r\n" % (2 * len(body)) + body)
        case Wire.CUT_LENGTH:
            body = body[: len(body) // 2]
            writer.write(b"\r\n" + body)
        case _:
            body = b"" if asked.method == "HEAD" else body
            writer.write(b"\r\n" + body)
    await writer.drain()
    return len(body)


def _encoded(asked: Asked, answer: Answer) -> tuple[list[tuple[str, str]], bytes]:
    headers = [*answer.headers]
    body = answer.body
    if answer.status not in (204, 304):
        headers.append(("Content-Type", answer.content_type))
    packed = answer.gzip and "gzip" in asked.headers.get("accept-encoding", "")
    if packed or answer.wire in (Wire.PACKED, Wire.CUT_GZIP):
        body = gzip.compress(body, 6, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    if answer.wire is Wire.CUT_GZIP:
        body = body[: len(body) // 2]
    chunked = answer.wire is Wire.CUT_CHUNKED
    headers.append(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body))))
    return headers, body


def _head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    phrase = HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


async def _drip(writer: asyncio.StreamWriter, body: bytes) -> None:
    """The body byte by byte, five in a second, until the other side hangs up."""
    writer.write(b"\r\n")
    for byte in body:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.2)


async def _endless(writer: asyncio.StreamWriter) -> None:
    """Header lines until the other side has had enough (64 MB at most, so that a test ends)."""
    for number in range(16_384):
        writer.write(f"X-More-{number}: {'a' * 4080}\r\n".encode())
        await writer.drain()
