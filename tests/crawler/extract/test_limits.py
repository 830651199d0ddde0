"""Pages that are built to hold a parser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.limits import MAX_BYTES, bounded


def cut(page: str) -> str:
    """What is read of a page."""
    return bounded(page.encode()).decode()


def test_an_ordinary_page_is_not_touched() -> None:
    page = "<p class='a'>text</p>" * 2_000
    assert cut(page) == page


def test_a_tag_with_too_many_attributes_loses_them() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(50_000))
    assert cut(f"<p>before</p><div {attributes}>inside</div>") == "<p>before</p><div>inside</div>"


def test_attributes_that_hide_behind_quoted_brackets_are_found() -> None:
    attributes = " ".join(f'a{n}="<b>"' for n in range(20_000))
    assert len(cut(f"<div {attributes}>inside</div>")) < 100


def test_one_long_attribute_is_kept() -> None:
    page = "<div data-state='" + "x=1&" * 20_000 + "'>inside</div>"
    assert cut(page) == page


def test_deep_nesting_is_cut() -> None:
    page = cut("<div>" * 100_000 + "deep")
    assert len(page) < 10_000
    assert LexborHTMLParser(page).body is not None


def test_many_elements_side_by_side_are_kept() -> None:
    page = "<ul>" + "<li>item<br>" * 20_000 + "</ul>" + "<p>text</p>" * 20_000
    assert cut(page) == page


def test_an_endless_page_is_cut() -> None:
    assert len(bounded(b"x" * (MAX_BYTES + 10))) == MAX_BYTES


HARMLESS = [
    pytest.param("", id="nothing"),
    pytest.param("<p>a = b</p>" * 12_000, id="equal signs in the text"),
    pytest.param("<div><p>x</p></div>" * 10_000, id="elements that are closed"),
    pytest.param("<table>" + "<tr><td>x" * 20_000, id="cells that are never closed"),
    pytest.param("a < b and b > c " * 20_000, id="comparisons"),
    pytest.param("</div>" * 20_000 + "<p>text", id="elements that were never opened"),
    pytest.param("<" * 200_000, id="brackets alone"),
    pytest.param("<a title='" + "=" * 100_000, id="a quote that is never closed"),
    pytest.param("<!-- " + "x=1 " * 50_000 + "-->", id="a comment"),
]


@pytest.mark.parametrize("page", HARMLESS)
def test_what_only_looks_dangerous_is_kept(page: str) -> None:
    assert cut(page) == page


def test_elements_at_the_limit_of_nesting_are_kept_and_one_deeper_is_cut() -> None:
    filler = "<br>" * 7_000
    deep = "<div>" * 1_500
    assert cut(filler + deep + "text") == filler + deep + "text"
    assert cut(filler + deep + "<div>text") == filler + deep


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_tag_keeps_two_thousand_attributes(quote: str) -> None:
    few = "<p>" + "=" * 10_001 + "<div " + " ".join(f"data-a{n}={quote}1{quote}" for n in range(1_990)) + ">x</div>"
    assert cut(few) == few


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["<div>", "</div>", "<p ", "a='b'", 'c="', "'", ">", "=", "<br>", "text", "<!--"]), max_size=30
    ),
    st.integers(1, 900),
)
def test_bounding_twice_is_bounding_once(parts: list[str], times: int) -> None:
    page = "".join(parts) * times
    once = cut(page)
    assert cut(once) == once
    assert len(once) <= len(page)


def test_letters_of_any_kind_are_counted_and_kept() -> None:
    page = "<p>" + "橋は開通した。é" * 2_000
    assert cut(page) == page


def test_bytes_that_are_no_utf_8_are_counted_and_kept_too() -> None:
    assert bounded(b"\xff\xfe<p>\xe4</p>") == b"\xff\xfe<p>\xe4</p>"
    assert bounded(b"\xff" + b"<div>" * 100_000) == b"\xff" + b"<div>" * 1_500


def test_a_page_that_is_cut_within_a_letter_is_a_page() -> None:
    page = bounded(b"<p>x" + "橋".encode() * (MAX_BYTES // 3))
    assert page[-1:] != "橋".encode()[-1:]
    body = LexborHTMLParser(page).body
    assert body is not None
    assert body.text().rstrip("\ufffd") == "x" + "橋" * (MAX_BYTES // 3 - 2)
