"""The address guard on the reactor: every name and every literal is judged where the connection is made.

Scrapy's runner installs no resolver by itself, so `install` does, for every command that fetches; the address that
was judged is the address that is connected to, which leaves nothing for DNS rebinding. Refused names get an error of
their own by `refusal`, because Twisted reports them as "not found".
"""

import time
from collections.abc import Sequence
from typing import Any

import attr
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer, provider

from guard.addresses import AddressRule

#: threads for name look-ups: ten hanging names stall the default pool of ten
THREADS = 32
#: seconds for which an answer of the DNS is used again
DNS_TTL = 300.0
#: names kept in the cache
DNS_CACHE_SIZE = 10_000


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names by the resolver that was there before, and passes on only addresses that the rule allows."""

    def __init__(self, inner: Any, rule: AddressRule) -> None:
        self._inner = inner
        self.rule = rule
        self._cache: dict[str, tuple[float, tuple[IAddress, ...]]] = {}
        self._refused: dict[str, str] = {}

    def refusal(self, name: str) -> str | None:
        """Why the last look-up of a name gave no address, if it was the rule; None otherwise."""
        return self._refused.get(name)

    def resolveHostName(  # noqa: N802 - the interface's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """See twisted.internet.interfaces.IHostnameResolver."""
        receiver = _Receiver(resolutionReceiver, self, hostName)
        if not _can_be_asked(hostName):
            return _replay(receiver, (), hostName, portNumber)
        if cached := self._cached(hostName):
            return _replay(receiver, cached, hostName, portNumber)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)

    def judge(self, name: str, addresses: Sequence[IAddress]) -> bool:
        """Whether all addresses of a name are allowed; the reason is kept when one is not."""
        for address in addresses:
            if reason := self.rule.refusal(address.host):
                self._refused[name] = reason
                return False
        self._refused.pop(name, None)
        if addresses and name not in self._cache:
            self._keep(name, addresses)
        return True

    def _cached(self, name: str) -> tuple[IAddress, ...]:
        until, addresses = self._cache.get(name, (0.0, ()))
        if until < time.monotonic():
            self._cache.pop(name, None)
            return ()
        return addresses

    def _keep(self, name: str, addresses: Sequence[IAddress]) -> None:
        if len(self._cache) >= DNS_CACHE_SIZE:
            self._cache.clear()
        self._cache[name] = (time.monotonic() + DNS_TTL, tuple(addresses))


@provider(IResolutionReceiver)
class _Receiver:
    """Holds back the addresses of one look-up until all of them are known: mixed answers are refused whole."""

    def __init__(self, receiver: Any, resolver: GuardedResolver, name: str) -> None:
        self._receiver, self._resolver, self._name = receiver, resolver, name
        self._addresses: list[IAddress] = []

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """The look-up has begun."""
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        """One address came: it is held back."""
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        """All addresses are known: all of them pass, or none."""
        if self._resolver.judge(self._name, self._addresses):
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


@implementer(IHostResolution)
class _Replayed:
    """A look-up that was answered from the cache."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


def _can_be_asked(name: str) -> bool:
    """Whether a name can go into a question; one with an empty label ("daily..example") leaves Twisted waiting."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


def _replay(receiver: _Receiver, addresses: Sequence[Any], name: str, port: int) -> _Replayed:
    """Give addresses that are known to a receiver, with the port that is asked for now; they are judged again."""
    resolution = _Replayed(name)
    receiver.resolutionBegan(resolution)
    for address in addresses:
        receiver.addressResolved(attr.evolve(address, port=port))
    receiver.resolutionComplete()
    return resolution


def install(rule: AddressRule) -> GuardedResolver:
    """Put the guard on the reactor (once; a later call replaces the rule) and size its thread pool."""
    reactor = _reactor()
    current = reactor.nameResolver
    if isinstance(current, GuardedResolver):
        current.rule = rule
        return current
    guarded = GuardedResolver(current, rule)
    reactor.installNameResolver(guarded)
    reactor.suggestThreadPoolSize(THREADS)
    return guarded


def installed() -> GuardedResolver | None:
    """The guard of the reactor, or None when there is none."""
    current = _reactor().nameResolver
    return current if isinstance(current, GuardedResolver) else None


def _reactor() -> Any:
    # Importing it installs one: the choice belongs to whoever starts the loop.
    from twisted.internet import reactor

    return reactor
