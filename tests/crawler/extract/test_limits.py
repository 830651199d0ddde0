"""Pages that are built to hold a parser."""

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.limits import MAX_CHARS, bounded


def test_an_ordinary_page_is_not_touched() -> None:
    page = "<p class='a'>text</p>" * 2_000
    assert bounded(page) == page


def test_a_tag_with_too_many_attributes_loses_them() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(50_000))
    assert bounded(f"<p>before</p><div {attributes}>inside</div>") == "<p>before</p><div>inside</div>"


def test_attributes_that_hide_behind_quoted_brackets_are_found() -> None:
    attributes = " ".join(f'a{n}="<b>"' for n in range(20_000))
    assert len(bounded(f"<div {attributes}>inside</div>")) < 100


def test_one_long_attribute_is_kept() -> None:
    page = "<div data-state='" + "x=1&" * 20_000 + "'>inside</div>"
    assert bounded(page) == page


def test_deep_nesting_is_cut() -> None:
    page = bounded("<div>" * 100_000 + "deep")
    assert len(page) < 10_000
    assert LexborHTMLParser(page).body is not None


def test_many_elements_side_by_side_are_kept() -> None:
    page = "<ul>" + "<li>item<br>" * 20_000 + "</ul>" + "<p>text</p>" * 20_000
    assert bounded(page) == page


def test_an_endless_page_is_cut() -> None:
    assert len(bounded("x" * (MAX_CHARS + 10))) == MAX_CHARS
