"""What counts as the words of a text."""

import pytest

from crawler.identity.words import normalised, tokens, word_count


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        pytest.param(
            "Don’t   panic!\n\n“It’s” — 3.5 %", "don t panic it s 3 5", id="punctuation and white space collapse"
        ),
        pytest.param("STRASSE Straße", "strasse strasse", id="case is folded"),
        pytest.param("ＡＢＣ １２３ ﬁne", "abc 123 fine", id="width and ligatures are folded"),
        pytest.param("cost $5, not €5", "cost $5 not €5", id="currencies stay"),
        pytest.param("co\u00adoper\u200bate", "cooperate", id="soft hyphens and joiners stand inside words"),
        pytest.param("हिन्दी में", "हिन्दी में", id="vowel signs stay with their letters"),
        pytest.param(" \x00\ud800 ", "", id="controls and lone surrogates are no words"),
        pytest.param("", "", id="nothing is nothing"),
    ],
)
def test_layout_does_not_count(text: str, normal: str) -> None:
    assert normalised(text) == normal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("One two, three", ["one", "two", "three"], id="words"),
        pytest.param("東京で地震。", ["東", "京", "で", "地", "震"], id="characters where there are no spaces"),
        pytest.param("서울 지진", ["서울", "지진"], id="Korean has spaces"),
        pytest.param("東京2020大会", ["東", "京", "2020", "大", "会"], id="a number inside stays whole"),
    ],
)
def test_tokens_are_words_or_characters(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_two_characters_count_as_a_word_where_there_are_no_spaces() -> None:
    assert word_count("東京で地震") == 2
    assert word_count("one two three 東京") == 4
