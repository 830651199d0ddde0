"""Who may ask: on loopback everybody under its own names, elsewhere whoever has the token.

request ─> /healthz, /readyz: always
        ─> a token is set: Authorization: Bearer TOKEN, or Basic with the token as password (what browsers ask for)
        ─> none is set: only names of this machine, so that no web page can ask under a name of its own (DNS rebinding)
"""

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.datastructures import Headers
from fastapi.responses import JSONResponse, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

#: what probes of a service manager ask
OPEN = ("/healthz", "/readyz")
#: sent with every answer; a page can neither run a script nor load anything from elsewhere
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address that is listened on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Entry:
    """The rule for one server: its token, if there is one, and the names that it answers to without."""

    token: str | None
    hosts: Sequence[str] = ()

    def refusal(self, path: str, headers: Headers) -> tuple[int, str] | None:
        """Why a request is not answered, as status and sentence; None: it is."""
        if path in OPEN:
            return None
        if self.token is not None:
            if hmac.compare_digest(_shown_token(headers.get("authorization", "")), self.token.encode()):
                return None
            return 401, "a token is needed: Authorization: Bearer TOKEN"
        name = host_name(headers.get("host", ""))
        if name in _LOCAL_NAMES or name in {host_name(host) for host in self.hosts}:
            return None
        return 421, "this name is not served here: add it to hosts of [serve], or set a token"


def host_name(host: str) -> str:
    """The name in a Host header: "[::1]:8040" is "::1"."""
    found = re.fullmatch(r"\[([^\]]*)\](?::\d+)?|([^:]*)(?::\d+)?", host.strip().lower())
    return (found[1] or found[2] or "") if found else ""


def _shown_token(authorization: str) -> bytes:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return value.strip().encode("utf-8", "replace") if kind.lower() == "bearer" else b""
    try:
        return base64.b64decode(value, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


class Gatekeeper:
    """Holds the rule in front of everything, and sends the headers of safety with every answer."""

    def __init__(self, app: App, entry: Entry) -> None:
        self._app, self._entry = app, entry

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse, or let through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._entry.refusal(scope["path"], Headers(scope=scope))
        app = _refuse(*refusal) if refusal else self._app

        async def with_headers(message: Message) -> None:
            """Add the headers to the head of the answer."""
            if message["type"] == "http.response.start":
                more = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await app(scope, receive, with_headers)


def _refuse(status: int, sentence: str) -> Response:
    # "Basic" makes a browser ask for a password; programs read the sentence
    headers = {"WWW-Authenticate": 'Basic realm="Newswatch"'} if status == 401 else {}
    return JSONResponse({"error": sentence}, status, {**headers, "Cache-Control": "no-store"})
