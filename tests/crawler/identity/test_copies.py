"""Copies among stored texts: which groups are joined, which keys lead nowhere, and how a copy differs."""

import pytest

from crawler.identity.copies import COMMON, common_keys, joined, likeness, print_of
from crawler.identity.shingles import Fingerprint, compare, fingerprint
from storage.records import Article
from tests.support.texts import body, copies, story


def read(text: str, headline: str = "Harbour closed") -> Fingerprint | None:
    return print_of(Article("https://paper.example/a-1", headline, text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty body"),
        pytest.param(" \n\n ", id="white space"),
        pytest.param("Watch the video.", id="one line"),
        pytest.param("The full report will be published here as soon as the council has met, says the mayor.", id="a long line"),
        pytest.param("東京で地震があった。", id="one line without spaces"),
    ],
)  # fmt: skip
def test_a_body_that_says_too_little_has_no_fingerprint(text: str) -> None:
    assert read(text) is None


def test_a_paragraph_that_came_as_one_line_has_one() -> None:
    assert read(" ".join(story(1, 3))) == fingerprint(" ".join(story(1, 3)), "Harbour closed")


def test_each_group_with_a_copy_is_joined_once() -> None:
    mine = fingerprint(body(1))
    others = [(7, fingerprint(text)) for text in copies(1)] + [(9, fingerprint(body(2))), (3, fingerprint(body(1)))]
    groups = joined(mine, others)
    assert groups == {7: compare(mine, others[0][1]), 3: compare(mine, mine)}


def test_nothing_is_joined_where_nothing_is_alike() -> None:
    assert joined(fingerprint(body(1)), [(9, fingerprint(body(2)))]) == {}


def test_a_key_is_common_by_groups_and_not_by_articles() -> None:
    in_fifty_outlets, furniture = [4] * 50, list(range(COMMON))
    assert common_keys({11: in_fifty_outlets, 12: furniture, 13: furniture[1:]}) == {12}


@pytest.mark.parametrize(
    ("copy", "similarity", "cut", "added"),
    [
        pytest.param(body(1), 1.0, 0.0, 0.0, id="the same"),
        pytest.param(" ".join(story(1)[:20]), 1.0, 0.5, 0.0, id="cut to a half"),
        pytest.param(body(1) + "\n\n" + body(2), 1.0, 0.0, 0.5, id="extended to twice the length"),
        pytest.param(" ".join(story(1)[:20] + story(2)[:20]), 0.5, 0.5, 0.5, id="one half exchanged"),
    ],
)
def test_what_a_copy_has_less_and_more(copy: str, similarity: float, cut: float, added: float) -> None:
    found = likeness(fingerprint(copy), fingerprint(body(1)))
    assert (found.similarity, found.cut, found.added) == pytest.approx((similarity, cut, added), abs=0.08)


def test_texts_that_were_compared_already_are_not_compared_again() -> None:
    one, other = fingerprint(body(1)), fingerprint(body(1) + body(2))
    known = compare(one, other)
    assert likeness(one, other, known) == likeness(one, other)
    assert likeness(one, fingerprint(body(3)), known) == likeness(one, other)
