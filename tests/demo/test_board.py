"""What a demo shows."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console, RenderableType

from demo.board import Moment, Seen, board, headline, latest, verdict_line
from demo.ledger import Health, Ledger, Row, Verdict
from demo.outlets import OUTLETS, outlet

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


def row(number: int, source: str = "courier", version: int = 1, text: str = "Karvos Funds Night Train") -> Row:
    return Row(number, source, text, version, (f"http://h/{number}",), NOW)


def moment(seen: dict[str, Seen], ledger: Ledger, left: float = 0.0) -> Moment:
    return Moment([outlet("courier"), outlet("hokuto")], seen, ledger, NOW, left)


def shown(what: RenderableType, width: int = 140) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def line_of(text: str, key: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.lstrip().startswith(key))
    return line.replace(outlet(key).build, "").split()


@pytest.mark.parametrize(
    ("seen", "ledger", "left", "expected"),
    [
        pytest.param(
            {}, Ledger(), 0, "0 of 0 articles stored, 0 of 0 corrections seen, 0 requests", id="nothing happened yet"
        ),
        pytest.param(
            {"courier": Seen(3, 1, 20), "hokuto": Seen(2, 0, 4)},
            Ledger((row(1, version=2), row(2))),
            62.7,
            "2 of 5 articles stored, 1 of 1 corrections seen, 24 requests; 63 s left",
            id="in the middle of it",
        ),
    ],
)
def test_the_whole_in_one_line(seen: dict[str, Seen], ledger: Ledger, left: float, expected: str) -> None:
    assert headline(moment(seen, ledger, left)) == expected


def test_the_table_has_a_line_for_each_outlet() -> None:
    health = {"courier": Health(3, 9, NOW - timedelta(seconds=2))}
    text = shown(board(moment({"courier": Seen(6, 1, 20)}, Ledger((row(1, version=2), row(2)), health))))
    assert line_of(text, "courier") == ["courier", "6", "2", "1", "1", "20", "2", "s", "ago"]
    assert line_of(text, "hokuto")[-1] == "-"


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_the_table_fits_the_terminal_and_cuts_no_figure(width: int) -> None:
    seen = {each.key: Seen(123, 45, 6789) for each in OUTLETS}
    text = shown(board(Moment(OUTLETS, seen, Ledger(), NOW, 100)), width=width)
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 3 + len(OUTLETS)
    assert lines[1].split()[2:] == ["shown", "stored", "corrected", "revised", "requests", "last", "visit"]
    assert all("6789" in line for line in lines[3:])


@pytest.mark.parametrize(
    ("have", "style"),
    [
        pytest.param(1, "yellow", id="behind"),
        pytest.param(2, "green", id="level"),
        pytest.param(3, "red", id="more than there can be"),
    ],
)
def test_the_colour_says_how_far_it_is(have: int, style: str) -> None:
    console = Console(width=140, force_terminal=True, color_system="standard")
    rows = tuple(row(number) for number in range(have))
    with console.capture() as capture:
        console.print(board(moment({"courier": Seen(2)}, Ledger(rows))))
    code = {"yellow": "33", "green": "32", "red": "31"}[style]
    line = next(line for line in capture.get().splitlines() if "courier" in line)
    assert re.search(rf"\x1b\[{code}m *{have}\x1b", line)


def test_the_latest_headlines_are_shown_as_they_are() -> None:
    rows = [row(number, text=f"[WORLD] Story {number}") for number in range(12)]
    text = shown(latest(rows, many=3))
    assert [f"[WORLD] Story {number}" in text for number in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        pytest.param(Verdict(), "Every article of the demo web is stored once", id="all is well"),
        pytest.param(Verdict(missing=("http://h/1",)), "missing: http://h/1", id="something is missing"),
        pytest.param(Verdict(strangers=("Tag (http://h/t)",)), "strangers: Tag (http://h/t)", id="too much is there"),
    ],
)
def test_the_verdict_is_told(verdict: Verdict, expected: str) -> None:
    assert expected in shown(verdict_line(verdict))
