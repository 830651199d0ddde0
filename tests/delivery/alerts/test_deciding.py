"""Which article is told to which watch: once for a story, again when it says something else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.alerts.deciding import Memory, Watching, decide, fits, is_substantive, kin
from delivery.query import parse
from storage.changes import Change
from storage.queries import document
from storage.records import ChangeKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def article(article_id: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "article_id": article_id, "headline": "Flood in Vallorin", "description": None, "article_body": "The river rose.",
        "source_key": "daily", "in_language": "en-GB", "article_section": None, "agency": None, "date_published": NOW,
        "first_seen_at": NOW, "story_id": None, "syndication_group_id": None, "duplicate_of_id": None,
        "removed_at": None, "change_seq": article_id, **more,
    }  # fmt: skip


def watch(words: str = "", **more: Any) -> Watching:
    return Watching("w", parse(words, NOW) if words else None, **more)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(watch(), True, id="a watch for everything"),
        pytest.param(watch("flood"), True, id="a word of the headline"),
        pytest.param(watch('"river rose" -fire'), True, id="a phrase of the text, and a word that is not there"),
        pytest.param(watch("flood -river"), False, id="a word that must not be there"),
        pytest.param(watch("fire"), False, id="a word that is not there"),
        pytest.param(watch(sources=("daily",)), True, id="its source"),
        pytest.param(watch(sources=("weekly",)), False, id="another source"),
        pytest.param(watch(languages=("en",)), True, id="its language, whatever region"),
        pytest.param(watch(languages=("en-GB", "de")), True, id="its language and region"),
        pytest.param(watch(languages=("de",)), False, id="another language"),
        pytest.param(watch(stories=(7,)), False, id="a story that it is not in"),
    ],
)
def test_a_watch_finds(asked: Watching, found: bool) -> None:
    assert fits(asked, article(), document(article())) == found


@pytest.mark.parametrize(
    ("age", "is_news"), [(timedelta(0), True), (timedelta(days=2), True), (timedelta(days=2, seconds=1), False)]
)
def test_what_was_old_when_it_was_first_seen_is_no_news(age: timedelta, is_news: bool) -> None:
    old = article(date_published=NOW - age)
    assert fits(watch(), old, document(old)) == is_news
    unknown = article(date_published=None)
    assert fits(watch(), unknown, document(unknown))


@pytest.mark.parametrize(
    ("what", "expected"),
    [((), False), (("typo",), False), (("authors", "date_published"), False), (("typo", "numbers"), True),
     (("headline",), True), (("rewritten",), True)],
)  # fmt: skip
def test_a_typo_is_not_worth_a_word(what: tuple[str, ...], expected: bool) -> None:
    assert is_substantive(what) == expected


class Course:
    """Changes one after another, for one watch."""

    def __init__(self) -> None:
        self.memory, self.seq = Memory(), 0

    def comes(self, found: dict[str, Any], kind: ChangeKind = ChangeKind.NEW, *what: str) -> str | None:
        self.seq += 1
        found["change_seq"] = max(found["change_seq"], self.seq)
        told = decide(
            Change(self.seq, found["article_id"], kind, what, NOW), found, watch(), document(found), self.memory
        )
        if told:
            self.memory.keep("w", found["article_id"], found["change_seq"], kin(found))
        return told


def test_an_article_is_told_once() -> None:
    course, one = Course(), article(1)
    assert course.comes(one) == "new"
    assert course.comes(one, ChangeKind.GROUPED) is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"duplicate_of_id": 1}, id="a copy of it"),
        pytest.param({"syndication_group_id": 5}, id="the same text elsewhere"),
        pytest.param({"story_id": 7}, id="another article of its story"),
    ],
)
def test_copies_and_articles_of_one_story_are_not_told_again(other: dict[str, Any]) -> None:
    course = Course()
    assert course.comes(article(1, syndication_group_id=5, story_id=7)) == "new"
    assert course.comes(article(2, **other)) is None
    assert course.comes(article(3, story_id=8, syndication_group_id=6)) == "new"


def test_a_revision_is_told_when_it_changes_what_is_said() -> None:
    course, one = Course(), article(1)
    course.comes(one)
    assert course.comes(one, ChangeKind.REVISED, "typo") is None
    assert course.comes(one, ChangeKind.REVISED, "numbers") == "revised"
    assert course.comes(one, ChangeKind.REMOVED, "HTTP 410") == "removed"


def test_a_revision_that_was_told_with_the_article_is_not_told_again() -> None:
    course, one = Course(), article(1)
    one["change_seq"] = 2  # both changes were there when the first was looked at
    assert course.comes(one) == "new"
    assert course.comes(one, ChangeKind.REVISED, "numbers") is None


def test_revisions_of_what_nobody_was_told_of_are_new_when_they_fit_and_removals_are_nothing() -> None:
    assert Course().comes(article(1), ChangeKind.REVISED, "typo") == "new"
    assert Course().comes(article(1), ChangeKind.REMOVED) is None
    assert Course().comes(article(1, removed_at=NOW)) is None


def test_watches_do_not_know_of_each_other() -> None:
    course = Course()
    course.comes(article(1))
    change = Change(9, 1, ChangeKind.GROUPED, (), NOW)
    assert decide(change, article(1), Watching("other"), document(article(1)), course.memory) == "new"
