"""The sender on both databases: each message until it is taken or dead, and no channel waits for another."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config import Config
from delivery.alerts.sending import PATIENCE, ROUND, Sender, again_at
from delivery.alerts.ways import NotSent
from storage import alerts
from storage.alerts import AlertEntry, Message, MessageState
from storage.database import Database
from tests.delivery.alerts.conftest import configured
from tests.delivery.alerts.receiver import Hook, Post, listening

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def put(database: Database, *keys: str, channel: str = "desk", due: datetime = NOW) -> None:
    with database.write() as connection:
        entries = [
            AlertEntry(key, "w", "new", {"headline": key, "url": "https://a.example/"}, {channel: due}) for key in keys
        ]
        alerts.put(connection, entries, NOW)


def messages(database: Database) -> list[Message]:
    with database.read() as connection:
        return sorted(alerts.latest_messages(connection, 100), key=lambda message: message.message_id)


def config_for(hook: Hook, more: str = "") -> Config:
    return configured(f"[[channel]]\nkey = 'desk'\nwebhook = '{hook.url}'\n{more}")


async def rounds(sender: Sender, count: int = 1) -> None:
    for _ in range(count):
        await sender.round()
        await sender.finish()


async def test_each_alert_is_sent_once_in_the_order_in_which_they_were_made(database: Database, hook: Hook) -> None:
    put(database, "a", "b", "c")
    put(database, "a")  # known already
    await rounds(Sender(database, lambda: config_for(hook), Clock()), 3)
    assert [content["alerts"][0]["headline"] for _, content in hook.got] == ["a", "b", "c"]
    assert [message.state for message in messages(database)] == [MessageState.SENT] * 3
    assert len(set(hook.keys)) == 3


async def test_a_receiver_that_fails_is_tried_again_later_and_later_with_the_same_key(
    database: Database, hook: Hook
) -> None:
    hook.answers = ["500 Oops", "500 Oops", "200 OK"]
    clock = Clock()
    sender = Sender(database, lambda: config_for(hook), clock)
    put(database, "a")
    await rounds(sender, 3)
    assert len(hook.got) == 1  # it waits
    (message,) = messages(database)
    assert (message.error, message.attempts, message.next_try_at) == ("HTTP 500", 1, NOW + timedelta(seconds=30))
    for seconds in (30, 60):
        clock.now += timedelta(seconds=seconds)
        await rounds(sender)
    assert len(hook.got) == 3
    assert len(set(hook.keys)) == 1
    assert messages(database)[0].state is MessageState.SENT


async def test_after_a_failure_the_others_of_a_channel_wait_for_the_next_round(database: Database, hook: Hook) -> None:
    hook.answers = ["500 Oops", "200 OK"]
    sender = Sender(database, lambda: config_for(hook), Clock())
    put(database, "a", "b")
    await rounds(sender)
    assert len(hook.got) == 1
    await rounds(sender)
    assert [content["alerts"][0]["headline"] for _, content in hook.got] == ["a", "b"]


async def test_a_silent_receiver_holds_up_no_other_channel_and_a_stop_waits_for_none(
    database: Database, hook: Hook
) -> None:
    silent = Hook(answers=[""])
    with listening(silent):
        config = config_for(hook, f"[[channel]]\nkey = 'dead'\nwebhook = '{silent.url}'\n")
        sender, stop = Sender(database, lambda: config, Clock()), asyncio.Event()
        put(database, "a", channel="dead")
        put(database, "b")
        running = asyncio.ensure_future(sender.run(stop))
        while not (silent.got and MessageState.SENT in (message.state for message in messages(database))):
            await asyncio.sleep(0.02)
        stop.set()
        await running
    assert [message.state for message in messages(database)] == [MessageState.PENDING, MessageState.SENT]


async def test_a_channel_with_more_messages_than_a_round_takes_holds_up_no_other(
    database: Database, hook: Hook
) -> None:
    config = config_for(hook, "[[channel]]\nkey = 'dead'\nwebhook = 'http://127.0.0.1:1/'\n")
    put(database, *(f"dead {number}" for number in range(ROUND + 1)), channel="dead")
    put(database, "a")
    await rounds(Sender(database, lambda: config, Clock()))
    assert [content["alerts"][0]["headline"] for _, content in hook.got] == ["a"]
    with database.read() as connection:
        assert alerts.counts(connection) == {
            ("dead", MessageState.PENDING): ROUND + 1, ("desk", MessageState.SENT): 1,
        }  # fmt: skip


async def test_a_message_that_was_broken_off_is_sent_again_with_its_key(database: Database, hook: Hook) -> None:
    hook.answers = ["", "200 OK"]
    clock = Clock()
    sender = Sender(database, lambda: config_for(hook), clock)
    put(database, "a")
    await sender.round()
    while not hook.got:
        await asyncio.sleep(0.02)
    await sender.break_off()
    clock.now += timedelta(seconds=121)
    await rounds(sender)
    assert len(hook.got) == 2
    assert len(set(hook.keys)) == 1


async def test_a_digest_is_one_message_at_its_time(database: Database, hook: Hook) -> None:
    clock = Clock()
    sender = Sender(database, lambda: config_for(hook, "digest = '0 7 * * *'\n"), clock)
    put(database, "a", "b", due=NOW + timedelta(hours=1))
    await rounds(sender)
    assert hook.got == []
    clock.now += timedelta(hours=1)
    await rounds(sender, 2)
    ((_, content),) = hook.got
    assert [alert["headline"] for alert in content["alerts"]] == ["a", "b"]


async def test_two_senders_send_each_message_once(database: Database, hook: Hook) -> None:
    senders = [Sender(database, lambda: config_for(hook), Clock()) for _ in range(2)]
    put(database, *(f"alert {number}" for number in range(20)))
    await asyncio.gather(*(rounds(sender, 2) for sender in senders))
    assert len(hook.keys) == len(set(hook.keys)) == 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "there is no channel of this name any more", id="the channel is gone"),
        pytest.param("410", "HTTP 410", id="the receiver is gone"),
    ],
)
async def test_what_can_never_be_sent_is_a_dead_letter_that_can_be_revived(
    database: Database, hook: Hook, text: str, reason: str
) -> None:
    hook.answers = ["410 Gone"]
    gone = config_for(hook) if text else configured("")
    put(database, "a")
    await rounds(Sender(database, lambda: gone, Clock()))
    (message,) = messages(database)
    assert (message.state, message.error) == (MessageState.DEAD, reason)
    with database.write() as connection:
        assert alerts.revive(connection, NOW) == 1
        assert alerts.counts(connection) == {("desk", "pending"): 1}
    hook.answers = ["200 OK"]
    await rounds(Sender(database, lambda: config_for(hook), Clock()))
    assert messages(database)[0].state is MessageState.SENT


async def test_a_secret_that_is_missing_is_said_and_waited_for(database: Database, hook: Hook) -> None:
    put(database, "a")
    config = configured(f"[[channel]]\nkey = 'desk'\nwebhook = '{hook.url}'\nsecret = 'env:NO_SUCH_SECRET'\n")
    await rounds(Sender(database, lambda: config, Clock()))
    (message,) = messages(database)
    assert (message.state, message.error) == (MessageState.PENDING, "env:NO_SUCH_SECRET holds no secret")


async def test_what_a_receiver_answers_is_kept_in_one_line_of_letters(database: Database) -> None:
    put(database, "a")
    sender = Sender(database, lambda: configured(""), Clock())
    (message,) = sender._waiting()["desk"]
    sender._settle(message, NotSent("550 no\x00 \x1b[31mway\r\n\ud800here"))
    assert messages(database)[0].error == "550 no [31mway here"


async def test_mail_goes_the_same_way(database: Database, post: Post) -> None:
    mail = f"[mail]\nserver = '127.0.0.1:{post.port}'\nsecurity = 'none'\nsender = 'news@watch.example'\n"
    config = configured(f"{mail}[[channel]]\nkey = 'desk'\nemail = 'desk@paper.example'\n")
    put(database, "a")
    await rounds(Sender(database, lambda: config, Clock()))
    assert len(post.letters) == 1
    assert messages(database)[0].state is MessageState.SENT


# when again -----------------------------------------------------------------------------------------------------------


def tried(attempts: int, made_at: datetime = NOW) -> Message:
    return Message(1, "desk", "k", MessageState.PENDING, attempts, NOW, made_at)


@pytest.mark.parametrize(
    ("attempts", "error", "wait"),
    [
        pytest.param(0, OSError("reset"), 30, id="the first time"),
        pytest.param(3, NotSent("HTTP 500"), 240, id="doubled each time"),
        pytest.param(50, NotSent("HTTP 500"), 3600, id="at most an hour"),
        pytest.param(0, NotSent("HTTP 429", 300.0), 300, id="as the receiver asked"),
        pytest.param(0, NotSent("HTTP 429", 1.0), 30, id="not sooner for that"),
        pytest.param(0, NotSent("HTTP 429", 1e9), 3600, id="and not for ever"),
    ],
)
def test_a_message_is_tried_again(attempts: int, error: Exception, wait: int) -> None:
    assert again_at(tried(attempts), error, NOW) == NOW + timedelta(seconds=wait)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            lambda: again_at(tried(0), NotSent("gone", is_final=True), NOW), id="the receiver is gone for good"
        ),
        pytest.param(lambda: again_at(tried(30, NOW - PATIENCE), OSError(), NOW), id="a day has passed"),
    ],
)
def test_a_message_is_given_up(case: Callable[[], datetime | None]) -> None:
    assert case() is None
