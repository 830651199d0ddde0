"""Connections of channels: to an address that the rule allows, and to no other, however the host is written."""

import asyncio
from ipaddress import ip_network

import pytest

from delivery.alerts.ways import NotSent, connected, judged
from guard.addresses import AddressRule
from tests.delivery.alerts.receiver import Hook

LOOPBACK = AddressRule((ip_network("127.0.0.0/8"), ip_network("::1")))


async def test_a_name_is_judged_by_all_its_addresses() -> None:
    found = await judged("localhost", 80, LOOPBACK)
    assert set(found) <= {"127.0.0.1", "::1"}
    assert found


async def test_a_name_of_which_one_address_is_not_allowed_is_refused() -> None:
    with pytest.raises(NotSent, match="address refused"):
        await judged("localhost", 80, AddressRule((ip_network("10.0.0.0/8"),)))


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1", id="this machine"),
        pytest.param("2130706433", id="this machine as one number"),
        pytest.param("0x7f000001", id="this machine in hexadecimal"),
        pytest.param("127.1", id="this machine, shortened"),
        pytest.param("[::ffff:127.0.0.1]", id="this machine inside IPv6"),
        pytest.param("169.254.169.254", id="the secrets of a cloud"),
        pytest.param("printer.local", id="a name of the local network"),
        pytest.param("", id="no host at all"),
    ],
)
async def test_internal_hosts_are_refused_however_they_are_written(host: str) -> None:
    with pytest.raises(NotSent, match="address refused"):
        await judged(host, 80, AddressRule())


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 300, "ü" * 100 + ".invalid"])
async def test_what_has_no_address_is_said(host: str) -> None:
    with pytest.raises(NotSent, match=r"has no address|address refused"):
        await judged(host, 80, LOOPBACK)


async def test_a_connection_leads_to_the_receiver(hook: Hook) -> None:
    reader, writer = await connected("127.0.0.1", hook.port, LOOPBACK, None)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.transport.abort()


async def test_where_nobody_listens_the_reason_is_said() -> None:
    with pytest.raises(NotSent, match=r"no connection to 127\.0\.0\.1: "):
        await connected("127.0.0.1", 1, LOOPBACK, None)


async def test_a_receiver_that_speaks_no_tls_is_not_spoken_to_in_the_clear(hook: Hook) -> None:
    import ssl

    with pytest.raises(NotSent, match="no connection"):
        async with asyncio.timeout(20):
            await connected("127.0.0.1", hook.port, LOOPBACK, ssl.create_default_context())
    assert hook.got == []
