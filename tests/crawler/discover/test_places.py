"""Common places of feeds and sitemaps, and what a robots.txt names."""

import pytest

from crawler.discover.places import common_feeds, common_sitemaps, sitemaps_in_robots
from storage.records import EndpointKind


def test_a_feed_below_the_given_address_comes_first() -> None:
    feeds = common_feeds("https://harbour.example/world/?x=1")
    assert [feed.url for feed in feeds][:2] == ["https://harbour.example/world/feed/", "https://harbour.example/feed/"]
    assert {feed.origin for feed in feeds} == {"common place"}


@pytest.mark.parametrize("front", ["https://harbour.example", "https://harbour.example/", "http://127.0.0.1:8031/"])
def test_places_are_few_and_each_once(front: str) -> None:
    for places in (common_feeds(front), common_sitemaps(front)):
        addresses = [place.url for place in places]
        assert len(set(addresses)) == len(addresses) <= 7
        assert all(address.startswith(front.rstrip("/") + "/") for address in addresses)


def test_sitemaps_for_news_come_first() -> None:
    kinds = [place.kind for place in common_sitemaps("https://news.example/")]
    assert kinds == sorted(kinds, key=lambda kind: kind is not EndpointKind.NEWS_SITEMAP)
    assert EndpointKind.SITEMAP in kinds


def test_sitemaps_of_a_robots_txt() -> None:
    text = (
        "\ufeffUser-agent: *\r\nDisallow: /private\r\nSitemap: https://news.example/sitemap.xml # all\r\n"
        "  SITEMAP :/sitemap-news.xml\r\nsitemap: javascript:1\r\nsitemap:\r\nSitemap: https://news.example/sitemap.xml\r\n"
        "# Sitemap: https://news.example/old.xml\r\nX-Sitemap: https://news.example/x.xml"
    )
    found = sitemaps_in_robots(text, "https://news.example/robots.txt")
    assert [(place.url, place.kind) for place in found] == [
        ("https://news.example/sitemap-news.xml", EndpointKind.NEWS_SITEMAP),
        ("https://news.example/sitemap.xml", EndpointKind.SITEMAP),
    ]
    assert {place.origin for place in found} == {"robots.txt"}


def test_a_robots_txt_with_thousands_of_sitemaps() -> None:
    text = "\n".join(f"Sitemap: https://news.example/{n}.xml" for n in range(5000))
    assert len(sitemaps_in_robots(text, "https://news.example/robots.txt")) == 30


def test_none() -> None:
    assert sitemaps_in_robots("", "https://news.example/robots.txt") == ()
    assert sitemaps_in_robots("<html>404</html>", "https://news.example/robots.txt") == ()
