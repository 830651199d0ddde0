"""The terms of a text: words, pairs, and of headlines alone their beginnings and the words of the address."""

import pytest

from delivery.story_terms import TERMS_KEPT, slug_words, terms_of


def test_terms_are_words_and_pairs_and_the_headline_weighs_more() -> None:
    terms = terms_of("Harbour closed", "The harbour of Lunde is closed.")
    assert terms["harbour"] > terms["lunde"]
    assert "harbour closed" in terms
    assert "of lunde" in terms
    assert terms_of("", "") == {}


@pytest.mark.parametrize("body", ["東京で大きな地震があった", "Порт Лунде закрыт"], ids=["without spaces", "cyrillic"])
def test_any_script_has_terms(body: str) -> None:
    assert terms_of("", body)


def test_no_more_than_the_beginning_of_a_body_is_read() -> None:
    long = " ".join(f"word{number}" for number in range(100_000))
    assert len(terms_of("", long)) <= TERMS_KEPT
    assert terms_of("", long) == terms_of("", long[:100_000])


def test_inflections_are_one_in_headlines_alone() -> None:
    assert terms_of("GM recalls cars", "").keys() & terms_of("Recalled by GM", "").keys() == {"gm", "recal"}
    assert "recalls" in terms_of("GM recalls cars", "The company recalls them.")


def test_the_words_of_the_address_count_beside_a_headline_alone() -> None:
    address = "https://a.example/2014/cars/gm-ignition-switch-recall.html?x=some-other-words-here"
    terms = terms_of("Congress wants answers", "", address)
    assert {"congr", "ignit", "recal", "ignit switc"} <= terms.keys()
    assert "other" not in terms
    assert "ignit" not in terms_of("Congress wants answers", "A text.", address)


def test_an_address_that_repeats_the_headline_adds_no_weight() -> None:
    plain = terms_of("Harbour of Lunde closed", "")
    assert terms_of("Harbour of Lunde closed", "", "https://a.example/harbour-of-lunde-closed") == plain


def test_an_address_alone_says_nothing() -> None:
    assert terms_of("", "", "https://a.example/harbour-of-lunde-closed") == {}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        pytest.param("https://a.example/news/harbour-of-lunde", ["harbour", "of", "lunde"], id="a slug"),
        pytest.param("https://a.example/a-b/harbour_of_lunde_shut/12345", ["harbour", "of", "lunde", "shut"], id="the longest"),
        pytest.param("https://a.example/harbour-12-of-34-lunde-ab12", ["harbour", "of", "lunde"], id="numbers are no words"),
        pytest.param("https://a.example/news/world", [], id="a section"),
        pytest.param("https://a.example/", [], id="a front page"),
        pytest.param("http://[broken/harbour-of-lunde", [], id="no address"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_the_part_of_an_address_that_reads_like_a_headline(address: str, found: list[str]) -> None:
    assert slug_words(address) == found
