"""Results of a search as a terminal shows them, and as lines of JSON."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from delivery.found import FOUND, coloured, json_lines, results_shown
from delivery.marking import Marked
from delivery.search import Hit, Results
from tests.delivery.conftest import NOW

HEADLINE: Marked = (("Flood", True), (" in the harbour", False))
SNIPPET: Marked = (("…", False), ("the ", False), ("flood", True), (" came", False))


def hit(copies: int = 0, **claims: Any) -> Hit:
    standard = {
        "article_id": 7,
        "url": "https://daily.example/flood",
        "source_key": "daily",
        "source_name": "The Daily",
        "date_published": NOW - timedelta(hours=3),
        "in_language": "en",
        "removed_at": None,
    }
    return Hit({**standard, **claims}, HEADLINE, SNIPPET, 3.14159, copies)


def shown(*hits: Hit, cursor: str | None = None, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, soft_wrap=True)  # as that of the commands
    console.print(results_shown(Results(hits, cursor), NOW))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_result_is_a_headline_its_facts_a_snippet_and_an_address() -> None:
    assert shown(hit())[:4] == [
        "Flood in the harbour",
        "  The Daily  3 h ago  en",
        "  …the flood came",
        "  https://daily.example/flood",
    ]


@pytest.mark.parametrize(
    ("found", "facts"),
    [
        pytest.param(hit(date_published=None), "  The Daily  date unknown  en", id="no date"),
        pytest.param(hit(source_name=None), "  daily  3 h ago  en", id="a source that is no longer configured"),
        pytest.param(hit(in_language=None), "  The Daily  3 h ago", id="no language"),
        pytest.param(hit(copies=2), "  The Daily  3 h ago  en  2 more with this text", id="copies"),
        pytest.param(hit(removed_at=NOW), "  The Daily  3 h ago  en  removed", id="removed by its publisher"),
    ],
)
def test_the_facts_of_a_result(found: Hit, facts: str) -> None:
    assert shown(found)[1] == facts


def test_more_results_are_had_by_the_cursor() -> None:
    assert shown(hit(), cursor="9.10.1")[-1] == "more: the same with --cursor 9.10.1"


def test_nothing_found_is_said() -> None:
    assert shown() == ["nothing was found"]


def test_a_narrow_terminal_breaks_lines_and_loses_nothing() -> None:
    long: Marked = (("…some words that stand before what was looked for, the ", False), ("flood", True))
    lines = shown(replace(hit(source_name="The Daily of a Long Name"), snippet=long), width=24)
    assert "  https://daily.example/flood" in lines  # an address is copied as a whole
    assert all(len(line) <= 24 for line in lines if "https:" not in line)
    text = " ".join(" ".join(lines).split())
    assert "some words that stand before what was looked for, the flood https:" in text
    assert "The Daily of a Long Name 3 h ago en" in text


def test_found_words_have_a_colour_and_control_characters_are_left_out() -> None:
    text = coloured((("a\x1b[31m", False), ("b\n", True)), "bold")
    assert text.plain == "a[31mb"
    assert [str(span.style) for span in text.spans] == ["bold", FOUND]


def test_a_line_of_json_has_the_article_its_score_and_what_was_found() -> None:
    (line,) = map(json.loads, json_lines(Results((hit(copies=1),), None)))
    assert (line["article_id"], line["score"], line["copies"]) == (7, 3.1416, 1)
    assert line["date_published"] == "2026-11-23T09:00:00Z"
    assert line["headline_marked"] == [["Flood", True], [" in the harbour", False]]
    assert line["snippet_marked"][2] == ["flood", True]
