"""The server: uvicorn in the loop that is there, which leaves signals to whoever owns the process.

    serving(database, settings) ─> socket bound ─> [requests until `stop`] ─> those under way end ─> socket closed

One process and one loop with the daemon: a client that sends or reads slowly holds a socket and nothing else.
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from config_blocks import Serve
from config_secrets import secret
from delivery.api.app import Watches, create_app
from delivery.api.entry import Entry, is_loopback
from storage.database import Database

#: connections at once; more are answered 503
CONNECTIONS = 200
#: seconds in which a connection must have sent the head of its first request
HEAD_PATIENCE = 15.0
#: seconds in which requests under way may end after a stop
STOP_PATIENCE = 5
#: seconds that a connection may stay open without a question
IDLE = 30

log = logging.getLogger(__name__)


class CannotServe(Exception):
    """The server cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Front:
    """A socket that listens, and the rule for those who come."""

    listening: socket.socket
    entry: Entry

    @property
    def url(self) -> str:
        """Where it is reached."""
        host, port = self.listening.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def open_front(settings: Serve) -> Front:
    """Listen as the settings say. Raises CannotServe, and SecretError for a token that cannot be read."""
    token = secret(settings.token)
    if token is None and not is_loopback(settings.host):
        raise CannotServe(
            f"[serve] host {settings.host} can be reached from other machines, and there is no token: set "
            f"{settings.token.partition(':')[2]} to a long random word, or serve on 127.0.0.1"
        )
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server((str(address[0]), settings.port), family=family)
    except OSError as error:
        raise CannotServe(f"[serve] {settings.host} port {settings.port}: {error.strerror or error}") from error
    return Front(listening, Entry(token, settings.hosts))


async def serve(database: Database, front: Front, stop: asyncio.Event, watches: Watches = tuple) -> None:
    """Answer until `stop` is set; then what is under way may end."""
    app = create_app(database, front.entry, watches)
    server = _Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=STOP_PATIENCE,
        )
    )
    log.info("serving %s", front.url)
    serving = asyncio.ensure_future(server.serve([front.listening]))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    app.state.bell.close()  # whoever waits for changes is answered now
    server.should_exit = True
    stopping.cancel()
    await serving


def run(database: Database, front: Front, watches: Watches = tuple) -> None:
    """Serve in a process of its own until SIGTERM or SIGINT."""

    async def until_told() -> None:
        """Answer until a signal comes."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serve(database, front, stop, watches)

    asyncio.run(until_told())


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: they are the daemon's."""
        yield


class _Protocol(H11Protocol):
    """Closes a connection that does not say what it wants."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_PATIENCE, self._hurry)

    def _hurry(self) -> None:
        cycle: object | None = self.cycle  # None until a head has come, whatever its type says
        if cycle is None and not self.transport.is_closing():
            self.transport.close()
