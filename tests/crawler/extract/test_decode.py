"""Bytes to text."""

import pytest

from crawler.extract.decode import decoded
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
