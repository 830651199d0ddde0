"""A real server on loopback over the small store, and a client that asks it."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from config_blocks import Serve
from delivery.api import server
from delivery.api.app import Watches
from delivery.api.server import Front
from storage.database import Database

NO_TOKEN = f"file:{Path(__file__).parent / 'no-such-token'}"


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence of a refusal."""
        assert 400 <= self.status < 600, self
        return str(self.json["error"])


@dataclass(frozen=True)
class Client:
    """Asks one server, a connection for each question."""

    front: Front

    @property
    def port(self) -> int:
        return int(self.front.listening.getsockname()[1])

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", **query: Any) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            address = f"{path}?{urlencode(query, doseq=True)}" if query else path
            connection.request(method, address, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@contextmanager
def running(database: Database, settings: Serve, watches: Watches = tuple) -> Iterator[Client]:
    """A server in a thread, stopped at the end."""
    front, stop = server.open_front(settings), asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(database, front, stop, watches),))
    thread.start()
    try:
        yield Client(front)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@pytest.fixture
def client(database: Database) -> Iterator[Client]:
    """A client of a server on loopback without a token."""
    with running(database, Serve(port=0, token=NO_TOKEN)) as found:
        yield found
