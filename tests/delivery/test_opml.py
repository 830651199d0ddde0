"""Lists of feeds: what readers of feeds export becomes outlets, whatever shape it has, and what we write is read."""

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from delivery import opml
from delivery.opml import OpmlError, Outlet, read, written
from delivery.xml_text import sayable


def outlets(*outlines: str) -> list[Outlet]:
    return read(f"<opml version='1.0'><head/><body>{''.join(outlines)}</body></opml>".encode())


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        pytest.param(
            '<outline type="rss" text="The Daily" xmlUrl="https://d.example/rss" htmlUrl="https://d.example/"/>',
            Outlet("The Daily", ("https://d.example/rss",), "https://d.example/"),
            id="a feed with its home page, which is not visited",
        ),
        pytest.param(
            '<outline TITLE=" The\n Daily " text="x" XMLURL=" https://d.example/rss "/>',
            Outlet("The Daily", ("https://d.example/rss",)),
            id="attributes in capitals, blanks around",
        ),
        pytest.param(
            '<outline xmlUrl="https://d.example/rss?a=1&b=2"/>',
            Outlet("d.example", ("https://d.example/rss?a=1&b=2",)),
            id="a bare ampersand, and no name",
        ),
        pytest.param(
            '<outline text="Page" type="link" url="https://d.example/world"/>',
            Outlet("Page", ("https://d.example/world",)),
            id="a link instead of a feed",
        ),
        pytest.param(
            '<outline text="Page" htmlUrl="https://d.example/"/>',
            Outlet("Page", ("https://d.example/",), "https://d.example/"),
            id="a home page without a feed",
        ),
        pytest.param(
            '<outline text="World"><outline title="Asia"><outline text="D" xmlUrl="https://d.example/r"'
            ' category="/Press/Daily,news" language="en-us"/></outline></outline>',
            Outlet("D", ("https://d.example/r",), None, "en-us", ("World", "Asia", "Daily", "news")),
            id="folders and categories are topics",
        ),
        pytest.param(
            '<outline text="D" xmlUrl="feed://d.example/rss"/>',
            Outlet("D", ("http://d.example/rss",)),
            id="a feed's own scheme",
        ),
        pytest.param(
            '<outline text="D" xmlUrl="feed:https://d.example/rss"/>',
            Outlet("D", ("https://d.example/rss",)),
            id="that scheme before another",
        ),
        pytest.param('<outline text="an empty folder"/>', None, id="a folder"),
        pytest.param('<outline xmlUrl=""/>', None, id="an empty address"),
    ],
)
def test_an_outline_is_an_outlet(outline: str, expected: Outlet | None) -> None:
    assert outlets(outline) == ([expected] if expected else [])


def test_feeds_of_one_home_page_are_one_outlet() -> None:
    found = outlets(
        '<outline text="A" xmlUrl="https://a.example/1" htmlUrl="https://a.example/" category="one"/>',
        '<outline text="B" xmlUrl="https://b.example/1"/>',
        '<outline text="A, more" xmlUrl="https://a.example/2" htmlUrl="https://a.example/" category="two"/>',
        '<outline text="A" xmlUrl="https://a.example/1" htmlUrl="https://a.example/"/>',
        '<outline text="B" xmlUrl="https://b.example/2"/>',
        '<outline text="B" xmlUrl="https://c.example/1"/>',
    )
    assert found == [
        Outlet("A", ("https://a.example/1", "https://a.example/2"), "https://a.example/", None, ("one", "two")),
        Outlet("B", ("https://b.example/1", "https://b.example/2")),
        Outlet("B", ("https://c.example/1",)),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"{}",
        b"<html><body>Sign in</body></html>",
        b"<rss><channel/></rss>",
        b"x" * (opml.LONGEST + 1),
    ],
    ids=["nothing", "bytes", "JSON", "a page", "a feed", "too much"],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(OpmlError):
        read(content)


def test_no_file_of_this_machine_and_no_bomb_comes_in_by_an_entity() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 9 if n else "lol"}">' for n in range(12))
    text = f"""<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>
        <opml><body><outline text="&f;&e11;" xmlUrl="https://d.example/&f;rss"/></body></opml>"""
    try:
        found = read(text.encode())
    except OpmlError:
        return
    assert all("root:" not in outlet.name and len(outlet.name) < 1000 for outlet in found)


def test_a_list_that_was_cut_off_gives_what_it_has() -> None:
    whole = b"<opml><body><outline text='A' xmlUrl='https://a.example/1'/><outline text='B' xmlUrl='https://b.exam"
    assert [outlet.name for outlet in read(whole)] == ["A"]


_NAMES = st.text(st.characters(codec="utf-8"), min_size=1).map(lambda text: " ".join(text.split()) or "x")


@settings(max_examples=60, deadline=None)
@given(st.lists(_NAMES, max_size=5, unique=True), st.sets(st.integers(0, 9)))
def test_what_is_written_is_read_again(names: list[str], feeds: set[int]) -> None:
    clean = [sayable(name) for name in names]
    made = [
        Outlet(name, (f"https://{n}.example/?a=1&b", f"https://{n}.example/feed"), f"https://{n}.example/?a=1&b", "en")
        for n, name in enumerate(" ".join(name.split()) or f"{n}.example" for n, name in enumerate(clean))
    ]
    text = written(made, [f"https://{n}.example/feed" for n in feeds])
    etree.fromstring(text)
    assert read(text) == made


def test_a_feed_is_named_as_such_and_a_page_as_a_link() -> None:
    made = written([Outlet("A & B", ("https://a.example/", "https://a.example/rss"), topics=("x, y",))],
                   ["https://a.example/rss"])  # fmt: skip
    kinds = [dict(found.attrib) for found in etree.fromstring(made).iter("outline")]
    assert kinds == [
        {"type": "link", "text": "A & B", "title": "A & B", "url": "https://a.example/", "category": "x  y"},
        {"type": "rss", "text": "A & B", "title": "A & B", "xmlUrl": "https://a.example/rss", "category": "x  y"},
    ]
    assert feedparser.parse(made).bozo in (False, 0)
