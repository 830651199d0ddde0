"""What is told of an address: each outcome that a link can have, its endpoint, its article and the other addresses."""

from datetime import timedelta

import pytest

from delivery.explain import MOST_ALIASES, explain
from storage.database import Database
from storage.frontier import Outcome
from storage.records import LinkState
from tests.delivery.conftest import NOW, Desk, article_key, fetch_key

URL = "https://daily.example/story"


def told(database: Database, url: str = URL) -> str:
    return "\n".join(explain(database, url, fetch_key, article_key))


def test_an_unknown_address_is_said_to_be_unknown(database: Database) -> None:
    assert told(database).splitlines()[:2] == [URL, "  not known: no endpoint of any source has listed it."]


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        pytest.param(None, ["pending, not fetched yet", "tried next 2026-11-23 12:00:00 UTC"], id="not fetched yet"),
        pytest.param(
            Outcome(LinkState.SKIPPED, "section front"),
            ["skipped: section front (2026-11-23 12:00:05 UTC, tried once)", "not tried again"],
            id="skipped with its reason",
        ),
        pytest.param(
            Outcome(LinkState.FAILED, "HTTP 503", next_try_at=NOW + timedelta(minutes=10)),
            ["failed: HTTP 503 (2026-11-23 12:00:05 UTC, tried once)", "tried next 2026-11-23 12:10:00 UTC"],
            id="failed, with the time of the next try",
        ),
        pytest.param(
            Outcome(LinkState.STORED, next_try_at=NOW + timedelta(hours=1)),
            ["stored (2026-11-23 12:00:05 UTC, tried once)", "read again 2026-11-23 13:00:00 UTC"],
            id="stored, with the time when it is read again",
        ),
    ],
)
def test_each_outcome_is_told(database: Database, desk: Desk, outcome: Outcome | None, lines: list[str]) -> None:
    desk.list_link(URL, outcome)
    text = told(database)
    assert "article of source daily, found 2026-11-23 12:00:00 UTC" in text
    assert f"listed as {URL} by https://daily.example/feed.xml" in text
    assert all(line in text for line in lines)


def test_a_link_is_known_by_its_looser_key_too(database: Database, desk: Desk) -> None:
    desk.list_link(URL)
    assert f"listed as {URL}" in told(database, f"{URL}?utm_source=letter")


def test_the_article_is_told_with_its_other_addresses(database: Database, desk: Desk) -> None:
    article_id = desk.keep(
        URL,
        headline="The bridge is open",
        date_published=NOW,
        date_published_raw="23 Nov 2026 14:00 +0200",
        also=("https://m.daily.example/story",),
    )
    text = told(database, "https://m.daily.example/story")
    assert f"article {article_id} of source daily: The bridge is open" in text
    assert "published 2026-11-23 12:00:00 UTC (as written: 23 Nov 2026 14:00 +0200), version 1" in text
    assert "also https://m.daily.example/story" in text


def test_an_unknown_time_of_publication_is_not_made_up(database: Database, desk: Desk) -> None:
    desk.keep(URL)
    assert "published at an unknown time" in told(database)


def test_many_addresses_are_counted(database: Database, desk: Desk) -> None:
    desk.keep(URL, also=tuple(f"https://daily.example/story-{number}" for number in range(MOST_ALIASES + 3)))
    text = told(database)
    assert text.count("    also ") == MOST_ALIASES
    assert "and 3 more addresses" in text


def test_an_endpoint_is_told_as_one(database: Database, desk: Desk) -> None:
    desk.list_link(URL)
    text = told(database, "https://daily.example/feed.xml")
    assert "endpoint of source daily: feed, configured, active" in text
    assert "asked next 2026-11-23 12:00:00 UTC" in text


def test_a_link_that_led_to_a_stored_article_tells_the_article(database: Database, desk: Desk) -> None:
    article_id = desk.keep("https://daily.example/2026/story")
    desk.list_link(URL, Outcome(LinkState.DUPLICATE, "known by its text", article_id=article_id))
    text = told(database)
    assert "duplicate: known by its text" in text
    assert f"article {article_id} of source daily" in text
