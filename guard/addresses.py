"""The address rule: which addresses of the network a request may go to, and how an address can hide in a URL.

    URL -> scheme, userinfo, host -> literal? local name? -> AddressRule.refuse_url   before a request is made
    address that a name resolved to                       -> AddressRule.refusal      where the connection is made

The second check is the one that counts: names, redirects and rebinding end there. The first gives a clear reason early,
and covers what never asks a resolver. Standard library only.
"""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import unquote_to_bytes

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: What is not the public internet, beside what `ipaddress` knows (its list differs between versions of Python).
_NOT_PUBLIC: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's internal network"),
        ("127.0.0.0/8", "this machine"),
        # answers on Microsoft's cloud only, with the machine's secrets
        ("168.63.129.16/32", "a cloud's internal service"),
        ("169.254.0.0/16", "link-local, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "benchmarks of networks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "this network"),
        ("::1/128", "this machine"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("100::/64", "a black hole"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "multicast"),
    )
)

#: All that IPv6 gives to public hosts today.
_GLOBAL_IPV6 = IPv6Network("2000::/3")

#: Where an IPv6 address holds an IPv4 address: the network, and how far its last bit lies from the right.
_EMBEDDED: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::/96"), 0),
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
)

#: Names that only this machine or its own network can know.
_LOCAL_NAMES = re.compile(r"(?:.+\.)?(?:local|internal|intranet|lan|localdomain|home\.arpa|corp|private)")
_THIS_MACHINE = re.compile(r"(?:.+\.)?localhost|localhost\.localdomain|ip6-(?:localhost|loopback)")

_URL = re.compile(r"([a-z][a-z0-9+.-]*):[/\\]*([^/?#]*)", re.IGNORECASE)
_NETLOC = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(\d*))?")
#: Full stops of other scripts, which domain names take for dots.
_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


class AddressRefused(Exception):
    """A request was refused by the address rule; ``reason`` says why. It is not tried again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Which addresses may be connected to: public ones, and what the operator allowed."""

    allow_networks: tuple[Network, ...] = ()

    def refusal(self, address: str | Address) -> str | None:
        """Why no connection may go to this address, or None when it may.

        An address that carries another one (IPv4-mapped, NAT64, 6to4, Teredo) is refused when the other one is: to
        allow NAT64 in a network without IPv4 does not open 64:ff9b::127.0.0.1.
        """
        try:
            address = ip_address(address)
        except ValueError:
            return f"{_shown(str(address))} is no address"
        if isinstance(address, IPv4Address):
            return self._refusal(address)
        address = IPv6Address(int(address))  # without the zone of "fe80::1%eth0"
        for inner in _carried(address):
            if reason := self._refusal(inner):
                return f"{address} carries {reason}"
        return None if address.ipv4_mapped else self._refusal(address)

    def refuse_url(self, url: str) -> str | None:
        """Why this URL may not be asked for, or None when only its name's addresses remain to be judged.

        Refused are other schemes than http and https, logins in the URL, and hosts that are an address in any spelling
        ("127.1", "0x7f000001", "[::ffff:7f00:1]", full-width digits) or a local name ("localhost", "x.internal").
        """
        match = _URL.match(_as_browsers_read(url))
        if match is None:
            return f"{_shown(url)} is no web address"
        scheme, netloc = match[1].lower(), match[2]
        if scheme not in ("http", "https"):
            return f"the scheme {_shown(scheme)} is neither http nor https"
        if "@" in netloc:
            # also in "example.com\\@127.0.0.1": browsers end the host at the backslash, other readers behind it
            return "there is a login in the address"
        host = _NETLOC.fullmatch(netloc.partition("\\")[0])
        return f"{_shown(netloc)} is no host" if host is None else self.refuse_host(host[1])

    def refuse_host(self, host: str) -> str | None:
        """The same for the host alone, without port; IPv6 addresses may stand in brackets."""
        name = _as_resolvers_read(host)
        try:
            address = literal_address(name)
        except ValueError:
            return f"{_shown(host)} is no host"
        if address is not None:
            return self.refusal(address)
        if _THIS_MACHINE.fullmatch(name):
            reason = self.refusal(IPv4Address("127.0.0.1"))
            return f"{name} is this machine" if reason else None
        if _LOCAL_NAMES.fullmatch(name) and not self.allow_networks:
            return f"{_shown(name)} is a name of a local network"
        return None

    def _refusal(self, address: Address) -> str | None:
        allowed = any(address in network for network in self.allow_networks)
        return None if allowed else _not_public(address)


def literal_address(host: str) -> Address | None:
    """The address that a host spells, or None for a name. Raises ValueError for what is neither.

    Read as browsers and the C library do: 1 to 4 numbers, each decimal, octal ("0177") or hexadecimal ("0x7f"), the
    last one filling what is left ("127.1").
    """
    name = _as_resolvers_read(host)
    if name.startswith("[") or ":" in name:
        return IPv6Address(name.removeprefix("[").removesuffix("]").partition("%")[0])
    if not name or _FORBIDDEN_IN_HOST.search(name):
        message = f"{_shown(host)} is no host"
        raise ValueError(message)
    labels = name.split(".")
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else None


def _ipv4(labels: list[str]) -> IPv4Address:
    *front, last = [_number(label) for label in labels]
    if len(front) > 3 or any(number > 255 for number in front) or last >= 256 ** (4 - len(front)):
        raise AddressValueError(".".join(labels)[:40])
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(front)) + last)


def _number(label: str) -> int:
    """A number of an address: "127", "0177", "0x7f"; "0x" is 0 as in browsers."""
    if not _NUMBER.fullmatch(label) or len(label) > 40:
        raise AddressValueError(label[:40])
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses inside an IPv6 address."""
    if address in (IPv6Address("::"), IPv6Address("::1")):
        return []
    carried = [IPv4Address(int(address) >> shift & 0xFFFFFFFF) for network, shift in _EMBEDDED if address in network]
    return [*carried, *(address.teredo or ())]


def _not_public(address: Address) -> str | None:
    reason = next((reason for network, reason in _NOT_PUBLIC if address in network), None)
    if reason:
        return f"{address} is {reason}"
    known_global = address in _GLOBAL_IPV6 or isinstance(address, IPv4Address)
    return None if known_global and address.is_global else f"{address} is not public"


def _as_browsers_read(url: str) -> str:
    """Without the white space and controls around, and the tabs and line ends inside."""
    return re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(0x21)))))


def _as_resolvers_read(host: str) -> str:
    """The host as it is looked up: escapes decoded, wide characters narrow, invisible ones gone, no dot behind."""
    text = unquote_to_bytes(host.encode("utf-8", "replace")).decode("utf-8", "replace") if "%" in host else host
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DOTS)
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return text.lower().rstrip(".")


def _shown(text: str) -> str:
    """Text of strangers in a message: short, and without control characters."""
    return ascii(text if len(text) <= 80 else text[:77] + "...").strip("'")
