"""Names in bylines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.people import agency_named, byline_of, inner_byline, is_full_name, starts_as_byline

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
    pytest.param("Associated Press in Valencia", [], "AP", id="an agency and a place"),
    pytest.param("Latest: Headlines", [], None, id="a title with a colon"),
    pytest.param(
        "Jana Weber, Research Fellow, Lind Policy Center", ["Jana Weber"], None, id="a fellow of an institution"
    ),
    pytest.param("Otto Maks, Deputy CTO", ["Otto Maks"], None, id="an officer of a company"),
    pytest.param("By Jane Doe and John Roe on December 21, 2023", ["Jane Doe", "John Roe"], None, id="on a day"),
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
    pytest.param("Jane Doe, janedoe, WBEZ", ["Jane Doe"], None, id="a user name and a station beside a person"),
    pytest.param("Jane Doe, Бо", ["Jane Doe", "Бо"], None, id="one word in another script is a name"),
    pytest.param("Related Topics", [], None, id="the title of a box"),
    pytest.param("著者一覧", [], None, id="a list of authors"),
    pytest.param("Updated 3 hours ago", [], None, id="no name at all"),
    pytest.param("", [], None, id="nothing"),
]


@pytest.mark.parametrize(("line", "persons", "agency"), BYLINES)
def test_persons_and_agency(line: str, persons: list[str], agency: str | None) -> None:
    found = byline_of([line])
    assert (list(found.persons), found.agency) == (persons, agency)


def test_a_desk_that_is_called_after_the_site_is_no_person() -> None:
    assert byline_of(["von Jana Weber, OBC NORD"], ["OBC", "obc.example"]).persons == ("Jana Weber",)


def test_a_press_conference_hides_no_name() -> None:
    assert inner_byline("10月24日、市長の記者会見") is None


def test_the_site_is_no_person() -> None:
    assert byline_of(["The Daily Planet"], ["The Daily Planet"]).persons == ()


def test_an_agency_is_recognised_with_its_source_word() -> None:
    assert agency_named("Quelle: dpa") == "dpa"
    assert agency_named("Jane Doe") is None


def test_a_byline_behind_a_date() -> None:
    assert inner_byline("2023-12-19 23:30 EST by Rafael Pineda") == "Rafael Pineda"
    assert inner_byline("Nothing of the kind") is None


WORLD = [
    pytest.param("Av Kari Nordmann", ["Kari Nordmann"], id="Norwegian"),
    pytest.param("Af Mette Holm", ["Mette Holm"], id="Danish"),
    pytest.param("Door Jan de Boer", ["Jan de Boer"], id="Dutch, a small word inside of the name"),
    pytest.param("Tekst: Anna Nowak", ["Anna Nowak"], id="Polish"),
    pytest.param("Autor: Petr Novák", ["Petr Novák"], id="Czech"),
    pytest.param("Yazan: Ayşe Yılmaz", ["Ayşe Yılmaz"], id="Turkish"),
    pytest.param("Oleh: Budi Santoso", ["Budi Santoso"], id="Indonesian"),
    pytest.param("Bởi Nguyễn Văn An", ["Nguyễn Văn An"], id="Vietnamese"),
    pytest.param("โดย สมชาย ใจดี", ["สมชาย ใจดี"], id="Thai"),
    pytest.param("מאת דנה כהן", ["דנה כהן"], id="Hebrew"),
    pytest.param("Του Γιώργου Παππά", ["Γιώργου Παππά"], id="Greek"),
    pytest.param("Автори: Ірина Бондар, Олег Шевчук", ["Ірина Бондар", "Олег Шевчук"], id="Ukrainian, two"),
    pytest.param("Анна Каренина, корреспондент", ["Анна Каренина"], id="a Russian role"),
    pytest.param("लेखक: राम शर्मा", ["राम शर्मा"], id="Hindi"),
    pytest.param("كتب: محمد علي", ["محمد علي"], id="Arabic for written"),
    pytest.param("撰文：李小龙", ["李小龙"], id="Chinese with the wide colon"),
    pytest.param("張三、李四", ["張三", "李四"], id="two Chinese names"),
    pytest.param("김철수 특파원", ["김철수"], id="a Korean correspondent"),
    pytest.param("글: 김철수", ["김철수"], id="Korean words by"),
    pytest.param("Piotr Nowak i Anna Lis", ["Piotr Nowak", "Anna Lis"], id="Polish and"),
    pytest.param("Szabó Éva és Nagy Péter", ["Szabó Éva", "Nagy Péter"], id="Hungarian and"),
    pytest.param("Juha Aho ja Liisa Virtanen", ["Juha Aho", "Liisa Virtanen"], id="Finnish and"),
    pytest.param("Par Marie Curie-Leblanc et Luc O'Brien", ["Marie Curie-Leblanc", "Luc O'Brien"], id="a hyphen and an apostrophe"),
    pytest.param("Martin Luther King, Jr.", ["Martin Luther King, Jr"], id="a comma that belongs to the name"),
    pytest.param("Text: Von Jana Weber", ["Jana Weber"], id="two lead-ins"),
    pytest.param("By Jane Doe in London", ["Jane Doe"], id="a place behind the name"),
    pytest.param("By Jane Doe | Updated Oct 24, 2024", ["Jane Doe"], id="a date of change behind the name"),
    pytest.param("Will Backus Dec 23, 2023 at 3:15 pm", ["Will Backus"], id="a date behind the name"),
    pytest.param("Jane Doe • 3 min read", ["Jane Doe"], id="the time it takes to read"),
    pytest.param("ЯНА ВЕБЕР", ["Яна Вебер"], id="Cyrillic capitals"),
    pytest.param("\x00By\x00 Jane\u200b Doe", ["Jane Doe"], id="controls in the name"),
    pytest.param("By Jane Doe" + " " * 10_000, ["Jane Doe"], id="ten thousand spaces"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "persons"), WORLD)
def test_persons_round_the_world(line: str, persons: list[str]) -> None:
    assert list(byline_of([line]).persons) == persons


NOBODY = ["By Staff Reporter", "Redaktion", "Por Redacción", "Admin", "null", "undefined", "By @janedoe", "https://x.example/jane", "By 12345", "Reporter", "编辑", "By", "X", "—", "\ud800", "Jane Doe " * 40]  # fmt: skip


@pytest.mark.parametrize("line", NOBODY)
def test_nobody_signed(line: str) -> None:
    assert byline_of([line]).persons == ()


AGENCIES = [
    pytest.param("(dpa)", "dpa", id="in brackets"),
    pytest.param("dpa, AFP", "dpa", id="of two the first"),
    pytest.param("Jana Weber/dpa", "dpa", id="behind a slash"),
    pytest.param("By Jane Doe (Reuters)", "Reuters", id="in brackets behind a name"),
    pytest.param("रॉयटर्स, पीटीआई", "PTI", id="in Hindi"),
    pytest.param("رويترز", "Reuters", id="in Arabic"),
    pytest.param("新华社", "Xinhua", id="in Chinese"),
    pytest.param("연합뉴스", "Yonhap", id="in Korean"),
    pytest.param("İHA", "İHA", id="with a dotted capital"),
    pytest.param("AP Thomas", None, id="initials like an agency's"),
    pytest.param("The Oberlind Courier", None, id="a paper is no agency"),
]


@pytest.mark.parametrize(("line", "agency"), AGENCIES)
def test_agencies_round_the_world(line: str, agency: str | None) -> None:
    assert byline_of([line]).agency == agency


STARTS = [("By Jane", True), ("BY JANE", True), ("Von Jana", True), ("Автор: Иван", True), ("記者 王", True), ("Written by Jane", True), ("Bystanders saw it", False), ("Vonnegut was here", False), ("por", False), ("Photo by Jane", False), ("", False)]  # fmt: skip


@pytest.mark.parametrize(("line", "begins"), STARTS)
def test_lines_that_begin_like_a_byline(line: str, begins: bool) -> None:
    assert starts_as_byline(line) is begins


FULL = [("Jane Doe", True), ("Jane van der Berg", True), ("Иван Петров", True), ("王小明", True), ("أحمد حسن", True), ("Jane", False), ("jane doe", False), ("иван Петров", False), ("A Name Of Five Words", False), ("", False)]  # fmt: skip


@pytest.mark.parametrize(("name", "is_full"), FULL)
def test_names_that_need_nothing_beside_them(name: str, is_full: bool) -> None:
    assert is_full_name(name) is is_full


def test_more_than_a_dozen_names_are_a_list_of_something_else() -> None:
    lines = [f"{first} {last}" for first in ("Ana", "Bela", "Cora", "Dora") for last in ("Abt", "Berg", "Cron", "Dahl")]
    assert byline_of(lines).persons == tuple(lines[:12])


def test_the_name_of_the_site_behind_a_name() -> None:
    assert byline_of(["Kayla Jimenez USA TODAY"], ["USA TODAY"]).persons == ("Kayla Jimenez",)


@given(st.text(st.one_of(st.sampled_from("ByVonPar .,;|/()@-&记者 기자Ж"), st.characters())))
def test_any_text_can_be_a_byline(text: str) -> None:
    found = byline_of([text], [text[:5]])
    assert all(1 < len(name) <= 60 and not any(c.isdigit() for c in name) for name in found.persons)
    assert inner_byline(text) != ""
    assert starts_as_byline(text) in (True, False)
    assert agency_named(text) is None or agency_named(text)


@given(st.lists(st.sampled_from(["Jana Weber", "Otto Maks", "Иван Петров", "dpa", "Updated today"]), max_size=8))
def test_each_person_once_in_the_order_of_the_page(lines: list[str]) -> None:
    persons = [line for line in dict.fromkeys(lines) if line not in ("dpa", "Updated today")]
    assert list(byline_of(lines).persons) == persons
