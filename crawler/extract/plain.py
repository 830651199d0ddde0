"""A page that the reader cannot afford, cut down to what may be read of it in any case: its head and plain paragraphs.

    <head>, JSON-LD, <h1>, <p> of the page, found by one linear scan without a tree -> a small flat page -> the reader

The reader's CPU limit ends pages that are built to be slow, or that are slow for a reason that nobody has met yet. What
is left here has no depth, few elements and short ones, so that whatever was dear about the page is most likely gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from crawler.text import decode
from storage.records import Page

#: where the text of such an article is said to come from (`provenance`)
PLAIN = "plain"
#: characters of a page that are looked at (our choice)
MAX_CHARS = 2_000_000
#: elements of each kind that are kept (our choice)
MOST_PARAGRAPHS, MOST_METAS, MOST_HEADINGS, MOST_DATA = 400, 100, 3, 5
#: letters of one paragraph, of one tag of the head, and of one piece of JSON-LD
LONGEST_PARAGRAPH, LONGEST_TAG, LONGEST_DATA = 5_000, 2_000, 100_000
#: fewer letters in a paragraph are a label ("Share"): without a tree nothing else tells
LEAST_PARAGRAPH = 40

#: a tag and the text behind it; what stands before a "<" never belongs to it, so that the scan is linear
_PIECE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<]*)")
_DATA = "application/ld+json"
_SILENT = frozenset(("script", "style", "noscript", "template", "textarea", "svg"))
_HEAD = frozenset(("meta", "link", "html"))
_TEXTS = frozenset(("p", "h1", "title"))
#: elements that end a paragraph that nobody closed
_BREAKS = _TEXTS | frozenset("div section article aside ul ol table h2 h3 h4 footer header nav form body".split())


@dataclass(slots=True)
class _Kept:
    """What one scan has kept so far: of each kind of element its pieces of markup."""

    pieces: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, markup: str, most: int) -> None:
        """Keep one more piece of a kind, as long as there are fewer than ``most``."""
        kept = self.pieces.setdefault(kind, [])
        if len(kept) < most:
            kept.append(markup)

    def html(self) -> str:
        """The small page."""
        of = {kind: "\n".join(kept) for kind, kept in self.pieces.items()}
        head = f"{of.get('title', '')}{of.get('meta', '')}{of.get('link', '')}{of.get('data', '')}"
        body = f"{of.get('h1', '')}{of.get('p', '')}"
        return f"{of.get('html', '<html>')}<head>{head}</head><body><article>{body}</article></body></html>"


def plain_page(page: Page) -> Page:
    """The page with nothing but head, headings and paragraphs, each bounded, all of them flat."""
    html = decode(page.body, page.content_type)[:MAX_CHARS]
    kept = _Kept()
    for data in _data_of(html):
        kept.add("data", f'<script type="{_DATA}">{data}</script>', MOST_DATA)
    _scan(html, kept)
    return replace(page, body=kept.html().encode("utf-8", "replace"), content_type="text/html; charset=utf-8")


def _data_of(html: str) -> Iterator[str]:
    """The pieces of JSON-LD: from the end of the tag that names it to the next end of a script."""
    place = 0
    for _ in range(MOST_DATA):
        named = html.find(_DATA, place)
        start = html.find(">", named) + 1 if named >= 0 else 0
        end = html.find("</script", start) if start else -1
        if end < 0:
            return
        if end - start <= LONGEST_DATA:
            yield html[start:end]
        place = end


def _scan(html: str, kept: _Kept) -> None:
    """One pass over the tags."""
    scan = _Scan(kept)
    for piece in _PIECE.finditer(html):
        name, closes = piece[2].lower(), bool(piece[1])
        if scan.silent and not (closes and name == scan.silent):
            continue
        attributes, _, behind = piece[3].partition(">")
        scan.take(name, "" if closes else attributes, closes=closes)
        scan.hear(f" {behind}" if name == "br" else behind)
    scan.end_text()


@dataclass(slots=True)
class _Scan:
    """Where a scan stands: in an element whose content is no text, or in a text, with what was said of it so far."""

    kept: _Kept
    silent: str = ""
    text: str = ""
    said: list[str] = field(default_factory=list)

    def take(self, name: str, attributes: str, *, closes: bool) -> None:
        """A tag: it may end a text, begin another, or begin what is not read."""
        if name in _BREAKS:
            self.end_text()
        self.silent = name if name in _SILENT and not closes else ""
        if not closes:
            self.text = name if name in _TEXTS else self.text
            _keep_tag(self.kept, name, attributes)

    def hear(self, words: str) -> None:
        """What stands behind a tag."""
        if self.text and not self.silent:
            self.said.append(words)

    def end_text(self) -> None:
        """The text that is being read, if any, is whole."""
        if self.text:
            _keep_text(self.kept, self.text, self.said)
        self.text, self.said = "", []


def _keep_tag(kept: _Kept, name: str, attributes: str) -> None:
    if name in _HEAD and len(attributes) <= LONGEST_TAG and _is_whole(attributes):
        kept.add(name, f"<{name}{attributes}>", 1 if name == "html" else MOST_METAS)


def _is_whole(attributes: str) -> bool:
    """Whether all quotation marks are closed: a ">" in a value ends the tag too early."""
    return attributes.count('"') % 2 == 0 and ('"' in attributes or attributes.count("'") % 2 == 0)


def _keep_text(kept: _Kept, kind: str, said: list[str]) -> None:
    text = " ".join("".join(said).split())[:LONGEST_PARAGRAPH]
    if kind != "p":
        kept.add(kind, f"<{kind}>{text}</{kind}>", MOST_HEADINGS)
    elif len(text) >= LEAST_PARAGRAPH:
        kept.add(kind, f"<p>{text}</p>", MOST_PARAGRAPHS)
