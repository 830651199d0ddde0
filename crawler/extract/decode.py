"""Bytes to text, once, at the edge: byte order mark, UTF-8 that proves itself, header, meta, language, detection."""

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from storage.records import Page

#: labels that the web uses and Python does not know, or means otherwise (WHATWG encoding standard)
_WEB_LABELS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc-jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
}
#: what pages in a language were written in before UTF-8, the strictest first
_BY_LANGUAGE = {
    "ja": ("cp932", "euc-jp"),
    "ko": ("cp949",),
    "zh": ("gb18030", "big5hkscs"),
    "ru": ("cp1251", "koi8-r"),
    "uk": ("cp1251", "koi8-u"),
    "bg": ("cp1251",),
    "sr": ("cp1251",),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "pl": ("iso-8859-2", "cp1250"),
    "cs": ("cp1250", "iso-8859-2"),
    "hu": ("iso-8859-2", "cp1250"),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "et": ("cp1257",),
}
#: charsets whose bytes are ASCII (or hold NUL), so that "valid UTF-8" proves nothing
_ESCAPING = ("iso2022", "iso-2022", "hz", "utf-16", "utf-32", "utf16", "utf32")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HTML_LANG = re.compile(rb"<html[^>]{0,400}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})", re.IGNORECASE)
#: codecs that are no charsets of pages ("hex", "undefined", "idna") refuse to decode this
_PROBE = b"xn--\xfc"
#: undecodable places for each character that is not ASCII, from which a charset is not believed
_TOO_MANY_ERRORS = 0.1


def decoded(page: Page) -> str:
    """The page as text; never fails: in the end undecodable bytes become U+FFFD."""
    bom_label, bom = read_bom(page.body)
    if bom_label and bom:
        return page.body[len(bom) :].decode(bom_label, "replace")
    declared = _declared(page)
    if not (declared and declared[0].startswith(_ESCAPING)):
        try:
            return page.body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return _legacy(page.body, declared)


def _legacy(body: bytes, declared: list[str]) -> str:
    """The first reading with few errors: as declared, as the language suggests, as detected."""
    for label in dict.fromkeys((*declared, "utf-8")):
        text = body.decode(label, "replace")
        if text.count("\ufffd") <= _TOO_MANY_ERRORS * len(_NOT_ASCII.findall(text)):
            return text
    for label in _suggested(body):
        try:
            return body.decode(label)
        except UnicodeDecodeError:
            continue
    return body.decode(_detected(body), "replace")


def _declared(page: Page) -> list[str]:
    """Charsets that the header and the page name, those that exist, header first."""
    labels = (http_content_type_encoding(page.content_type), html_body_declared_encoding(page.body[:4096]))
    found = [known for label in labels if label and (known := _known(label))]
    if found[:1] == ["cp1252"]:  # what old servers say of every page: the page itself knows better
        found.reverse()
    return list(dict.fromkeys(found))


def _known(label: str) -> str | None:
    label = label.strip().strip("\"'").lower()
    label = _WEB_LABELS.get(label, label)
    try:
        name = codecs.lookup(resolve_encoding(label) or label).name if label not in _WEB_LABELS.values() else label
        _PROBE.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return None if name.endswith("unicode-escape") else name


def _suggested(body: bytes) -> tuple[str, ...]:
    language = _HTML_LANG.search(body[:4096])
    return _BY_LANGUAGE.get(language.group(1).decode("ascii").lower(), ()) if language else ()


def _detected(body: bytes) -> str:
    """A guess from the lines that are not ASCII (a page is mostly markup, which tells nothing)."""
    telling = b"\n".join(line for line in body.splitlines() if not line.isascii())[:20_000]
    try:
        best = from_bytes(telling).best()
    except (ValueError, LookupError):
        return "cp1252"
    label = _WEB_LABELS.get(best.encoding.replace("_", "-"), best.encoding) if best else "cp1252"
    return "cp1252" if label.startswith(("utf", "ascii")) else label
