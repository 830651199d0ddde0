"""What the answers of one visit say of their source: blocked, walled, or neither."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.obstacles import BARREN, Evidence, obstacle, obstacle_of
from crawler.traps import Shapes
from storage.sources import SourceState

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CALENDAR = "trap: no article, and links into a calendar: /calendar/2031/07"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("HTTP 403", "blocked"),
        ("HTTP 401", "blocked"),
        ("HTTP 429", "blocked"),
        ("HTTP 451", "blocked"),
        ("captcha", "blocked"),
        ("feed: answered with a web page: captcha", "blocked"),
        ("consent wall", "walled"),
        ("login", "walled"),
        ("javascript wall", "walled"),
        ("paywall", "walled"),
        ("soft 404", None),
        ("maintenance", None),
        ("HTTP 404", None),
        ("HTTP 500", None),
        ("no whole answer in time", None),
    ],
)
def test_what_a_reason_says(reason: str, state: str | None) -> None:
    assert obstacle(reason) == state


def evidence(*reasons: str, good: int = 0) -> Evidence:
    found = Evidence(good=good)
    for reason in reasons:
        found.note(reason)
    return found


def test_no_answer_says_nothing() -> None:
    assert evidence().verdict() is None


@pytest.mark.parametrize(
    ("reasons", "verdict"),
    [
        (("HTTP 403",), ("blocked", "HTTP 403 (1 of 1 answers, none was an article)")),
        (("consent wall",) * 3, ("walled", "consent wall (3 of 3 answers, none was an article)")),
        (("login", "login", "captcha"), ("walled", "login (2 of 3 answers, none was an article)")),
        (("captcha", "gallery"), ("blocked", "captcha (1 of 2 answers, none was an article)")),
    ],
)
def test_a_source_that_keeps_us_out(reasons: tuple[str, ...], verdict: tuple[str, str]) -> None:
    assert evidence(*reasons).verdict() == verdict


@pytest.mark.parametrize(
    "reasons",
    [("soft 404",), ("gallery", "video page"), ("captcha", "soft 404", "soft 404"), ("HTTP 500", "HTTP 404")],
)
def test_a_source_that_merely_has_other_pages(reasons: tuple[str, ...]) -> None:
    assert evidence(*reasons).verdict() is None


def test_one_article_says_that_it_lets_us_in() -> None:
    assert evidence("captcha", "captcha", "consent wall", good=1).verdict() is None


def before(last_new: timedelta | None = None, state: str = "ok") -> SourceState:
    """A source that brought its last article so long ago."""
    told = CALENDAR if state == "trapped" else None
    return SourceState(1, NOW, 0, state, 0, told, NOW - last_new if last_new is not None else None)


@pytest.mark.parametrize("last_new", [pytest.param(None, id="never"), pytest.param(BARREN, id="not for a month")])
def test_a_source_that_only_leads_on_is_trapped(last_new: timedelta | None) -> None:
    shapes = Shapes(nowhere=CALENDAR)
    assert obstacle_of(evidence("no text"), shapes, before(last_new), NOW) == ("trapped", CALENDAR)


@pytest.mark.parametrize(
    ("found", "shapes", "last_new"),
    [
        pytest.param(evidence(good=1), Shapes(nowhere=CALENDAR), None, id="an article came"),
        pytest.param(evidence(), Shapes(nowhere=CALENDAR, shows_known=True), None, id="another list is as it was"),
        pytest.param(evidence(), Shapes(nowhere=CALENDAR), timedelta(days=29), id="articles came this month"),
        pytest.param(evidence(), Shapes(nowhere=CALENDAR, listed=1), None, id="what is listed was not tried yet"),
        pytest.param(evidence("no text"), Shapes(), None, id="nothing leads on"),
    ],
)
def test_one_page_that_leads_on_does_not_trap_a_source(
    found: Evidence, shapes: Shapes, last_new: timedelta | None
) -> None:
    assert obstacle_of(found, shapes, before(last_new), NOW) is None


def test_what_was_listed_and_tried_in_vain_is_no_excuse() -> None:
    shapes = Shapes(nowhere=CALENDAR, listed=1)
    shapes.note("https://daily.example/news/harbour", kept=False)
    assert obstacle_of(evidence("no text"), shapes, before(), NOW) == ("trapped", CALENDAR)


def test_a_source_that_keeps_us_out_is_not_called_trapped() -> None:
    assert obstacle_of(evidence("captcha"), Shapes(nowhere=CALENDAR), before(), NOW) == (
        "blocked",
        "captcha (1 of 1 answers, none was an article)",
    )


def test_a_visit_that_asked_for_nothing_leaves_a_trap_as_it_was() -> None:
    assert obstacle_of(evidence(), Shapes(shows_known=True), before(state="trapped"), NOW) == ("trapped", CALENDAR)
    assert obstacle_of(evidence(good=1), Shapes(), before(state="trapped"), NOW) is None
