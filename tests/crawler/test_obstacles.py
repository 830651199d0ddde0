"""What the answers of one visit say of their source: blocked, walled, or neither."""

import pytest

from crawler.obstacles import Evidence, obstacle


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
