"""The agency that a dateline or a credit names."""

import pytest

from crawler.extract.datelines import agency_in, with_agency
from storage.records import Article

REST = " The harbour was closed on Monday after a wall gave way, the mayor said.\n\nDivers will look at it today."

DATELINES = [
    ("WASHINGTON (AP) —", "AP"),
    ("LONDON, March 3 (Reuters) -", "Reuters"),
    ("NEW DELHI: (PTI)", "PTI"),
    ("Berlin (dpa/lby) -", "dpa"),
    ("Berlin (dpa)", None),
    ("Paris (AFP) –", "AFP"),
    ("(ANSA) - ROMA, 03 MAR -", "ANSA"),
    ("MADRID, 3 Mar. (EUROPA PRESS) -", "Europa Press"),
    ("ANKARA (AA) -", "Anadolu"),
    ("Lisboa, 03 mar 2026 (Lusa) -", "Lusa"),
    ("BEIJING, March 3 (Xinhua) --", "Xinhua"),
    ("МОСКВА, 3 марта. /ТАСС/.", "TASS"),
    ("МОСКВА, 3 мар — РИА Новости.", "RIA Novosti"),
    ("新华社北京3月3日电", "Xinhua"),
    ("（中央社記者王明台北3日電）", "中央社"),
    ("【ワシントン共同】", "Kyodo"),
    ("(서울=연합뉴스) 김철수 기자 =", "Yonhap"),
]


@pytest.mark.parametrize(("dateline", "agency"), [(line, name) for line, name in DATELINES if name], ids=str)
def test_a_dateline_names_the_agency(dateline: str, agency: str) -> None:
    assert agency_in(dateline + REST) == agency


@pytest.mark.parametrize(
    "credit",
    [
        "(Reuters)",
        "Reuters",
        "— Reuters",
        "Source: Reuters",
        "With inputs from Reuters",
        "With additional reporting by Reuters.",
        "© 2026 Reuters",
        "Copyright 2026 Thomson Reuters. All rights reserved.",
        "The ferries leave from Sund. (Reuters)",
        "The ferries leave from Sund. —Reuters",
        "The ferries leave from Sund [Reuters].",
        "The ferries leave from Sund. Reuters",
    ],
)
def test_the_last_line_names_the_agency(credit: str) -> None:
    assert agency_in(f"The harbour of Lunde was closed.{REST}\n\n{credit}") == "Reuters"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"The talks failed, Reuters reported.{REST}", id="a witness in the text"),
        pytest.param(f"The company (Reuters) sold its news desk.{REST}", id="what a text is about"),
        pytest.param(f"Berlin (ots) -{REST}", id="a name that is none of an agency"),
        pytest.param(f"The mayor spoke. He said (AP) to a friend.{REST}", id="behind a sentence"),
        pytest.param("Reuters", id="one word"),
        pytest.param(f"First.{REST}\n\nDie Ländischen sehen mager aus, sagte er. xpa", id="an abbreviation"),
        pytest.param(f"First.{REST}\n\nSie wurden einzeln erwähnt dpa", id="a word that ends like one"),
        pytest.param("© Reuters", id="one line"),
        pytest.param(f"First.{REST}\n\n© The Daily of Lunde", id="the copyright of the outlet"),
        pytest.param("(" * 5_000, id="brackets"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_name_elsewhere_says_nothing(body: str) -> None:
    assert agency_in(body) is None


def test_what_the_byline_says_stands() -> None:
    signed = Article("https://a.example/1", "Harbour", f"WASHINGTON (AP) —{REST}", agency="Reuters")
    assert with_agency(signed) is signed


def test_the_agency_is_noted_with_where_it_came_from() -> None:
    found = with_agency(
        Article("https://a.example/1", "Harbour", f"WASHINGTON (AP) —{REST}", provenance={"headline": "meta"})
    )
    assert (found.agency, found.provenance) == ("AP", {"headline": "meta", "agency": "text"})


def test_an_agency_that_signs_as_an_author_came_from_where_the_authors_did() -> None:
    signed = Article(
        "https://a.example/1", "Harbour", f"Closed.{REST}", authors=("AFP",), provenance={"authors": "feed"}
    )
    found = with_agency(signed)
    assert (found.agency, found.provenance) == ("AFP", {"authors": "feed", "agency": "feed"})


def test_an_article_without_an_agency_stays_as_it_is() -> None:
    plain = Article("https://a.example/1", "Harbour", f"Closed.{REST}", authors=("Ada Berg",))
    assert with_agency(plain) is plain
    empty = Article("https://a.example/1", "Harbour", "")
    assert with_agency(empty) is empty
