"""A hostile web: raw bytes on loopback, a site on a port of its own for each attack, good articles beside them."""

import asyncio
import gzip
import html
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

#: writes a whole answer, status line included, as it likes
Attack = Callable[[asyncio.StreamWriter], Awaitable[None]]

CANARY_ADDRESS = "127.0.0.66"


@dataclass(slots=True, eq=False)
class Site:
    """One port: answers by path (with its query), else what ``otherwise`` makes of the path; what it was asked."""

    url: str = ""
    answers: dict[str, bytes | Attack] = field(default_factory=dict)
    otherwise: Callable[[str], bytes | Attack] | None = None
    asked: list[str] = field(default_factory=list)
    #: the heads of these requests, in lower case
    heads: list[str] = field(default_factory=list)
    #: seconds of the monotonic clock at which each request came
    moments: list[float] = field(default_factory=list)

    def at(self, path: str) -> bytes | Attack:
        """What is answered at a path."""
        answer = self.answers.get(path)
        if answer is None and self.otherwise is not None:
            return self.otherwise(path)
        return answer if answer is not None else ok(b"", status="404 Not Found")


class HostileServer:
    """Serves raw answers by site and path. The canary stands in ``canary_hits``; ``answers``... are the first site's."""

    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.canary_hits: list[str] = []
        self.canary = ""
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        first = self.site("first")
        self.url, self.answers, self.asked = first.url, first.answers, first.asked
        self.canary_port = self._listen(CANARY_ADDRESS, self._betray)
        self.canary = f"http://{CANARY_ADDRESS}:{self.canary_port}"
        return self

    def site(self, name: str, answers: Mapping[str, bytes | Attack] | None = None) -> Site:
        """One more site; its address is known when this returns."""
        site = self.sites[name] = Site(answers=dict(answers or {}))
        site.url = f"http://127.0.0.1:{self._listen('127.0.0.1', lambda r, w: self._answer(site, r, w))}"
        return site

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        answering = asyncio.all_tasks() - {asyncio.current_task()}
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        await asyncio.sleep(0.1)  # the transports close in the loop's next rounds

    def betray_at_port_of(self, site: Site) -> int:
        """Have the canary listen at the port of a site, too, for names that lead to either; returns the port."""
        return self._listen(CANARY_ADDRESS, self._betray, int(site.url.rpartition(":")[2]))

    def _listen(self, address: str, answer: Callable[..., Awaitable[None]], port: int = 0) -> int:
        starting = asyncio.start_server(answer, address, port)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _answer(self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            site.asked.append(path)
            site.heads.append(head.lower())
            site.moments.append(time.monotonic())
            answer = site.at(path)
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side had enough
        finally:
            writer.close()

    async def _betray(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.canary_hits.append((await reader.readline()).decode("latin-1"))
        writer.write(ok(b"<h1>This is an internal page</h1>"))
        writer.close()


def ok(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def article(name: str, head: str = "", body: str = "") -> bytes:
    """A good article's page; ``head`` and ``body`` are added as they are."""
    paragraphs = "".join(
        f"<p>The harbour board of {name} met on day {day} and heard {day * 7} residents, who asked for a wider quay, "
        f"a lower fee and a ferry that also runs in winter, when the road over the pass is closed.</p>"
        for day in range(1, 9)
    )
    title = f"Harbour board of {name} hears residents about the quay"
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}"
        f'<meta property="og:type" content="article"></head><body><article><h1>{title}</h1>{paragraphs}{body}'
        "</article></body></html>"
    ).encode()


def feed(links: Sequence[str]) -> bytes:
    """A feed of these addresses."""
    items = "".join(
        f"<item><title>Harbour news number {n} of today</title><link>{html.escape(link)}</link></item>"
        for n, link in enumerate(links)
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour</title>{items}</channel></rss>'
    return ok(text.encode(), kind="application/rss+xml")


def endless(first: bytes, again: bytes, sent: list[int] | None = None) -> Attack:
    """An answer that repeats its last part until the other side hangs up, or for 100 MB; ``sent`` gets the bytes."""

    async def attack(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        for _ in range(100_000_000 // len(again)):
            writer.write(again)
            await writer.drain()
            if sent is not None:
                sent.append(len(again))

    return attack


def slow(first: bytes, again: bytes, pause: float = 0.5) -> Attack:
    """An answer that comes drop by drop, for two minutes."""

    async def attack(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        for _ in range(int(120 / pause)):
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause)

    return attack


def packed(body: bytes, times: int = 1) -> bytes:
    """An answer that is packed with gzip so many times."""
    for _ in range(times):
        body = gzip.compress(body)
    return ok(body, f"Content-Encoding: {', '.join(['gzip'] * times)}")
