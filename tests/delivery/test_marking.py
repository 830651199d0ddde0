"""Found words in headlines and snippets: marked in the text as it stands, whatever was folded to find them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.marking import ELLIPSIS, SNIPPET, marked, snippet
from delivery.query import parse
from storage.queries import Query
from storage.words import words
from tests.delivery.conftest import NOW


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("The harbour opens", "harbour", "The [harbour] opens"),
        ("ZÜRICH, Zürich", "zurich", "[ZÜRICH], [Zürich]"),
        ("in the harbour opens", '"harbour opens"', "in the [harbour opens]"),
        ("opens the harbour", '"harbour opens"', "opens the harbour"),
        ("在北京大学学习", "北京大学", "在[北京大学]学习"),
        ("日本人は人", "人", "日本[人は][人]"),
        ("flooding floods", "flood*", "[flooding] [floods]"),
        ("port and harbour", "harbour OR port -and", "[port] and [harbour]"),
        ("", "flood", ""),
    ],
)
def test_found_words_are_marked(text: str, asked: str, shown: str) -> None:
    pieces = marked(text, parse(asked, NOW))
    assert "".join(f"[{piece}]" if is_found else piece for piece, is_found in pieces) == shown


def test_a_snippet_is_where_most_of_the_words_are() -> None:
    text = "Harbour news. " + "Word " * 100 + "The harbour was closed by the flood. " + "Word " * 100
    pieces = snippet(text, parse("flood harbour", NOW))
    assert [piece for piece, is_found in pieces if is_found] == ["harbour", "flood"]
    assert (pieces[0][0], pieces[-1][0]) == (ELLIPSIS, ELLIPSIS)


def test_a_snippet_without_a_found_word_is_the_beginning() -> None:
    pieces = snippet("First words. " + "Word " * 100, parse("source:dw", NOW))
    assert pieces[0][0].startswith("First words.")
    assert pieces[-1] == (ELLIPSIS, False)


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("First\n\nwords", Query()) == (("First words", False),)


@given(st.text(max_size=400), st.sampled_from(["a", "北", "a*b", "é OR ü", '"a b"']))
def test_the_pieces_are_the_text(text: str, asked: str) -> None:
    query = parse(asked, NOW)
    assert "".join(piece for piece, _ in marked(text, query)) == text
    assert all(words(piece) for piece, is_found in marked(text, query) if is_found)
    shown = "".join(piece for piece, _ in snippet(text, query)).strip(ELLIPSIS)
    assert len(shown) <= SNIPPET
