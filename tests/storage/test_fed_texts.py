"""Texts that feeds brought stay with their links until these have an outcome."""

import pytest
from sqlalchemy import Connection

from storage import frontier
from storage.frontier import Outcome
from storage.records import LinkState
from storage.schema import fed_text
from tests.storage.facts import DAILY, HOUR, NOW, count, listed, record

TEXT = "<p>The whole report.</p>"


def texts(connection: Connection) -> dict[str, str | None]:
    rows = frontier.next_links(connection, DAILY, NOW + HOUR, 100, [])
    return {row.fetch_key.rpartition("/")[2]: row.link.body_html for row in rows}


def test_a_link_comes_with_the_text_that_its_feed_brought(writing: Connection) -> None:
    record(writing, listed("a", body_html=TEXT), listed("b"))
    assert texts(writing) == {"a": TEXT, "b": None}


def test_many_texts_at_once_stay_with_their_links(writing: Connection) -> None:
    record(writing, *(listed(f"story-{number}", body_html=f"{TEXT}{number}") for number in range(1200)))
    assert count(writing, fed_text) == 1200
    assert all(text == f"{TEXT}{name.removeprefix('story-')}" for name, text in texts(writing).items())


def test_what_is_not_fetched_needs_no_text(writing: Connection) -> None:
    record(writing, listed("old", LinkState.SKIPPED, "before horizon", body_html=TEXT))
    assert count(writing, fed_text) == 0


def test_a_link_that_is_listed_again_keeps_its_first_text(writing: Connection) -> None:
    record(writing, listed("a", body_html=TEXT))
    record(writing, listed("a", body_html="<p>Another.</p>"), at=NOW + HOUR)
    assert texts(writing) == {"a": TEXT}


@pytest.mark.parametrize(
    ("state", "left"),
    [
        pytest.param(LinkState.STORED, 0, id="stored"),
        pytest.param(LinkState.DUPLICATE, 0, id="known by another address"),
        pytest.param(LinkState.SKIPPED, 0, id="skipped"),
        pytest.param(LinkState.FAILED, 0, id="given up"),
        pytest.param(LinkState.PENDING, 1, id="tried again later"),
    ],
)
def test_an_outcome_ends_it(writing: Connection, state: LinkState, left: int) -> None:
    record(writing, listed("a", body_html=TEXT), listed("b", body_html=TEXT))
    row = frontier.next_links(writing, DAILY, NOW, 1, [])[0]
    frontier.settle(writing, row, Outcome(state, next_try_at=NOW), NOW)
    assert count(writing, fed_text) == 1 + left
