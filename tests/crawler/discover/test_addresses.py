"""Addresses made absolute, and text made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.addresses import absolute, host_of
from crawler.discover.entries import names
from crawler.discover.markup import looks_like_html, one_line, plain_text

BASE = "https://harbour.example/world/index.html?x=1"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "https://harbour.example/a"),
        ("a", "https://harbour.example/world/a"),
        ("?page=2", "https://harbour.example/world/index.html?page=2"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("HTTP://other.example/a", "HTTP://other.example/a"),
        ("  /a\n/b\t ", "https://harbour.example/a/b"),
        ("/a b", "https://harbour.example/a%20b"),
        ("/a#top", "https://harbour.example/a"),
        ("/a#!/story/1", "https://harbour.example/a#!/story/1"),
        ("/#/story/1", "https://harbour.example/#/story/1"),
        ("http://127.0.0.1:8031/a", "http://127.0.0.1:8031/a"),
        ("http://[::1]:8031/a", "http://[::1]:8031/a"),
        ("../../a", "https://harbour.example/a"),
        ("/новости", "https://harbour.example/новости"),
        ("#top", None),
        ("", None),
        ("   ", None),
        ("javascript:void(0)", None),
        ("JavaScript:void(0)", None),
        ("java\nscript:void(0)", None),
        ("mailto:a@b.example", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("ftp://a.example/", None),
        ("http:///a", None),
        ("http://[::1/a", None),
        ("http://a.example:99999/", None),
        ("https://?x", None),
        ("/" + "a" * 3000, None),
    ],
)
def test_absolute(href: str, url: str | None) -> None:
    assert absolute(href, BASE) == url


@given(st.text(max_size=60), st.sampled_from([BASE, "", "http://["]))
def test_no_text_makes_it_raise(href: str, base: str) -> None:
    url = absolute(href, base)
    assert url is None or url.lower().startswith(("http://", "https://"))


@given(st.from_regex(r"/[\w./?=&%+,:;~@!*()#-]{0,30}", fullmatch=True), st.sampled_from([BASE, "http://a.b.example"]))
def test_the_short_way_of_plain_paths_leads_where_the_long_one_does(href: str, base: str) -> None:
    assert absolute(href, base) == absolute(f"\t{href}", base), "a tab, which is dropped, makes it take the long way"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Harbour.example/a", "harbour.example"),
        ("http://u:p@127.0.0.1:8031/", "127.0.0.1:8031"),
        ("http://[", ""),
        ("x", ""),
    ],
)
def test_hosts(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a <b>b</b>", "a b"),
        ("a<br>b</p><p>c", "a b c"),
        ("&lt;i&gt;a&lt;/i&gt; &amp;amp; b", "a & b"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("a<script>alert(1)</script>b", "a b"),
        ("a<!-- b -->c<!-- d", "a c"),
        ("a\x00\x08\u200bb\ud800", "ab"),
        ("<p></p>", None),
        ("", None),
        (None, None),
        ("x" * 50_000, "x" * 20_000),
    ],
)
def test_plain_text(value: str | None, text: str | None) -> None:
    assert plain_text(value) == text


def test_one_line_keeps_what_looks_like_markup() -> None:
    assert one_line(" The <blink>\n tag ") == "The <blink> tag"


@pytest.mark.parametrize(
    ("value", "html"),
    [("a <b>b</b>", True), ("a &amp; b", True), ("a & b; c", False), ("the <blink> tag", False), ("a </x> b", False)],
)
def test_what_looks_like_html(value: str, html: bool) -> None:
    assert looks_like_html(value) is html


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        (("Ana Ruiz",), ("Ana Ruiz",)),
        (("By Ana Ruiz", "ana ruiz", "Ana Ruiz"), ("Ana Ruiz", "ana ruiz")),
        (("desk@harbour.example (Ana Ruiz)",), ("Ana Ruiz",)),
        (("Ana Ruiz <ana@harbour.example>",), ("Ana Ruiz",)),
        (("Ana Ruiz (ana@harbour.example)",), ("Ana Ruiz",)),
        (("ana@harbour.example",), ()),
        (("https://harbour.example/ana",), ()),
        (("admin", "Editor", " "), ()),
        (("Von Ana Ruiz",), ("Ana Ruiz",)),
        (("Von der Leyen", "Par Parekh"), ("Von der Leyen", "Par Parekh")),
    ],
)
def test_names(written: tuple[str, ...], cleaned: tuple[str, ...]) -> None:
    assert names(written) == cleaned
