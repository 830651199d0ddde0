"""Alerts in words and as values: what a person reads in a mail, and what a program gets. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from delivery.rows import iso
from storage.alerts import Alert

#: what a kind of alert is called in front of a headline; a new article needs no word
_CALLED = {"revised": "Corrected: ", "removed": "Removed: ", "alarm": "Alarm: "}
#: letters of a subject line
LONGEST_SUBJECT = 140


def subject(alerts: Sequence[Alert]) -> str:
    """One line: the headline of a single alert, the number of several."""
    if len(alerts) == 1:
        line = headline(alerts[0])
        return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
    watches = sorted({alert.watch or "alarms" for alert in alerts})
    return f"{len(alerts)} alerts: {', '.join(watches)}"[:LONGEST_SUBJECT]


def text(alerts: Sequence[Alert]) -> str:
    """The alerts in plain text."""
    return "\n\n".join(_paragraph(alert) for alert in alerts) + "\n"


def payload(key: str, channel: str, alerts: Sequence[Alert]) -> bytes:
    """The alerts as JSON: what a webhook receives."""
    shown = [_value(alert) for alert in alerts]
    return json.dumps({"key": key, "channel": channel, "alerts": shown}, ensure_ascii=False).encode()


def _value(alert: Alert) -> Mapping[str, Any]:
    return {"watch": alert.watch, "kind": alert.kind, "made_at": iso(alert.made_at), **alert.told}


def headline(alert: Alert) -> str:
    """What was found, and what became of it, in one line: "Corrected: Flood in Vallorin"."""
    told = " ".join(str(alert.told["headline"]).split())  # one line, whatever it was
    return f"{_CALLED.get(alert.kind, '')}{told}"


def _paragraph(alert: Alert) -> str:
    told = alert.told
    facts = (
        told.get("source_name") or told.get("source_key"),
        told.get("date_published"),
        ", ".join(told.get("what") or ()),
    )
    lines = (headline(alert), told.get("description"), " · ".join(filter(None, facts)), told.get("url"),
             f"watch: {alert.watch}" if alert.watch else None)  # fmt: skip
    return "\n".join(filter(None, lines))
