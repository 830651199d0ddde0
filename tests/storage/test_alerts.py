"""Alerts and messages in the store, on both databases: made once, sealed once, claimed by one, settled."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from storage import alerts
from storage.alerts import Alert, AlertEntry, Message, MessageState
from storage.database import Database
from storage.store import open_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def entry(key: str, *channels: str, due: datetime = NOW, watch: str | None = "floods") -> AlertEntry:
    return AlertEntry(
        key=key,
        watch=watch,
        kind="new",
        told={"headline": f"Headline {key}", "what": ["headline"]},
        due=dict.fromkeys(channels, due),
        article_id=1,
        change_seq=1,
    )


def put(store: Database, *entries: AlertEntry) -> int:
    with store.write() as connection:
        return alerts.put(connection, entries, NOW)


def seal(store: Database, now: datetime = NOW, digests: tuple[str, ...] = ()) -> int:
    with store.write() as connection:
        return alerts.seal(connection, now, digests)


def due(store: Database, now: datetime = NOW) -> list[Message]:
    with store.read() as connection:
        return alerts.due(connection, now, 100)


def content(store: Database, message: Message) -> list[Alert]:
    with store.read() as connection:
        return alerts.content(connection, message.message_id)


def headlines(store: Database, message: Message) -> list[str]:
    return [str(alert.told["headline"]) for alert in content(store, message)]


def test_a_key_names_what_it_is_made_of() -> None:
    assert alerts.digest("a", "b") == alerts.digest("a", "b")
    assert len({alerts.digest("a", "b"), alerts.digest("a\nb", ""), alerts.digest("b", "a")}) == 3


def test_an_alert_is_made_once_for_its_key(store: Database) -> None:
    assert put(store, entry("one", "desk"), entry("two", "desk")) == 2
    assert put(store, entry("one", "desk"), entry("three")) == 1
    with store.read() as connection:
        latest = alerts.latest(connection, 10)
    assert [alert.told["headline"] for alert in latest] == ["Headline three", "Headline two", "Headline one"]


def test_what_is_told_comes_back_as_it_was(store: Database) -> None:
    put(store, entry("one", "desk"))
    seal(store)
    (alert,) = content(store, due(store)[0])
    assert (alert.watch, alert.kind, alert.made_at) == ("floods", "new", NOW)
    assert alert.told == {"headline": "Headline one", "what": ["headline"]}


def test_an_alert_goes_out_once_over_each_of_its_channels(store: Database) -> None:
    put(store, entry("one", "desk", "mail"), entry("two", "desk"))
    assert seal(store) == 3
    assert seal(store) == 0
    found = due(store)
    assert sorted((message.channel, *headlines(store, message)) for message in found) == [
        ("desk", "Headline one"),
        ("desk", "Headline two"),
        ("mail", "Headline one"),
    ]
    assert len({message.key for message in found}) == 3


def test_a_digest_is_one_message_and_what_comes_later_is_the_next(store: Database) -> None:
    put(store, entry("one", "desk"), entry("two", "desk"), entry("late", "desk", due=LATER))
    assert seal(store, digests=("desk",)) == 1
    assert seal(store, LATER, ("desk",)) == 1
    first, second = due(store, LATER)
    assert headlines(store, first) == ["Headline one", "Headline two"]
    assert headlines(store, second) == ["Headline late"]


def test_the_key_of_a_message_is_made_of_its_alerts(store: Database) -> None:
    put(store, entry("one", "desk"), entry("two", "desk"))
    seal(store, digests=("desk",))
    assert due(store)[0].key == alerts.digest("desk", "one", "two")


def test_what_is_not_due_waits(store: Database) -> None:
    put(store, entry("one", "desk", due=LATER))
    with store.read() as connection:
        assert not alerts.is_anything_due(connection, NOW)
        assert alerts.is_anything_due(connection, LATER)
    assert seal(store) == 0


def test_an_alert_without_a_channel_is_kept_and_never_due(store: Database) -> None:
    put(store, entry("one"))
    assert seal(store, LATER) == 0
    with store.read() as connection:
        assert len(alerts.latest(connection, 10)) == 1


def claim(store: Database, message: Message) -> bool:
    with store.write() as connection:
        return alerts.claim(connection, message, LATER)


def test_of_two_one_claims_a_message_until_its_time_is_over(store: Database) -> None:
    put(store, entry("one", "desk"))
    seal(store)
    (message,) = due(store)
    assert claim(store, message)
    assert not claim(store, message)
    assert due(store) == []
    (again,) = due(store, LATER)
    assert (again.key, again.attempts) == (message.key, 1)
    assert claim(store, again)


def settled(store: Database, error: str | None = None, again: datetime | None = None) -> Message:
    """A message after one try."""
    put(store, entry("one", "desk"))
    seal(store)
    (message,) = due(store)
    with store.write() as connection:
        if error is None:
            alerts.mark_sent(connection, message.message_id, LATER)
        else:
            alerts.mark_failed(connection, message.message_id, error, again)
    with store.read() as connection:
        (found,) = alerts.latest_messages(connection, 10)
    return found


def test_what_was_taken_is_never_due_again(store: Database) -> None:
    message = settled(store)
    assert (message.state, message.sent_at, message.error) == (MessageState.SENT, LATER, None)
    assert due(store, LATER + timedelta(days=900)) == []


def test_what_was_not_taken_is_due_when_it_is_tried_again(store: Database) -> None:
    message = settled(store, "HTTP 500", LATER)
    assert (message.state, message.error, message.next_try_at) == (MessageState.PENDING, "HTTP 500", LATER)
    assert due(store) == []
    assert len(due(store, LATER)) == 1


def test_what_was_given_up_stays_until_it_is_revived(store: Database) -> None:
    message = settled(store, "HTTP 410", None)
    assert message.state is MessageState.DEAD
    assert due(store, LATER) == []
    with store.write() as connection:
        assert alerts.counts(connection) == {("desk", "dead"): 1}
        assert alerts.revive(connection, LATER) == 1
        assert alerts.revive(connection, LATER) == 0
    (again,) = due(store, LATER)
    assert (again.key, again.attempts, again.made_at) == (message.key, 0, LATER)


def test_alerts_of_one_watch_can_be_asked_for(store: Database) -> None:
    put(store, entry("one"), entry("two", watch="other"), entry("three", watch=None))
    with store.read() as connection:
        assert [alert.told["headline"] for alert in alerts.latest(connection, 10, "other")] == ["Headline two"]
        assert len(alerts.latest(connection, 2)) == 2


def test_messages_that_are_not_sent_are_shown_first(store: Database) -> None:
    put(store, entry("one", "desk"), entry("two", "desk"))
    seal(store)
    first, second = due(store)
    with store.write() as connection:
        alerts.mark_sent(connection, second.message_id, NOW)
    with store.read() as connection:
        shown = alerts.latest_messages(connection, 10)
    assert [message.message_id for message in shown] == [first.message_id, second.message_id]
    assert [message.state for message in shown] == [MessageState.PENDING, MessageState.SENT]
