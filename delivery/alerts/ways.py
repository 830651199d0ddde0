"""What every channel has in common: it takes a message or says why not, and it connects where the address rule lets it.

NotSent
└── (is_final)   the receiver will never take it: 410 Gone
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from guard.addresses import AddressRule
from storage.alerts import Alert

#: seconds until a connection stands; until a whole message is taken
CONNECT, WHOLE = 10.0, 30.0


class NotSent(Exception):
    """A message was not taken; the text says why."""

    def __init__(self, reason: str, retry_after: float | None = None, *, is_final: bool = False) -> None:
        super().__init__(reason)
        #: seconds that the receiver asked us to wait
        self.retry_after = retry_after
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed to a channel: the alerts, and the key that stays the same however often they are sent."""

    key: str
    channel: str
    alerts: Sequence[Alert]


class Way(Protocol):
    """A channel that can be used."""

    async def send(self, parcel: Parcel) -> None:
        """Hand it over. Raises NotSent, OSError, TimeoutError."""


async def judged(host: str, port: int, rule: AddressRule) -> list[str]:
    """The addresses of a host, all of which the rule allows. Raises NotSent."""
    if reason := rule.refuse_host(host):
        raise NotSent(f"address refused: {reason}")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"{host} has no address") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if reason := rule.refusal(address):
            raise NotSent(f"address refused: {reason}")
    return addresses


async def connected(
    host: str, port: int, rule: AddressRule, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to an address that was judged: nobody looks the name up again in between."""
    why = "no address answers"
    for address in await judged(host, port, rule):
        name = host.strip("[]") if tls else None
        try:
            async with asyncio.timeout(CONNECT):
                return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name)
        except OSError as error:  # a timeout is one, too
            why = error.strerror or type(error).__name__
    raise NotSent(f"no connection to {host}: {why}")
