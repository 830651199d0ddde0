"""Archives that servers send as sitemaps and feeds: gzip is unpacked, others are named."""

import bz2
import gzip
import lzma
import zipfile
from io import BytesIO

import pytest
from scrapy.utils._compression import zstd  # type: ignore[attr-defined]

from crawler.discover.answer import read_endpoint
from crawler.discover.errors import UnreadableAnswer
from crawler.discover.packed import unpacked
from crawler.reading import endpoint
from storage.records import EndpointKind, Page

SITEMAP = b"<urlset><url><loc>https://daily.example/news/harbour-opens</loc></url></urlset>"


def zipped(body: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("sitemap.xml", body)
    return file.getvalue()


def page(body: bytes) -> Page:
    return Page("https://daily.example/sitemap.xml.packed", body, "application/octet-stream", 200)


OTHERS = [
    pytest.param(bz2.compress(SITEMAP), "bzip2", id="bzip2"),
    pytest.param(lzma.compress(SITEMAP), "xz", id="xz"),
    pytest.param(zstd.compress(SITEMAP), "zstd", id="zstd"),
    pytest.param(zipped(SITEMAP), "zip", id="zip"),
    pytest.param(gzip.compress(bz2.compress(SITEMAP)), "bzip2", id="bzip2 in gzip"),
]


@pytest.mark.parametrize("kind", [EndpointKind.SITEMAP, EndpointKind.FEED, EndpointKind.UNKNOWN])
@pytest.mark.parametrize(("body", "name"), OTHERS)
def test_an_archive_that_is_not_unpacked_says_what_it_is(body: bytes, name: str, kind: EndpointKind) -> None:
    with pytest.raises(UnreadableAnswer, match=f"^packed with {name}, and only gzip is unpacked$"):
        endpoint(page(body), kind, 100, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SITEMAP, id="not packed"),
        pytest.param(gzip.compress(SITEMAP), id="gzip"),
        pytest.param(gzip.compress(gzip.compress(SITEMAP)), id="gzip twice"),
    ],
)
def test_gzip_is_unpacked(body: bytes) -> None:
    assert unpacked(body) == (SITEMAP, ())
    found = read_endpoint(page(body), EndpointKind.SITEMAP)
    assert [link.url for link in found.links] == ["https://daily.example/news/harbour-opens"]


def test_a_text_that_begins_like_an_archive_is_none() -> None:
    assert unpacked(b"PK\nhttps://daily.example/news/harbour-opens\n")[1] == ()
