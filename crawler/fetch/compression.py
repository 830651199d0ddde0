"""Unpacking of answers: a packed body that was cut off is an error, not a shorter page."""

import zlib
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

#: gzip ends with the length of what was packed, modulo this
_LENGTH_MODULUS = 1 << 32
#: wbits for zlib: find out whether it is gzip or zlib
_ANY_HEADER = zlib.MAX_WBITS | 32


class WholeBodies(HttpCompressionMiddleware):
    """Scrapy's unpacking; refuses gzip and deflate bodies without their end."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Unpack an answer. Raises ResponseDataLossError when it is cut off."""
        packed, encoding = response.body, (response.headers.get("Content-Encoding") or b"").strip().lower()
        unpacked = super().process_response(request, response)
        if isinstance(unpacked, Response) and packed and encoding in (b"gzip", b"x-gzip", b"deflate"):
            _check_end(packed, len(unpacked.body), encoding)
        return unpacked


def _check_end(packed: bytes, length: int, encoding: bytes) -> None:
    if encoding != b"deflate" and int.from_bytes(packed[-4:], "little") == length % _LENGTH_MODULUS:
        return  # the trailer agrees; several members or bytes behind the end are looked at more closely
    stream = zlib.decompressobj(_ANY_HEADER)
    try:
        stream.decompress(packed)
    except zlib.error:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without a header, as old servers send it
        try:
            stream.decompress(packed)
        except zlib.error as error:
            raise ResponseDataLossError(str(error)) from None
    if not stream.eof:
        message = "the packed body has no end"
        raise ResponseDataLossError(message)
