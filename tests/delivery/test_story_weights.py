"""How much terms tell: rare ones most, those of one text or of all nothing."""

import math

import pytest

from delivery.steps import finished
from delivery.story_weights import FUNCTION_LEAST, Rarities, Told, largest, length, weighed


def told(article_id: int, *terms: str, is_brief: bool = False) -> Told:
    return Told(article_id, dict.fromkeys(terms, 1.0), 20_000.0, is_brief)


def counted(*texts: Told) -> Rarities:
    rarities = Rarities()
    for text in texts:
        rarities.add(text)
    return rarities


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    texts = [told(1, "ferry", "harbour"), told(2, "ferry", "harbour"), *(told(each, "ferry") for each in range(3, 9))]
    vector = counted(*texts).vector(texts[0])
    assert vector["harbour"] > vector["ferry"] > 0
    assert length(vector) == pytest.approx(1.0)


def test_what_no_other_text_has_tells_nothing() -> None:
    texts = [told(1, "ferry", "lunde"), told(2, "ferry")]
    assert counted(*texts).vector(texts[0]) == {"ferry": 1.0}


def test_a_word_that_most_texts_have_tells_nothing_nor_do_pairs_with_it() -> None:
    every = [told(each, "the", "ferry", "the ferry") for each in range(FUNCTION_LEAST)]
    others = [told(100 + each, "the") for each in range(20)]
    assert counted(*every, *others).vector(every[0]) == {"ferry": 1.0}


def test_many_texts_are_weighed_as_each_of_them_is() -> None:
    texts = [told(each, f"word{each % 3}", f"place{each % 4}", "said", is_brief=each % 2 == 0) for each in range(24)]
    rarities = counted(*texts)
    finished(rarities.counting_stories([[text] for text in texts if text.is_brief]))
    telling = {is_brief: finished(rarities.telling(is_brief=is_brief)) for is_brief in (False, True)}
    assert [weighed(text, telling[text.is_brief]) for text in texts] == [rarities.vector(text) for text in texts]


def test_a_text_that_was_dropped_does_not_count() -> None:
    texts = [told(1, "ferry", "lunde"), told(2, "ferry", "lunde"), told(3, "ferry")]
    rarities = counted(*texts)
    rarities.drop(texts[1])
    assert rarities.vector(texts[0]) == {"ferry": 1.0}
    assert rarities.vector(texts[0]) == counted(texts[0], texts[2]).vector(texts[0])


def test_a_word_of_headlines_is_as_rare_as_its_stories() -> None:
    """Seventy times in one story and once in another are 1.03 stories; two words in two texts each are two."""
    ferry = [told(each, "ferry", is_brief=True) for each in range(70)]
    other = [told(100, "ferry", "strike", is_brief=True), told(101, "strike", is_brief=True)]
    rarities = counted(*ferry, *other)
    finished(rarities.counting_stories([ferry, other[:1], other[1:]]))
    vector = rarities.vector(told(100, "ferry", "strike", is_brief=True))
    spread = 71**2 / (70**2 + 1)
    assert vector["ferry"] / vector["strike"] == pytest.approx(math.log(4 / (spread + 0.5)) / math.log(4 / 2.5))


def test_of_terms_that_weigh_the_same_the_first_by_their_letters_are_kept() -> None:
    assert largest({"b": 1.0, "c": 2.0, "a": 1.0, "d": 0.5}, 2) == {"c": 2.0, "a": 1.0}
    assert largest({"b": 1.0, "c": 2.0}, 2) == {"b": 1.0, "c": 2.0}
