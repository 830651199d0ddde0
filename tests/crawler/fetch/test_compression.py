"""Unpacking of answers: a packed body that was cut off is an error, not a shorter page."""

import asyncio
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
from scrapy.utils._compression import brotli, zstd  # type: ignore[attr-defined]

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
    answered = middleware.process_response(request, Response(URL, headers=headers, body=body, request=request))
    response = asyncio.run(answered)
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
        pytest.param(brotli.compress(TEXT), "br", id="brotli"),
        pytest.param(brotli.compress(b""), "br", id="brotli of nothing"),
        pytest.param(zstd.compress(TEXT), "zstd", id="zstd"),
        pytest.param(zstd.compress(TEXT[:21_000]) + zstd.compress(TEXT[21_000:]), "zstd", id="two frames of zstd"),
        pytest.param(brotli.compress(gzip.compress(TEXT)), "gzip, br", id="gzip in brotli"),
        pytest.param(gzip.compress(zstd.compress(TEXT)), "zstd,gzip", id="zstd in gzip"),
        pytest.param(TEXT, "identity", id="a packing that is none"),
        pytest.param(b"", "br", id="no body, though brotli is announced"),
    ],
)
def test_a_whole_body(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding) == (TEXT if len(body) > 1 else b"")


@pytest.mark.parametrize(
    "packed", [gzip.compress(TEXT), zlib.compress(TEXT), headerless(TEXT)], ids="gzip zlib raw".split()
)
@pytest.mark.parametrize("left", [0.3, 0.9, "all but a byte"])
def test_a_body_that_was_cut_off(packed: bytes, left: float | str) -> None:
    cut = packed[:-1] if isinstance(left, str) else packed[: int(len(packed) * left)]
    encoding = "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"
    with pytest.raises((ResponseDataLossError, IgnoreRequest)):
        unpacked(cut, encoding)


@pytest.mark.parametrize("encoding", ["br", "zstd"])
@pytest.mark.parametrize("left", [0.1, 0.5, 0.99, "all but a byte"])
def test_a_brotli_or_zstd_body_that_was_cut_off(encoding: str, left: float | str) -> None:
    packed = brotli.compress(TEXT) if encoding == "br" else zstd.compress(TEXT)
    cut = packed[:-1] if isinstance(left, str) else packed[: int(len(packed) * left)]
    with pytest.raises(ResponseDataLossError):
        unpacked(cut, encoding)


@pytest.mark.parametrize(
    ("outer", "encoding"),
    [
        pytest.param(gzip.compress(brotli.compress(TEXT)[:-3]), "br, gzip", id="brotli in gzip"),
        pytest.param(brotli.compress(zstd.compress(TEXT)[:-3]), "zstd, br", id="zstd in brotli"),
        pytest.param(zstd.compress(gzip.compress(TEXT)[:-3]), "gzip, zstd", id="gzip in zstd"),
        pytest.param(gzip.compress(gzip.compress(TEXT)[:-3]), "gzip, gzip", id="gzip in gzip"),
    ],
)
def test_a_cut_body_in_a_whole_one(outer: bytes, encoding: str) -> None:
    with pytest.raises(ResponseDataLossError):
        unpacked(outer, encoding)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_packed_as_it_says(encoding: str) -> None:
    with pytest.raises(ResponseDataLossError):
        unpacked(TEXT, encoding)


def test_a_zstd_window_of_more_than_8_mib_is_refused() -> None:
    options = {int(zstd.CompressionParameter.window_log): 27, int(zstd.CompressionParameter.content_size_flag): 0}
    packer = zstd.ZstdCompressor(options=options)
    packed = packer.compress(TEXT) + packer.flush()
    with pytest.raises(ResponseDataLossError):
        unpacked(packed, "zstd")


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        pytest.param(gzip.compress(bytes(30_000_000)), "gzip", id="gzip"),
        pytest.param(gzip.compress(gzip.compress(bytes(30_000_000))), "gzip, gzip", id="gzip twice"),
        pytest.param(zlib.compress(bytes(30_000_000)), "deflate", id="deflate"),
        pytest.param(brotli.compress(bytes(30_000_000), quality=5), "br", id="brotli"),
        pytest.param(zstd.compress(bytes(30_000_000)), "zstd", id="zstd"),
    ],
)
def test_a_bomb_is_refused(packed: bytes, encoding: str) -> None:
    with pytest.raises(IgnoreRequest, match="DOWNLOAD_MAXSIZE"):
        unpacked(packed, encoding, largest=1_000_000)
