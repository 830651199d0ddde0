"""Unpacking of answers: a packed body that was cut off is an error, not a shorter page."""

import gzip
import zlib
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.fetch.compression import WholeBodies

TEXT = b"<p>The harbour opened again on Monday.</p>" * 500
URL = "https://daily.example/a"


def headerless(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


def unpacked(body: bytes, encoding: str, largest: int = 0) -> bytes:
    settings = Settings({"DOWNLOAD_MAXSIZE": largest, "STATS_DUMP": False})
    crawler = SimpleNamespace(settings=settings, spider=None, signals=SimpleNamespace(connect=lambda *_: None))
    crawler.stats = MemoryStatsCollector(cast("Crawler", crawler))
    middleware = WholeBodies.from_crawler(cast("Crawler", crawler))
    headers = {"Content-Encoding": encoding} if encoding else {}
    request = Request(URL)
    response = middleware.process_response(request, Response(URL, headers=headers, body=body, request=request))
    assert isinstance(response, Response)
    return response.body


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(TEXT, "", id="not packed"),
        pytest.param(gzip.compress(TEXT), "gzip", id="gzip"),
        pytest.param(gzip.compress(TEXT), " X-GZIP ", id="gzip by its old name"),
        pytest.param(gzip.compress(TEXT[:21_000]) + gzip.compress(TEXT[21_000:]), "gzip", id="two members"),
        pytest.param(gzip.compress(TEXT) + b"\0\0\0", "gzip", id="bytes behind the end"),
        pytest.param(zlib.compress(TEXT), "deflate", id="deflate"),
        pytest.param(headerless(TEXT), "deflate", id="deflate as old servers send it"),
    ],
)
def test_a_whole_body(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding) == TEXT


@pytest.mark.parametrize(
    "packed", [gzip.compress(TEXT), zlib.compress(TEXT), headerless(TEXT)], ids="gzip zlib raw".split()
)
@pytest.mark.parametrize("left", [0.3, 0.9, "all but a byte"])
def test_a_body_that_was_cut_off(packed: bytes, left: float | str) -> None:
    cut = packed[:-1] if isinstance(left, str) else packed[: int(len(packed) * left)]
    encoding = "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"
    with pytest.raises((ResponseDataLossError, IgnoreRequest)):
        unpacked(cut, encoding)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(IgnoreRequest, match="DOWNLOAD_MAXSIZE"):
        unpacked(gzip.compress(bytes(30_000_000)), "gzip", largest=1_000_000)
