"""What a publisher changed, as people read it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from delivery import corrections
from delivery.corrections import CAME, CONTEXT, GONE, SAME, Part, Step, differing
from delivery.rows import Row
from storage import articles, changes, retention
from storage.database import Database
from storage.schema import article
from tests.delivery.conftest import NOW, Desk

URL = "https://daily.example/a"
FIRST: Row = {
    "headline": "Three dead in Lunde",
    "authors": [],
    "date_published": None,
    "article_body": "One.\n\nTwo.\n\nThree.",
}


def shown(step: Step, *, in_colour: bool = False) -> list[str]:
    return [line.plain for line in corrections.lines(step, in_colour=in_colour)]


def steps_of(database: Database, article_id: int) -> list[Step]:
    with database.read() as connection:
        return corrections.steps(connection, article_id)


def test_the_versions_are_told_in_their_order(database: Database, desk: Desk) -> None:
    article_id = desk.keep(URL)
    desk.revise(URL, "Corrected", ["headline", "removed"], at=NOW + timedelta(hours=1))
    first, second = steps_of(database, article_id)
    assert (first.title, first.what, first.parts) == ("version 1", ("first reading",), ())
    assert (second.title, second.what, second.at) == ("version 2", ("headline", "removed"), NOW + timedelta(hours=1))
    assert [part.name for part in second.parts] == ["headline", "text"]
    assert shown(second) == [
        "version 2  2026-11-23 13:00 UTC  headline, removed",
        f"  headline  [-Headline of {URL}-]{{+Corrected+}}",
        "    1 paragraph unchanged",
        "  text      [-Second paragraph.-]",
    ]


def test_what_was_taken_away_and_came_back_is_told(database: Database, desk: Desk) -> None:
    article_id = desk.keep(URL)
    with database.write() as connection:
        number = changes.lock_counter(connection)
        assert articles.mark_removed(connection, article_id, "HTTP 410", NOW + timedelta(hours=1), number + 1)
        assert articles.restore(connection, article_id, NOW + timedelta(hours=2), number + 2)
        changes.advance_counter(connection, number + 2)
    told = [(step.title, step.what) for step in steps_of(database, article_id)]
    assert told == [("version 1", ("first reading",)), ("removed", ("HTTP 410",)), ("back", ("back",))]


@pytest.mark.parametrize("taken", [retention.strip, retention.bury])
def test_versions_whose_words_retention_took_are_told_all_the_same(
    database: Database, desk: Desk, taken: Callable[[Connection, Sequence[int], datetime], None]
) -> None:
    article_id = desk.keep(URL)
    desk.revise(URL, "Corrected", ["headline"], at=NOW + timedelta(hours=1))
    with database.write() as connection:
        taken(connection, [article_id], NOW + timedelta(days=9))
    told = {step.title: [part.name for part in step.parts] for step in steps_of(database, article_id)}
    assert told["version 2"] == (["headline"] if taken is retention.strip else [])


def test_a_copy_is_compared_with_its_original(database: Database, desk: Desk) -> None:
    first = desk.keep(URL, article_body="One.\n\nTwo.")
    second = desk.keep("https://weekly.example/a", source_key="weekly", article_body="One.\n\nTwo and three.")
    with database.write() as connection:
        connection.execute(update(article).where(article.c.article_id == second).values(duplicate_of_id=first))
    with database.read() as connection:
        step = corrections.against_original(connection, second)
        assert corrections.against_original(connection, first) is None
        assert corrections.against_original(connection, 99) is None
    assert step is not None
    assert step.title == "against article 1 of daily"
    assert [(text, kind) for part in step.parts if part.name == "text" for text, kind in part.marked] == [
        ("Two.", GONE),
        ("Two and three.", CAME),
    ]


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param(
            {"headline": "Four dead in Lunde"},
            (Part("headline", (("Three", GONE), ("Four", CAME), (" dead in Lunde", SAME))),),
            id="a word",
        ),
        pytest.param(
            {"headline": "Three dead"}, (Part("headline", (("Three dead", SAME), (" in Lunde", GONE))),), id="words less"
        ),
        pytest.param(
            {"headline": "Now three dead in Lunde, it says"},
            (Part("headline", (("Three", GONE), ("Now three", CAME), (" dead in ", SAME), ("Lunde", GONE), ("Lunde, it says", CAME))),),
            id="words more",
        ),
        pytest.param({"authors": ["Ada Berg"]}, (Part("authors", (("Ada Berg", CAME),)),), id="a byline appears"),
        pytest.param(
            {"date_published": NOW}, (Part("published", (("2026-11-23 12:00 UTC", CAME),)),), id="a date appears"
        ),
        pytest.param(
            {"article_body": "One.\n\nTwo.\n\nThree.\n\nFour."}, (Part("text", (("Four.", CAME),), 3),), id="a paragraph more"
        ),
        pytest.param({"article_body": "One.\n\nThree."}, (Part("text", (("Two.", GONE),), 1),), id="a paragraph less"),
    ],
)  # fmt: skip
def test_what_differs_is_marked(changed: dict[str, object], parts: tuple[Part, ...]) -> None:
    assert differing(FIRST, {**FIRST, **changed}) == parts


def test_the_words_around_a_difference_are_enough() -> None:
    long = "word " * 200
    (part,) = differing({**FIRST, "article_body": f"{long}old {long}"}, {**FIRST, "article_body": f"{long}new {long}"})
    (_, line) = shown(Step("version 2", NOW, ("rewritten",), (part,)))
    assert "[-old-]{+new+}" in line
    assert len(line) < 3 * CONTEXT
    assert line.count("…") == 2


def test_at_a_terminal_colours_tell_what_marks_tell_elsewhere() -> None:
    (part,) = differing(FIRST, {**FIRST, "headline": "Four dead in Lunde"})
    step = Step("version 2", NOW, ("numbers",), (part,))
    (_, line) = corrections.lines(step, in_colour=True)
    assert line.plain == "  headline  ThreeFour dead in Lunde"
    assert {str(span.style) for span in line.spans} >= {"red strike", "green"}


def test_a_copy_word_for_word_is_said_to_be_one() -> None:
    assert shown(Step("against article 1 of daily", None, ())) == ["against article 1 of daily", "  the same words"]
