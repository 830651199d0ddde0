"""Unpacking of answers: a packed body that was cut off is an error, not a shorter page.

Scrapy takes what it could unpack of a cut body for the whole page. Here each packing is asked whether it came to its
end; when it did not, the answer is as good as none and is asked for again.
"""

import zlib
from io import BytesIO
from typing import cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError
from scrapy.http import Response

# The packages are Scrapy's own requirements, and which zstd it is depends on the Python: what Scrapy took is taken.
from scrapy.utils._compression import (  # type: ignore[attr-defined]
    _CHUNK_SIZE,
    _check_max_size,
    _DecompressionMaxSizeExceeded,
    brotli,
    zstd,
)

from crawler.fetch.handler import visit_of, wait_for_ticket
from crawler.fetch.room import LARGE, errand_of
from crawler.station import current

#: gzip ends with the length of what was packed, modulo this
_LENGTH_MODULUS = 1 << 32
#: wbits for zlib: find out whether it is gzip or zlib
_ANY_HEADER = zlib.MAX_WBITS | 32
#: 2^23 = 8 MiB, the largest window a server may ask of who unpacks its zstd (RFC 9659); the format itself allows 2 GiB
_ZSTD_WINDOW = 23
#: request.meta key: bytes that the body may have when it is unpacked, where that is not `download_maxsize`
UNPACKED_SIZE = "newswatch_unpacked_size"
#: packings around each other; servers use one, and each layer costs a turn of the loop
MOST_LAYERS = 4
_DAMAGED: tuple[type[Exception], ...] = (zlib.error, brotli.error, zstd.ZstdError, EOFError, OSError)
_NO_END = "the packed body has no end"


class WholeBodies(HttpCompressionMiddleware):
    """Scrapy's unpacking; refuses bodies without their end, whatever they are packed with, and however often."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Unpack within the limit that the request names, and within the room that there is.

        Raises NotNow when there is no room for a large body for a while.
        """
        limit, errand = (
            request.meta.get(UNPACKED_SIZE, request.meta.get("download_maxsize", self._max_size)),
            errand_of(request),
        )
        if errand is None or not response.headers.get("Content-Encoding") or LARGE >= limit > 0:
            return self._unpacked(request, response, limit)
        try:
            unpacked = self._unpacked(request, response, LARGE)
        except IgnoreRequest:
            await wait_for_ticket(request, visit_of(self._crawler))
            unpacked = self._unpacked(request, response, limit)
        current().room.hold(errand, len(unpacked.body))
        return unpacked

    def _unpacked(self, request: Request, response: Response, limit: int) -> Response:
        limited = request.replace(meta={**request.meta, "download_maxsize": limit})
        unpacked = super().process_response(limited, response)
        return cast("Response", unpacked)  # requests are made by other middlewares

    def _handle_encoding(self, body: bytes, content_encoding: list[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        if sum(len(line.split(b",")) for line in content_encoding) > MOST_LAYERS:
            message = f"packed more than {MOST_LAYERS} times"
            raise ResponseDataLossError(message)
        try:
            return super()._handle_encoding(body, content_encoding, max_size)
        except _DecompressionMaxSizeExceeded:
            # Scrapy would log a warning, of good answers too: each large one is tried within LARGE first.
            message = f"exceeded DOWNLOAD_MAXSIZE ({max_size} bytes) while it was unpacked"
            raise IgnoreRequest(message) from None

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """Unpack one layer. Raises ResponseDataLossError when it is cut off or damaged."""
        if not body:
            return body
        try:
            if encoding == b"br":
                return _unbrotli(body, max_size)
            if encoding == b"zstd":
                return _unzstd(body, max_size)
            unpacked = HttpCompressionMiddleware._decode(body, encoding, max_size)  # noqa: SLF001 - it is our base
            _check_end(body, len(unpacked), encoding)
        except _DAMAGED as error:
            raise ResponseDataLossError(str(error)) from None
        return unpacked


def _unbrotli(packed: bytes, max_size: int) -> bytes:
    stream, parts, size = brotli.Decompressor(), [], 0
    chunk = stream.process(packed, output_buffer_limit=_CHUNK_SIZE)
    while chunk:
        parts.append(chunk)
        size += len(chunk)
        _check_max_size(size, max_size)
        chunk = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=_CHUNK_SIZE)
    if not stream.is_finished():
        raise ResponseDataLossError(_NO_END)
    return b"".join(parts)


def _unzstd(packed: bytes, max_size: int) -> bytes:
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW}
    parts, size = [], 0
    with zstd.ZstdFile(BytesIO(packed), options=options) as stream:
        while chunk := stream.read(_CHUNK_SIZE):
            parts.append(chunk)
            size += len(chunk)
            _check_max_size(size, max_size)
    return b"".join(parts)


def _check_end(packed: bytes, length: int, encoding: bytes) -> None:
    if encoding != b"deflate" and int.from_bytes(packed[-4:], "little") == length % _LENGTH_MODULUS:
        return  # the trailer agrees; several members or bytes behind the end are looked at more closely
    stream = zlib.decompressobj(_ANY_HEADER)
    try:
        stream.decompress(packed)
    except zlib.error:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without a header, as old servers send it
        stream.decompress(packed)
    if not stream.eof:
        raise ResponseDataLossError(_NO_END)
