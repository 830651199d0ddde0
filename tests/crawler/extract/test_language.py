"""The language of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    pytest.param(["de-CH", "en"], GERMAN, "de-CH", id="small words settle what comes first"),
    pytest.param(["fr"], ENGLISH, "en", id="no small words of what is declared"),
    pytest.param(
        ["es"],
        "Os moradores da cidade dizem que a ponte foi aberta ao trânsito na quinta-feira, depois de nove anos de obras, e "
        "que o caminho até o hospital ficou mais curto para todos os que vivem na outra margem do rio, segundo a prefeita.",
        "pt",
        id="a neighbour has few of the small words",
    ),
    pytest.param([], GERMAN, "de", id="not declared, and German"),
    pytest.param(["en"], GERMAN, "de", id="declared wrongly: a template in English"),
    pytest.param(["en", "de-AT"], GERMAN, "de-AT", id="one of two declared is right"),
    pytest.param(["ru"], "Совет объявил о мосте", "ru", id="a short text of a script of many languages"),
    pytest.param(["en"], "橋は木曜日に開通した。市長はこう話した。", "ja", id="a script that only one language has"),
    pytest.param([], "다리가 목요일에 개통되었다고 시가 밝혔다", "ko", id="Korean"),
    pytest.param([], "Kurz", None, id="too little to tell"),
    pytest.param(["fr"], "Court", "fr", id="too little to doubt"),
]


#: of whom, and how it is written: each line holds small words of its neighbour
NEIGHBOURS = [
    ("da", "sv", "Statsministeren siger, at regeringen har givet den nye aftale til Folketinget, som med al sandsynlighed vil stemme for den på torsdag. Partierne har i flere uger talt om den, og ministeren er glad for resultatet."),
    ("no", "sv", "Statsministeren sier at regjeringen har gitt den nye avtalen til Stortinget, som med stor sannsynlighet vil stemme for den på torsdag. Partiene har i flere uker snakket om den, og ministeren er glad for resultatet av arbeidet."),
    ("sk", "cs", "Predseda vlády povedal, že na novej dohode sa pracuje, ale že by bolo potrebné, aby ju parlament schválil. Podľa neho je to dobrá správa pre všetkých, ktorí na ňu čakali, ale je na poslancoch, ako sa rozhodnú."),
    ("ca", "es", "El president ha dit que el Govern presentarà la llei al Parlament dijous, i que les entitats que han participat en la negociació del text estan satisfetes. És una de les lleis més esperades per la gent, segons va explicar."),
    ("af", "de", "Die president het gesê dat die nuwe wet met die hulp van die parlement ook aan die mense van die land goedgekeur is. Hy het by die byeenkoms gesê dat dit die eerste keer is dat so iets gebeur het."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "neighbour", "text"), NEIGHBOURS)
def test_a_language_that_nobody_declares_is_not_taken_for_its_neighbour(
    language: str, neighbour: str, text: str
) -> None:
    assert language_of([], text) == language != neighbour


# without Danish: of that the detector is not sure enough to say no to the page
@pytest.mark.parametrize(("language", "neighbour", "text"), NEIGHBOURS[1:])
def test_small_words_that_two_languages_share_do_not_settle_the_declared_one(
    language: str, neighbour: str, text: str
) -> None:
    assert language_of([neighbour], text) == language


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


SCRIPTS = [
    pytest.param([], "สะพานเปิดในวันพฤหัสบดี", "th", id="Thai letters"),
    pytest.param([], "Η γέφυρα άνοιξε την Πέμπτη", "el", id="Greek letters"),
    pytest.param(["en"], "הגשר נפתח ביום חמישי", "he", id="Hebrew letters, declared English"),
    pytest.param(["iw"], "הגשר נפתח ביום חמישי", "he", id="the old tag of Hebrew"),
    pytest.param(["yi"], "די בריק איז אָפֿן", "yi", id="Yiddish in the same letters"),
    pytest.param([], "ხიდი ხუთშაბათს გაიხსნა", "ka", id="Georgian letters"),
    pytest.param([], "Կամուրջը բացվեց հինգշաբթի", "hy", id="Armenian letters"),
    pytest.param(["zh-Hant-TW"], "大橋於週四上午通車", "zh-Hant-TW", id="Chinese with script and region"),
    pytest.param(["fa"], "پل روز پنجشنبه باز شد", "fa", id="Persian among languages of Arabic letters"),
    pytest.param(["en", "ur"], "پل جمعرات کو کھول دیا گیا", "ur", id="Urdu, declared second"),
    pytest.param(["uk"], "Міст відкрили у четвер", "uk", id="Ukrainian among Cyrillic languages"),
    pytest.param(["sr-Latn"], "Мост је отворен у четвртак", "sr-Latn", id="a tag whose script is wrong keeps its language"),
    pytest.param(["mr"], "पूल गुरुवारी खुला झाला", "mr", id="Marathi in the letters of Hindi"),
    pytest.param(["en"], "The 東京 office", "en", id="a few letters of another script"),
    pytest.param([], "", None, id="nothing at all"),
    pytest.param(["de"], "", "de", id="no text, but a word of the page"),
    pytest.param(["", "1", "x-default", "fr"], "Court", "fr", id="what is no tag is passed over"),
    pytest.param(["english"], GERMAN, "de", id="the name of a language is no tag"),
    pytest.param(["nb"], "Broen ble åpnet torsdag morgen, ni år etter at arbeidet begynte. " * 4, "no", id="Norwegian under its second tag"),
    pytest.param([], "1234567890 " * 30, "zxx", id="digits alone are no language, which has a tag too"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "text", "expected"), SCRIPTS)
def test_language_by_script_and_word(declared: list[str], text: str, expected: str | None) -> None:
    assert language_of(declared, text) == expected


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        (" de ", "de"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("fr; q=1", "fr"),
        ("en-us,de", "en-US"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("kr", "ko"),
        ("english", None),
        ("Français", None),
        ("x-default", None),
        ("🙂", None),
        ("\x00en", None),
    ],
)
def test_odd_tags(given: str, tag: str | None) -> None:
    assert normal_tag(given) == tag


@given(st.text())
def test_a_normal_tag_is_normal(given: str) -> None:
    tag = normal_tag(given)
    assert tag is None or normal_tag(tag) == tag


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=3), st.text(st.characters(), max_size=400))
def test_any_text_has_a_language_or_none(declared: list[str], text: str) -> None:
    tag = language_of(declared, text)
    assert tag is None or normal_tag(tag)
