"""Chunked bodies: what arrives together is handed on together, and a body in crumbs is given up.

Each chunk that is handed on costs Scrapy a signal: 64 KiB in chunks of one byte hold the loop for most of a second,
and everybody waits for it. Joined they cost a tenth.
"""

from collections.abc import Callable

from twisted.web.http import _ChunkedTransferDecoder

#: chunks of one body: 10 MB in pieces of 100 bytes; servers send some KiB in each
MOST_CHUNKS = 100_000


class TooManyChunksError(Exception):
    """A body comes in crumbs."""


class JoinedChunks(_ChunkedTransferDecoder):
    """Twisted's decoder that hands on at once what came at once. Raises TooManyChunksError."""

    def __init__(self, hand_on: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        self._hand_on, self._finish = hand_on, finish
        self._parts: list[bytes] = []
        self._count = 0
        super().__init__(self._gather, self._end)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take bytes, and hand on what is in their chunks."""
        super().dataReceived(data)
        self._flush()

    def _gather(self, chunk: bytes) -> None:
        self._count += 1
        if self._count > MOST_CHUNKS:
            raise TooManyChunksError
        self._parts.append(chunk)

    def _end(self, rest: bytes) -> None:
        self._flush()
        self._finish(rest)

    def _flush(self) -> None:
        if self._parts:
            whole, self._parts = b"".join(self._parts), []
            self._hand_on(whole)
