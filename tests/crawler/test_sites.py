"""Which sites a source has."""

import pytest

from crawler.sites import sites_of
from tests.support.visits import source


@pytest.mark.parametrize(
    ("urls", "also", "sites"),
    [
        pytest.param(["https://www.daily.example/world"], [], {"daily.example"}, id="the registrable domain"),
        pytest.param(["https://daily.co.uk/"], [], {"daily.co.uk"}, id="of a country's own suffix"),
        pytest.param(["http://127.0.0.1:8001/"], [], {"127.0.0.1:8001"}, id="address and port"),
        pytest.param(
            ["https://a.example/", "https://b.example/"], ["m.c.example"], {"a.example", "b.example", "c.example"},
            id="of all endpoints, and of further hosts",
        ),
    ],
)  # fmt: skip
def test_sites_of_a_source(urls: list[str], also: list[str], sites: set[str]) -> None:
    assert sites_of(source(*urls, also=also)) == sites
