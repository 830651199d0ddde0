"""What names of classes and ids suggest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.hints import NAMES, hints_of, mask


def named(text: str) -> set[str]:
    return {name for name in NAMES if hints_of(text) & mask(name)}


HINTS = [
    pytest.param("article-body js-share", {"article", "body", "share"}, id="dashes and spaces"),
    pytest.param("articleBody__lead-text", {"article", "body", "lead"}, id="capitals and underscores"),
    pytest.param("ARTICLE-BODY", {"article", "body"}, id="all capitals"),
    pytest.param("HTMLContent", {"body"}, id="an abbreviation before a word"),
    pytest.param("read-more", {"related"}, id="two words that mean one thing"),
    pytest.param("readMore", {"related"}, id="the same as one"),
    pytest.param("nav", {"nav"}, id="a whole word"),
    pytest.param("navy", set(), id="a longer word than the whole one"),
    pytest.param("ad", {"ad"}, id="an advertisement"),
    pytest.param("adhere", set(), id="a word that begins like one"),
    pytest.param("Kommentare", {"comment"}, id="German comments"),
    pytest.param("wp-caption-text", {"caption", "body"}, id="a caption"),
    pytest.param("newsletter-signup", {"newsletter"}, id="one hint told twice"),
    pytest.param("cookie-consent", {"consent"}, id="a cookie notice"),
    pytest.param("h1", {"title"}, id="a word with a number"),
    pytest.param("", set(), id="no name"),
    pytest.param("123 _-_ 🙂", set(), id="no letters"),
    pytest.param("статья", set(), id="another script"),
    pytest.param("x" * 100_000, set(), id="a hundred thousand letters"),
    pytest.param("x " * 200 + "comment", set(), id="a name behind four hundred letters"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "expected"), HINTS)
def test_hints_of_names(names: str, expected: set[str]) -> None:
    assert named(names) == expected


def test_each_hint_has_a_bit_of_its_own() -> None:
    assert mask(*NAMES).bit_count() == len(NAMES)
    assert mask() == 0


@given(
    st.lists(st.sampled_from(["nav", "article-body", "shareBar", "x", "h1", "comment"]), max_size=8).flatmap(
        lambda names: st.tuples(st.just(names), st.permutations(names))
    )
)
def test_the_order_of_names_does_not_matter(pair: tuple[list[str], list[str]]) -> None:
    given_order, another = pair
    assert hints_of(" ".join(given_order)) == hints_of(" ".join(another))


@given(st.text())
def test_any_name_hints_at_known_things_only(text: str) -> None:
    assert hints_of(text) & ~mask(*NAMES) == 0
