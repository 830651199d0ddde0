"""E-mail: one message to all addresses of a channel, through the server of `[mail]`.

smtplib blocks, so it works in a thread of its own that nobody waits for longer than its time: its socket is closed
then, and the thread ends by itself. The Message-ID is made of the key: servers and programs that know it show one mail.
"""

import asyncio
import smtplib
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from config_blocks import Mail
from delivery.alerts import wording
from delivery.alerts.ways import CONNECT, WHOLE, NotSent, Parcel, judged
from guard.addresses import AddressRule


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The addresses of one channel, and the server that takes their mail."""

    addresses: Sequence[str]
    mail: Mail
    password: str | None
    rule: AddressRule

    async def send(self, parcel: Parcel) -> None:
        """Hand it to the server."""
        if self.mail.server is None or self.mail.sender is None:
            raise NotSent("[mail] needs server and sender before e-mail can be sent")
        host, _, port = self.mail.server.partition(":")
        addresses = await judged(host, int(port or self.mail.port), self.rule)
        posting = _Posting(self, addresses[0], host, int(port or self.mail.port), letter(self, parcel))
        try:
            async with asyncio.timeout(WHOLE):
                await posting.run()
        finally:
            posting.give_up()


def letter(mailbox: Mailbox, parcel: Parcel) -> EmailMessage:
    """The mail itself: plain text."""
    found = EmailMessage()
    sender = mailbox.mail.sender or ""
    found["From"], found["To"] = sender, ", ".join(mailbox.addresses)
    # a line end in a headline would begin another header: the subject is one line (wording), and EmailMessage checks it
    found["Subject"] = f"[Newswatch] {wording.subject(parcel.alerts)}"
    found["Date"] = formatdate(usegmt=True)
    found["Message-ID"] = f"<{parcel.key}@{sender.partition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(wording.text(parcel.alerts))
    return found


@dataclass(slots=True)
class _Posting:
    """One delivery in a thread."""

    box: Mailbox
    address: str
    host: str
    port: int
    letter: EmailMessage
    _client: smtplib.SMTP | None = None
    _done: "asyncio.Future[None]" = field(init=False)

    async def run(self) -> None:
        """Have the thread post it, and wait for the outcome."""
        loop = asyncio.get_running_loop()
        self._done = loop.create_future()
        threading.Thread(target=self._work, args=(loop,), name="newswatch-mail", daemon=True).start()
        await self._done

    def give_up(self) -> None:
        """Close the socket, whatever the thread waits for."""
        connection = getattr(self._client, "sock", None)
        if connection is not None:
            with suppress(OSError):  # it ended by itself meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        error: Exception | None = None
        try:
            self._post()
        except smtplib.SMTPException as failure:
            error = NotSent(_said(failure))
        except OSError as failure:
            error = NotSent(f"{self.host}: {failure.strerror or str(failure) or type(failure).__name__}")
        except ValueError:
            # what it says may quote the password
            error = NotSent("user, password or an address has letters that the protocol of mail cannot say")
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, error)

    def _tell(self, error: Exception | None) -> None:
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)

    def _post(self) -> None:
        mail, tls = self.box.mail, ssl.create_default_context()
        client = self._client = _Client(self.address, self.host, tls if mail.security == "tls" else None)
        try:
            client.connect(self.host, self.port)
            if mail.security == "starttls":
                client.starttls(context=tls)
            if mail.user is not None:
                client.login(mail.user, self.box.password or "")
            client.send_message(self.letter)
            with suppress(smtplib.SMTPException, OSError):  # it is taken: how the server says goodbye is its own affair
                client.quit()
        finally:
            client.close()


class _Client(smtplib.SMTP):
    """smtplib's client, connected to the address that was judged, under the name that was asked for."""

    def __init__(self, address: str, host: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(timeout=CONNECT)
        self._address, self._host, self._tls = address, host, tls

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        return self._tls.wrap_socket(plain, server_hostname=host) if self._tls else plain


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"the mail server answers {error.smtp_code}: {' '.join(said.split())[:200]}"
    return f"the mail server: {' '.join(str(error).split())[:200] or type(error).__name__}"
