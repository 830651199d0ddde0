"""The alerts of a watch as RSS and Atom, as a reader of feeds reads them."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from storage import alerts
from storage.alerts import AlertEntry
from storage.database import Database
from tests.delivery.api.conftest import Client

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def tell(database: Database, key: str, kind: str = "new", **told: str) -> None:
    entry = AlertEntry(key, "floods", kind, {"headline": key, "url": f"https://daily.example/{key}", **told}, {})
    with database.write() as connection:
        alerts.put(connection, [entry], NOW)


@pytest.mark.parametrize("form", ["xml", "atom"])
def test_a_reader_gets_the_newest_first(client: Client, database: Database, form: str) -> None:
    tell(database, "one", description="It rained.")
    tell(database, "two", kind="revised")
    answer = client.get(f"/feeds/floods.{form}")
    read = feedparser.parse(answer.body)
    assert (answer.status, read.bozo, read.feed.title) == (200, False, "Newswatch: floods")
    assert [(entry.title, entry.link) for entry in read.entries] == [
        ("Corrected: two", "https://daily.example/two"),
        ("one", "https://daily.example/one"),
    ]
    assert read.entries[1].summary == "It rained."
    assert len({entry.id for entry in read.entries}) == 2


@pytest.mark.parametrize("form", ["xml", "atom"])
def test_what_a_publisher_wrote_stays_text(client: Client, database: Database, form: str) -> None:
    tell(database, "</title><script>alert(1)</script>&\x01\uffff", description="]]><b>")
    body = client.get(f"/feeds/floods.{form}").text
    assert "<script" not in body
    assert "<b>" not in body
    assert not feedparser.parse(body).bozo


def test_a_description_is_text_in_atom_and_html_in_rss(client: Client, database: Database) -> None:
    tell(database, "one", description="2 < 3 & <b>bold</b>")
    rss, atom = (ET.fromstring(client.get(f"/feeds/floods.{form}").body) for form in ("xml", "atom"))  # noqa: S314 - our own
    assert rss.findtext("channel/item/description") == "2 &lt; 3 &amp; &lt;b&gt;bold&lt;/b&gt;"
    assert atom.findtext("{*}entry/{*}summary") == "2 < 3 & <b>bold</b>"


def test_a_headline_is_one_line(client: Client, database: Database) -> None:
    tell(database, "Flood\nin Vallorin", kind="removed")
    assert feedparser.parse(client.get("/feeds/floods.xml").body).entries[0].title == "Removed: Flood in Vallorin"


def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client, database: Database) -> None:
    tell(database, "one")
    tag = client.get("/feeds/floods.xml").headers["etag"]
    assert client.get("/feeds/floods.xml", {"If-None-Match": tag}).status == 304


def test_a_watch_that_found_nothing_is_said(client: Client) -> None:
    answer = client.get("/feeds/fires.xml")
    assert (answer.status, answer.error) == (
        404,
        "the watch fires has found nothing yet, or there is none of this name",
    )
    assert client.get("/feeds/..%2f.xml").status in (404, 422)
