"""E-mail: a letter to a real SMTP server on loopback; what a headline holds begins no header."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_network
from typing import Any

import pytest

from config_blocks import Mail
from delivery.alerts import mail
from delivery.alerts.mail import Mailbox, letter
from delivery.alerts.ways import NotSent, Parcel
from guard.addresses import AddressRule
from storage.alerts import Alert
from tests.delivery.alerts.receiver import Post

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))


def alert(headline: str = "Flood", **more: Any) -> Alert:
    return Alert(1, "floods", "new", {"headline": headline, "url": "https://a.example/", **more}, NOW)


def box(post: Post | None = None, rule: AddressRule = LOOPBACK, **more: Any) -> Mailbox:
    server = {"server": f"127.0.0.1:{post.port}"} if post else {}
    found = Mail.model_validate({"security": "none", "sender": "news@watch.example", **server, **more})
    return Mailbox(("desk@paper.example", "night@paper.example"), found, None, rule)


async def test_a_letter_reaches_all_addresses_of_its_channel(post: Post) -> None:
    await box(post).send(Parcel("k1", "mail", [alert("Überschwemmung", description="Es regnet.", source_key="daily")]))
    read = message_from_bytes(post.letters[0], policy=default)
    assert read["Subject"] == "[Newswatch] Überschwemmung"
    assert (read["Message-ID"], read["Auto-Submitted"]) == ("<k1@watch.example>", "auto-generated")
    assert len(post.recipients) == 2
    text = read.get_content()
    for line in ("Überschwemmung", "Es regnet.", "daily", "https://a.example/", "watch: floods"):
        assert line in text.splitlines()


def test_a_headline_cannot_begin_a_header_of_its_own() -> None:
    made = letter(box(), Parcel("k1", "mail", [alert("Flood\r\nBcc: thief@elsewhere.example\n\nBody")]))
    assert made["Bcc"] is None
    assert made["Subject"] == "[Newswatch] Flood Bcc: thief@elsewhere.example Body"


def test_a_digest_names_how_many_there_are() -> None:
    made = letter(box(), Parcel("k1", "mail", [alert("One"), alert("Two")]))
    assert made["Subject"] == "[Newswatch] 2 alerts: floods"
    assert made.get_content().index("One") < made.get_content().index("Two")


async def test_a_server_that_refuses_is_quoted() -> None:
    from tests.delivery.alerts.receiver import listening

    refusing = Post(refusal="550 5.7.1 not\twelcome here")
    with listening(refusing), pytest.raises(NotSent, match=r"the mail server answers 550: 5\.7\.1 not welcome here"):
        await box(refusing).send(Parcel("k1", "mail", [alert()]))


async def test_a_server_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.delivery.alerts.receiver import listening

    monkeypatch.setattr(mail, "WHOLE", 0.3)
    silent = Post(silent=True)
    with listening(silent), pytest.raises(TimeoutError):
        await box(silent).send(Parcel("k1", "mail", [alert()]))


async def test_where_no_server_listens_is_said() -> None:
    with pytest.raises(NotSent, match=r"127\.0\.0\.1: Connection refused"):
        await box(server="127.0.0.1:1").send(Parcel("k1", "mail", [alert()]))


async def test_a_server_that_is_not_encrypted_gets_nothing_where_encryption_is_asked_for(post: Post) -> None:
    with pytest.raises(NotSent, match="STARTTLS"):
        await box(post, security="starttls").send(Parcel("k1", "mail", [alert()]))
    assert post.letters == []


async def test_a_password_that_the_protocol_cannot_say_is_told_without_it() -> None:
    from tests.delivery.alerts.receiver import listening

    post = Post(offers="AUTH PLAIN")
    with listening(post), pytest.raises(NotSent, match=r"letters that the protocol of mail cannot say$"):
        await replace(box(post, user="desk"), password="pässword").send(Parcel("k1", "mail", [alert()]))
    assert post.letters == []


async def test_the_address_rule_holds_for_mail_servers_too(post: Post) -> None:
    with pytest.raises(NotSent, match="address refused"):
        await box(post, AddressRule()).send(Parcel("k1", "mail", [alert()]))
    assert post.recipients == []


async def test_without_a_server_or_sender_the_cure_is_named() -> None:
    with pytest.raises(NotSent, match=r"\[mail\] needs server and sender"):
        await box(server=None).send(Parcel("k1", "mail", [alert()]))
