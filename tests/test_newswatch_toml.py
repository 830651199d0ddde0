"""The newswatch.toml that is shipped: what the README promises of it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import config

SHIPPED = config.load(Path(__file__).parent.parent / "newswatch.toml", {})
#: their robots.txt refuses crawlers in general, or their terms do
REFUSING = ("nytimes.com", "wsj.com", "reuters.com", "bloomberg.com", "ft.com", "washingtonpost.com", "facebook.com")


def test_it_watches_at_least_25_outlets_in_at_least_8_languages() -> None:
    assert len(SHIPPED.sources) >= 25
    assert len({(source.language or "").split("-")[0] for source in SHIPPED.sources} - {""}) >= 8


def test_the_page_that_started_it_all_is_among_them() -> None:
    assert any("https://viewusglobal.com/world/" in source.url for source in SHIPPED.sources)


def test_each_outlet_has_its_front_page_first() -> None:
    for source in SHIPPED.sources:
        assert not re.search(r"rss|feed|\.xml|\.rdf|atom", source.url[0]), source.key


def test_no_outlet_is_visited_that_refuses_crawlers() -> None:
    hosts = {urlsplit(url).hostname or "" for source in SHIPPED.sources for url in source.url}
    assert not {host for host in hosts if host.removeprefix("www.").endswith(REFUSING)}


def test_no_address_stands_twice() -> None:
    addresses = [url for source in SHIPPED.sources for url in source.url]
    assert len(addresses) == len(set(addresses))


def test_it_brings_nobodys_contact_and_no_way_inside() -> None:
    assert SHIPPED.crawl.contact is None
    assert SHIPPED.safety.allow_networks == ()


def test_the_only_thing_left_to_do_is_to_say_who_runs_it() -> None:
    (warning,) = config.warnings(SHIPPED)
    assert "[crawl] contact" in warning
