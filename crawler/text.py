"""From bytes to text, once, at the edge: which charset an answer is written in.

    body, Content-Type -> byte order mark -> UTF-8 when it is UTF-8 -> declared charset -> detected charset -> str

Declarations are evidence, not truth: servers send ``charset=ISO-8859-1`` for everything, templates are copied from
UTF-8 sites to legacy ones, and back. What the bytes cannot be, they are not.
"""

import codecs
import html
import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

#: codecs that Python calls text but that no page is written in; some are slow on purpose-built input (punycode)
_REFUSED = frozenset(
    {"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "utf-7", "undefined"}
)
#: what servers declare by default, whatever the file holds (Apache's AddDefaultCharset)
_DEFAULTS = frozenset({"cp1252", "iso8859-1", "latin-1", "ascii"})
_DOUBLE_BYTE = frozenset(
    {"gb18030", "gbk", "gb2312", "big5hkscs", "big5", "cp949", "euc_kr", "cp932", "shift_jis", "euc_jp"}
)
_XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_UTF16_SHAPES = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))
_MULTI_BYTE = re.compile("[\x80-\U0010ffff]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_MARKUP = re.compile(rb"<[^>]{0,2000}>|[\x00-\x40]+")
#: references to a character whose number has more digits than Python converts
_ENDLESS_REFERENCE = re.compile(r"&#[0-9]{4000,};?")
#: shorter bodies of a few letters beyond ASCII may be UTF-8 by chance
_SHORT = 4_096
#: how much of a body is judged; 10 MB of 0xFF take seconds otherwise
_JUDGED = 300_000
#: how much text the detector sees: it needs milliseconds for this, and seconds for a whole page
_SAMPLE = 6_000
#: what the web was written in before UTF-8; without this list the detector finds Icelandic Macintosh
_OF_THE_WEB = [
    *(
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp874",
        "koi8_r",
        "koi8_u",
    ),
    *("iso8859_2", "iso8859_5", "iso8859_7", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"),
]

#: letters of the languages that each is used for, the likeliest charset first (it wins when they tie)
_LATIN = {
    "cp1252": "éèàùçâêîôûëïÉÈÀÇÊñáíóúÑÁÍÓÚãõÃÕäöüÄÖÜßåÅøØ¿¡",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚÝŽőűŐŰöüÖÜäâîăşţđ",
    "iso8859_2": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚÝŽőűŐŰöüÖÜäâîăşţđ",
    "cp1254": "çğıöşüÇĞİÖŞÜâ",
    "cp1257": "ąčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņõäöü",
    "cp1258": "đơưăĐƠƯĂ",
}

_LANGUAGE = re.compile(rb"""(?:\blang\s*=\s*["']?|<language>\s*)([a-z]{2})\b""", re.IGNORECASE)
#: what pages and feeds in a language were written in before UTF-8, the strictest first
_BY_LANGUAGE = {
    **dict.fromkeys((b"pl", b"cs", b"sk", b"hu", b"hr", b"sl", b"ro", b"bs", b"sq"), ("iso8859_2", "cp1250")),
    **dict.fromkeys((b"tr", b"az"), ("cp1254",)),
    **dict.fromkeys((b"lt", b"lv", b"et"), ("cp1257",)),
    **dict.fromkeys((b"bg", b"sr"), ("cp1251",)),
    **dict.fromkeys((b"ar", b"fa"), ("cp1256",)),
    b"ja": ("cp932", "euc_jp"),
    b"ko": ("cp949",),
    b"zh": ("gb18030", "big5hkscs"),
    b"ru": ("cp1251", "koi8_r"),
    b"uk": ("cp1251", "koi8_u"),
    b"el": ("cp1253",),
    b"he": ("cp1255",),
    b"th": ("cp874",),
    b"vi": ("cp1258",),
}
#: controls that no text holds, and that the wrong one of two charsets makes of letters ("ś" of cp1250 in ISO 8859-2)
_CONTROLS = re.compile("[\x80-\x9f]")
#: share of the characters beyond ASCII that a charset may fail on and still be believed: UTF-8 and double bytes, others
_BROKEN, _BROKEN_DOUBLE, _BROKEN_SINGLE = 0.1, 0.02, 0.2


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an answer. Never raises, never holds NUL; what cannot be decoded becomes U+FFFD.

    ``content_type`` is the raw header value ("" when there was none). The byte order mark does not stay in the text.
    """
    text = _decoded(body, content_type)
    return text.replace("\0", "") if b"\0" in body else text  # no charset of pages makes NUL of other bytes


def utf8(body: bytes, content_type: str = "") -> bytes:
    """What ``decode`` makes of an answer, written in UTF-8: nearly always the body as it came."""
    if b"\0" not in body and _long_utf8(body) is not None:
        return body
    return decode(body, content_type).encode("utf-8", "ignore")


def charset(body: bytes, content_type: str = "") -> str:
    """The Python name of the charset that ``decode`` reads this body with."""
    marked, _ = read_bom(body)
    if marked:
        return marked
    declared = _declared(body, content_type)
    if body.isascii():
        return _of_ascii_bytes(body, declared)
    if _is_utf8(body) and not _short_and_double_byte(body, declared):
        return "utf-8"
    return _legacy(body, declared)


def _decoded(body: bytes, content_type: str) -> str:
    text = _long_utf8(body)
    if text is not None:
        return text
    name = charset(body, content_type)
    bom_name, bom = read_bom(body)
    return body[len(bom or b"") if bom_name else 0 :].decode(name, "replace")


def _long_utf8(body: bytes) -> str | None:
    """The text of a body that ``charset`` finds to be UTF-8 whatever is declared, read once; None for all others."""
    if len(body) < _SHORT or body.isascii() or read_bom(body)[0]:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _declared(body: bytes, content_type: str) -> list[str]:
    """What header, then XML declaration or meta say, best first; names that are no charset of pages are left out."""
    head = body[:4096]
    xml = _XML_DECLARED.match(head)
    in_header = _usable(http_content_type_encoding(content_type))
    in_body = _usable(resolve_encoding(xml[1].decode("ascii", "replace")) if xml else html_body_declared_encoding(head))
    if in_header in _DEFAULTS:
        return [name for name in (in_body, in_header) if name]
    return [name for name in (in_header, in_body) if name]


def _usable(name: str | None) -> str | None:
    return name if name and name not in _REFUSED and _decodes_text(name) else None


def _decodes_text(name: str) -> bool:
    try:
        b"a".decode(name, "replace")
    except (LookupError, ValueError):  # LookupError: "rot13 is not a text encoding"
        return False
    return True


def _of_ascii_bytes(body: bytes, declared: list[str]) -> str:
    """Seven-bit bodies: ASCII, but also ISO-2022-JP (shifts by ESC) and UTF-16 (every second byte NUL)."""
    for shape, name in _UTF16_SHAPES:
        if body.startswith(shape):
            return name
    if b"\x1b$" in body:
        return "iso2022_jp"
    seven_bit = [name for name in declared if name.startswith("iso2022") or name == "hz"]
    return seven_bit[0] if seven_bit else "utf-8"


def _is_utf8(body: bytes) -> bool:
    """Whether all of it is UTF-8; a character cut off at the very end does not count against it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(body)
    except UnicodeDecodeError:
        return False
    cut_off = decoder.getstate()[0]
    return not cut_off or not text.isascii()  # b"caf\xe9" is no cut-off UTF-8


def _short_and_double_byte(body: bytes, declared: list[str]) -> bool:
    """Two or three Chinese characters can be valid UTF-8 by chance; then the declaration decides."""
    return (
        bool(declared)
        and declared[0] in _DOUBLE_BYTE
        and len(_NOT_ASCII.findall(body[:_SHORT])) <= 6
        and len(body) < _SHORT
    )


def _legacy(body: bytes, declared: list[str]) -> str:
    for shape, name in _UTF16_SHAPES:
        if body.startswith(shape):
            return name
    if believed := next((name for name in (*declared, "utf-8") if _damage(body, name) <= _bearable(name)), None):
        return believed
    return _suggested(body) or _detected(body)


def _bearable(name: str) -> float:
    if name == "utf-8":
        return _BROKEN
    return _BROKEN_DOUBLE if name in _DOUBLE_BYTE else _BROKEN_SINGLE


def _suggested(body: bytes) -> str | None:
    """The first charset of the language that the body names in which all of it is text."""
    hint = _LANGUAGE.search(body[:4096])
    return (
        next((name for name in _BY_LANGUAGE.get(hint[1].lower(), ()) if _is_text(body, name)), None) if hint else None
    )


def _is_text(body: bytes, name: str) -> bool:
    try:
        return not _CONTROLS.search(body[:_JUDGED].decode(name))
    except UnicodeDecodeError:
        return len(body) > _JUDGED and _damage(body, name) <= _BROKEN_DOUBLE  # cut off in a character


def _damage(body: bytes, name: str) -> float:
    """Share of the characters beyond ASCII that this charset cannot read, in the first part of the body."""
    text = body[:_JUDGED].decode(name, "replace")
    foreign = len(_MULTI_BYTE.findall(text))
    return text.count("\ufffd") / foreign if foreign else 0.0


def _detected(body: bytes) -> str:
    """The detector's guess from the stretches that hold letters beyond ASCII, else Western European."""
    words = [word for word in _MARKUP.sub(b" ", body[:_JUDGED]).split(b" ") if _NOT_ASCII.search(word)]
    sample = b" ".join(words)[:_SAMPLE]
    guess = from_bytes(sample, cp_isolation=_OF_THE_WEB).best()
    name = _usable(resolve_encoding(guess.encoding)) if guess else None
    if name is None or name in _LATIN or _damage(sample, name) > 0.02:
        return _which_latin(sample)
    return name


def _which_latin(sample: bytes) -> str:
    """The charset in which most bytes are letters of its languages; the detector takes French for Central European."""
    return max(_LATIN, key=lambda name: sum(map(sample.decode(name, "replace").count, _LATIN[name])))


def unescaped(text: str) -> str:
    """The text with its HTML entities resolved; those that name no character become U+FFFD."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text
