"""The child process of `apprise.py`: one order on standard input, one line of result. It loads nothing else of ours."""

import ipaddress
import json
import logging
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

#: what could lead out of the process past a check of connections
_FORBIDDEN = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "ctypes.dlopen")


class Refused(OSError):
    """The child may not do this."""


def fence(proxy: tuple[str, int], allowed: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """A hook for `sys.addaudithook`: connections go to the proxy, or into an allowed network."""
    networks = [ipaddress.ip_network(text) for text in allowed]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        """Judge what is about to happen."""
        if event in _FORBIDDEN:
            raise Refused(f"{event} is not allowed here")
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            address = arguments[1]
            if not isinstance(address, tuple) or not _may(address):
                raise Refused(f"no way but the proxy: {address!r:.80}")

    def _may(address: tuple[Any, ...]) -> bool:
        if address[:2] == proxy:
            return True
        try:
            found = ipaddress.ip_address(str(address[0]).partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in networks)

    return hook


def main() -> None:
    """Send what is ordered; print "sent", or why not."""
    order = json.load(sys.stdin)
    import apprise  # noqa: PLC0415 - before the fence: it looks for what is installed

    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("apprise").addHandler(handler)
    proxy = urlsplit(order["proxy"])
    sys.addaudithook(fence((str(proxy.hostname), int(proxy.port or 0)), order["allow"]))
    receivers = apprise.Apprise()
    if not receivers.add(order["url"]):
        sys.stdout.write("Apprise does not know this kind of address\n")
        return
    is_sent = receivers.notify(title=order["title"], body=order["body"], body_format=apprise.NotifyFormat.TEXT)
    reason = " ".join(said[-1].split()) if said else "Apprise could not send it"
    sys.stdout.write("sent\n" if is_sent else f"{reason}\n")


if __name__ == "__main__":
    main()
