"""Download errors in words that an operator understands."""

import pytest
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

from crawler.errors import NotNow, ReaderFailed, Refused
from crawler.fetch.reasons import REASON_LENGTH, reason_of


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(Refused("robots.txt forbids it"), "robots.txt forbids it", id="our own words"),
        pytest.param(NotNow("asks to wait"), "asks to wait", id="a wish to wait"),
        pytest.param(ReaderFailed("reader stopped"), "reader stopped", id="a reader"),
        pytest.param(
            CannotResolveHostError("DNS lookup failed: x"),
            "host name not found (no network, or no such host)",
            id="DNS",
        ),
        pytest.param(DownloadConnectionRefusedError("111"), "connection refused", id="nobody listens"),
        pytest.param(DownloadTimeoutError("20 seconds"), "no whole answer in time", id="a timeout"),
        pytest.param(ResponseDataLossError("x"), "answer cut off", id="a cut answer"),
        pytest.param(UnsupportedURLSchemeError("ftp"), "not an http or https address", id="another scheme"),
        pytest.param(
            DownloadCancelledError("Expected response size (9) larger than download max size (8)"),
            "answer larger than [crawl] max_body",
            id="too large, told beforehand",
        ),
        pytest.param(DownloadCancelledError("the visit was stopped"), "the visit was stopped", id="a stop"),
        pytest.param(IgnoreRequest("max redirections reached"), "too many redirects", id="redirects"),
        pytest.param(
            IgnoreRequest("exceeded DOWNLOAD_MAXSIZE while decompressing"),
            "answer larger than [crawl] max_body after unpacking",
            id="a bomb",
        ),
        pytest.param(
            DownloadFailedError("[<twisted.python.failure.Failure twisted.internet.error.ConnectionLost: x>]"),
            "connection lost",
            id="Twisted's own words",
        ),
        pytest.param(DownloadFailedError("<Failure ParseError: bad>"), "not an HTTP answer", id="no HTTP"),
        pytest.param(
            DownloadFailedError("OpenSSL.SSL.Error"), "TLS failed: certificate or protocol not accepted", id="TLS"
        ),
        pytest.param(
            DownloadFailedError("[<twisted.python.failure.Failure builtins.KeyError: b'br'>]"),
            "unknown Transfer-Encoding",
            id="a transfer that nobody knows",
        ),
        pytest.param(
            DownloadFailedError("[<twisted.python.failure.Failure builtins.ValueError: conflicting Content-Length>]"),
            "impossible Content-Length",
            id="lengths that contradict each other",
        ),
        pytest.param(ReaderFailed("reader failed: a\0b \ud800\x1b[31m"), "reader failed: a b [31m", id="no controls"),
        pytest.param(OSError(), "OSError", id="an error without words has its name"),
        pytest.param(OSError(" two\n lines "), "two lines", id="one line"),
        pytest.param(OSError("x" * 1000), "x" * REASON_LENGTH, id="not endless"),
    ],
)
def test_reason(error: BaseException, reason: str) -> None:
    assert reason_of(error) == reason
