"""A cap for response headers: Scrapy's limits count the body only, and 624 MB of headers were taken (measured).

Counted is what comes in while status line and headers are read, interim answers (1xx) included.
"""

# Scrapy's own protocol; its names are private, and the tests of bad input notice when they change.
from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HTTP11ClientProtocol
from twisted.web._newclient import Request as SentRequest
from twisted.web.iweb import IResponse

#: bytes of status lines and headers of one answer; servers themselves stop at 8 to 64 KiB
HEADERS_LIMIT = 256 * 1024


class HeadersTooLongError(Exception):
    """The headers of an answer do not end."""


class CappedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol that gives up an answer whose headers are too long."""

    _taken = 0

    def request(self, request: SentRequest) -> "Deferred[IResponse]":
        """Send a request; its answer is counted anew."""
        self._taken = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take bytes, unless the headers have already taken too many."""
        parser = self._parser
        if parser is not None and parser.state != BODY:
            self._taken += len(data)
            if self._taken > HEADERS_LIMIT:
                self._giveUp(Failure(HeadersTooLongError()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class CappedFactory(_LenientHTTP11ClientFactory):
    """Makes such protocols for the connection pool."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        """One protocol for one connection."""
        return CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
