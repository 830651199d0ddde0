"""The language of a text."""

import pytest

from crawler.extract.language import language_of, normal_tag

ENGLISH = (
    "The council said on Thursday that the bridge would be opened in the spring, after nine years of work on it. " * 2
)
GERMAN = (
    "Der Stadtrat hat am Donnerstag beschlossen, dass die Brücke nach neun Jahren Bauzeit im Frühjahr geöffnet wird. "
    * 2
)

CASES = [
    pytest.param(["en"], ENGLISH, "en", id="declared and right"),
    pytest.param(["en-GB"], ENGLISH, "en-GB", id="with its region"),
    pytest.param([], ENGLISH, "en", id="not declared"),
    pytest.param(["en"], GERMAN, "de", id="declared wrongly: a template in English"),
    pytest.param(["en", "de-AT"], GERMAN, "de-AT", id="one of two declared is right"),
    pytest.param(["ru"], "Совет объявил о мосте", "ru", id="a short text of a script of many languages"),
    pytest.param(["en"], "橋は木曜日に開通した。市長はこう話した。", "ja", id="a script that only one language has"),
    pytest.param([], "다리가 목요일에 개통되었다고 시가 밝혔다", "ko", id="Korean"),
    pytest.param([], "Kurz", None, id="too little to tell"),
    pytest.param(["fr"], "Court", "fr", id="too little to doubt"),
]


@pytest.mark.parametrize(("declared", "text", "expected"), CASES)
def test_language_of_a_text(declared: list[str], text: str, expected: str | None) -> None:
    assert language_of(declared, text) == expected


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("en_us", "en-US"),
        ("EN", "en"),
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("pt-br", "pt-BR"),
        ("cz", "cs"),
        ("", None),
        ("1", None),
    ],
)
def test_tags_are_written_as_bcp_47(given: str, tag: str | None) -> None:
    assert normal_tag(given) == tag
