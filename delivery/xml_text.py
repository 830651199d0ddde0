"""Text of strangers for files that are XML: lists of feeds, and feeds. Pure; the writer of the XML escapes."""

import re
from xml.sax.saxutils import escape

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sayable(text: str) -> str:
    """The text without what XML cannot hold, however it is escaped: a NUL, half of a pair of surrogates."""
    return _NOT_XML.sub("", text)


def as_html(text: str) -> str:
    """Plain text for a place whose text is HTML, as ``<description>`` of RSS: a reader shows "<b>" as it stands."""
    return escape(sayable(text))
