"""Limits that hold before a tree is built, so that no page makes the parser slow.

Tree builders compare each attribute of a tag with those before it (50,000 attributes: 4.6 s) and walk up the open
elements for each block element (100,000 open ``div``: 22 s). Both are cut here by linear scans, which most pages
skip because they have too few marks to be dangerous.
"""

import re

import numpy as np
from numpy.typing import NDArray

#: bytes that are read of a page in UTF-8; longest article seen with its scripts: 2.9 million
MAX_BYTES = 6_000_000
#: fewer "=" than this cannot slow the tree builder
_FEW_ATTRIBUTES = 10_000
_FEW_TAGS = 6_000
_MAX_ATTRIBUTES_OF_TAG = 2_000
_MAX_DEPTH = 1_500

_TAG = re.compile(rb"""<[a-zA-Z](?:[^>"']|"[^"]*+"|'[^']*+')*+>?""")
_QUOTED = re.compile(rb"""=\s*(?:"[^"]*+"|'[^']*+')""")
_OPEN_OR_CLOSE = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
#: elements that do not stay open: void ones, and those a sibling closes
_SHALLOW = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th option".split()
)


def bounded(html: bytes) -> bytes:
    """The page with over-long tags emptied and cut where its elements nest too deep."""
    html = html[:MAX_BYTES]
    written = np.frombuffer(html, dtype=np.uint8)
    if _number(written, "=") > _FEW_ATTRIBUTES:
        html = _TAG.sub(_emptied, html)
    if _number(written, "<") > _FEW_TAGS:
        html = html[: _depth_limit(html)]
    return html


def _number(written: NDArray[np.uint8], mark: str) -> int:
    """How many bytes are this mark; numpy compares all of them at once, ``bytes.count`` stops at each that it finds."""
    return int(np.count_nonzero(written == ord(mark)))


def _emptied(tag: re.Match[bytes]) -> bytes:
    text = tag.group()
    if len(text) < 2 * _MAX_ATTRIBUTES_OF_TAG or len(_QUOTED.sub(b" ", text).split()) <= _MAX_ATTRIBUTES_OF_TAG:
        return text
    name = _OPEN_OR_CLOSE.match(text)
    return b"<" + name.group(2) + b">" if name else b""


def _depth_limit(html: bytes) -> int:
    """Where the page first nests deeper than the limit (its length when it never does)."""
    depth = 0
    for mark in _OPEN_OR_CLOSE.finditer(html):
        if mark.group(2).lower() in _SHALLOW:
            continue
        depth = max(0, depth - 1) if mark.group(1) else depth + 1
        if depth > _MAX_DEPTH:
            return mark.start()
    return len(html)
