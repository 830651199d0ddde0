"""Which rules a source is read by."""

from datetime import date

import pytest

from config_blocks import Source
from crawler.extract.rules import Rules
from crawler.source_rules import source_rules

FIRST = Rules(select={"headline": "h1.old"})
SECOND = Rules(since=date(2026, 3, 1), select={"headline": "h1.new"})
KNOWN = {"daily.example": (FIRST, SECOND), "weekly.example": ()}
PLAIN = Source(url=("https://daily.example/",), key="daily")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 2, 28), FIRST, id="before the site changed"),
        pytest.param(date(2026, 3, 1), SECOND, id="on the day itself"),
        pytest.param(date(2027, 1, 1), SECOND, id="until it changes again"),
    ],
)
def test_the_rules_of_a_site_hold_from_their_day_on(day: date, expected: Rules) -> None:
    assert source_rules(PLAIN, KNOWN, ["daily.example"], day) == expected


@pytest.mark.parametrize(
    "sites",
    [
        pytest.param([], id="no site"),
        pytest.param(["other.example"], id="a site without rules"),
        pytest.param(["weekly.example"], id="a site whose rules are all gone"),
    ],
)
def test_without_rules_a_source_is_read_as_any_other(sites: list[str]) -> None:
    assert source_rules(PLAIN, KNOWN, sites, date(2026, 11, 1)) is None


def test_the_first_of_several_sites_that_has_rules_gives_them() -> None:
    assert source_rules(PLAIN, KNOWN, ["weekly.example", "daily.example"], date(2026, 11, 1)) == SECOND


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"select": {"headline": "h2"}}, id="a selector"),
        pytest.param({"drop": (".box",)}, id="something to drop"),
    ],
)
def test_the_block_of_the_source_wins_over_the_rules_of_its_site(settings: dict[str, object]) -> None:
    own = Source.model_validate({"url": "https://daily.example/", "key": "daily", **settings})
    found = source_rules(own, KNOWN, ["daily.example"], date(2026, 11, 1))
    assert found == Rules(select=dict(own.select), drop=tuple(own.drop))
