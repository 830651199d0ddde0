"""Download errors in words that an operator understands: one line each, no class names."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError

from crawler.clean import clean_text
from crawler.errors import CrawlError

#: what a download can raise besides our own errors
DOWNLOAD_ERRORS: tuple[type[Exception], ...] = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    ConnectError,
    OSError,
    ValueError,
)

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "host name not found (no network, or no such host)"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "no whole answer in time"),
    (ResponseDataLossError, "answer cut off"),
    (UnsupportedURLSchemeError, "not an http or https address"),
)
#: a reason is one line of at most so many characters
REASON_LENGTH = 200


def reason_of(error: BaseException) -> str:
    """The recorded reason for an error of a fetch; what a server or a page put into it is cleaned."""
    return clean_text(_words_of(error), REASON_LENGTH) or type(error).__name__


def _words_of(error: BaseException) -> str:
    if isinstance(error, CrawlError):
        return str(error)
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    if isinstance(error, DownloadCancelledError) and ("larger" in str(error) or not str(error)):
        return "answer larger than [crawl] max_body"  # Scrapy cancels without a word when the body grows too long
    return _cut_off(str(error))


def _cut_off(text: str) -> str:
    # Twisted: "[<twisted.python.failure.Failure twisted.internet.error.ConnectionLost: Connection to the other side..."
    for mark, words in (
        ("max redirections", "too many redirects"),
        ("exceeded DOWNLOAD_MAXSIZE", "answer larger than [crawl] max_body after unpacking"),
        ("HeadersTooLong", "headers of the answer do not end"),
        ("PotentialDataLoss", "answer cut off"),
        ("ConnectionDone", "connection closed without an answer"),
        ("ConnectionLost", "connection lost"),
        ("ConnectionReset", "connection reset"),
        ("SSL", "TLS failed: certificate or protocol not accepted"),
        ("ParseError", "not an HTTP answer"),
        ("BadResponseVersion", "not an HTTP answer"),
        ("builtins.KeyError", "unknown Transfer-Encoding"),
        ("builtins.ValueError", "impossible Content-Length"),
    ):
        if mark in text:
            return words
    return text
