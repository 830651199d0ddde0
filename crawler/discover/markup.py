"""Plain text from what publishers put into titles and summaries: HTML, escaped HTML, twice-escaped HTML, text."""

import re

from crawler.text import unescaped

#: elements whose content is no text at all
_SILENT = re.compile(r"<(script|style)\b[^>]{0,500}>.*?</\1\s*>|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
#: a tag; "3 < 5 and 7 > 6" holds none
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<![A-Za-z\[][^<>]{0,2000}>")
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|table|blockquote|figure)\b[^<>]{0,2000}>", re.IGNORECASE)
_CLOSING = re.compile(
    r"</(?:a|abbr|b|big|blockquote|br|cite|code|del|div|em|font|h[1-6]|i|li|p|q|s|small|span|strong|sub|sup|u|ul)\s*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][\da-fA-F]{2,6}|[a-zA-Z]{2,31});")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\ud800-\udfff\ufffe\uffff]")
#: what no title and no teaser is longer than; full texts travel as HTML
_LONGEST = 20_000


def plain_text(value: str | None) -> str | None:
    """One line of text without tags, entities, control characters; None when nothing is left."""
    if not value:
        return None
    if "<" in value or "&" in value:
        value = _without_markup(value[:_LONGEST])
    return one_line(value)


def one_line(value: str | None) -> str | None:
    """The text as it is, on one line and without control characters; None when nothing is left."""
    value = (value or "")[:_LONGEST]
    if value.isprintable() and "  " not in value and value.strip() == value:  # nearly all
        return value or None
    line = " ".join((value if value.isprintable() else _CONTROLS.sub("", value)).split())
    return line or None


def looks_like_html(value: str) -> bool:
    """Whether a text that is said to be plain was written as HTML: a closing tag or an entity gives it away."""
    return bool(("</" in value and _CLOSING.search(value)) or ("&" in value and _ENTITY.search(value)))


def _without_markup(value: str) -> str:
    value = unescaped(_tagless(value))
    if "<" in value:  # "&lt;b&gt;Late&lt;/b&gt; news": HTML that was escaped once more
        value = _tagless(value)
    return unescaped(value) if "&" in value and _ENTITY.search(value) else value  # "AT&amp;amp;T"


def _tagless(value: str) -> str:
    if "<" not in value:
        return value
    if "<s" in value or "<S" in value or "<!--" in value:
        value = _SILENT.sub(" ", value)
    value = _BLOCK.sub(" ", value)
    return _TAG.sub("", value) if "<" in value else value
