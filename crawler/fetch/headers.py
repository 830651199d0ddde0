"""Caps for what surrounds a body: Scrapy's limits count the body only, and 624 MB of headers were taken (measured).

Counted is what comes in while status line and headers are read, interim answers (1xx) included, and their number: each
header costs the loop some microseconds, and 256 KiB hold 60,000 of them.
"""

# Scrapy's own protocol; its names are private, and the tests of bad input notice when they change.
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HTTP11ClientProtocol, ParseError
from twisted.web._newclient import Request as SentRequest
from twisted.web.http import _ChunkedTransferDecoder, _IdentityTransferDecoder
from twisted.web.iweb import IResponse

from crawler.fetch.chunks import JoinedChunks

#: bytes of status lines and headers of one answer; servers themselves stop at 8 to 64 KiB
HEADERS_LIMIT = 256 * 1024
#: what a status is: RFC 9110 has three digits, and an integer of twenty breaks the databases
STATUSES = range(100, 1000)
#: headers of one answer; servers stop at 100 to 500, news sites send 20 to 60
MOST_HEADERS = 1000


class HeadersTooLongError(Exception):
    """The headers of an answer do not end."""


class CappedParser(_LenientHTTPClientParser):
    """Scrapy's parser of answers, with a cap for headers and chunks that are handed on together."""

    # Scrapy's protocol gives its parsers this class when they are made already: nothing is set in a constructor.
    _transferDecoders: dict[bytes, type[_ChunkedTransferDecoder]] = {b"chunked": JoinedChunks}  # noqa: RUF012, N815 - Twisted's
    _seen = 0

    def statusReceived(self, status: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take the status line."""
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        if self.response.code not in STATUSES:
            raise ParseError("a status that is none", status)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take a header, unless there were too many."""
        self._seen += 1
        if self._seen > MOST_HEADERS:
            raise HeadersTooLongError
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class CappedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol that gives up an answer whose headers are too long, or whose end was none."""

    _taken = 0

    def request(self, request: SentRequest) -> "Deferred[IResponse]":
        """Send a request; its answer is counted anew."""
        self._taken = 0
        answered = super().request(request)
        self._parser.__class__ = CappedParser
        return answered

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take bytes, unless the headers have already taken too many."""
        parser = self._parser
        if parser is not None and parser.state != BODY:
            self._taken += len(data)
            if self._taken > HEADERS_LIMIT:
                self._giveUp(Failure(HeadersTooLongError()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        """The connection has ended; a body without a length is whole only where its server has closed it in order.

        Over TLS nobody can tell: many servers close without a word there.
        """
        decoder = getattr(self._parser, "bodyDecoder", None)
        is_reset = not reason.check(ConnectionDone) and not hasattr(self.transport, "getPeerCertificate")
        if is_reset and isinstance(decoder, _IdentityTransferDecoder) and decoder.contentLength is None:
            decoder.contentLength = 1  # at least so much is missing
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class CappedFactory(_LenientHTTP11ClientFactory):
    """Makes such protocols for the connection pool."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        """One protocol for one connection."""
        return CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
