"""Watches, alerts and messages as tables for a terminal."""

from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.table import Table
from rich.text import Text

from config_blocks import Watch
from delivery.alerts.watching import Finding
from delivery.tables import ago
from storage.alerts import Alert, Message

_COLOURS = {"sent": "green", "pending": "yellow", "dead": "red"}


def watch_table(watches: Sequence[Watch]) -> Table:
    """Each watch with what it looks for."""
    table = _table(f"{len(watches)} watches", "key", "words", "only", "channels")
    for watch in watches:
        table.add_row(*_texts(watch.key, watch.words, ", ".join(watch.only), ", ".join(watch.channels)))
    return table


def rehearsal_table(found: Sequence[Finding], now: datetime) -> Table:
    """What a watch would have told."""
    table = _table(f"{len(found)} alerts", "when", "kind", "source", "headline")
    for finding in found:
        article = finding.article
        table.add_row(*_texts(ago(finding.change.at, now), finding.kind, article["source_key"], article["headline"]))
    return table


def alert_table(alerts: Sequence[Alert], now: datetime) -> Table:
    """The latest alerts."""
    table = _table(f"{len(alerts)} alerts", "when", "watch", "kind", "headline")
    for alert in alerts:
        table.add_row(*_texts(ago(alert.made_at, now), alert.watch or "", alert.kind, str(alert.told["headline"])))
    return table


def message_table(messages: Sequence[Message], now: datetime) -> Table:
    """What became of each message, those that were not taken first."""
    table = _table(f"{len(messages)} messages", "made", "channel", "state", "tries", "why")
    for message in messages:
        state = Text(message.state.value, _COLOURS[message.state.value])
        texts = _texts(ago(message.made_at, now), message.channel)
        table.add_row(*texts, state, str(message.attempts), _plain(message.error or ""))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _texts(*texts: str) -> list[Text]:
    return [_plain(text) for text in texts]


def _plain(text: str) -> Text:
    """Text of strangers: without control characters, and never read as markup."""
    return Text("".join(char for char in text if char.isprintable()))
