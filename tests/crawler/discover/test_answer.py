"""One answer of an endpoint: what it is, what comes out, and what is refused."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.answer import kind_of, read_endpoint
from crawler.discover.errors import EmptyAnswer, EndpointError, HostileAnswer, UnreadableAnswer, WrongAnswer
from storage.records import EndpointKind, Found, Page
from tests.crawler.discover.feeds import FEED_URL, atom, rss, story

SITEMAP = "<urlset><url><loc>https://harbour.example/news/a-b-c-d</loc></url></urlset>"
WEB_PAGE = "<!doctype html><html><body><h2><a href='/news/ferry-leaves-too-early'>Ferry leaves too early</a></h2></body></html>"
JSON_FEED = '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "https://harbour.example/1"}]}'


def read(text: str, kind: EndpointKind = EndpointKind.UNKNOWN, limit: int = 2000) -> Found:
    return read_endpoint(Page(FEED_URL, text.encode("utf-8", "replace")), kind, limit)


@pytest.mark.parametrize("expected", list(EndpointKind))
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(rss(story(1)), EndpointKind.FEED, id="RSS"),
        pytest.param(atom("<id>x</id>"), EndpointKind.FEED, id="Atom"),
        pytest.param(JSON_FEED, EndpointKind.FEED, id="JSON Feed"),
        pytest.param(SITEMAP, EndpointKind.SITEMAP, id="sitemap"),
        pytest.param(
            "<sitemapindex><sitemap><loc>http://a.example/1</loc></sitemap></sitemapindex>",
            EndpointKind.SITEMAP,
            id="index",
        ),
        pytest.param("https://harbour.example/news/a-b-c-d\n", EndpointKind.SITEMAP, id="plain list"),
    ],
)
def test_feeds_and_sitemaps_are_read_as_what_they_are(text: str, kind: EndpointKind, expected: EndpointKind) -> None:
    assert read(text, expected).kind is kind


@pytest.mark.parametrize("expected", [EndpointKind.UNKNOWN, EndpointKind.LISTING])
def test_a_web_page_is_a_listing_where_one_may_be(expected: EndpointKind) -> None:
    found = read(WEB_PAGE, expected)
    assert found.kind is EndpointKind.LISTING
    assert [link.title for link in found.links] == ["Ferry leaves too early"]


@pytest.mark.parametrize("expected", [EndpointKind.FEED, EndpointKind.SITEMAP, EndpointKind.NEWS_SITEMAP])
def test_a_web_page_where_a_feed_was_is_an_error_and_its_menu_no_news(expected: EndpointKind) -> None:
    with pytest.raises(WrongAnswer, match=f"^{expected.value}: answered with a web page$"):
        read(WEB_PAGE, expected)


def test_a_feed_behind_a_warning_printed_as_html_is_still_a_feed() -> None:
    assert read("<br />\n<b>Warning</b>: x\n" + rss(story(1)), EndpointKind.FEED).kind is EndpointKind.FEED


@pytest.mark.parametrize("tag", ["main", "section", "article", "ol", "span", "form", "font", "BODY"])
def test_a_fragment_of_a_web_page_is_a_listing(tag: str) -> None:
    assert kind_of(f"<{tag} class=x><a href=/x>y</a>") is EndpointKind.LISTING


def test_a_web_page_that_shows_feed_source_is_a_web_page() -> None:
    assert kind_of("<html><body><pre>&lt;rss&gt;</pre></body></html>") is EndpointKind.LISTING


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(b"", EmptyAnswer, id="nothing"),
        pytest.param(b" \r\n\t ", EmptyAnswer, id="white space"),
        pytest.param(b"\xef\xbb\xbf", EmptyAnswer, id="a byte order mark alone"),
        pytest.param(b"{", UnreadableAnswer, id="half a JSON"),
        pytest.param(b"x" * 50_000_001, HostileAnswer, id="too large"),
    ],
)
def test_what_cannot_be_read_at_all(body: bytes, error: type[EndpointError]) -> None:
    with pytest.raises(error):
        read_endpoint(Page(FEED_URL, body), EndpointKind.UNKNOWN)


@pytest.mark.parametrize("error", [EmptyAnswer, HostileAnswer, UnreadableAnswer, WrongAnswer])
def test_errors_cross_process_borders(error: type[EndpointError]) -> None:
    back = pickle.loads(pickle.dumps(error("feed: not XML")))  # noqa: S301
    assert type(back) is error
    assert (back.reason, str(back)) == ("feed: not XML", "feed: not XML")


def test_each_address_comes_once_in_the_order_of_the_page() -> None:
    found = read(rss(story(2), story(1), story(2)))
    assert [link.title for link in found.links] == ["Ferry number 2 leaves", "Ferry number 1 leaves"]


def test_a_cut_keeps_the_newest_where_there_are_dates() -> None:
    rows = "".join(
        f"<url><loc>https://harbour.example/news/{n}-a-b-c</loc><lastmod>2024-10-{n:02}</lastmod></url>"
        for n in range(1, 21)
    )
    found = read(f"<urlset>{rows}</urlset>", limit=3)
    assert [link.url[29:31] for link in found.links] == ["18", "19", "20"]
    assert found.problems == ("20 links, 3 of them were read",)


def test_a_cut_without_dates_keeps_both_ends() -> None:
    rows = "".join(f"<url><loc>https://harbour.example/news/{n:02}-a-b-c</loc></url>" for n in range(20))
    found = read(f"<urlset>{rows}</urlset>", limit=4)
    assert [link.url[29:31] for link in found.links] == ["00", "01", "18", "19"]


def test_problems_do_not_fill_the_table() -> None:
    found = read(rss(*["<title>x</title>"] * 300))
    assert len(found.problems) == 51
    assert found.problems[-1] == "and 250 more problems"


def test_a_legacy_charset_of_the_header() -> None:
    body = (
        rss("<title>Паром ушёл</title><link>https://harbour.example/1</link>")
        .replace('encoding="UTF-8"', "")
        .encode("cp1251")
    )
    found = read_endpoint(Page(FEED_URL, body, "text/xml; charset=windows-1251"), EndpointKind.FEED)
    assert found.links[0].title == "Паром ушёл"


@given(
    st.binary(max_size=300),
    st.sampled_from(list(EndpointKind)),
    st.sampled_from([b"", b"\x1f\x8b\x08", b"<rss>", b"<urlset>", b"<a href=x>", b"{"]),
)
def test_no_bytes_make_it_raise_anything_else(body: bytes, kind: EndpointKind, start: bytes) -> None:
    try:
        found = read_endpoint(Page(FEED_URL, start + body), kind)
    except EndpointError as error:
        assert error.reason  # noqa: PT017
    else:
        assert all(link.url.startswith(("http://", "https://")) for link in (*found.links, *found.pages))
