"""Webhooks: a signed POST of JSON. The signature is that of Standard Webhooks, for which receivers have libraries.

    webhook-id: KEY   webhook-timestamp: SECONDS   webhook-signature: v1,BASE64(HMAC-SHA256(secret, id.timestamp.body))

An own client of a few lines, because it must connect to the address that was judged, follow no redirect, and end in
time whatever the receiver does. The answer's head is read, its body is not.
"""

import asyncio
import base64
import hashlib
import hmac
import re
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from delivery.alerts.ways import WHOLE, NotSent, Parcel, connected
from delivery.alerts.wording import payload
from guard.addresses import AddressRule

#: bytes of an answer's head that are read
LONGEST_HEAD = 65_536
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_RETRY_AFTER = re.compile(rb"(?im)^retry-after:[ \t]*(\d{1,7})[ \t]*\r?$")


def signature(secret: bytes, key: str, timestamp: int, body: bytes) -> str:
    """What a receiver compares with its own."""
    signed = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def secret_bytes(secret: str) -> bytes:
    """The secret as it signs: "whsec_BASE64" as the libraries write it, anything else as its own bytes."""
    if secret.startswith("whsec_"):
        with suppress(ValueError):
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    return secret.encode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver."""

    url: str
    secret: str | None
    rule: AddressRule

    async def send(self, parcel: Parcel) -> None:
        """POST it; taken is what is answered with 2xx."""
        parts = urlsplit(self.url)
        if reason := self.rule.refuse_url(self.url):
            raise NotSent(f"address refused: {reason}")
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        async with asyncio.timeout(WHOLE):
            reader, writer = await connected(parts.hostname or "", parts.port or (443 if tls else 80), self.rule, tls)
            try:
                writer.write(self._request(parcel, parts))
                await writer.drain()
                _judge(await _head(reader))
            finally:
                writer.transport.abort()

    def _request(self, parcel: Parcel, parts: SplitResult) -> bytes:
        target = parts._replace(scheme="", netloc="", fragment="").geturl()
        body, now = payload(parcel.key, parcel.channel, parcel.alerts), int(time.time())
        headers = {
            "Host": parts.netloc,
            "User-Agent": "Newswatch",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Idempotency-Key": parcel.key,
            "webhook-id": parcel.key,
            "webhook-timestamp": str(now),
        }
        if self.secret is not None:
            headers["webhook-signature"] = signature(secret_bytes(self.secret), parcel.key, now, body)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {target or '/'} HTTP/1.1\r\n{head}\r\n".encode() + body


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError:
        return await reader.read(LONGEST_HEAD)


def _judge(head: bytes) -> None:
    found = _STATUS.match(head)
    if found is None:
        raise NotSent("the receiver did not answer as HTTP does")
    status = int(found[1])
    if 200 <= status < 300:
        return
    wait = _RETRY_AFTER.search(head)
    raise NotSent(f"HTTP {status}", float(wait[1]) if wait else None, is_final=status == 410)
