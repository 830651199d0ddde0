"""From bytes to text, for pages: labels of the web, what the language suggests, broken bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import decode
from storage.records import Page

TEXTS = [
    ("windows-1251", "cp1251", "Президент встретился с послом в четверг"),
    ("koi8-r", "koi8-r", "Президент встретился с послом"),
    ("Shift_JIS", "cp932", "東京の天気は晴れ①"),
    ("x-sjis", "cp932", "東京の天気"),
    ("euc-jp", "euc-jp", "東京の天気"),
    ("iso-2022-jp", "iso-2022-jp", "東京の天気"),
    ("euc-kr", "cp949", "서울의 날씨는 맑음"),
    ("ks_c_5601-1987", "cp949", "서울의 날씨"),
    ("gb2312", "gb18030", "北京天气很好"),
    ("gb18030", "gb18030", "北京天气很好㐀"),
    ("big5", "big5", "臺北天氣"),
    ("iso-8859-1", "cp1252", "“Übermut” – café"),
    ("iso-8859-2", "iso-8859-2", "Zażółć gęślą jaźń"),
    ("iso-8859-7", "iso-8859-7", "Καλημέρα"),
    ("iso-8859-9", "iso-8859-9", "İstanbul ığş"),
    ("iso-8859-15", "iso-8859-15", "10 € für Œuvre"),
    ("windows-1256", "cp1256", "مرحبا بكم"),
    ("windows-874", "cp874", "สวัสดี"),
]


@pytest.mark.parametrize(("label", "codec", "text"), TEXTS, ids=[label for label, _, _ in TEXTS])
@pytest.mark.parametrize("place", ["header", "meta", "unknown header and meta"])
def test_legacy_charsets_come_out_right(label: str, codec: str, text: str, place: str) -> None:
    meta = "" if place == "header" else f'<meta charset="{label}">'
    header = {
        "header": f"text/html; charset={label}",
        "meta": "text/html",
        "unknown header and meta": "text/html; charset=bogus-9",
    }[place]
    page = Page("u", f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(codec), header)
    assert text in decoded(page)


def decoded(page: Page) -> str:
    """The text of a page."""
    return decode(page.body, page.content_type)


def page(body: bytes, header: str = "") -> Page:
    return Page("u", body, header)


def test_bytes_that_prove_to_be_utf8_are_read_so_whatever_is_declared() -> None:
    assert decoded(page("Größe — 東京".encode(), "text/html; charset=iso-8859-1")) == "Größe — 東京"


def test_a_byte_order_mark_decides() -> None:
    assert decoded(page("Größe".encode("utf-16"))) == "Größe"


def test_a_broken_byte_costs_one_letter() -> None:
    body = "Die Größe der Brücke überraschte die Prüfer. ".encode() * 4 + b"\xff"
    assert decoded(page(body)).startswith("Die Größe der Brücke")


def test_the_header_default_of_old_servers_yields_to_the_page() -> None:
    body = '<meta charset="windows-1251"><p>Президент встретился с послом</p>'.encode("cp1251")
    assert "Президент" in decoded(page(body, "text/html; charset=iso-8859-1"))


def test_nothing_declared_and_the_language_suggests_the_charset() -> None:
    body = '<html lang="ko"><p>서울의 날씨는 맑음</p>'.encode("cp949")
    assert "서울의 날씨는 맑음" in decoded(page(body))


def test_any_bytes_give_text() -> None:
    assert decoded(page(bytes(range(256)) * 20, "text/html; charset=nonsense"))
    assert decoded(page(b"")) == ""


BY_LANGUAGE = [
    pytest.param("ja", "cp932", "東京の天気は晴れ、気温は上がる", id="Japanese"),
    pytest.param("ja", "euc-jp", "東京の天気は晴れ、気温は上がる", id="Japanese in the second charset"),
    pytest.param("zh-CN", "gb18030", "北京今天天气很好，新桥开通", id="Chinese with a region"),
    pytest.param("ru", "cp1251", "Мост открыли в четверг утром", id="Russian"),
    pytest.param("uk", "cp1251", "Міст відкрили у четвер", id="Ukrainian"),
    pytest.param("bg", "cp1251", "Мостът беше открит в четвъртък", id="Bulgarian"),
    pytest.param("el", "cp1253", "Η γέφυρα άνοιξε την Πέμπτη", id="Greek"),
    pytest.param("tr", "cp1254", "Köprü perşembe günü açıldı", id="Turkish"),
    pytest.param("he", "cp1255", "הגשר נפתח ביום חמישי", id="Hebrew"),
    pytest.param("ar", "cp1256", "افتتح الجسر يوم الخميس", id="Arabic"),
    pytest.param("th", "cp874", "สะพานเปิดในวันพฤหัสบดี", id="Thai"),
    pytest.param("pl", "iso-8859-2", "Zażółć gęślą jaźń w czwartek", id="Polish"),
    pytest.param("cs", "cp1250", "Příliš žluťoučký kůň úpěl", id="Czech"),
    pytest.param("lt", "cp1257", "Tiltas atidarytas ketvirtadienį, žmonės džiaugėsi", id="Lithuanian"),
]


@pytest.mark.parametrize(("language", "codec", "text"), BY_LANGUAGE)
def test_the_language_of_the_page_suggests_its_charset(language: str, codec: str, text: str) -> None:
    body = f'<!DOCTYPE html><html class=x lang="{language}"><body><p>{text}</p>'.encode(codec)
    assert text in decoded(page(body))


NO_CHARSETS = ["undefined", "hex", "base64", "rot13", "zlib", "bz2", "uu", "idna", "punycode", "unicode_escape", "mbcs", "x\x00y", "", "🙂"]  # fmt: skip


@pytest.mark.parametrize("label", NO_CHARSETS)
@pytest.mark.parametrize("place", ["header", "meta"])
def test_what_python_can_undo_is_not_always_a_charset(label: str, place: str) -> None:
    meta = f'<meta charset="{label}">'.encode() if place == "meta" else b""
    header = f"text/html; charset={label}" if place == "header" else "text/html"
    body = b'<html lang="ru">' + meta + "<p>Мост открыли в четверг</p>".encode("cp1251")
    assert "Мост открыли в четверг" in decoded(page(body, header))


def test_a_wrong_declaration_yields_to_the_language() -> None:
    body = '<html lang="ja"><meta charset="utf-8"><p>東京の天気は晴れ</p>'.encode("cp932")
    assert "東京の天気は晴れ" in decoded(page(body, "text/html; charset=utf-8"))


def test_header_wins_over_meta_when_both_can_be() -> None:
    body = '<meta charset="windows-1252"><p>Мост</p>'.encode("koi8-r")
    assert "Мост" in decoded(page(body, "text/html; charset=koi8-r"))


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_wins_over_the_header(codec: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    body = mark + "<p>Größe — 東京</p>".encode(codec)
    assert decoded(page(body, "text/html; charset=windows-1251")) == "<p>Größe — 東京</p>"


def test_utf_16_cut_in_the_middle_of_a_letter_loses_that_letter_only() -> None:
    assert decoded(page(b"\xff\xfe" + "Größe".encode("utf-16-le")[:-1])) == "Größ\ufffd"


def test_an_overlong_and_a_surrogate_sequence_become_marks() -> None:
    body = "Die Größe der Brücke überraschte die Prüfer, müde Züge führen. ".encode() * 9 + b"\xc0\xaf\xed\xa0\x80"
    text = decoded(page(body, "text/html; charset=utf-8"))
    assert text.startswith("Die Größe")
    assert text.encode()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([*(label for label, _, _ in TEXTS), *NO_CHARSETS, "utf-8", "utf-7"]))
def test_any_bytes_under_any_declaration_give_text(body: bytes, label: str) -> None:
    assert isinstance(decoded(page(body, f"text/html; charset={label}")), str)


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
        lambda text: not text.startswith("\ufeff")
    )
)
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decoded(page(text.encode(), "text/html; charset=utf-8")) == text
