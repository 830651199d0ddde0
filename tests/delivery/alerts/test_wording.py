"""Alerts in words, and as the JSON of a webhook."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from delivery.alerts import wording
from storage.alerts import Alert

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def alert(kind: str = "new", watch: str | None = "floods", **told: Any) -> Alert:
    return Alert(1, watch, kind, {"headline": "Flood", **told}, NOW)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("new", "Flood"),
        ("revised", "Corrected: Flood"),
        ("removed", "Removed: Flood"),
        ("alarm", "Alarm: Flood"),
    ],
)
def test_the_subject_of_one_alert_is_its_headline(kind: str, line: str) -> None:
    assert wording.subject([alert(kind)]) == line


def test_a_subject_is_one_line_of_bearable_length() -> None:
    assert wording.subject([alert(headline="Flood\r\n in\tVallorin")]) == "Flood in Vallorin"
    assert len(wording.subject([alert(headline="word " * 100)])) == wording.LONGEST_SUBJECT


def test_the_subject_of_several_names_their_watches() -> None:
    several = [alert(), alert(watch="fires"), alert(), alert("alarm", None)]
    assert wording.subject(several) == "4 alerts: alarms, fires, floods"


def test_the_text_tells_what_there_is_and_leaves_out_what_there_is_not() -> None:
    whole = alert(
        description="It rained.",
        source_name="The Daily",
        source_key="daily",
        date_published="2026-11-23T11:00:00Z",
        what=["numbers", "headline"],
        url="https://daily.example/a",
    )
    assert wording.text([whole]) == (
        "Flood\nIt rained.\nThe Daily · 2026-11-23T11:00:00Z · numbers, headline\nhttps://daily.example/a\n"
        "watch: floods\n"
    )
    assert wording.text([alert("alarm", None)]) == "Alarm: Flood\n"


def test_several_are_paragraphs() -> None:
    assert wording.text([alert(), alert("removed")]).split("\n\n") == [
        "Flood\nwatch: floods",
        "Removed: Flood\nwatch: floods\n",
    ]


def test_a_program_gets_all_that_is_told() -> None:
    read = json.loads(wording.payload("k1", "desk", [alert(url="https://a.example/ü", what=[])]))
    assert read == {
        "key": "k1",
        "channel": "desk",
        "alerts": [
            {
                "watch": "floods",
                "kind": "new",
                "made_at": "2026-11-23T12:00:00Z",
                "headline": "Flood",
                "url": "https://a.example/ü",
                "what": [],
            }
        ],
    }
