"""The sender: alerts that are due become messages, and each channel sends its own, one after another.

    seal ─> due ─┬─ lane of channel A: claim ─> send ─> sent | again at ... | dead
                 └─ lane of channel B: ...

A receiver that is slow or dead holds up its own lane and nobody else. After a failure a lane rests until the next
round: one try a round is enough to see that a receiver is back.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config import Config
from config_blocks import Channel
from config_secrets import SecretError, needed, secret
from delivery.alerts.apprise import Apprised
from delivery.alerts.mail import Mailbox
from delivery.alerts.ways import NotSent, Parcel, Way
from delivery.alerts.webhook import Webhook
from guard.addresses import AddressRule
from storage import alerts
from storage.alerts import Message
from storage.database import Database

#: seconds between two rounds
PAUSE = 2.0
#: messages of one channel in one round
ROUND = 200
#: how long a message is ours while we send it; longer than any way takes
CLAIM = timedelta(seconds=120)
#: until the second try, doubled with each up to the second figure
RETRY, RETRY_MOST = timedelta(seconds=30), timedelta(hours=1)
#: a message that nobody took for so long is dead: it stays, and can be sent again by hand
PATIENCE = timedelta(hours=24)

log = logging.getLogger(__name__)

Open = Callable[[Channel], Way]


def opener(config: Config) -> Open:
    """How channels of a configuration are opened. The way raises SecretError where a secret is missing."""
    rule = AddressRule(tuple(config.safety.allow_networks))

    def opened(channel: Channel) -> Way:
        """The way of one channel."""
        if channel.webhook is not None:
            is_place = channel.webhook.startswith(("env:", "file:"))
            signing = needed(channel.secret) if channel.secret else None
            return Webhook(needed(channel.webhook) if is_place else channel.webhook, signing, rule)
        if channel.apprise is not None:
            return Apprised(needed(channel.apprise), rule)
        return Mailbox(channel.email, config.mail, secret(config.mail.password), rule)

    return opened


def again_at(message: Message, error: Exception, now: datetime) -> datetime | None:
    """When a message that was not taken is tried again; None: it is dead. Pure."""
    if isinstance(error, NotSent) and error.is_final:
        return None
    asked = error.retry_after if isinstance(error, NotSent) else None
    doubled = RETRY * 2 ** min(message.attempts, 10)
    wait = max(min(doubled, RETRY_MOST), timedelta(seconds=min(asked or 0.0, RETRY_MOST.total_seconds())))
    return now + wait if now + wait - message.made_at <= PATIENCE else None


@dataclass(slots=True)
class Sender:
    """Sends what is due, for as long as it runs."""

    database: Database
    config: Callable[[], Config]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lanes: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """One round after another until `stop` is set; what is under way then is broken off and sent again later."""
        while not stop.is_set():
            await self.round()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)
        await self.break_off()

    async def round(self) -> None:
        """Seal what is due, and start the lanes that have something to send and do not run."""
        try:
            waiting = await asyncio.to_thread(self._waiting)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("alerts wait for the database: %s", str(error).strip().partition("\n")[0])
            return
        for channel, messages in waiting.items():
            if channel not in self._lanes or self._lanes[channel].done():
                self._lanes[channel] = asyncio.ensure_future(self._lane(channel, messages))

    async def finish(self) -> None:
        """Wait for the lanes that run."""
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def break_off(self) -> None:
        """End the lanes that run; their messages are sent again."""
        for lane in self._lanes.values():
            lane.cancel()
        await self.finish()

    def _waiting(self) -> dict[str, list[Message]]:
        now, digests = self.clock(), [channel.key for channel in self.config().channels if channel.digest]
        with self.database.read() as connection:
            messages = alerts.due(connection, now, ROUND)
            is_due = alerts.is_anything_due(connection, now)
        if is_due:
            with self.database.write() as connection:
                alerts.seal(connection, now, digests)
            with self.database.read() as connection:
                messages = alerts.due(connection, now, ROUND)
        waiting: dict[str, list[Message]] = {}
        for message in messages:
            waiting.setdefault(message.channel, []).append(message)
        return waiting

    async def _lane(self, channel: str, messages: Sequence[Message]) -> None:
        """Send messages of one channel until one is not taken."""
        for message in messages:
            parcel = await asyncio.to_thread(self._claim, message)
            if parcel is None:
                continue
            error = await self._hand_over(parcel)
            await asyncio.to_thread(self._settle, message, error)
            if error is not None:
                return

    def _claim(self, message: Message) -> Parcel | None:
        with self.database.write() as connection:
            if not alerts.claim(connection, message, self.clock() + CLAIM):
                return None
            return Parcel(message.key, message.channel, alerts.content(connection, message.message_id))

    async def _hand_over(self, parcel: Parcel) -> Exception | None:
        """Send it; return why it was not taken."""
        config = self.config()
        channel = next((found for found in config.channels if found.key == parcel.channel), None)
        if channel is None:
            return NotSent("there is no channel of this name any more", is_final=True)
        try:
            await opener(config)(channel).send(parcel)
        except (NotSent, SecretError, OSError, EOFError, ValueError) as error:
            return error
        return None

    def _settle(self, message: Message, error: Exception | None) -> None:
        now = self.clock()
        with self.database.write() as connection:
            if error is None:
                alerts.mark_sent(connection, message.message_id, now)
                return
            again, reason = again_at(message, error, now), _one_line(str(error)) or type(error).__name__
            alerts.mark_failed(connection, message.message_id, reason, again)
        outcome = (
            f"tried again {again:%Y-%m-%d %H:%M} UTC" if again else "given up; `newswatch alerts --retry` sends it"
        )
        log.warning("channel %s did not take an alert, %s: %s", message.channel, outcome, reason)


def _one_line(said: str) -> str:
    """What a receiver answered, without its control characters: PostgreSQL takes no NUL."""
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())
