"""What the letters of texts are, against the plain way of counting them one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.letters import TERMINAL, Letters
from crawler.extract.text import weight

TEXTS = [
    "Hello World. It is 5.",
    "你好。世界",
    "ab",
    "“Why?” she asked",
    "3.5 million: a. b",
    "@paper © 2024 | x",
    "한국어",
]
ONE_BY_ONE = {
    "digit": str.isdigit,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "comma": lambda sign: sign in ",、،",
    "end": lambda sign: sign in TERMINAL,
    "at": lambda sign: sign == "@",
}


@pytest.mark.parametrize("kind", ONE_BY_ONE)
def test_letters_of_a_kind_are_counted_for_each_text(kind: str) -> None:
    holds = ONE_BY_ONE[kind]
    assert Letters(TEXTS).count(kind).tolist() == [sum(map(holds, text)) for text in TEXTS]


def test_words_and_those_with_a_capital() -> None:
    letters = Letters(TEXTS)
    assert letters.words.tolist() == [5, 1, 1, 3, 4, 5, 1]
    assert letters.capital_words.tolist() == [3, 0, 0, 0, 0, 0, 0]


def test_a_stop_ends_a_sentence_when_a_space_follows_or_the_script_has_none() -> None:
    assert Letters(TEXTS).stops.tolist() == [1, 1, 0, 0, 1, 0, 0]


def test_first_and_last_letters() -> None:
    letters = Letters(TEXTS)
    assert letters.last("end").tolist() == [True, False, False, False, False, False, False]
    assert letters.first("opening").tolist() == [False, False, False, True, False, False, False]
    assert letters.first("upper").tolist() == [True, *[False] * 6]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), min_size=1, max_size=6))
def test_any_texts_weigh_what_each_weighs_alone(texts: list[str]) -> None:
    letters = Letters(texts)
    assert letters.weights.tolist() == [weight(text) for text in texts]
    assert letters.sizes.tolist() == [len(text) for text in texts]
    assert np.isfinite(letters.words).all()
