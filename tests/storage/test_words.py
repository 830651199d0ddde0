"""Texts as the words that are searched: case, accents, width, scripts without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.words import LONGEST_WORD, is_single_character, placed_words, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Harbour opens", ["harbour", "opens"], id="upper and lower case are one"),
        pytest.param("Zürich, São Paulo", ["zurich", "sao", "paulo"], id="accents do not count"),
        pytest.param("Straße", ["strasse"], id="sharp s is ss"),
        pytest.param("don't co-operate", ["don", "t", "co", "operate"], id="apostrophes and hyphens part words"),
        pytest.param("G20 2026 1e5", ["g20", "2026", "1e5"], id="numbers are words"),
        pytest.param("ＡＰ ﬁnance", ["ap", "finance"], id="full width and ligatures are what they stand for"),
        pytest.param("½ price", ["1", "2", "price"], id="a fraction is its two numbers"),
        pytest.param("snake_case", ["snake", "case"], id="an underscore parts words"),
        pytest.param("Ёлка Київ", ["елка", "київ".replace("ї", "і")], id="Cyrillic"),
        pytest.param("हिन्दी समाचार", ["हिन्दी", "समाचार"], id="vowel signs belong to their word"),
        pytest.param("كِتَاب", ["كتاب"], id="Arabic vowels do not count"),
        pytest.param("می‌خواهم", ["میخواهم"], id="what joins letters only joins them"),
        pytest.param("北京大学", ["北京", "京大", "大学", "学"], id="Chinese is cut into pairs"),
        pytest.param("人", ["人"], id="one character"),
        pytest.param("東京タワー", ["東京", "京タ", "タワ", "ワー", "ー"], id="Japanese, across its scripts"),
        pytest.param("서울시", ["서울", "울시", "시"], id="Korean"),
        pytest.param("ไทย", ["ไท", "ทย", "ย"], id="Thai"),
        pytest.param("iPhone手机2026", ["iphone", "手机", "机", "2026"], id="scripts within a word are parted"),
        pytest.param("𠮷野家", ["𠮷野", "野家", "家"], id="characters of the further planes"),
        pytest.param("--- ??? 🎉", [], id="nothing that is searched"),
    ],
)
def test_a_text_becomes_these_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_only_the_beginning_of_an_endless_word_counts() -> None:
    assert words("x" * 5000) == ["x" * LONGEST_WORD]


def test_the_last_character_of_a_run_is_single_and_a_letter_is_not() -> None:
    assert is_single_character("学")
    assert not is_single_character("x")
    assert not is_single_character("大学")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The Zürich deal", ["The", "Zürich", "deal"]),
        ("在北京大学", ["在北", "北京", "京大", "大学", "学"]),
        ("½ off", ["½", "½", "off"]),
    ],
)
def test_words_know_their_place(text: str, shown: list[str]) -> None:
    assert [text[word.start : word.end] for word in placed_words(text)] == shown


@given(st.text())
def test_placed_words_are_the_words_and_stand_within_the_text(text: str) -> None:
    placed = list(placed_words(text))
    assert [word.text for word in placed] == words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in placed)
    assert [word.start for word in placed] == sorted(word.start for word in placed)


@given(st.text())
def test_a_searched_word_has_nothing_that_either_database_would_take_apart(text: str) -> None:
    for word in words(text):
        assert not set(word) & set("'\"\\: \t\n*&|!<>()")
        assert all(char.isalnum() for char in word if char.isascii())
