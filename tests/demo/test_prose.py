"""The grammar of the demo web's sentences."""

import random
import re
from collections import Counter
from datetime import datetime
from difflib import SequenceMatcher

import pytest

from demo.prose import WORDS, Teller, grammar

LANGUAGES = pytest.mark.parametrize("language", sorted(path.stem for path in WORDS.glob("*.toml")))


def teller(language: str, seed: int = 1) -> Teller:
    return Teller(grammar(language), random.Random(seed))


@LANGUAGES
def test_every_slot_of_every_line_has_a_list(language: str) -> None:
    words = grammar(language)
    lines = [line for lines in (*words.lists.values(), *words.cast.values()) for line in lines]
    slots = {slot for line in lines for slot in re.findall(r"\{(\w+)\}", line)}
    assert slots <= {*words.lists, *words.cast}


@LANGUAGES
def test_no_list_is_left_unused_and_none_repeats_itself(language: str) -> None:
    words = grammar(language)
    slots = {slot for lines in words.lists.values() for line in lines for slot in re.findall(r"\{(\w+)\}", line)}
    told_by_name = {"sentence", "opening", "headline", "caption", "description", "first", "last"}
    assert {*words.lists, *words.cast} <= slots | told_by_name
    assert [name for name, lines in words.lists.items() if max(Counter(lines).values()) > 1] == []


@LANGUAGES
def test_a_told_line_has_no_slot_left_and_begins_large(language: str) -> None:
    for name in ("opening", "sentence", "headline", "caption", "description"):
        line = teller(language).tell(name)
        assert "{" not in line
        assert line[0] == line[0].upper()


def test_the_cast_stays_the_same_through_an_article() -> None:
    english = teller("en")
    towns = {
        line.removeprefix("The waterfront of ").split(" at dawn")[0]
        for line in (english.tell("caption") for _ in range(40))
        if line.startswith("The waterfront")
    }
    assert len(towns) == 1


def test_no_clause_comes_back_before_its_list_is_used_up() -> None:
    english = teller("en")
    reasons = [english.tell("reason") for _ in grammar("en").lists["reason"]]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param("en", "3 March 2026, 08:05", id="English"),
        pytest.param("de", "3. März 2026, 08:05 Uhr", id="German"),
        pytest.param("es", "3 de marzo de 2026 - 08:05", id="Spanish"),
        pytest.param("ru", "3 марта 2026, 08:05", id="Russian"),
        pytest.param("ja", "2026年3月3日 8時05分", id="Japanese"),
    ],
)
def test_a_moment_is_printed_as_the_language_does(language: str, expected: str) -> None:
    assert grammar(language).moment(datetime(2026, 3, 3, 8, 5)) == expected  # noqa: DTZ001  as printed


@pytest.mark.parametrize(
    ("language", "pattern"),
    [
        pytest.param("en", r"^[A-Z]\w+ [A-Z][\w-]+", id="given name first"),
        pytest.param("ja", r"^\S+$", id="family name first and no space in Japanese"),
    ],
)
def test_a_person_for_the_byline(language: str, pattern: str) -> None:
    assert re.match(pattern, teller(language).person())


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        grammar("xx")


@LANGUAGES
def test_a_headline_is_reworded_in_one_part_and_stays_the_same_news(language: str) -> None:
    telling = teller(language)
    for _ in range(40):
        headline = telling.tell("headline")
        reworded = telling.reword(headline)
        same = SequenceMatcher(a=headline, b=reworded, autojunk=False).ratio()
        assert 0.2 < same < 1, (headline, reworded)
