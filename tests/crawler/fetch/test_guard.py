"""The guard on the reactor: names and literals are judged where the connection is made. In a process of its own."""

import ipaddress
import json
import os
import socket
import subprocess
import sys
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.fetch.guard import DNS_CACHE_SIZE, GuardedResolver
from guard.addresses import AddressRule
from tests.support.tree import ROOT

PUBLIC, PRIVATE, PUBLIC6 = "93.184.216.34", "10.0.0.7", "2606:2800:220:1::1"


@implementer(IHostnameResolver)
class Names:
    """A resolver that knows the names of these tests, and counts how often it is asked."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names
        self.asked: list[str] = []

    def resolveHostName(  # noqa: N802
        self, receiver: Any, name: str, port: int = 0, types: object = None, semantics: str = "TCP"
    ) -> object:
        self.asked.append(name)
        receiver.resolutionBegan(self)
        for address in self.names.get(name, []):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
        return self


@implementer(IResolutionReceiver)
class Receiver:
    """Takes down what a look-up gave."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self.calls: list[str] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        self.calls.append("began")

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append((address.host, address.port))

    def resolutionComplete(self) -> None:  # noqa: N802
        self.calls.append("complete")


def looked_up(resolver: GuardedResolver, name: str, port: int = 443) -> list[tuple[str, int]]:
    receiver: Any = Receiver()
    resolver.resolveHostName(receiver, name, port)
    assert receiver.calls == ["began", "complete"]
    addresses: list[tuple[str, int]] = receiver.addresses
    return addresses


@pytest.mark.parametrize(
    ("addresses", "passed"),
    [
        pytest.param([PUBLIC], True, id="a public address"),
        pytest.param([PUBLIC, PUBLIC6], True, id="two public addresses"),
        pytest.param([PRIVATE], False, id="a private one"),
        pytest.param([PUBLIC, PRIVATE], False, id="a mixed answer is refused whole"),
        pytest.param([PUBLIC, "::ffff:127.0.0.1"], False, id="this machine in an IPv6 address"),
        pytest.param(["64:ff9b::7f00:1"], False, id="this machine behind NAT64"),
    ],
)
def test_addresses_are_judged_together(addresses: list[str], passed: bool) -> None:
    resolver = GuardedResolver(Names(daily=addresses), AddressRule())
    assert looked_up(resolver, "daily") == ([(address, 443) for address in addresses] if passed else [])
    assert (resolver.refusal("daily") is None) is passed


def test_a_name_that_is_not_known_is_no_refusal() -> None:
    resolver = GuardedResolver(Names(), AddressRule())
    assert looked_up(resolver, "nobody") == []
    assert resolver.refusal("nobody") is None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("daily..example", id="an empty label"),
        pytest.param(".daily.example", id="an empty label before"),
        pytest.param(f"{'a' * 64}.example", id="a label of 64 letters"),
        pytest.param("\ud800.example", id="a lone surrogate"),
    ],
)
def test_a_name_that_nobody_can_be_asked_for_is_not_found_at_once(name: str) -> None:
    names = Names(**{name: [PUBLIC]})
    assert looked_up(GuardedResolver(names, AddressRule()), name) == []
    assert names.asked == []


@pytest.mark.parametrize("name", ["daily.example", "daily.example.", "xn--bcher-kva.example", PUBLIC, PUBLIC6])
def test_names_and_literals_are_asked_for(name: str) -> None:
    assert looked_up(GuardedResolver(Names(**{name: [PUBLIC]}), AddressRule()), name) == [(PUBLIC, 443)]


def test_what_is_allowed_is_asked_for_once_and_has_the_port_that_is_asked_for() -> None:
    names = Names(daily=[PUBLIC])
    resolver = GuardedResolver(names, AddressRule())
    assert [looked_up(resolver, "daily", port) for port in (443, 80)] == [[(PUBLIC, 443)], [(PUBLIC, 80)]]
    assert names.asked == ["daily"]


def test_a_name_that_is_bound_anew_is_judged_anew() -> None:
    names = Names(daily=[PUBLIC], inner=[PRIVATE])
    resolver = GuardedResolver(names, AddressRule())
    assert (looked_up(resolver, "daily"), looked_up(resolver, "inner")) == ([(PUBLIC, 443)], [])
    names.names["daily"] = [PRIVATE]
    assert looked_up(resolver, "daily") == [(PUBLIC, 443)]
    resolver._cache.clear()
    assert looked_up(resolver, "daily") == []
    names.names["inner"] = [PUBLIC]
    assert looked_up(resolver, "inner") == [(PUBLIC, 443)]


def test_another_rule_holds_for_what_was_looked_up_before() -> None:
    allowed = AddressRule((ipaddress.ip_network("10.0.0.0/8"),))
    resolver = GuardedResolver(Names(inner=[PRIVATE]), allowed)
    assert looked_up(resolver, "inner") == [(PRIVATE, 443)]
    resolver.rule = AddressRule()
    assert looked_up(resolver, "inner") == []


def test_the_cache_has_an_end() -> None:
    resolver = GuardedResolver(Names(**{f"n{number}": [PUBLIC] for number in range(DNS_CACHE_SIZE + 5)}), AddressRule())
    for number in range(DNS_CACHE_SIZE + 5):
        looked_up(resolver, f"n{number}")
    assert len(resolver._cache) <= DNS_CACHE_SIZE


PROGRAM = """
import asyncio, json
from crawler.loop import run_loop
from crawler.fetch import guard
from guard.addresses import AddressRule

async def connect(reactor, host):
    from twisted.internet.endpoints import HostnameEndpoint
    from twisted.internet.protocol import Factory, Protocol
    try:
        protocol = await HostnameEndpoint(reactor, host, PORT).connect(Factory.forProtocol(Protocol)).asFuture(
            asyncio.get_running_loop())
        protocol.transport.abortConnection()
        return "connected"
    except Exception as error:
        return type(error).__name__

async def main():
    from twisted.internet import reactor
    before = guard.installed()
    first = guard.install(AddressRule())
    told = {"before": before is None, "threads": reactor.threadpool.max}
    for host in ("127.0.0.1", "localhost", "127.1"):
        told[host] = [await connect(reactor, host), guard.installed().refusal(host)]
    import ipaddress
    second = guard.install(AddressRule((ipaddress.ip_network("127.0.0.0/8"),)))
    told["same"] = first is second is guard.installed()
    told["allowed"] = await connect(reactor, "127.0.0.1")
    print(json.dumps(told))

if __name__ == "__main__":
    run_loop(main)
"""


def test_on_the_real_reactor() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = PROGRAM.replace("PORT", str(server.getsockname()[1]))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=environment, check=False
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["before"], told["threads"], told["same"], told["allowed"]) == (True, 32, True, "connected")
    for name in ("127.0.0.1", "localhost"):
        error, reason = told[name]
        assert error == "DNSLookupError"
        assert reason
    assert told["127.1"][0] != "connected"


SCRAPY = """
from scrapy.settings import Settings
from crawler.fetch.scrapy_resolver import GuardingResolver
resolver = GuardingResolver.from_crawler(None, None)
print(resolver._rule.refusal("127.0.0.1"), resolver._rule.refusal("93.184.216.34"))
"""


def test_without_a_station_scrapy_gets_a_guard_that_allows_public_addresses_only() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", SCRAPY], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip().endswith(" None")
    assert not done.stdout.startswith("None")
