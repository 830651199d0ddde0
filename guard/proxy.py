"""A proxy on loopback that holds the address rule for programs that resolve names by themselves: the browser.

    browser ─CONNECT host:443─┐                     ┌─ refused: 403 with its reason
            ─GET http://host/─┴─> Proxy ─> look up ─┼─ AddressRule on ALL addresses of the name
                                                    └─> connect to the address that was judged, carry bytes

A name that was public when the page was checked and is internal when the connection is made (DNS rebinding) ends here,
because nobody looks it up again in between. Everything is bounded: connections, heads, silence, length, bytes; nobody
has to tidy up behind a page. Standard library only.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from guard.addresses import AddressRule, literal_address
from guard.proxy_heads import HeadError, Wanted, answer_head, length_of, request_head, wanted

#: looks a name up: host and port in, addresses out
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

#: bytes that are carried at once
CHUNK = 65_536
#: threads for look-ups: names that hang must not hold up the others (a page of news asks 10 to 30 hosts)
LOOKUP_THREADS = 16
#: refusals that are remembered for those who ask why
REFUSALS_KEPT = 1000
#: interim answers (100, 103) before the real one; servers send one at most
INTERIM_MOST = 5

#: the first byte of a tunnel that carries TLS (a handshake record)
TLS = b"\x16"
#: seconds and chunks for which a client that was refused may go on sending
LINGER, LINGER_CHUNKS = 1.0, 10

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one proxy carries at most. Times are seconds."""

    #: a browser opens at most 6 connections to a host and 32 to a proxy of its own accord; contexts share these
    connections: int = 128
    #: of a request or an answer; Chromium itself ends at 256 KB
    head_bytes: int = 65_536
    connect: float = 10.0
    #: nothing moves in either direction
    idle: float = 30.0
    #: one connection, whatever it does
    whole: float = 300.0
    #: in both directions, one connection
    volume: int = 50_000_000


class Refusal(Exception):
    """The proxy answers a request with this status and reason, and closes."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Proxy:
    """``async with Proxy(rule) as proxy:`` listens on a free port of loopback until the block ends."""

    def __init__(
        self, rule: AddressRule, limits: Limits | None = None, lookup: Lookup | None = None, *, only_tls: bool = False
    ) -> None:
        """With ``only_tls`` a tunnel carries TLS or nothing: a browser asks for one without TLS for ws:// alone."""
        self.rule, self.limits, self.only_tls = rule, limits or Limits(), only_tls
        #: connections that were opened to servers, and bytes that were carried in both directions
        self.opened, self.carried = 0, 0
        self.port = 0
        self._lookup = lookup or self._ask_system
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, "proxy-lookup")
        self._refused: dict[str, str] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=self.limits.head_bytes)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def url(self) -> str:
        """What a browser is told: "http://127.0.0.1:41234"."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._under_way)

    def refusal(self, host: str) -> str | None:
        """Why the last connection to a host was refused by the rule; None when it was not."""
        return self._refused.get(host.lower())

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve((reader, writer)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _serve(self, client: Ends) -> None:
        try:
            if len(self._under_way) > self.limits.connections:
                raise Refusal(503, "too many connections")
            async with asyncio.timeout(self.limits.whole):
                await self._exchange(client)
        except Refusal as refusal:
            await _say(client, refusal)
        except HeadError as error:
            await _say(client, Refusal(400, str(error)))
        except (OSError, EOFError):  # either side went away, or time is over
            pass
        finally:
            await _close(client[1], self.limits.idle)

    async def _exchange(self, client: Ends) -> None:
        async with asyncio.timeout(self.limits.idle):
            asked = wanted(await _head(client[0]))
        server = await self._connect(asked)
        try:
            if asked.is_tunnel:
                client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                if not self.only_tls or await self._begins_with_tls(client, server):
                    await self._carry(client, server, None)
            else:
                await self._forward(asked, client, server)
        finally:
            server[1].transport.abort()

    async def _begins_with_tls(self, client: Ends, server: Ends) -> bool:
        """Look at the first byte of a tunnel; it is handed on when it may be."""
        async with asyncio.timeout(self.limits.idle):
            first = await client[0].read(1)
        if first == TLS:
            server[1].write(first)
        return first == TLS

    async def _forward(self, asked: Wanted, client: Ends, server: Ends) -> None:
        """One plain request, one answer, and the connection ends.

        A browser takes one connection to its proxy for many hosts: were it left open, a server that keeps on talking
        could answer in another one's name.
        """
        length = length_of(asked)
        server[1].write(request_head(asked))
        await self._carry(client, server, length)

    async def _carry(self, client: Ends, server: Ends, upload: int | None) -> None:
        """Bytes in both directions until the server ends, or the client takes no more; `upload` None is a tunnel."""
        async with asyncio.timeout(self.limits.idle) as patience:
            load = _Load(self, patience)
            up = asyncio.ensure_future(load.pump(client[0], server[1], upload))
            try:
                if upload is not None:
                    client[1].write(await _answer(server[0]))
                await load.pump(server[0], client[1], None)
            finally:
                up.cancel()
                await asyncio.wait({up})

    async def _connect(self, asked: Wanted) -> Ends:
        try:
            async with asyncio.timeout(self.limits.connect):
                for address in await self._judged(asked):
                    try:
                        ends = await asyncio.open_connection(address, asked.port, limit=self.limits.head_bytes)
                    except OSError:
                        continue
                    self.opened += 1
                    return ends
        except TimeoutError:
            raise Refusal(504, f"{asked.host} did not answer in time") from None
        raise Refusal(502, f"no connection to {asked.host}")

    async def _judged(self, asked: Wanted) -> Sequence[str]:
        """The addresses of a host, all of which the rule allows: mixed answers are refused whole."""
        self._refuse(asked.host, self.rule.refuse_host(asked.host))
        literal = literal_address(asked.host)
        addresses = [str(literal)] if literal else await self._addresses(asked)
        for address in addresses:
            own = asked.port == self.port and address.startswith("127.")
            self._refuse(asked.host, "this is the proxy itself" if own else self.rule.refusal(address))
        return addresses

    async def _addresses(self, asked: Wanted) -> Sequence[str]:
        try:
            return await self._lookup(asked.host, asked.port)
        except (OSError, UnicodeError):
            raise Refusal(502, f"{asked.host} has no address") from None

    def _refuse(self, host: str, reason: str | None) -> None:
        if reason is None:
            return
        if len(self._refused) >= REFUSALS_KEPT:
            self._refused.clear()
        self._refused[host.lower()] = reason
        raise Refusal(403, f"address refused: {reason}")

    async def _ask_system(self, host: str, port: int) -> Sequence[str]:
        def ask() -> list[str]:
            """In a thread: the C library's look-up blocks."""
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))

        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)


class _Load:
    """The bytes of one connection, in both directions."""

    def __init__(self, proxy: Proxy, patience: asyncio.Timeout) -> None:
        self._proxy, self._patience = proxy, patience
        self._left = proxy.limits.volume

    async def pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, length: int | None) -> None:
        """Carry to the end of the source, or `length` bytes; what is above the volume is cut off."""
        try:
            while length is None or length > 0:
                chunk = await source.read(CHUNK if length is None else min(CHUNK, length))
                if not chunk:
                    break
                self._count(len(chunk))
                length = None if length is None else length - len(chunk)
                target.write(chunk)
                await target.drain()
            if length is None and target.can_write_eof():
                target.write_eof()
        except OSError:
            target.transport.abort()

    def _count(self, count: int) -> None:
        self._left -= count
        self._proxy.carried += count
        if self._left < 0:
            raise ConnectionAbortedError
        loop = asyncio.get_running_loop()
        self._patience.reschedule(loop.time() + self._proxy.limits.idle)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Refusal(431, "the head is too long") from None


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The head of the real answer, changed so that the client opens a new connection for the next request."""
    for _ in range(INTERIM_MOST):
        try:
            head = answer_head(await _head(reader))
        except HeadError as error:
            raise Refusal(502, str(error)) from None
        if head is not None:
            return head
    raise Refusal(502, "the server sends no answer")


async def _close(writer: asyncio.StreamWriter, longest: float) -> None:
    """Hand over what is still to be sent; who does not take it loses it."""
    writer.close()
    try:
        with suppress(OSError):
            async with asyncio.timeout(longest):
                await writer.wait_closed()
    finally:
        writer.transport.abort()


async def _say(client: Ends, refusal: Refusal) -> None:
    """Answer with a refusal; what the client still sends is taken, for a reset would overtake the answer."""
    text = refusal.reason.encode("ascii", "replace")
    head = f"HTTP/1.1 {refusal.status} Refused\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
    with suppress(OSError):
        client[1].write(head.encode("ascii") + b"Connection: close\r\n\r\n" + text)
        client[1].write_eof()
        async with asyncio.timeout(LINGER):
            for _ in range(LINGER_CHUNKS):
                if not await client[0].read(CHUNK):
                    return
