"""Who wrote an article, by all that a page says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.authors import byline_of_page, likely_bylines
from crawler.extract.signals import Signals

SITE = ["The Oberlind Courier"]


def page(**claims: Any) -> Signals:
    return Signals(
        url="https://paper.example/a",
        article=claims.get("ld", {}),
        nodes=tuple(claims.get("nodes", ())),
        metas={name: tuple(told) for name, told in claims.get("metas", {}).items()},
        itemprops={"author": tuple(claims.get("marked", ()))},
        author_links=tuple(claims.get("links", ())),
    )


def read(signals: Signals, *near: str, fed: tuple[str, ...] = ()) -> tuple[tuple[str, ...], str | None, str]:
    byline, origin = byline_of_page(signals, [list(near)], SITE, fed)
    return byline.persons, byline.agency, origin


JANA = ("Jana Weber",)
SOURCES = [
    pytest.param(page(ld={"author": "Jana Weber"}), JANA, "json-ld", id="JSON-LD with a text"),
    pytest.param(
        page(ld={"author": {"@type": "Person", "name": "Jana Weber"}}), JANA, "json-ld", id="JSON-LD with a person"
    ),
    pytest.param(
        page(ld={"author": [{"name": "Jana Weber"}, {"name": "Otto Maks"}]}),
        ("Jana Weber", "Otto Maks"),
        "json-ld",
        id="JSON-LD with two",
    ),
    pytest.param(
        page(ld={"author": {"name": ["Jana Weber", "Otto Maks"]}}),
        ("Jana Weber", "Otto Maks"),
        "json-ld",
        id="JSON-LD with a list of names",
    ),
    pytest.param(
        page(ld={"author": {"givenName": "Jana", "familyName": "Weber"}}),
        JANA,
        "json-ld",
        id="JSON-LD with the name in two parts",
    ),
    pytest.param(page(ld={"creator": ["Jana Weber"]}), JANA, "json-ld", id="JSON-LD with a creator"),
    pytest.param(
        page(ld={"author": {"url": "https://p.example/jw"}}, metas={"author": ["Jana Weber"]}),
        JANA,
        "meta",
        id="a person without a name is none",
    ),
    pytest.param(page(metas={"parsely-author": ["Jana Weber"]}), JANA, "meta", id="a meta of an analytics service"),
    pytest.param(
        page(metas={"article:author": ["https://social.example/jw"], "byl": ["By Jana Weber"]}),
        JANA,
        "meta",
        id="an address is no author",
    ),
    pytest.param(
        page(metas={"twitter:label1": ["Written by"], "twitter:data1": ["Jana Weber"]}),
        JANA,
        "meta",
        id="the card for sharing",
    ),
    pytest.param(
        page(metas={"twitter:label1": ["Reading time"], "twitter:data1": ["Four Minutes"]}),
        (),
        "text",
        id="a card that tells something else",
    ),
    pytest.param(page(marked=["Jana Weber"]), JANA, "microdata", id="microdata"),
    pytest.param(
        page(marked=["Jana Weber", "Ann Roe", "Bo Poe", "Cy Doe"]),
        JANA,
        "microdata",
        id="of many marked names the first: the rest are teasers",
    ),
    pytest.param(page(links=["Jana Weber", "Jana Weber"]), JANA, "text", id="the one author that the page links to"),
    pytest.param(page(links=["Jana Weber", "Otto Maks"]), (), "text", id="two linked authors, none near the headline"),
    pytest.param(
        page(nodes=[{"@type": "Person", "name": "Jana Weber"}]), JANA, "json-ld", id="the only person of all JSON-LD"
    ),
    pytest.param(
        page(nodes=[{"@type": "Person", "name": "Ann Roe"}, {"@type": "Person", "name": "Bo Poe"}]),
        (),
        "text",
        id="two persons somewhere tell nothing",
    ),
    pytest.param(
        page(ld={"author": {"@type": "Organization", "name": "The Oberlind Courier"}}),
        ("The Oberlind Courier",),
        "json-ld",
        id="the outlet signs itself",
    ),
    pytest.param(page(ld={"author": None}), (), "text", id="an author that is null"),
    pytest.param(page(ld={"author": 7}), (), "text", id="an author that is a number"),
    pytest.param(page(), (), "text", id="nobody"),
]


@pytest.mark.parametrize(("signals", "persons", "origin"), SOURCES)
def test_each_source_of_authors(signals: Signals, persons: tuple[str, ...], origin: str) -> None:
    assert read(signals) == (persons, None, origin)


def test_structured_claims_go_before_what_readers_see() -> None:
    signals = page(ld={"author": "Jana Weber"}, metas={"author": ["Otto Maks"]}, marked=["Ann Roe"])
    assert read(signals, "By Bo Poe", fed=("Cy Doe",)) == (JANA, None, "json-ld")


@pytest.mark.parametrize(
    "joined",
    [
        "By Jana Weber and Otto Maks, CNN",
        "Von Jana Weber und Otto Maks",
        "By Jana Weber & Otto Maks on December 21, 2023",
    ],
)
def test_the_second_author_of_a_byline_whose_first_the_head_names(joined: str) -> None:
    assert read(page(ld={"author": "Jana Weber"}), joined) == (("Jana Weber", "Otto Maks"), None, "json-ld")


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("By Jana Weber, Infectious Diseases", id="a desk behind a comma"),
        pytest.param("Jana Weber and Otto Maks", id="no byline: they may be what it is about"),
        pytest.param("By Otto Maks and Jana Weber", id="another goes first: it may be another article's"),
        pytest.param("By Otto Maks and Bo Poe", id="others"),
    ],
)
def test_what_else_is_shown_adds_no_author_to_the_head(shown: str) -> None:
    assert read(page(ld={"author": "Jana Weber"}), shown) == (JANA, None, "json-ld")


def test_the_kinds_of_lines_are_read_in_their_order() -> None:
    byline, origin = byline_of_page(page(), [["3 min read"], ["Jana Weber"], ["Otto Maks"]], SITE)
    assert (byline.persons, origin) == (JANA, "text")


def test_an_agency_is_kept_beside_the_person_whom_another_source_names() -> None:
    signals = page(ld={"author": {"@type": "Organization", "name": "dpa"}})
    assert read(signals, "Von Jana Weber") == (JANA, "dpa", "text")


def test_an_agency_alone_is_no_newsroom() -> None:
    assert read(page(ld={"author": "Reuters"})) == ((), "Reuters", "text")


LINES = [
    pytest.param(["By Jana Weber"], JANA, id="a byline"),
    pytest.param(["24 October 2024 by Jana Weber"], JANA, id="a byline behind a date"),
    pytest.param(["24 октября 2024 | Автор: Иван Петров"], ("Иван Петров",), id="a Russian byline behind a date"),
    pytest.param(["홍길동 기자 입력 2024.10.24"], ("홍길동",), id="a Korean byline before a date"),
    pytest.param(["2024年10月24日 来源：青河日报 记者 王小明"], ("王小明",), id="a Chinese byline behind a source"),
    pytest.param(["Jana"], (), id="one word is no byline of the text"),
    pytest.param(["By Jana Weber" + " and others who were there" * 20], (), id="a long line is no byline"),
    pytest.param(["Updated 3 hours ago", "By Jana Weber"], JANA, id="the byline among other lines"),
]


@pytest.mark.parametrize(("near", "persons"), LINES)
def test_lines_near_the_headline(near: list[str], persons: tuple[str, ...]) -> None:
    assert read(page(), *near)[0] == persons


def test_a_linked_author_near_the_headline_among_others() -> None:
    assert read(page(links=["Ann Roe", "Jana Weber"]), "Words: Jana Weber, Oberlind")[0] == JANA


def test_the_feed_names_whom_the_page_does_not() -> None:
    assert read(page(), "Four minutes", fed=("Jana Weber",)) == (JANA, None, "feed")


MAY_BE = [
    pytest.param(["By Jana Weber", "Bystanders cheered.", "By " + "x" * 200, ""], ["By Jana Weber"], id="one that begins like a byline"),
    pytest.param(["Bystanders cheered.", "24 Oct 2024 by Otto Maks"], ["24 Oct 2024 by Otto Maks"], id="one with a byline behind a date"),
    pytest.param(["Rain over Kent. By Otto Maks", "By Jana Weber"], ["By Jana Weber"], id="a credit below a picture is none beside a byline"),
    pytest.param(["Bystanders cheered."], [], id="none"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), MAY_BE)
def test_lines_that_may_be_bylines(lines: list[str], expected: list[str]) -> None:
    assert likely_bylines(lines) == expected


def test_an_author_whose_page_a_meta_names_by_its_address() -> None:
    signals = page(
        metas={"article:author": ["https://p.example/profile/jana-weber"]}, links=["Ann Roe", "Jana Weber", "Bo Poe"]
    )
    assert read(signals) == (JANA, None, "meta")


def test_an_outlet_signs_beside_the_agency_that_it_took_the_text_from() -> None:
    signals = page(ld={"author": {"name": "The Oberlind Courier"}}, metas={"author": ["dpa"]})
    assert read(signals) == (("The Oberlind Courier",), "dpa", "json-ld")


AUTHOR = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "familyName", "givenName", "url"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(AUTHOR, st.lists(st.text(max_size=60), max_size=4))
def test_any_author_can_be_read(author: object, near: list[str]) -> None:
    persons, _, origin = read(page(ld={"author": author}, marked=near, links=near), *near, fed=tuple(near))
    assert len(persons) <= 12
    assert all(person.strip() for person in persons)
    assert origin in ("json-ld", "meta", "microdata", "text", "feed")
