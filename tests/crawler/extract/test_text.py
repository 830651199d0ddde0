"""Small treatments of strings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text import Runs, clean, folded, likeness, unmarked, unquoted, weight, words
from crawler.text import unescaped

CLEANED = [
    pytest.param(
        "  The\tbridge \r\n is\u00a0open ", "The bridge is open", id="white space of every kind folds to one space"
    ),
    pytest.param("The\x00 bri\x07dge", "The bridge", id="controls go"),
    pytest.param("Brü\u00adcken\u200bbau", "Brückenbau", id="soft hyphens and zero-width spaces go"),
    pytest.param("\ufeffErste Zeile", "Erste Zeile", id="a byte order mark in the text goes"),
    pytest.param("half \ud83d an emoji", "half an emoji", id="a lone surrogate goes, its space with it"),
    pytest.param("می\u200cروم", "می\u200cروم", id="the Persian joiner stays"),
    pytest.param("👩\u200d🚒 rescues a cat", "👩\u200d🚒 rescues a cat", id="the joiner of an emoji stays"),
    pytest.param("上海\u3000天气", "上海 天气", id="the wide space of Chinese is a space"),
    pytest.param("a\u2028b\u2029c", "a b c", id="line and paragraph separators are spaces"),
    pytest.param("\x85\u200b \x00", "", id="nothing but what is unwanted"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("text", "expected"), CLEANED)
def test_one_clean_line(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(st.characters()))
def test_a_clean_line_is_clean_and_can_be_stored(text: str) -> None:
    line = clean(text)
    assert clean(line) == line
    assert "\n" not in line
    assert "\x00" not in line
    assert line.encode().decode() == line
    assert len(line) <= len(text)


@given(st.text(st.characters()), st.text(st.characters()))
def test_cleaning_parts_before_joining_changes_nothing(first: str, second: str) -> None:
    assert clean(f"{clean(first)} {clean(second)}") == clean(f"{first} {second}")


UNMARKED = [
    pytest.param("Q&amp;A", "Q&A", id="a named entity"),
    pytest.param("caf&#233; &#x2014; bar", "café — bar", id="numbered entities"),
    pytest.param("<i>Titanic</i> sails", "Titanic sails", id="tags"),
    pytest.param("&lt;b&gt;Rain&lt;/b&gt;", "Rain", id="escaped tags"),
    pytest.param("5 < 7", "5 < 7", id="a comparison is no tag"),
    pytest.param("AT&T and R&D", "AT&T and R&D", id="an ampersand that begins no entity"),
    pytest.param("&nbsp;Rain&nbsp;", "Rain", id="hard spaces at the ends"),
    pytest.param("&#0;&#xD800;Rain", "\ufffd\ufffdRain", id="entities of no character"),
    pytest.param("&#" + "9" * 10_000 + ";Rain", "\ufffdRain", id="an entity of ten thousand digits"),
    pytest.param("&#x" + "F" * 10_000 + ";Rain", "\ufffdRain", id="an entity of ten thousand hexadecimal digits"),
    pytest.param("<" * 100_000, "<" * 100_000, id="a hundred thousand open brackets"),
]


@pytest.mark.parametrize(("text", "expected"), UNMARKED)
def test_a_line_without_its_markup(text: str, expected: str) -> None:
    assert unmarked(text) == expected


@given(st.text(st.one_of(st.sampled_from("&#;<>x09aA/ "), st.characters())))
def test_any_text_can_be_unmarked(text: str) -> None:
    assert clean(unmarked(text)) == unmarked(text)


@given(st.text())
def test_text_without_an_ampersand_has_nothing_to_resolve(text: str) -> None:
    plain = text.replace("&", "")
    assert unescaped(plain) == plain


FOLDED = [
    pytest.param("“Café”!", "café", id="quotes and marks go"),
    pytest.param("ＦＵＬＬ　ｗｉｄｔｈ　１２", "full width 12", id="full width letters are letters"),
    pytest.param("STRASSE", "strasse", id="capitals fold"),
    pytest.param("Straße", "strasse", id="the sharp s folds"),
    pytest.param("ﬁnal", "final", id="a ligature falls apart"),
    pytest.param("…!?", "", id="marks alone are nothing"),
]


@pytest.mark.parametrize(("text", "expected"), FOLDED)
def test_folding_for_comparison(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text(st.characters(categories=("L", "N", "P", "Z"))))
def test_folding_forgets_case(text: str) -> None:
    assert folded(text.upper().lower()) == folded(text.upper())


WORDS = [
    pytest.param("The bridge, re-opened.", ["the", "bridge", "re", "opened"], id="Latin words"),
    pytest.param("新桥开通", ["新", "桥", "开", "通"], id="Chinese letters stand alone"),
    pytest.param("東京のIT企業", ["東", "京", "の", "it", "企", "業"], id="Latin among Japanese"),
    pytest.param("다리가 개통", ["다리가", "개통"], id="Korean has words"),
    pytest.param("Мост открыт", ["мост", "открыт"], id="Russian words"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


WEIGHTS = [
    pytest.param("bridge", 6, id="Latin letters weigh one"),
    pytest.param("мост", 4, id="Cyrillic letters weigh one"),
    pytest.param("新桥开通", 10, id="Chinese letters weigh two and a half"),
    pytest.param("다리", 5, id="so do Korean syllables"),
    pytest.param("新", 2, id="a single one is rounded down"),
    pytest.param("", 0, id="nothing weighs nothing"),
]


@pytest.mark.parametrize(("text", "expected"), WEIGHTS)
def test_weight_of_a_text(text: str, expected: int) -> None:
    assert weight(text) == expected


@given(st.text(), st.text())
def test_weight_grows_with_the_text(first: str, second: str) -> None:
    assert weight(first + second) >= max(weight(first), weight(second), len(first + second))


LIKENESS = [
    pytest.param("Rain floods Kent", "Kent floods: rain!", 1.0, id="the same words in another order"),
    pytest.param("Rain floods Kent", "Sun warms Surrey", 0.0, id="no word in common"),
    pytest.param("Rain floods Kent again", "Rain in Kent", 4 / 7, id="two of four and three words in common"),
    pytest.param("", "", 0.0, id="nothing is like nothing"),
    pytest.param("!!!", "!!!", 0.0, id="marks alone are like nothing"),
]


@pytest.mark.parametrize(("first", "second", "expected"), LIKENESS)
def test_likeness(first: str, second: str, expected: float) -> None:
    assert likeness(first, second) == pytest.approx(expected)


@given(st.text(), st.text())
def test_likeness_is_mutual_and_a_share(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 1


@given(st.text().filter(folded))
def test_a_text_with_words_is_like_itself(text: str) -> None:
    assert likeness(text, text) == 1


@pytest.mark.parametrize("kind", [r"\w", r"[^\W\d_]", r"\d"])
@given(text=st.text() | st.text(st.characters(max_codepoint=0xFF)))
def test_runs_are_what_an_expression_finds(kind: str, text: str) -> None:
    assert Runs(kind)(text) == re.findall(f"{kind}+", text)


@given(st.text(st.sampled_from("“Café”—’s …„x“ 7é")))
def test_quotation_marks_and_dashes_part_words_as_they_stand(text: str) -> None:
    assert re.findall(r"\w+", unquoted(text)) == re.findall(r"\w+", text)
    assert len(unquoted(text)) == len(text)
