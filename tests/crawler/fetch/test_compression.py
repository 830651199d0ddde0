"""Unpacking of answers: a packed body that was cut off is an error, not a shorter page."""

import asyncio
import gzip
import logging
import zlib
from collections.abc import Iterator
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

from config import Config
from crawler import station
from crawler.errands import Budget
from crawler.errors import NotNow
from crawler.fetch.compression import WholeBodies
from crawler.fetch.room import LARGE, TICKETS, Room
from crawler.settings import NEWSWATCH_SITES, NEWSWATCH_TIMETABLE

TEXT = b"<p>The harbour opened again on Monday.</p>" * 500
URL = "https://daily.example/a"


def headerless(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


def middleware_of(largest: int, seconds_left: float = 0.0) -> WholeBodies:
    """The middleware of a visit with so much time left."""
    visit = SimpleNamespace(budget=Budget(9, seconds_left, 9))
    settings = Settings({"DOWNLOAD_MAXSIZE": largest, "STATS_DUMP": False})
    signals = SimpleNamespace(connect=lambda *_: None)
    crawler = SimpleNamespace(settings=settings, spider=SimpleNamespace(visit=visit), signals=signals)
    crawler.stats = MemoryStatsCollector(cast("Crawler", crawler))
    return WholeBodies.from_crawler(cast("Crawler", crawler))


def answer_to(request: Request, body: bytes, encoding: str) -> Response:
    headers = {"Content-Encoding": encoding} if encoding else {}
    return Response(URL, headers=headers, body=body, request=request)


def unpacked(body: bytes, encoding: str, largest: int = 0) -> bytes:
    request = Request(URL)
    response = asyncio.run(middleware_of(largest).process_response(request, answer_to(request, body, encoding)))
    assert isinstance(response, Response)
    return response.body


@pytest.fixture
def room(sqlite_url: str) -> Iterator[Room]:
    """The room of a process that crawls."""
    try:
        yield station.open_station(Config(sqlite_url), NEWSWATCH_TIMETABLE, NEWSWATCH_SITES).room
    finally:
        station.close_station()


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


LARGE_TEXT = TEXT * (LARGE // len(TEXT) + 1)


async def unpacked_beside(room: Room, seconds_left: float, taken: int) -> Response:
    """A packed answer above LARGE, while others have so many tickets."""
    for errand in range(taken):
        assert room.grows(errand)
    request = Request(URL, meta={"errand": object()})
    answer = answer_to(request, gzip.compress(LARGE_TEXT), "gzip")
    response = await middleware_of(10_000_000, seconds_left).process_response(request, answer)
    assert isinstance(response, Response)
    return response


async def test_a_large_body_is_unpacked_with_a_ticket_and_nobody_is_warned(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        response = await unpacked_beside(room, 60.0, TICKETS - 1)
    assert response.body == LARGE_TEXT
    assert not room.grows(99), "it has the last ticket"
    assert caplog.messages == []


async def test_a_large_body_that_gets_no_ticket_in_the_time_of_its_visit_is_asked_for_later(room: Room) -> None:
    with pytest.raises(NotNow, match="too many large answers at once") as raised:
        await unpacked_beside(room, 0.1, TICKETS)
    assert raised.value.until is not None
