"""Names in bylines."""

import pytest

from crawler.extract.people import agency_named, byline_of, inner_byline

BYLINES = [
    pytest.param("By Jane Doe", ["Jane Doe"], None, id="a name"),
    pytest.param("By Jane Doe and John Roe", ["Jane Doe", "John Roe"], None, id="two names"),
    pytest.param(
        "Jane Doe, John Roe & Mary Poe", ["Jane Doe", "John Roe", "Mary Poe"], None, id="three names, order kept"
    ),
    pytest.param("By Jane Doe, Senior Reporter", ["Jane Doe"], None, id="a role is no person"),
    pytest.param("Daniel Kim Views", ["Daniel Kim"], None, id="a counter without its number"),
    pytest.param("Daniel Kim 1,204 views", ["Daniel Kim"], None, id="a counter"),
    pytest.param("Daniel Kim content@viewus.example", ["Daniel Kim"], None, id="a mail address"),
    pytest.param("Reuters", [], "Reuters", id="an agency is no person"),
    pytest.param("Agence France-Presse", [], "AFP", id="an agency by its long name"),
    pytest.param("Von Jana Weber, dpa", ["Jana Weber"], "dpa", id="a person and an agency"),
    pytest.param("Par Jean Dupont avec AFP", ["Jean Dupont"], "AFP", id="with an agency"),
    pytest.param("John Roe The Associated Press", ["John Roe"], "AP", id="an agency behind the name"),
    pytest.param("Por María López y Juan García", ["María López", "Juan García"], None, id="Spanish"),
    pytest.param("Di Marco Rossi", ["Marco Rossi"], None, id="Italian"),
    pytest.param("Автор: Иван Петров", ["Иван Петров"], None, id="Russian"),
    pytest.param("ТАСС", [], "TASS", id="a Russian agency"),
    pytest.param("记者 王小明", ["王小明"], None, id="Chinese"),
    pytest.param("山田太郎 記者", ["山田太郎"], None, id="Japanese"),
    pytest.param("共同通信", [], "Kyodo", id="a Japanese agency"),
    pytest.param("홍길동 기자", ["홍길동"], None, id="Korean"),
    pytest.param("بقلم: أحمد حسن", ["أحمد حسن"], None, id="Arabic"),
    pytest.param("JANE DOE", ["Jane Doe"], None, id="capitals"),
    pytest.param("BySaima Sidik", ["Saima Sidik"], None, id="a space lost between two elements"),
    pytest.param("Elena Berger (ebe), Otto Maks (oma)", ["Elena Berger", "Otto Maks"], None, id="initials in brackets"),
    pytest.param("Jane Doe, Jane Doe", ["Jane Doe"], None, id="the same name twice"),
    pytest.param("Updated 3 hours ago", [], None, id="no name at all"),
    pytest.param("", [], None, id="nothing"),
]


@pytest.mark.parametrize(("line", "persons", "agency"), BYLINES)
def test_persons_and_agency(line: str, persons: list[str], agency: str | None) -> None:
    found = byline_of([line])
    assert (list(found.persons), found.agency) == (persons, agency)


def test_the_site_is_no_person() -> None:
    assert byline_of(["The Daily Planet"], ["The Daily Planet"]).persons == ()


def test_an_agency_is_recognised_with_its_source_word() -> None:
    assert agency_named("Quelle: dpa") == "dpa"
    assert agency_named("Jane Doe") is None


def test_a_byline_behind_a_date() -> None:
    assert inner_byline("2023-12-19 23:30 EST by Rafael Pineda") == "Rafael Pineda"
    assert inner_byline("Nothing of the kind") is None
