"""From bytes to text: what declares itself wrongly is read by what it is."""

import codecs
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import charset, decode, utf8

RUSSIAN = "Мэр города сообщил во вторник, что новый мост откроют весной."
JAPANESE = "市長は火曜日に記者会見を開き、新しい橋が春に開通すると発表した。"
CHINESE = "市长周二宣布，新桥将于春天通车，居民表示欢迎。"
TAIWANESE = "市長週二宣布，新橋將於春天通車，居民表示歡迎。"
KOREAN = "시장은 화요일 새 다리가 봄에 개통된다고 발표했다."
GERMAN = "Der Bürgermeister erklärte, die Brücke öffne „früher“ als geplant."
FRENCH = "Le maire a déclaré que le pont, très attendu, ouvrirait à Pâques, où que l’on soit."
POLISH = "Burmistrz ogłosił, że nowy most zostanie otwarty wiosną, która będzie ciepła."
TURKISH = "Belediye başkanı köprünün ilkbaharda açılacağını açıkladı, ışıklar yandı."
GREEK = "Ο δήμαρχος ανακοίνωσε ότι η νέα γέφυρα θα ανοίξει την άνοιξη."
ARABIC = "أعلن رئيس البلدية أن الجسر الجديد سيفتح في الربيع."
THAI = "นายกเทศมนตรีประกาศว่าสะพานใหม่จะเปิดในฤดูใบไม้ผลิ"

LEGACY = [
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("shift_jis", JAPANESE),
    ("euc-jp", JAPANESE),
    ("iso-2022-jp", JAPANESE),
    ("gb2312", CHINESE),
    ("big5", TAIWANESE),
    ("euc-kr", KOREAN),
    ("cp1252", GERMAN),
    ("cp1252", FRENCH),
    ("iso-8859-2", POLISH),
    ("cp1250", POLISH),
    ("cp1254", TURKISH),
    ("cp1253", GREEK),
    ("cp1256", ARABIC),
    ("cp874", THAI),
    ("utf-8", THAI),
]


@pytest.mark.parametrize(("name", "text"), LEGACY)
def test_the_header_names_the_charset(name: str, text: str) -> None:
    assert decode(text.encode(name), f'text/html; Charset="{name}"') == text


@pytest.mark.parametrize(("name", "text"), LEGACY)
def test_the_document_names_the_charset_against_a_default_of_the_server(name: str, text: str) -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={name}"></head><p>{text}'
    assert text in decode(page.encode(name), "text/html; charset=ISO-8859-1")
    feed = f"<?xml version='1.0' encoding='{name}'?><rss><title>{text}</title></rss>"
    assert text in decode(feed.encode(name), "text/xml")


@pytest.mark.parametrize(("name", "text"), LEGACY)
def test_nobody_names_the_charset(name: str, text: str) -> None:
    page = f"<html><body><h1>{text}</h1><p>{text * 3}</p></body></html>"
    assert text in decode(page.encode(name), "text/html")


@pytest.mark.parametrize(("name", "text"), LEGACY)
def test_a_template_declares_utf_8_over_a_legacy_page(name: str, text: str) -> None:
    page = f'<html><meta charset="utf-8"><p>{text}</p></html>'
    assert text in decode(page.encode(name), "text/html; charset=utf-8")


@pytest.mark.parametrize(("name", "text"), LEGACY)
def test_a_template_declares_a_legacy_charset_over_a_utf_8_page(name: str, text: str) -> None:
    page = f'<html><meta charset="{name}"><p>{text}</p></html>'
    assert text in decode(page.encode(), f"text/html; charset={name}")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param(
            codecs.BOM_UTF8 + b"<p>a</p>", "text/html; charset=cp1251", "<p>a</p>", id="a mark beats the header"
        ),
        pytest.param("<p>é</p>".encode("utf-16"), "", "<p>é</p>", id="UTF-16 with a mark"),
        pytest.param("<p>é</p>".encode("utf-16-be"), "", "<p>é</p>", id="UTF-16 without one, big end first"),
        pytest.param('{"é": 1}'.encode("utf-16-le"), "", '{"é": 1}', id="JSON in UTF-16, little end first"),
        pytest.param("<p>größer".encode()[:-1] + "ß".encode()[:1], "", "<p>größe\ufffd", id="cut off in a character"),
        pytest.param(b"a\0b", "", "ab", id="NUL is dropped"),
        pytest.param(b"", "text/html; charset=x-unknown", "", id="nothing"),
        pytest.param("中文".encode("gb2312"), "text/html; charset=gb2312", "中文", id="two characters"),
        pytest.param(b"caf\xe9", "text/html; charset=rot13", "café", id="rot13 is no charset"),
        pytest.param(b"caf\xe9", "text/html; charset=punycode", "café", id="punycode is slow and no charset of pages"),
        pytest.param(b"caf\xe9", "text/html; charset=no-such-charset", "café", id="an unknown name"),
        pytest.param(b'<meta charset="x-\xff">caf\xe9', "", '<meta charset="x-ÿ">café', id="a name of rubbish"),
        pytest.param("ő ű".encode("cp1250"), "", "õ û", id="two letters are no evidence"),
    ],
)
def test_odd_bodies(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_one_broken_character_does_not_make_a_page_legacy() -> None:
    page = (RUSSIAN * 3).encode() + b"\xe9" + RUSSIAN.encode()
    assert decode(page, "text/html; charset=utf-8") == RUSSIAN * 3 + "\ufffd" + RUSSIAN


def test_the_language_of_the_page_decides_between_charsets_that_share_letters() -> None:
    hungarian = "A polgármester közölte, hogy a híd jövőre nyílik meg, több őr figyeli."
    assert hungarian in decode(f'<html lang="hu"><p>{hungarian}'.encode("cp1250"))
    assert charset(b'<html lang="tr">\xfe\xf0') == "cp1254"


@given(st.binary(max_size=400), st.text(max_size=60))
def test_it_never_raises_and_leaves_text_that_can_be_stored(body: bytes, content_type: str) -> None:
    text = decode(body, content_type)
    assert "\0" not in text
    text.encode("utf-8")


LONG = "größer " * 1_000


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(LONG.encode(), LONG, id="whole"),
        pytest.param(LONG.encode()[:-4], LONG[:-4] + "\ufffd", id="cut off in a character"),
        pytest.param(codecs.BOM_UTF8 + LONG.encode(), LONG, id="with a byte order mark"),
        pytest.param(LONG.encode("gb18030"), LONG, id="what the header says, when it is no UTF-8"),
    ],
)
def test_a_long_body_in_utf_8_is_read_as_it_is_whatever_the_header_says(body: bytes, text: str) -> None:
    assert decode(body, "text/html; charset=gb18030") == text


@given(st.binary() | st.text().map(str.encode), st.sampled_from(["", "text/html; charset=utf-8", "charset=cp1252"]))
def test_a_body_in_utf_8_is_what_is_read_of_it(body: bytes, content_type: str) -> None:
    assert utf8(body, content_type).decode() == decode(body, content_type)


def test_a_long_body_in_utf_8_is_not_copied() -> None:
    body = "<p>Brücke über die Lind</p>".encode() * 400
    assert utf8(body, "text/html; charset=iso-8859-1") is body


@pytest.mark.parametrize("name", ["cp1251", "utf-16", "utf-8-sig"])
def test_a_long_body_of_another_charset_is_written_anew(name: str) -> None:
    text = "<p>Мост через Линд открыт</p>" * 400
    assert utf8(text.encode(name), f"text/html; charset={name}").decode() == text


def test_a_body_with_nul_loses_it() -> None:
    assert utf8("<p>Brü\0cke</p>".encode() * 400) == "<p>Brücke</p>".encode() * 400


@pytest.mark.parametrize("name", sorted({*aliases.values(), "utf-7", "unicode_escape"}))
def test_no_declared_charset_makes_nul_of_other_bytes(name: str) -> None:
    for body in (bytes(range(1, 256)) * 2, b"+AAA- \\x00 \\0 ~{ \x1b$B!! \x1b(B", b"\x1b(J\x0e\x01\x0f"):
        assert "\0" not in decode(body, f"text/html; charset={name}")
