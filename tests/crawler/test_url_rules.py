"""The list of parameters and hosts, and how an entry of it is read."""

import tomllib

import pytest

from crawler.url_rules import host_rules, is_address, registrable_domain
from crawler.urls import article_key
from tests.support.tree import ROOT

TABLE = ROOT / "crawler" / "data" / "tracking.toml"


@pytest.mark.parametrize(
    ("host", "name", "value", "dropped"),
    [
        pytest.param("example.com", "utm_anything", "x", True, id="a beginning of a name"),
        pytest.param("example.com", "FBCLID", "x", True, id="any case"),
        pytest.param("example.com", "amp", "1", True, id="a value that chooses AMP"),
        pytest.param("example.com", "amp", "30", False, id="another value of the same name"),
        pytest.param("theguardian.com", "page", "with:block-65a1", True, id="a value that begins so"),
        pytest.param("theguardian.com", "page", "2", False, id="a value that does not"),
        pytest.param("live.theguardian.com", "cmp", "share", True, id="a domain stands for its subdomains"),
        pytest.param("example.com", "cmp", "4711", False, id="a name of one site is nothing elsewhere"),
        pytest.param("nottheguardian.com", "page", "with:block-1", False, id="a domain that only ends so"),
        *[
            pytest.param("example.com", name, "7", False, id=f"{name} may be an article's id")
            for name in (
                "ref",
                "source",
                "sid",
                "cid",
                "id",
                "page",
                "p",
                "tag",
                "mod",
                "campaign_id",
                "aid",
                "oid",
                "s",
                "v",
            )
        ],
    ],
)
def test_a_parameter_is_dropped_where_the_list_says_so(host: str, name: str, value: str, dropped: bool) -> None:
    assert host_rules(host).parameters.drop(name, value) is dropped


@pytest.mark.parametrize(
    ("host", "key_host"),
    [
        pytest.param("www.example.com", "example.com", id="www in front goes"),
        pytest.param("www.m.example.com", "example.com", id="www and a layout label"),
        pytest.param("news.www.example.com", "news.www.example.com", id="www inside stays"),
        pytest.param("www2.example.com", "www2.example.com", id="www2 may be another server"),
        pytest.param("127.0.0.1", "127.0.0.1", id="an address is left alone"),
        pytest.param("m.localhost", "m.localhost", id="a local name is left alone"),
    ],
)
def test_the_host_of_a_key_has_no_layout(host: str, key_host: str) -> None:
    assert host_rules(host).key_host == key_host


def test_addresses_and_names_are_told_apart() -> None:
    assert is_address("127.0.0.1")
    assert is_address("[::1]")
    assert not is_address("example.com")
    assert registrable_domain("10.0.0.1") is None


def test_the_list_is_written_as_it_is_read() -> None:
    parameters = tomllib.loads(TABLE.read_text(encoding="utf-8"))["parameters"]
    entries = [*parameters["everywhere"], *(entry for host in parameters["hosts"].values() for entry in host)]
    assert [entry for entry in entries if entry != entry.lower() or " " in entry] == []
    assert len(parameters["everywhere"]) == len(set(parameters["everywhere"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "https://www.dw.com/en/old-slug/a-61234567",
            "https://www.dw.com/en/new-slug/a-61234567",
            id="a number behind the slug",
        ),
        pytest.param(
            "https://www.dawn.com/news/1800001", "https://www.dawn.com/news/1800001/slug", id="a number before it"
        ),
        pytest.param(
            "https://timesofindia.indiatimes.com/a/amp_articleshow/106500001.cms",
            "https://timesofindia.indiatimes.com/b/articleshow/106500001.cms",
            id="a number under an AMP path",
        ),
    ],
)
def test_a_number_is_the_article_where_the_site_changes_slugs(one: str, other: str) -> None:
    assert article_key(one) == article_key(other)
    assert article_key(one) != article_key(one.replace("00001", "00002").replace("4567", "4568"))


def test_two_languages_of_one_number_are_two_articles() -> None:
    assert article_key("https://www.dw.com/en/x/a-61234567") != article_key("https://www.dw.com/de/x/a-61234567")
