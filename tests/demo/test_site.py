"""What the outlets of the demo web show: real requests over HTTP."""

import gzip
import html
import json
import re
from collections.abc import Iterator

import pytest
from lxml import etree

from demo.outlets import OUTLETS, Outlet, Validators
from demo.template import plain_links
from demo.web import Web
from demo.world import World
from tests.demo.conftest import fetch

ALL = pytest.mark.parametrize("house", OUTLETS, ids=lambda house: house.key)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web(World.make(seed=3)) as running:
        yield running


def text_of(web: Web, house: Outlet, path: str) -> str:
    return fetch(web.url(house.key, path)).body.decode(house.charset)


@ALL
def test_an_article_page_shows_all_of_the_article_and_says_who_signed_it(web: Web, house: Outlet) -> None:
    for article in web.published(house.key):
        fetch(web.url_of(article))  # a moody outlet turns the first request away
        page = text_of(web, house, article.path)
        positions = [page.index(html.escape(paragraph)) for paragraph in article.versions[0].paragraphs]
        assert positions == sorted(positions)
        assert html.escape(article.headline) in page
        assert all(name in page for name in article.authors)


@ALL
def test_every_article_is_listed_by_what_can_be_found_from_the_entry(web: Web, house: Outlet) -> None:
    lists = [path.format(year=web.world.now.year) for path in house.lists]
    pages = [fetch(web.url(house.key, path)).body for path in (*lists, "/page/2")]
    text = "".join((gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page).decode(house.charset) for page in pages)
    assert [article.path for article in web.published(house.key) if article.path not in text] == []


@ALL
def test_menus_lead_somewhere(web: Web, house: Outlet) -> None:
    for link in plain_links(house.house):
        assert (link, fetch(web.url(house.key, link)).status) == (link, 200)


@ALL
def test_every_feed_and_sitemap_is_well_formed(web: Web, house: Outlet) -> None:
    for path, part in house.lists.items():
        body = fetch(web.url(house.key, path.format(year=web.world.now.year))).body
        if part == "json":
            assert json.loads(body)["items"]
        elif part != "front":
            assert len(etree.fromstring(gzip.decompress(body) if part == "sitemap" else body)) > 0


@pytest.mark.parametrize(
    ("key", "content_type", "meta"),
    [
        pytest.param("vestnik", "text/html; charset=windows-1251", b"", id="windows-1251 told by the header alone"),
        pytest.param("hokuto", "text/html", b"charset=Shift_JIS", id="shift_jis told by meta alone"),
        pytest.param("correo", "text/html; charset=iso-8859-1", b'<meta charset="iso-8859-1">', id="iso-8859-1, both"),
        pytest.param("meridian", "text/html; charset=utf-8", b'<meta charset="utf-8">', id="utf-8, both"),
    ],
)
def test_where_the_charset_is_told(web: Web, key: str, content_type: str, meta: bytes) -> None:
    got = fetch(web.url_of(web.published(key)[0]))
    assert got.headers["content-type"] == content_type
    assert re.findall(rb"<meta charset[^>]+>|charset=Shift_JIS", got.body) == ([meta] if meta else [])


@pytest.mark.parametrize(
    ("key", "path", "given"),
    [
        pytest.param("harbour", "/atom.xml", {"etag"}, id="ETag only"),
        pytest.param("northsky", "/sitemap-news.xml", {"last-modified"}, id="Last-Modified only"),
        pytest.param("meridian", "/feed/", {"etag", "last-modified"}, id="both"),
    ],
)
def test_validators_are_given_and_honoured(web: Web, key: str, path: str, given: set[str]) -> None:
    url = web.url(key, path)
    first = fetch(url)
    assert {"etag", "last-modified"} & set(first.headers) == given
    asked = {
        {"etag": "if_none_match", "last-modified": "if_modified_since"}[name]: first.headers[name] for name in given
    }
    again = fetch(url, **asked)
    assert (again.status, again.body) == (304, b"")
    assert web.requests(key)[-1].sent == 0


@pytest.mark.parametrize(
    ("key", "header", "change"),
    [
        pytest.param("harbour", "etag", lambda stamp: stamp.strip("W/"), id="an ETag without its W/"),
        pytest.param("harbour", "etag", str.upper, id="an ETag in capitals"),
        pytest.param("northsky", "last-modified", lambda stamp: stamp.replace("GMT", "UTC"), id="a date put otherwise"),
    ],
)
def test_a_validator_that_is_not_the_same_to_the_byte_is_not_honoured(
    web: Web,
    key: str,
    header: str,
    change: "type[str]",
) -> None:
    url = web.url(key)
    stamp = change(fetch(url).headers[header])
    name = "if_none_match" if header == "etag" else "if_modified_since"
    assert fetch(url, **{name: stamp}).status == 200


def test_a_restless_page_has_no_validators_and_differs_each_time(web: Web) -> None:
    article = web.published("courier")[0]
    one, two = fetch(web.url_of(article)), fetch(web.url_of(article))
    assert one.body != two.body
    assert "etag" not in one.headers
    assert "last-modified" not in one.headers


def test_the_lists_of_a_restless_outlet_are_calm(web: Web) -> None:
    assert fetch(web.url("courier", "/latest.atom")).body == fetch(web.url("courier", "/latest.atom")).body


def test_gzip_is_sent_to_those_who_accept_it(web: Web) -> None:
    url = web.url("meridian", "/feed/")
    plain, packed = fetch(url), fetch(url, accept_encoding="gzip, deflate")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.body == plain.body


def test_the_full_text_stands_in_the_feed(web: Web) -> None:
    feed = fetch(web.url("meridian", "/feed/")).text
    for article in web.published("meridian"):
        assert all(html.escape(paragraph) in feed for paragraph in article.versions[0].paragraphs)


def test_summaries_are_all_that_stands_in_the_other_feeds(web: Web) -> None:
    feed = fetch(web.url("harbour", "/atom.xml")).text
    for article in web.published("harbour"):
        assert html.escape(article.versions[0].description) in feed
        assert html.escape(article.versions[0].paragraphs[0]) not in feed


def test_every_other_address_leads_to_the_article_and_names_its_own(web: Web) -> None:
    for article in web.published("metro"):
        for variant in article.variants:
            assert f'<link rel="canonical" href="{web.url_of(article)}">' in fetch(web.url("metro", variant)).text
        for redirect in article.redirects:
            got = fetch(web.url("metro", redirect))
            assert (got.status, got.headers["location"]) == (301, web.url_of(article))


def test_the_feed_of_many_addresses_carries_tracking_parameters(web: Web) -> None:
    links = [
        item.findtext("link") or "" for item in etree.fromstring(fetch(web.url("metro", "/rss")).body).iter("item")
    ]
    assert len(links) == 6
    assert all("?utm_source=rss&utm_medium=feed" in link for link in links)
    assert all(fetch(link).status == 200 for link in links)


def test_a_paginated_listing_shows_each_article_once(web: Web) -> None:
    first, second = (fetch(web.url("gazette", path)).text for path in ("/", "/page/2"))
    paths = [article.path for article in web.published("gazette")]
    assert [path in first for path in paths] == [True] * 4 + [False] * 2
    assert [path in second for path in paths] == [False] * 4 + [True] * 2
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert fetch(web.url("gazette", "/page/3")).status == fetch(web.url("gazette", "/page/0")).status == 404


def test_the_calendar_has_no_end(web: Web) -> None:
    path = "/calendar/2026/12/31/"
    for expected in ("/calendar/2027/01/01/", "/calendar/2027/01/02/"):
        found = re.search(r'rel="next" href="([^"]+)"', fetch(web.url("gazette", path)).text)
        assert found is not None
        path = found[1]
        assert path == expected


def test_decoys_are_listed_and_there(web: Web) -> None:
    front = fetch(web.url("gazette")).text + fetch(web.url("highland")).text
    archive = gzip.decompress(fetch(web.url("northsky", f"/sitemap-{web.world.now.year}.xml.gz")).body).decode()
    for decoy in web.world.decoys:
        assert decoy.path in (archive if decoy.why == "horizon" else front)
        assert fetch(web.url(decoy.outlet, decoy.path)).status == 200


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        pytest.param("tag", "All stories on", id="a tag page lists stories"),
        pytest.param("gallery", "ImageGallery", id="a gallery shows pictures"),
        pytest.param("video", "VideoObject", id="a video page shows a video"),
        pytest.param("author", "Stories by", id="an author page lists an author's stories"),
        pytest.param("gone", "cannot find that page", id="a lost page says so with status 200"),
    ],
)
def test_a_trap_is_no_article(web: Web, why: str, shown: str) -> None:
    decoy = next(decoy for decoy in web.world.decoys if decoy.why == why)
    page = fetch(web.url(decoy.outlet, decoy.path)).text
    assert shown in page
    assert html.escape(decoy.article.versions[0].paragraphs[0]) not in page


@pytest.mark.parametrize(
    ("key", "line"),
    [
        pytest.param("highland", "Crawl-delay: 1", id="a delay"),
        pytest.param("highland", "Disallow: /members/", id="a forbidden section"),
        pytest.param("northsky", "Sitemap: http://127.0.0.1:", id="a sitemap"),
        pytest.param("meridian", "Disallow: /search", id="what everybody has"),
    ],
)
def test_robots(web: Web, key: str, line: str) -> None:
    got = fetch(web.url(key, "/robots.txt"))
    assert got.headers["content-type"] == "text/plain"
    assert any(each.startswith(line) for each in got.text.splitlines())


def test_the_sitemap_named_by_robots_leads_to_all_articles_and_the_archive(web: Web) -> None:
    named = next(line for line in fetch(web.url("northsky", "/robots.txt")).text.splitlines() if "Sitemap" in line)
    index = etree.fromstring(fetch(named.removeprefix("Sitemap: ")).body)
    bodies = [fetch(child[0].text or "").body for child in index]
    found = {
        entry[0].text
        for body in bodies
        for entry in etree.fromstring(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    }
    archived = {web.url("northsky", decoy.path) for decoy in web.world.decoys if decoy.why == "horizon"}
    assert found == {web.url_of(article) for article in web.published("northsky")} | archived


def test_desks_share_the_articles_of_a_host_among_them(web: Web) -> None:
    desks = [fetch(web.url("signal", f"/desk/{digit}.xml")).text for digit in range(10)]
    for article in web.published("signal"):
        assert sum(article.path in desk for desk in desks) == 1


def test_a_moody_outlet_turns_some_requests_away_once() -> None:
    with Web(World.make(articles=12, outlets=["signal"])) as web:
        articles = web.published("signal")
        firsts = [fetch(web.url_of(article)) for article in articles]
        seconds = [fetch(web.url_of(article)) for article in articles]
    assert {got.status for got in firsts} == {200, 429, 503}
    assert {got.status for got in seconds} == {200}
    later = [got.headers["retry-after"] for got in firsts if got.status != 200]
    assert any(each.isdigit() for each in later)
    assert any(each.endswith("GMT") for each in later)


@pytest.mark.parametrize("path", ["/nowhere", "/page/2", "/news/2026/", "/?p=1", "/media"])
def test_what_is_not_there_is_not_found(web: Web, path: str) -> None:
    assert fetch(web.url("meridian", path)).status == 404


def test_a_picture_is_a_picture(web: Web) -> None:
    assert fetch(web.url("meridian", "/media/1.jpg")).headers["content-type"] == "image/gif"


def test_every_outlet_gives_validators_of_the_kind_it_has() -> None:
    assert {house.validators for house in OUTLETS} == set(Validators)


@pytest.mark.parametrize(
    ("prefix", "sign"),
    [
        pytest.param("/amp/", "<amp-sidebar", id="the AMP page"),
        pytest.param("/m/", '<body class="m">', id="the mobile page"),
        pytest.param("/top-stories/", '<div class="copy">', id="the page under another section"),
        pytest.param("/world/", '<div class="copy">', id="the article's own page"),
    ],
)
def test_another_build_of_page_tells_the_same_article(web: Web, prefix: str, sign: str) -> None:
    article = web.published("metro")[0]
    path = next(path for path in (article.path, *article.variants) if path.startswith(prefix))
    page = fetch(web.url("metro", path)).text
    assert sign in page
    assert all(f"<p>{html.escape(paragraph)}</p>" in page for paragraph in article.versions[0].paragraphs)
