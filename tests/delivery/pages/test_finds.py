"""The pages of search, watches, alerts and failed items, and the health of a source, on both databases."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config_blocks import Serve, Watch
from delivery.followers import follow
from delivery.health_signs import Memory
from delivery.pages.finds import Search
from delivery.pages.views import usual_week
from delivery.search import SearchFollower
from storage import alerts, failed_items, health
from storage.alerts import AlertEntry
from storage.database import Database
from storage.health import HealthEvent, SourceHealth
from storage.schema import source
from storage.schema_health import visit
from tests.delivery.api.conftest import NO_TOKEN, Client, client, running  # noqa: F401 - the fixture
from tests.delivery.conftest import Desk
from tests.delivery.pages.test_pages import HTML, page, shown

NOW = datetime.now(UTC)
FLOODS = Watch(key="floods", words="flood OR inundation", languages=("en",), channels=("desk",))


@pytest.fixture
def watched(database: Database) -> Iterator[Client]:
    """A client of a server that knows a watch."""
    with running(database, Serve(port=0, token=NO_TOKEN), lambda: [FLOODS]) as found:
        yield found


def _indexed(database: Database) -> None:
    while follow(database, SearchFollower()):
        pass


def test_what_is_searched_for_is_found_and_marked(client: Client, database: Database, desk: Desk) -> None:  # noqa: F811
    wanted = desk.keep("https://daily.example/a", NOW, headline="A flood in <b>the harbour</b>", in_language="en")
    desk.keep("https://daily.example/b", NOW, headline="Fire in the station", in_language="en")
    _indexed(database)
    html = page(client, "/search?q=flood&source=&language=en&since=7d")
    assert (
        f'<a class="headline" href="/articles/{wanted}" lang="en" dir="auto">A <mark>flood</mark> in &lt;b&gt;the'
        in html
    )
    assert "Fire" not in html
    assert 'value="7d" selected' in html
    assert "Nothing was found" in shown(page(client, "/search?q=flood&source=weekly"))


def test_a_search_goes_on_in_pages(client: Client, database: Database, desk: Desk) -> None:  # noqa: F811
    for number in range(25):
        desk.keep(
            f"https://daily.example/{number}", NOW, headline=f"Flood number {number}", article_body=f"Text {number}."
        )
    _indexed(database)
    first = page(client, "/search?q=flood")
    address = first.rpartition('<p class="more"><a href="')[2].partition('"')[0].replace("&amp;", "&")
    second = page(client, address)
    assert (first.count("<li>"), second.count("<li>")) == (20, 5)


def test_an_index_that_is_behind_is_said(client: Client, desk: Desk) -> None:  # noqa: F811
    desk.keep("https://daily.example/a", NOW)
    assert "The index is 1 changes behind" in shown(page(client, "/search?q=flood"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/search?q=nonsense:field", "there is no field nonsense"),
        ("/search?q=-only", ""),
        ("/search?q=flood&cursor=no", "this cursor is none that a page of results gave"),
        ("/search?q=flood&since=later", "since"),
        ("/search?q=flood&unknown=1", "unknown"),
    ],
)
def test_a_question_that_is_none_gets_one_sentence(client: Client, address: str, sentence: str) -> None:  # noqa: F811
    answer = client.get(address, HTML)
    assert answer.status == (422 if sentence else 200)
    assert sentence in shown(answer.text)


def test_the_fields_of_the_form_are_words_of_the_query_and_cannot_leave_their_quotation_marks() -> None:
    assert Search("flood", source='da"ily', language="en").text() == 'flood source:"daily" language:"en"'
    assert Search(" ").is_empty
    assert not Search(since="7d").is_empty


def _alert(database: Database, key: str, watch: str | None = "floods", kind: str = "new", **told: Any) -> None:
    entry = AlertEntry(key, watch, kind, {"headline": f"Flood {key}", **told}, {"desk": NOW})
    with database.write() as connection:
        alerts.put(connection, [entry], NOW)


def test_watches_are_shown_with_what_they_told(watched: Client, database: Database) -> None:
    assert "floods flood OR inundation en desk 0 never" in shown(page(watched, "/watches"))
    _alert(database, "a")
    _alert(database, "b", watch="gone")
    html = page(watched, "/watches")
    assert re.search(r"floods flood OR inundation en desk 1 \d+[sm] ago RSS Atom", shown(html))
    assert "gone not configured any more" in shown(html)
    assert 'href="/alerts?watch=floods"' in html
    assert watched.get("/feeds/floods.xml").status == 200


def test_alerts_are_shown_with_what_became_of_them(client: Client, database: Database, desk: Desk) -> None:  # noqa: F811
    desk.keep("https://daily.example/a", NOW)
    _alert(database, "a", source_key="daily", source_name="The Daily")
    with database.write() as connection:
        alerts.seal(connection, NOW, [])
        (sent,) = alerts.due(connection, NOW, 10)
        alerts.mark_sent(connection, sent.message_id, NOW)
    _alert(database, "lost", watch=None, kind="alarm", description="nothing came for nine hours")
    with database.write() as connection:
        alerts.seal(connection, NOW, [])
        (dead,) = alerts.due(connection, NOW, 10)
        alerts.mark_failed(connection, dead.message_id, "HTTP 410 <gone>", None)
    _alert(database, "waits", kind="revised")
    text = shown(page(client, "/alerts"))
    assert "1 sent over desk , 1 given up" in text
    assert "Flood lost nothing came for nine hours alarm" in text
    assert "given up on 1 of 1 channels" in text
    assert "sent over 0 of 1 channels" in text
    assert "desk dead 0" in text
    assert "HTTP 410 &lt;gone&gt;" in text


def test_the_alerts_of_one_watch_are_shown_alone(client: Client, database: Database) -> None:  # noqa: F811
    _alert(database, "a")
    _alert(database, "b", watch="fires")
    text = shown(page(client, "/alerts?watch=fires"))
    assert "Flood b" in text
    assert "Flood a" not in text


def test_pages_that_were_set_aside_are_shown_with_the_cure(client: Client, database: Database) -> None:  # noqa: F811
    with database.write() as connection:
        for _ in range(2):
            failed_items.set_aside(connection, "https://daily.example/odd", "daily", "internal error: <odd>", NOW)
    text = shown(page(client, "/failed"))
    assert "https://daily.example/odd daily internal error: &lt;odd&gt; 2" in text
    assert "newswatch failed retry --all" in text


@pytest.fixture
def ill(database: Database) -> None:
    """A source that fell silent after a week of news on weekday mornings."""
    counts = tuple(6.0 if hour % 24 == 8 and hour < 120 else 0.5 for hour in range(168))
    since = NOW - timedelta(hours=9)
    memory = Memory(
        counts=counts, hours=(2.0,) * 168, watched=336.0, state="silent", evidence="9 were expected"
    ).to_json()
    with database.write() as connection:
        source_id = connection.execute(select(source.c.source_id).where(source.c.key == "daily")).scalar_one()
        connection.execute(source.update().where(source.c.key == "daily").values(state="ok", first_visit_at=since))
        looked = SourceHealth(source_id, "daily", enabled=True, fact="ok", fact_reason=None, visit_id=1, memory=memory)
        never = replace(looked, visit_id=0, memory=None)
        health.save(
            connection, never, looked, {"state": "silent", "evidence": "9 were expected", "health_since": since}
        )
        health.record(connection, [HealthEvent(source_id, "daily", since, "silent", "ok", "9 were expected")])
        values = {"seconds": 1.5, "requests": 3, "unchanged": 1, "new": 0, "unread": 2}
        connection.execute(visit.insert().values(source_id=source_id, at=NOW, error="HTTP 503", **values))


@pytest.mark.usefixtures("ill")
def test_the_health_of_a_source_is_shown_with_its_evidence_its_visits_and_what_is_usual(client: Client) -> None:  # noqa: F811
    html = page(client, "/sources/daily")
    text = shown(html)
    assert text.index("silent The Daily") < text.index("health: silent since")
    assert f"{NOW - timedelta(hours=9):%Y-%m-%d %H:%M} silent ok 9 were expected" in text
    assert f"{NOW:%Y-%m-%d %H:%M} 0 3 1 2 2s HTTP 503" in text
    assert html.count("<polyline") == 1
    assert "Mon Tue Wed Thu Fri Sat Sun" in text


def test_what_is_usual_is_drawn_once_a_week_has_shown_each_of_its_hours() -> None:
    assert usual_week(Memory(counts=(3.0,) * 168, hours=(0.1,) * 168, watched=16.8)) is None
    curve = usual_week(Memory(counts=(3.0,) * 168, hours=(1.0,) * 168, watched=168.0))
    assert curve is not None
    assert curve.top == 3.0


@pytest.mark.usefixtures("ill")
def test_a_silent_source_is_not_counted_as_well(client: Client) -> None:  # noqa: F811
    assert "0 of 1 sources well" in shown(page(client, "/"))
    assert "silent The Daily 9 were expected" in shown(page(client, "/sources"))


def test_before_anything_was_learned_there_is_no_curve(client: Client) -> None:  # noqa: F811
    assert "<polyline" not in page(client, "/sources/daily")
