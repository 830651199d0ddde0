"""The kinds of change between two versions of an article."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.identity.revisions import EDIT_CHARACTERS, EDITS_KEPT, Edit, changed_words, edits, what_changed
from storage.records import Article

BODY = (
    "The harbour of Lunde was closed on Monday after a wall gave way. Divers will look at it today.\n\n"
    "“We do not know the cause yet,” said mayor Ada Berg. The repair may cost 35 million crowns.\n\n"
    "Ferries leave from Sund until further notice, and buses bring the passengers there."
)
OLD = Article(
    "https://paper.example/a-1",
    "Harbour of Lunde closed",
    BODY,
    authors=("Ada Berg",),
    date_published=datetime(2026, 11, 23, 11, 5, tzinfo=UTC),
)
MORE = "\n\nUpdate: the ferry company expects delays of an hour for the whole week."

BODY_CHANGES = [
    pytest.param(BODY, (), id="nothing"),
    pytest.param(BODY.replace("\n\n", " "), (), id="paragraphs"),
    pytest.param(BODY.replace("Divers", "Divvers"), ("typo",), id="a letter"),
    pytest.param(BODY.replace("today", "to day"), ("typo",), id="a space"),
    pytest.param(BODY.replace("Ferries", "ferries"), ("typo",), id="a capital letter"),
    pytest.param(BODY.replace("today.", "today!"), ("typo",), id="punctuation"),
    pytest.param(BODY.replace("35 million", "53 million"), ("numbers",), id="a number"),
    pytest.param(
        BODY.replace("35 million crowns", "53 billion euros"), ("numbers", "rewritten"), id="a number and words"
    ),
    pytest.param(BODY.replace("know the cause", "see a reason"), ("quotes", "rewritten"), id="what somebody said"),
    pytest.param(BODY + MORE, ("added",), id="a paragraph more"),
    pytest.param(BODY.partition("\n\nFerries")[0], ("removed",), id="a paragraph less"),
    pytest.param(
        BODY.replace("Divers will look at it today.", "") + MORE, ("added", "removed"), id="one more and one less"
    ),
    pytest.param(BODY.replace("gave way", "collapsed into the sea"), ("rewritten",), id="other words"),
    pytest.param("Nothing is left of what stood here before, not a word.", ("rewritten",), id="another text"),
    pytest.param("", ("removed",), id="no text any more"),
]


@pytest.mark.parametrize(("body", "kinds"), BODY_CHANGES)
def test_the_kind_of_a_changed_text(body: str, kinds: tuple[str, ...]) -> None:
    assert what_changed(OLD, replace(OLD, article_body=body)) == kinds


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        pytest.param({"headline": "Harbour of Lunde reopened"}, ("headline",), id="the headline"),
        pytest.param({"headline": " Harbour  of Lunde closed"}, (), id="white space in the headline"),
        pytest.param({"authors": ("Jon Lie",)}, ("authors",), id="the byline"),
        pytest.param({"authors": ("ADA BERG",)}, (), id="case in the byline"),
        pytest.param({"date_published": None}, ("date_published",), id="the date"),
        pytest.param({"description": "new"}, (), id="what is no part of a version"),
    ],
)
def test_the_kind_of_other_changes(fields: dict[str, object], kinds: tuple[str, ...]) -> None:
    assert what_changed(OLD, replace(OLD, **fields)) == kinds  # type: ignore[arg-type]


def test_several_kinds_are_told_in_one_order() -> None:
    new = replace(OLD, headline="Lunde harbour shut", article_body=BODY.replace("35", "36") + MORE, authors=())
    assert what_changed(OLD, new) == ("headline", "numbers", "added", "authors")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param("a b c", "a  b\nc", (), id="white space"),
        pytest.param("It cost 35 million.", "It cost 53 million.", (Edit("35", "53"),), id="one word"),
        pytest.param("It cost much.", "It did cost too much.", (Edit("", "did"), Edit("", "too")), id="words put in"),
        pytest.param("one two three", "two", (Edit("one", ""), Edit("three", "")), id="words taken out"),
        pytest.param(
            "港は月曜に閉じた。", "港は火曜に閉じた。", (Edit("月", "火"),), id="a character without spaces around"
        ),
        pytest.param("", "new", (Edit("", "new"),), id="a first text"),
        pytest.param("", "", (), id="nothing"),
    ],
)
def test_the_words_that_changed(old: str, new: str, changed: tuple[Edit, ...]) -> None:
    assert edits(old, new) == changed


def test_very_long_texts_that_differ_throughout_are_one_edit() -> None:
    old, new = ("".join(f"{name}{number} " for number in range(3000)) for name in "ab")
    assert len(edits(old, new)) == 1
    assert what_changed(replace(OLD, article_body=old), replace(OLD, article_body=new)) == ("rewritten",)


def test_a_correction_in_a_very_long_text_is_found() -> None:
    words = [f"word{number}" for number in range(50_000)]
    corrected = [*words[:25_000], "corrected", *words[25_001:]]
    assert edits(" ".join(words), " ".join(corrected)) == (Edit("word25000", "corrected"),)


TEASER = BODY.partition("\n\n")[0] + "\n\nSubscribe to read on."
WALLED = {"is_accessible_for_free": False}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        pytest.param({}, {"article_body": TEASER, **WALLED}, ("paywall",), id="only its beginning is left"),
        pytest.param(
            {},
            {"article_body": TEASER, "headline": "Closed", **WALLED},
            ("headline", "paywall"),
            id="another headline, too",
        ),
        pytest.param({}, {"article_body": TEASER}, ("rewritten",), id="nothing says that there is a wall"),
        pytest.param({}, {"article_body": BODY + MORE, **WALLED}, ("added",), id="behind a wall that shows everything"),
        pytest.param(WALLED, {"article_body": TEASER, **WALLED}, ("rewritten",), id="it was behind one before"),
        pytest.param(WALLED, {}, ("paywall_lifted",), id="the wall is gone"),
        pytest.param(
            {"article_body": TEASER, **WALLED},
            {},
            ("rewritten", "paywall_lifted"),
            id="the wall is gone, the text is there",
        ),
    ],
)
def test_a_paywall_is_told_from_a_shortened_text(
    before: dict[str, object], after: dict[str, object], kinds: tuple[str, ...]
) -> None:
    assert what_changed(replace(OLD, **before), replace(OLD, **after)) == kinds  # type: ignore[arg-type]


def test_the_words_of_a_revision_are_stored_by_part() -> None:
    new = replace(
        OLD, headline="Harbour of Lunde reopened", article_body=BODY.replace("35", "53"), authors=("Jon Lie",)
    )
    assert changed_words(OLD, new) == (
        {"part": "headline", "before": "closed", "after": "reopened"},
        {"part": "body", "before": "35", "after": "53"},
        {"part": "authors", "before": "Ada Berg", "after": "Jon Lie"},
    )
    assert changed_words(OLD, OLD) == ()


def test_what_is_stored_of_a_revision_is_bounded() -> None:
    other = replace(OLD, article_body="x" * 5_000)
    assert max(len(edit["after"]) for edit in changed_words(OLD, other)) == EDIT_CHARACTERS
    every_second = " ".join(f"{word} new" for word in BODY.split() * 20)
    assert (
        len(
            changed_words(
                replace(OLD, article_body=" ".join(BODY.split() * 20)), replace(OLD, article_body=every_second)
            )
        )
        <= EDITS_KEPT
    )
