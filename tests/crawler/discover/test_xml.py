"""Markup from strangers, before a parser sees it; and what the two XML lanes of feeds make of hostile texts."""

import re

import pytest

from crawler.discover.entries import Entry, link_of, minutes, title_of, update_period
from crawler.discover.errors import HostileAnswer, UnreadableAnswer
from crawler.discover.feed_json import read_json
from crawler.discover.feed_strict import is_image, read_strict
from crawler.discover.feed_tolerant import read_tolerant
from crawler.discover.xml import from_root, uncrowded
from tests.crawler.discover.feeds import FEED_URL, rss, story

ROOT = re.compile("<r[ >]")


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("<?xml version='1.0'?><r>a</r>", "<r>a</r>", id="a declaration"),
        pytest.param("junk \n<!-- x --><r>a</r>", "<r>a</r>", id="junk"),
        pytest.param(
            "<!DOCTYPE r SYSTEM 'http://x.example/r.dtd'><r>&nbsp;</r>", "<r>&nbsp;</r>", id="a DOCTYPE elsewhere"
        ),
        pytest.param("<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;&c;</r>", "<r>b&c;</r>", id="an entity"),
        pytest.param(
            "<!DOCTYPE r [<!ENTITY a '&#38;amp;'>]><r>&a;</r>", "<r>&#38;amp;</r>", id="an entity of characters"
        ),
        pytest.param(
            "<!DOCTYPE r [<!ENTITY a 'b'><!ENTITY a 'c'>]><r>&a;</r>", "<r>b</r>", id="declared twice, the first holds"
        ),
        pytest.param("<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///x'>]><r>&a;.</r>", "<r>.</r>", id="an external entity"),
        pytest.param("<q>no root</q>", None, id="no root"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_from_the_root_on(text: str, document: str | None) -> None:
    assert from_root(text, ROOT) == document


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("<!ENTITY a 'x'><!ENTITY b '&a;&a;'>", id="of entities"),
        pytest.param("<!ENTITY % a 'x'>", id="for the DOCTYPE"),
        pytest.param("".join(f"<!ENTITY a{n} 'x'>" for n in range(500)), id="too many"),
    ],
)
def test_hostile_entities(head: str) -> None:
    with pytest.raises(HostileAnswer):
        from_root(f"<!DOCTYPE r [{head}]><r/ >".replace("/ ", " /"), ROOT)


def test_what_entities_may_add_is_bounded() -> None:
    head = f"<!DOCTYPE r [<!ENTITY a '{'x' * 1000}'>]>"
    assert from_root(f"{head}<r>{'&a;' * 10}</r>", ROOT) == f"<r>{'x' * 10_000}</r>"
    with pytest.raises(HostileAnswer, match="more than 200000"):
        from_root(f"{head}<r>{'&a;' * 201}</r>", ROOT)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("<a href='/x' class='y z'>t</a>", "<a href='/x' class='y z'>t</a>"),
        ("<a " + "b=1 " * 300 + ">t</a>", "<a>t</a>"),
        ("<img src='data:" + "A" * 9000 + "'>", "<img>"),
        ("<a " + "b=1 " * 300, "<a>"),
        ("<a " + "b=1 " * 300 + "<i>", "<a><i>"),
    ],
)
def test_crowded_tags_lose_their_attributes(text: str, result: str) -> None:
    assert uncrowded(text) == result


def test_unclosed_line_breaks_are_no_depth() -> None:
    text = rss(*[f"<description>{'<br><img src=x>' * 100}</description>{story(n)}" for n in range(8)])
    assert len(read_tolerant(text[text.index("<rss") :], FEED_URL).entries) == 8


def test_a_long_name_is_cut_and_costs_nothing() -> None:
    text = rss(f"<link>/a</link><author>{'a.' * 20_000}</author>")
    feed = read_tolerant(text[text.index("<rss") :], FEED_URL)
    assert feed.entries[0].link == "https://harbour.example/a"


def test_what_is_neither_rss_nor_atom_says_so() -> None:
    with pytest.raises(UnreadableAnswer, match="neither RSS nor Atom"):
        read_tolerant("<channels></channels>", FEED_URL)


@pytest.mark.parametrize(
    ("value", "times", "span"), [("60", 1, 3600), (" 5 ", 1, 300), ("60", 2, 7200), ("99999999", 1, 31 * 86400)]
)
def test_minutes(value: str, times: int, span: int) -> None:
    found = minutes(value, times)
    assert found is not None
    assert found.total_seconds() == span


@pytest.mark.parametrize("value", [None, "", "0", "-5", "1.5", "٣", "soon", "9" * 30])
def test_no_minutes(value: str | None) -> None:
    assert minutes(value) is None


@pytest.mark.parametrize(
    ("period", "frequency", "span"),
    [
        ("hourly", "4", 900),
        ("Daily", None, 86400),
        ("weekly", "7", 86400),
        ("yearly", "1", 31 * 86400),
        ("hourly", "9999", 60),
    ],
)
def test_update_periods(period: str, frequency: str | None, span: int) -> None:
    found = update_period(period, frequency)
    assert found is not None
    assert found.total_seconds() == span


@pytest.mark.parametrize(("period", "frequency"), [(None, "2"), ("never", "1"), ("hourly", "0"), ("hourly", "x")])
def test_no_update_periods(period: str | None, frequency: str) -> None:
    assert update_period(period, frequency) is None


@pytest.mark.parametrize(
    ("mime", "medium", "address", "image"),
    [
        ("image/jpeg", None, "/a", True), (None, "image", "/a", True), (None, None, "/a.WEBP?w=2", True),
        ("audio/mpeg", None, "/a.jpg", False), (None, "video", "/a.jpg", False), (None, None, "/a", False),
    ],
)  # fmt: skip
def test_pictures(mime: str | None, medium: str | None, address: str, image: bool) -> None:
    assert is_image(mime, medium, address) is image


def test_the_original_address_is_fetched_and_the_others_are_aliases() -> None:
    entry = Entry(
        link="http://proxy.example/1",
        id="https://harbour.example/?p=1",
        id_is_link=True,
        original="https://harbour.example/a",
    )
    link = link_of(entry, FEED_URL)
    assert link is not None
    assert (link.url, link.also) == (
        "https://harbour.example/a",
        ("http://proxy.example/1", "https://harbour.example/?p=1"),
    )


def test_an_entry_without_an_address_is_no_link() -> None:
    assert link_of(Entry(title="a", link="mailto:a@b.example", id="tag:x"), FEED_URL) is None


@pytest.mark.parametrize(
    ("title", "is_text", "plain"),
    [
        ("The <blink> tag", True, "The <blink> tag"),
        ("The <blink> tag", False, "The tag"),
        ("a &amp; b", True, "a & b"),
        (None, True, None),
    ],
)
def test_titles_say_what_they_are(title: str | None, is_text: bool, plain: str | None) -> None:
    assert title_of(Entry(title=title, title_is_text=is_text)) == plain


@pytest.mark.parametrize(
    "item",
    [
        {"url": 7}, {"authors": "Ana"}, {"authors": [None, "Ana", {"name": 5}]}, {"tags": {"a": 1}}, {"content_html": []},
        {"date_published": 1730189700}, {"title": None}, {"id": True}, {"id": 10**400}, {"image": {}},
    ],
)  # fmt: skip
def test_json_of_wrong_types_is_taken_as_not_said(item: dict[str, object]) -> None:
    text = str({"items": [item]}).replace("'", '"').replace("None", "null").replace("True", "true")
    assert len(read_json(text).entries) == 1


def test_the_fast_lane_takes_no_feed_without_a_title() -> None:
    assert read_strict(f"<rss version='2.0'><channel><item>{story(1)}</item></channel></rss>") is None
