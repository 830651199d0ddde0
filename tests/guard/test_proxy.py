"""The guarding proxy with real servers on loopback; what may be reached there is what the test allows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_network

import pytest

from guard.addresses import AddressRule
from guard.proxy import Limits, Lookup, Proxy

PUBLIC_ONLY = AddressRule()
LOOPBACK_TOO = AddressRule((ip_network("127.0.0.0/8"),))

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A server of one test: where it listens, and what was said to it."""

    port: int
    met: list[bytes]


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nnews")


async def _echoes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(1000):
        writer.write(chunk)


@asynccontextmanager
async def serving(talk: Talk = _answers, host: str = "127.0.0.1", *, reads_head: bool = True) -> AsyncIterator[Server]:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.met.append(await reader.readuntil(b"\r\n\r\n") if reads_head else b"")
        try:
            await talk(reader, writer)
            await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(meet, host, 0)
    server = Server(listening.sockets[0].getsockname()[1], [])
    try:
        yield server
    finally:
        listening.close()


async def _ask(proxy: Proxy, said: str, more: bytes = b"") -> bytes:
    """Everything that the proxy says until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(said.encode() + b"\r\n\r\n" + more)
    try:
        return await reader.read()
    finally:
        writer.close()


def _get(address: str) -> str:
    return f"GET {address} HTTP/1.1\r\nHost: whatever.example"


def _names(*answers: Sequence[str]) -> Lookup:
    """A name server that gives these answers, one after the other, and the last one for ever."""
    left = list(answers)

    async def look_up(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return look_up


# ---------------------------------------------------------------- what is carried


async def test_a_plain_request_reaches_its_server_and_the_answer_comes_back() -> None:
    async with serving() as server, Proxy(LOOPBACK_TOO) as proxy:
        said = await _ask(proxy, _get(f"http://127.0.0.1:{server.port}/a?b"))
    assert said == b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnews"
    assert server.met[0].startswith(f"GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode())


async def test_a_tunnel_carries_bytes_in_both_directions_to_the_end() -> None:
    async with serving(_echoes, reads_head=False) as server, Proxy(LOOPBACK_TOO) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode())
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connection established\r\n\r\n"
        writer.write(b"x" * 300_000)
        writer.write_eof()
        assert await reader.read() == b"x" * 300_000
        writer.close()
    assert proxy.carried == 600_000


@pytest.mark.parametrize(
    ("first", "comes_back"),
    [
        pytest.param(b"\x16\x03\x01 a handshake", True, id="TLS"),
        pytest.param(b"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", False, id="a socket without TLS"),
        pytest.param(b"", False, id="nothing"),
    ],
)
async def test_a_tunnel_for_tls_alone_carries_nothing_else(first: bytes, *, comes_back: bool) -> None:
    async with serving(_echoes, reads_head=False) as server, Proxy(LOOPBACK_TOO, only_tls=True) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        writer.write_eof()
        assert await reader.read() == (first if comes_back else b"")
        writer.close()
    assert proxy.carried >= 2 * (len(first) - 1) if comes_back else proxy.carried == 0


async def test_the_body_of_a_request_is_carried_and_not_a_byte_more() -> None:
    async def takes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.met.append(await reader.readexactly(4))
        await _answers(reader, writer)

    async with serving(takes) as server, Proxy(LOOPBACK_TOO) as proxy:
        request = f"POST http://127.0.0.1:{server.port}/ HTTP/1.1\r\nContent-Length: 4"
        said = await _ask(proxy, request, b"bodyGET http://other.example/ HTTP/1.1\r\n\r\n")
    assert server.met[1:] == [b"body"]
    assert said.count(b"HTTP/1.1") == 1


async def test_an_early_hint_is_left_out_before_the_answer() -> None:
    async def hints(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await _answers(reader, writer)

    async with serving(hints) as server, Proxy(LOOPBACK_TOO) as proxy:
        said = await _ask(proxy, _get(f"http://127.0.0.1:{server.port}/"))
    assert said.startswith(b"HTTP/1.1 200 OK")


async def test_a_name_is_looked_up_by_the_system() -> None:
    async with serving() as server, Proxy(LOOPBACK_TOO) as proxy:
        said = await _ask(proxy, _get(f"http://localhost:{server.port}/"))
    assert said.endswith(b"news")


async def test_the_next_address_of_a_name_is_tried_when_one_does_not_answer() -> None:
    async with serving() as server, Proxy(LOOPBACK_TOO, lookup=_names(["127.0.0.9", "127.0.0.1"])) as proxy:
        said = await _ask(proxy, _get(f"http://news.example:{server.port}/"))
    assert said.endswith(b"news")


# ---------------------------------------------------------------- what is refused

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0X7F.1", "017700000001", "0177.0.0.1", "0x7f.0.0x0.1",
    "127.0.0.1.", "%31%32%37.0.0.1", "0", "0.0.0.0", "localhost", "LOCALHOST.", "a.localhost", "ip6-localhost", "[::1]",
    "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "printer.local",
    "db.internal", "169.254.169.254", "10.0.0.1", "192.168.1.1", "100.100.100.200", "[fd00:ec2::254]", "[fe80::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
async def test_an_internal_address_is_not_reached_however_it_is_spelled(host: str) -> None:
    async with serving() as canary, Proxy(PUBLIC_ONLY) as proxy:
        plain = await _ask(proxy, _get(f"http://{host}:{canary.port}/"))
        tunnel = await _ask(proxy, f"CONNECT {host}:{canary.port} HTTP/1.1")
    assert plain.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 "))
    assert tunnel.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 "))
    assert (canary.met, proxy.opened) == ([], 0)


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1"], id="an internal one alone"),
        pytest.param(["8.8.8.8", "127.0.0.1"], id="behind a public one"),
        pytest.param(["127.0.0.1", "8.8.8.8"], id="before a public one"),
        pytest.param(["::ffff:127.0.0.1"], id="carried by IPv6"),
        pytest.param(["fe80::1%1"], id="with a zone"),
    ],
)
async def test_a_name_with_an_internal_address_is_refused_whole(addresses: list[str]) -> None:
    async with serving() as canary, Proxy(PUBLIC_ONLY, lookup=_names(addresses)) as proxy:
        said = await _ask(proxy, f"CONNECT news.example:{canary.port} HTTP/1.1")
    assert said.startswith(b"HTTP/1.1 403 ")
    assert (canary.met, proxy.opened) == ([], 0)
    assert proxy.refusal("News.example")


async def test_a_name_that_changes_its_address_between_two_connections_is_refused_at_the_second() -> None:
    rule = AddressRule((ip_network("127.0.0.1/32"),))
    changing = _names(["127.0.0.1"], ["127.0.0.9"])
    async with serving() as server, serving(host="127.0.0.9") as canary, Proxy(rule, lookup=changing) as proxy:
        first = await _ask(proxy, _get(f"http://news.example:{server.port}/"))
        assert proxy.refusal("news.example") is None
        second = await _ask(proxy, _get(f"http://news.example:{canary.port}/"))
    assert first.endswith(b"news")
    assert second.startswith(b"HTTP/1.1 403 ")
    assert canary.met == []
    assert proxy.refusal("news.example") == "127.0.0.9 is this machine"


async def test_the_proxy_is_no_way_to_itself() -> None:
    async with Proxy(LOOPBACK_TOO) as proxy:
        said = await _ask(proxy, f"CONNECT 127.0.0.1:{proxy.port} HTTP/1.1")
    assert said.startswith(b"HTTP/1.1 403 ")


async def test_a_request_to_the_proxy_itself_is_no_request() -> None:
    async with Proxy(LOOPBACK_TOO) as proxy:
        assert (await _ask(proxy, _get("/"))).startswith(b"HTTP/1.1 400 ")


async def test_a_name_without_address_is_told() -> None:
    async def knows_none(host: str, port: int) -> Sequence[str]:
        raise OSError

    async with Proxy(PUBLIC_ONLY, lookup=knows_none) as proxy:
        assert (await _ask(proxy, _get("http://news.example/"))).startswith(b"HTTP/1.1 502 ")


async def test_a_closed_port_is_told() -> None:
    async with serving() as server:
        pass
    async with Proxy(LOOPBACK_TOO) as proxy:
        assert (await _ask(proxy, _get(f"http://127.0.0.1:{server.port}/"))).startswith(b"HTTP/1.1 502 ")


async def test_a_server_that_speaks_something_else_is_told() -> None:
    async def greets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")

    async with serving(greets) as server, Proxy(LOOPBACK_TOO) as proxy:
        assert (await _ask(proxy, _get(f"http://127.0.0.1:{server.port}/"))).startswith(b"HTTP/1.1 502 ")


# ---------------------------------------------------------------- limits


async def test_a_head_without_end_is_refused() -> None:
    async with Proxy(LOOPBACK_TOO, Limits(head_bytes=1000)) as proxy:
        said = await _ask(proxy, _get("http://127.0.0.1/") + "\r\nX: " + "x" * 5000)
    assert said.startswith(b"HTTP/1.1 431 ")


async def test_a_client_that_says_nothing_is_closed() -> None:
    async with Proxy(LOOPBACK_TOO, Limits(idle=0.05)) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()


async def test_a_tunnel_in_which_nothing_moves_is_closed() -> None:
    async def sleeps(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(sleeps, reads_head=False) as server, Proxy(LOOPBACK_TOO, Limits(idle=0.05)) as proxy:
        said = await _ask(proxy, f"CONNECT 127.0.0.1:{server.port} HTTP/1.1")
    assert said == b"HTTP/1.1 200 Connection established\r\n\r\n"


async def test_a_server_that_drips_for_ever_is_cut_off() -> None:
    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    limits = Limits(whole=0.3)
    async with serving(drips, reads_head=False) as server, Proxy(LOOPBACK_TOO, limits) as proxy:
        said = await _ask(proxy, f"CONNECT 127.0.0.1:{server.port} HTTP/1.1")
    assert said.endswith(b"..")


async def test_more_bytes_than_a_connection_may_carry_are_cut_off() -> None:
    async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with serving(floods) as server, Proxy(LOOPBACK_TOO, Limits(volume=100_000)) as proxy:
        said = await _ask(proxy, _get(f"http://127.0.0.1:{server.port}/"))
    assert len(said) < 101_000


async def test_a_connection_too_many_is_refused_and_the_others_go_on() -> None:
    async with serving(_echoes, reads_head=False) as server, Proxy(LOOPBACK_TOO, Limits(connections=1)) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        assert (await _ask(proxy, _get("http://127.0.0.1/"))).startswith(b"HTTP/1.1 503 ")
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"still here"
        writer.close()


async def test_the_end_of_the_proxy_ends_everything_that_is_under_way() -> None:
    async with serving(_echoes, reads_head=False) as server:
        async with Proxy(LOOPBACK_TOO) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            assert proxy.connections == 1
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
    assert proxy.connections == 0
