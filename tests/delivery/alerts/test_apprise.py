"""Apprise in its child: it reaches a receiver through the proxy, and nothing by any other way."""

import socket
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from delivery.alerts.apprise import Apprised
from delivery.alerts.apprise_child import Refused, fence
from delivery.alerts.ways import NotSent, Parcel
from guard.addresses import AddressRule
from storage.alerts import Alert
from tests.delivery.alerts.receiver import Hook

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))
PARCEL = Parcel("k1", "chat", [Alert(1, "floods", "new", {"headline": "Flood", "url": "https://a.example/"}, NOW)])


async def test_a_message_reaches_its_receiver(hook: Hook) -> None:
    await Apprised(f"json://127.0.0.1:{hook.port}/hook", LOOPBACK).send(PARCEL)
    ((_, content),) = hook.got
    assert content["title"] == "Flood"
    assert "https://a.example/" in content["message"]


async def test_an_address_that_nobody_allowed_is_not_reached(hook: Hook) -> None:
    with pytest.raises(NotSent):
        await Apprised(f"json://127.0.0.1:{hook.port}/hook", AddressRule()).send(PARCEL)
    assert hook.got == []


async def test_what_does_not_speak_http_gets_no_further_than_the_allowed_networks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        with pytest.raises(NotSent):
            await Apprised(
                f"mailto://127.0.0.1:{server.getsockname()[1]}?from=a@b.example&to=c@d.example", AddressRule()
            ).send(PARCEL)
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_an_address_that_apprise_does_not_know_is_said() -> None:
    with pytest.raises(NotSent, match="does not know this kind of address"):
        await Apprised("nonsense", LOOPBACK).send(PARCEL)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        (("127.0.0.1", 4000), True),
        (("127.0.0.1", 4001), False),
        (("10.1.2.3", 25), True),
        (("10.2.2.3", 25), False),
        (("93.184.216.34", 80), False),
        (("name.example", 80), False),
        ("/run/socket", False),
    ],
)
def test_the_fence_lets_through(address: object, may: bool) -> None:
    hook = fence(("127.0.0.1", 4000), ["10.1.0.0/16"])
    if may:
        hook("socket.connect", (None, address))
    else:
        with pytest.raises(Refused):
            hook("socket.connect", (None, address))


def test_the_fence_lets_no_other_program_start() -> None:
    with pytest.raises(Refused):
        fence(("127.0.0.1", 1), [])("subprocess.Popen", ("curl",))
    fence(("127.0.0.1", 1), [])("open", ("file",))
