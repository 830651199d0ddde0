"""What is looked for, and an article as it is looked for, judged word by word."""

from typing import Any

import pytest

from storage.queries import LEAD_WORDS, MOST_BYTES, Document, Query, Term, document, facet, matches, places, term
from storage.words import words
from tests.storage.facts import DAY, NOW


def row(**claims: Any) -> dict[str, Any]:
    bare = dict.fromkeys(("description", "in_language", "article_section", "agency", "date_published"))
    standard = {"headline": "Flood in the harbour", "article_body": "The water rose.", "source_key": "daily"}
    return {**bare, **standard, "first_seen_at": NOW, **claims}


def wants(*texts: str) -> Query:
    return Query(tuple((found,) for text in texts if (found := term(text))))


def refuses(text: str) -> Query:
    found = term(text)
    assert found is not None
    return Query((), (found,))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        pytest.param(wants("flood"), True, id="a word of the headline"),
        pytest.param(wants("water"), True, id="a word of the body"),
        pytest.param(wants("flood", "water"), True, id="words of both"),
        pytest.param(wants("flood", "fire"), False, id="one of two is missing"),
        pytest.param(wants("the harbour"), True, id="a phrase"),
        pytest.param(wants("harbour the"), False, id="a phrase the wrong way round"),
        pytest.param(wants("harbour the water"), False, id="no phrase goes from the headline into the text"),
        pytest.param(refuses("fire"), True, id="nothing of what is refused"),
        pytest.param(refuses("water rose"), False, id="a phrase that is refused"),
        pytest.param(Query(((Term(("har",), is_open=True),),)), True, id="a beginning"),
        pytest.param(Query(((Term(("har",)),),)), False, id="a beginning is no word"),
        pytest.param(Query(((Term(("fire",)), Term(("rose",))),)), True, id="one of two"),
        pytest.param(Query(fields={"source": ("daily",)}), True, id="its source"),
        pytest.param(Query(fields={"source": ("weekly",)}), False, id="another source"),
        pytest.param(Query(fields={"source": ("weekly", "daily")}), True, id="one of two sources"),
        pytest.param(Query(unwanted_fields={"source": ("daily",)}), False, id="all but its source"),
        pytest.param(Query(fields={"language": ("de",)}), False, id="its language is not known"),
        pytest.param(Query(since=NOW), True, id="since just then"),
        pytest.param(Query(before=NOW), False, id="before just then"),
        pytest.param(Query(since=NOW - DAY, before=NOW + DAY), True, id="between two days"),
        pytest.param(Query(), True, id="everything"),
    ],
)
def test_an_article_fits(query: Query, fits: bool) -> None:
    assert matches(query, document(row())) is fits


@pytest.mark.parametrize(
    ("claims", "name", "values"),
    [
        pytest.param({"in_language": "pt-BR"}, "language", ("pt-BR", "pt", "PT-br"), id="a language and its kind"),
        pytest.param({"article_section": "World News"}, "section", ("world news", "World", "news"), id="a section"),
        pytest.param({"agency": "Agence France-Presse"}, "agency", ("agence france-presse", "presse"), id="an agency"),
        pytest.param({"source_key": "bbc-world"}, "source", ("bbc-world", "BBC-World"), id="a source"),
    ],
)
def test_a_field_is_found_by(claims: dict[str, str], name: str, values: tuple[str, ...]) -> None:
    found = document(row(**claims))
    for value in values:
        assert matches(Query(fields={name: (value,)}), found), value
    assert not matches(Query(fields={name: ("other",)}), found)


def test_a_source_is_not_found_by_a_part_of_its_key() -> None:
    assert not matches(Query(fields={"source": ("bbc",)}), document(row(source_key="bbc-world")))


def test_fields_of_one_value_are_told_apart() -> None:
    assert len({facet(name, "de") for name in ("source", "language", "section", "agency")}) == 4


def test_the_lead_is_the_description_and_the_first_words_of_the_body() -> None:
    body = " ".join(f"w{number}" for number in range(LEAD_WORDS + 5))
    found = document(row(description="In short", article_body=body))
    assert found.lead == ("in", "short", *words(body)[:LEAD_WORDS])
    assert found.body == tuple(words(body))


def test_an_article_without_words_is_found_as_everything() -> None:
    found = document(row(headline="🎉", article_body="---"))
    assert (found.headline, found.lead, found.body) == ((), (), ())
    assert matches(Query(), found)


def test_what_is_indexed_of_long_words_stays_below_the_cap_of_bytes() -> None:
    found = document(row(article_body=" ".join("木" * 79 + str(number) for number in range(9000))))
    size = sum(len(word.encode()) + 1 for word in found.body)
    assert 0 < size <= MOST_BYTES


@pytest.mark.parametrize(
    ("text", "wanted", "at"),
    [
        pytest.param("a b a b a", Term(("a",)), [0, 2, 4], id="a word"),
        pytest.param("a b a b a", Term(("a", "b")), [0, 2], id="a phrase"),
        pytest.param("a b", Term(("b", "c")), [], id="a phrase that the end cuts off"),
        pytest.param("ab abc b", Term(("ab",), is_open=True), [0, 1], id="words that begin so"),
        pytest.param("x ab x abc", Term(("x", "ab"), is_open=True), [0, 2], id="a phrase that goes on"),
        pytest.param("", Term(("a",)), [], id="no words"),
    ],
)
def test_a_term_stands_at(text: str, wanted: Term, at: list[int]) -> None:
    assert list(places(tuple(text.split()), wanted)) == at


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Flood", Term(("flood",)), id="a word"),
        pytest.param("don't", Term(("don", "t")), id="a word of two"),
        pytest.param("北京", Term(("北京",)), id="a pair"),
        pytest.param("北", Term(("北",), is_open=True), id="a single character goes on"),
        pytest.param("a北", Term(("a", "北"), is_open=True), id="a single character behind a letter"),
        pytest.param("北 京", Term(("北", "京"), is_open=True), id="two single characters apart"),
        pytest.param("🎉", None, id="nothing that is searched"),
    ],
)
def test_a_text_is_the_term(text: str, found: Term | None) -> None:
    assert term(text) == found


def test_a_document_is_a_value() -> None:
    assert document(row()) == document(row())
    assert document(row()) != Document((), (), (), (), NOW)
