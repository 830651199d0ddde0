"""Webhooks: what is sent, how it is signed, what counts as taken, and where none may go."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from delivery.alerts import webhook
from delivery.alerts.ways import NotSent, Parcel
from delivery.alerts.webhook import Webhook, secret_bytes, signature
from guard.addresses import AddressRule
from storage.alerts import Alert
from tests.delivery.alerts.receiver import Hook

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))
PARCEL = Parcel(
    "k1", "desk", [Alert(1, "floods", "new", {"headline": "Überschwemmung", "url": "https://a.example/"}, NOW)]
)


async def test_the_alerts_are_posted_as_json_with_their_key(hook: Hook) -> None:
    await Webhook(hook.url, None, LOOPBACK).send(PARCEL)
    ((headers, content),) = hook.got
    assert headers[""] == "POST /hook?who=desk HTTP/1.1"
    assert (headers["idempotency-key"], headers["webhook-id"], headers["host"]) == (
        "k1",
        "k1",
        f"127.0.0.1:{hook.port}",
    )
    assert "webhook-signature" not in headers
    assert content == {
        "key": "k1",
        "channel": "desk",
        "alerts": [
            {"watch": "floods", "kind": "new", "made_at": "2026-11-23T12:00:00Z", "headline": "Überschwemmung",
             "url": "https://a.example/"},
        ],
    }  # fmt: skip


async def test_a_receiver_can_check_the_signature(hook: Hook) -> None:
    secret = "whsec_" + b64encode(b"0123456789abcdef").decode()
    await Webhook(hook.url, secret, LOOPBACK).send(PARCEL)
    ((headers, _),) = hook.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{headers['raw']}".encode()
    kind, _, sent = headers["webhook-signature"].partition(",")
    assert kind == "v1"
    assert b64decode(sent) == hmac.new(b"0123456789abcdef", signed, hashlib.sha256).digest()


def test_the_signature_is_that_of_the_specification() -> None:
    # the example of the specification of Standard Webhooks
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_in_any_other_form_signs_as_it_is() -> None:
    assert secret_bytes("plain") == b"plain"
    assert secret_bytes("whsec_no base64!") == b"whsec_no base64!"


@pytest.mark.parametrize("answer", ["200 OK", "204 No Content", "201 Created"])
async def test_2xx_is_taken(hook: Hook, answer: str) -> None:
    hook.answers = [answer]
    await Webhook(hook.url, None, LOOPBACK).send(PARCEL)


@pytest.mark.parametrize(
    ("answer", "reason", "retry_after", "is_final"),
    [
        ("500 Oops", "HTTP 500", None, False),
        ("301 Moved\r\nLocation: http://10.0.0.1/", "HTTP 301", None, False),
        ("404 Not Found", "HTTP 404", None, False),
        ("410 Gone", "HTTP 410", None, True),
        ("429 Slow\r\nRetry-After: 90", "HTTP 429", 90.0, False),
        ("503 Busy\r\nretry-after: Mon, 23 Nov 2026 12:00:00 GMT", "HTTP 503", None, False),
    ],
)
async def test_anything_else_is_not_and_no_redirect_is_followed(
    hook: Hook, answer: str, reason: str, retry_after: float | None, is_final: bool
) -> None:
    hook.answers = [answer]
    with pytest.raises(NotSent, match=reason) as caught:
        await Webhook(hook.url, None, LOOPBACK).send(PARCEL)
    assert (caught.value.retry_after, caught.value.is_final) == (retry_after, is_final)
    assert len(hook.got) == 1


async def test_a_receiver_that_says_nothing_is_given_up_in_time(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WHOLE", 0.3)
    hook.answers = [""]
    with pytest.raises(TimeoutError):
        await Webhook(hook.url, None, LOOPBACK).send(PARCEL)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
     "http://169.254.169.254/", "ftp://a.example/", "http://user:word@127.0.0.1:{port}/"],
)  # fmt: skip
async def test_no_request_leaves_for_an_internal_address_that_nobody_allowed(hook: Hook, url: str) -> None:
    with pytest.raises(NotSent, match="address refused"):
        await Webhook(url.format(port=hook.port), None, AddressRule()).send(PARCEL)
    assert hook.got == []


async def test_a_name_without_an_address_and_a_port_without_a_server_are_said() -> None:
    with pytest.raises(NotSent, match=r"no-such-host\.invalid has no address"):
        await Webhook("http://no-such-host.invalid/", None, LOOPBACK).send(PARCEL)
    with pytest.raises(NotSent, match=r"no connection to 127\.0\.0\.1: "):
        await Webhook("http://127.0.0.1:1/", None, LOOPBACK).send(PARCEL)
