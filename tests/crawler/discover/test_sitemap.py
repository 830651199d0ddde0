"""Sitemaps: good ones, and the ways in which publishers break them."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.answer import read_endpoint
from crawler.discover.errors import EndpointError, HostileAnswer, UnreadableAnswer
from crawler.discover.packed import unpacked
from crawler.discover.sitemap import read_sitemap
from storage.records import EndpointKind, Found, LinkKind, Page

SITE = "https://harbour.example"
URL = f"{SITE}/sitemap.xml"
NEWS = (
    "<news:news><news:publication><news:name>Harbour</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2024-10-29T10:15:00+02:00</news:publication_date><news:title>Früh &amp; spät</news:title>"
    "<news:keywords>Ferries, Trams, Ferries</news:keywords></news:news>"
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
NEWS_ADDRESSES = [f"{SITE}/news/ferry-{number}-leaves-early" for number in range(3)]
GOOD = HEAD + "".join(f"<url><loc>{address}</loc>{NEWS}</url>" for address in NEWS_ADDRESSES) + "</urlset>"


def addresses(found: Found) -> list[str]:
    return [link.url for link in found.links]


def test_a_news_sitemap_gives_title_date_language_and_keywords() -> None:
    found = read_sitemap(GOOD, URL)
    assert found.kind is EndpointKind.NEWS_SITEMAP
    link = found.links[0]
    assert link.title == "Früh & spät"
    assert link.published == datetime(2024, 10, 29, 8, 15, tzinfo=UTC)
    assert link.published_raw == "2024-10-29T10:15:00+02:00"
    assert (link.in_language, link.keywords) == ("en", ("Ferries", "Trams"))


def test_a_plain_sitemap_gives_changes_and_pictures() -> None:
    row = (
        f"<url><loc>{NEWS_ADDRESSES[0]}</loc><lastmod>2024-10-29</lastmod><image:image><image:loc>/f.jpg</image:loc>"
        f"<image:title>Not the title</image:title></image:image></url>"
    )
    found = read_sitemap(HEAD + row + "</urlset>", URL)
    assert found.kind is EndpointKind.SITEMAP
    assert found.links[0].modified == datetime(2024, 10, 29, tzinfo=UTC)
    assert (found.links[0].title, found.links[0].published) == (None, None)
    assert found.links[0].image_url == f"{SITE}/f.jpg"


def test_an_index_gives_its_children_as_pages_without_those_of_tags_and_authors() -> None:
    names = [
        "posts-2024-10.xml.gz",
        "post_tag-sitemap.xml",
        "author-sitemap.xml",
        "sitemap-categories-1.xml",
        "news.xml",
    ]
    rows = "".join(
        f"<sitemap><loc>{SITE}/{name}</loc><lastmod>2024-10-29T08:00:00Z</lastmod></sitemap>" for name in names
    )
    found = read_sitemap(f"<sitemapindex>{rows}</sitemapindex>", URL)
    assert [page.url for page in found.pages] == [f"{SITE}/posts-2024-10.xml.gz", f"{SITE}/news.xml"]
    assert {page.kind for page in found.pages} == {LinkKind.PAGE}
    assert found.pages[0].modified == datetime(2024, 10, 29, 8, tzinfo=UTC)


def test_addresses_that_are_no_articles_by_their_look_are_left() -> None:
    rows = [
        f"{SITE}/",
        f"{SITE}/tag/ferries",
        f"{SITE}/2024/10/",
        f"{SITE}/author/ana-ruiz",
        f"{SITE}/contact",
        NEWS_ADDRESSES[0],
    ]
    text = HEAD + "".join(f"<url><loc>{address}</loc></url>" for address in rows) + "</urlset>"
    assert addresses(read_sitemap(text, URL)) == NEWS_ADDRESSES[:1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            GOOD.replace(' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
            id="undeclared news namespace",
        ),
        pytest.param("\n\n \t" + GOOD, id="leading blank lines"),
        pytest.param(GOOD.replace("http://www.sitemaps", "https://www.sitemaps"), id="https in the schema namespace"),
        pytest.param(GOOD.replace("sitemaps.org/schemas", "google.com/schemas"), id="another schema namespace"),
        pytest.param(
            GOOD.replace("<url", "<s:url").replace("</url", "</s:url").replace("xmlns=", "xmlns:s="), id="a prefix"
        ),
        pytest.param(GOOD.replace("&amp;", "&"), id="a bare ampersand"),
        pytest.param(GOOD.replace("UTF-8", "utf-16"), id="a wrong declaration"),
        pytest.param(
            "<!-- made by hand --><?xml-stylesheet href='s.xsl'?>" + GOOD, id="comments and instructions before"
        ),
        pytest.param("PHP Notice: x in y\n" + GOOD, id="a notice before"),
    ],
)
def test_dirty_ones_are_read_like_clean_ones(text: str) -> None:
    found = read_sitemap(text, URL)
    assert found.kind is EndpointKind.NEWS_SITEMAP
    assert addresses(found) == NEWS_ADDRESSES
    assert found.links[0].title == "Früh & spät"
    assert found.problems == ()


def test_one_that_was_cut_off_gives_its_whole_entries() -> None:
    found = read_sitemap(GOOD[: GOOD.index(NEWS_ADDRESSES[2]) + 30], URL)
    assert addresses(found) == NEWS_ADDRESSES[:2]
    assert found.problems == ("sitemap: cut off",)


def test_one_in_latin_1_without_saying_so() -> None:
    page = Page(URL, GOOD.encode("latin-1"), "text/xml")
    assert read_endpoint(page, EndpointKind.SITEMAP).links[0].title == "Früh & spät"


def test_a_plain_list_of_addresses() -> None:
    text = "\r\n".join(
        ["\ufeff" + NEWS_ADDRESSES[0], "", NEWS_ADDRESSES[1], "# made daily", "ftp://harbour.example/x-y-z-a"]
    )
    assert addresses(read_sitemap(text, URL)) == NEWS_ADDRESSES[:2]


@pytest.mark.parametrize("written", ["a=1&b=2", "a=1&amp;b=2", "<![CDATA[a=1&b=2]]>"])
def test_ampersands_of_addresses(written: str) -> None:
    before, _, query = written.rpartition("a=1")
    row = f"<url><loc>{before}{SITE}/news/man-bites-dog-again?a=1{query}</loc></url>"
    assert addresses(read_sitemap(HEAD + row + "</urlset>", URL)) == [f"{SITE}/news/man-bites-dog-again?a=1&b=2"]


def test_an_entry_without_address_costs_no_other() -> None:
    text = HEAD + f"<url><loc></loc></url><url/><url><loc>{NEWS_ADDRESSES[0]}</loc></url></urlset>"
    found = read_sitemap(text, URL)
    assert addresses(found) == NEWS_ADDRESSES[:1]
    assert found.problems == ("entry 1: no address", "entry 2: no address")


@pytest.mark.parametrize("text", ["nothing of interest", "<html><body>404</body></html>", "ftp://harbour.example/a"])
def test_what_is_no_sitemap_says_so(text: str) -> None:
    with pytest.raises(UnreadableAnswer, match="neither XML nor a list"):
        read_sitemap(text, URL)


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_packed_once_or_twice(layers: int) -> None:
    body = GOOD.encode()
    for _ in range(layers):
        body = gzip.compress(body)
    found = read_endpoint(Page(f"{URL}.gz", body, "application/x-gzip"), EndpointKind.SITEMAP)
    assert addresses(found) == NEWS_ADDRESSES


def test_half_an_archive_is_read_as_far_as_it_goes() -> None:
    rows = "".join(f"<url><loc>{SITE}/news/{number}-{hash(str(number))}-a-b-c</loc></url>" for number in range(500))
    body = gzip.compress((HEAD + rows + "</urlset>").encode())
    found = read_endpoint(Page(URL, body[: len(body) // 2], ""), EndpointKind.SITEMAP)
    assert 0 < len(found.links) < 500
    assert found.problems == ("gzip: cut off, read as far as it goes", "sitemap: cut off")


def test_archives_of_several_members_are_joined() -> None:
    assert unpacked(gzip.compress(b"ab") + gzip.compress(b"cd") + b"\0\0") == (b"abcd", ())


def test_a_damaged_archive_is_read_up_to_the_damage() -> None:
    whole = bytes(range(256)) * 40
    body = bytearray(gzip.compress(whole, mtime=0))
    body[-6] ^= 0xFF  # the checksum
    text, problems = unpacked(bytes(body))
    assert whole.startswith(text)
    assert problems == ("gzip: cut off, read as far as it goes",)


@pytest.mark.parametrize(
    ("body", "error", "reason"),
    [
        pytest.param(gzip.compress(b"\0" * 51_000_000), HostileAnswer, "more than 50 MB", id="a bomb"),
        pytest.param(gzip.compress(b"") * 101, HostileAnswer, "members", id="too many members"),
        pytest.param(b"\x1f\x8b\x08rubbish", UnreadableAnswer, "gzip", id="rubbish behind the mark"),
    ],
)
def test_archives_that_are_refused(body: bytes, error: type[EndpointError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        unpacked(body)


PIECES = st.sampled_from(["<url>", "</url>", "<loc>", "</loc>", "http://a.example/b-c-d-e", "http://[", "&x;", "<news:news>", "</", "<!--", "\x00", "<sitemap>", "é", "\udc80", "<![CDATA["])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_no_rubbish_makes_it_raise_anything_else(pieces: list[str]) -> None:
    found = read_sitemap("<urlset>" + "".join(pieces), URL)
    assert all(link.url.startswith("http") for link in found.links)
