"""Receivers on loopback: a webhook that keeps what it is sent, and a small SMTP server."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@dataclass
class Hook:
    """A webhook. `answers` are used one after another, the last one for ever; "" is silence."""

    answers: list[str] = field(default_factory=lambda: ["200 OK"])
    #: (headers, content) of each request
    got: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?who=desk"

    @property
    def keys(self) -> list[str]:
        """Idempotency keys, in the order in which they came."""
        return [headers["idempotency-key"] for headers, _ in self.got]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        content = json.loads(body) if headers.get("content-type") == "application/json" else body
        self.got.append(({**headers, "": lines[0], "raw": body.decode()}, content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not answer:
            await asyncio.sleep(3600)
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@dataclass
class Post:
    """An SMTP server that takes all mail, or answers `refusal` to its DATA; EHLO is told of `offers`."""

    refusal: str | None = None
    silent: bool = False
    offers: str = "8BITMIME"
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.silent:
            await asyncio.sleep(3600)
        writer.write(b"220 post.example ESMTP\r\n")
        while line := (await reader.readline()).decode():
            word = line[:4].upper()
            if word == "RCPT":
                self.recipients.append(line.strip())
            if word == "DATA" and self.refusal is None:
                writer.write(b"354 go on\r\n")
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
            ehlo = f"250-post.example\r\n250 {self.offers}"
            answer = {"QUIT": "221 bye", "EHLO": ehlo}.get(word, "250 well")
            writer.write(f"{self.refusal if word == 'DATA' and self.refusal else answer}\r\n".encode())
            if word == "QUIT":
                break
        writer.close()


@contextmanager
def listening(receiver: Hook | Post) -> Iterator[None]:
    """The receiver in a thread of its own, on a free port."""
    loop = asyncio.new_event_loop()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await receiver.serve(reader, writer)
        writer.close()

    async def end() -> None:
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    starting = asyncio.start_server(guarded, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
