"""Which blocks of a page are the text of its article."""

from dataclasses import dataclass

from crawler.extract.blocks import Block, Layout
from crawler.extract.furniture import is_furniture, repeats
from crawler.extract.hints import mask
from crawler.extract.people import byline_of
from crawler.extract.teasers import teasers_in
from crawler.extract.text import weight

_ELSEWHERE = frozenset("nav footer aside button figcaption figure dialog address h1 label".split())
_FOREIGN = mask("comment", "related", "newsletter", "share", "nav", "consent", "bio", "caption", "byline")
_SENTENCE_ENDS = tuple(".!?…。！？؟।”\"»’)」』:：")
#: letters from which a block counts as a paragraph wherever it stands
_PARAGRAPH = 60
#: share of all paragraph letters that the article's container must hold
_MOST = 0.75


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks kept as the article's text, by index in page order."""

    kept: tuple[int, ...] = ()

    def text(self, layout: Layout) -> str:
        """The paragraphs, separated by an empty line."""
        return "\n\n".join(layout.blocks[place].text for place in self.kept)


def body_of(layout: Layout, headline: str, captions: set[int]) -> Body:
    """Choose the blocks of the article's text."""
    teasers = teasers_in(layout)
    good = [place for place, block in enumerate(layout.blocks) if place not in captions and _is_paragraph(block)]
    good = [place for place in good if place not in teasers] or good
    if not good:
        return Body()
    start, end = _container(layout, good)
    inside = [place for place in good if start <= place < end]
    kept = [place for place in range(inside[0], inside[-1] + 1) if place not in captions and _belongs(layout.blocks[place], headline)]
    return Body(tuple(_without_trailer(layout, kept)))


def _is_paragraph(block: Block) -> bool:
    if block.tags & _ELSEWHERE or block.own & _FOREIGN or "li" in block.tags:
        return False
    return weight(block.text) >= _PARAGRAPH and block.linked < 0.4 * len(block.text)


def _container(layout: Layout, good: list[int]) -> tuple[int, int]:
    """The span of the smallest element that holds most of the paragraphs."""
    letters = [0] * (len(layout.blocks) + 1)
    for place in good:
        letters[place + 1] = weight(layout.blocks[place].text)
    for place in range(1, len(letters)):
        letters[place] += letters[place - 1]
    enough = _MOST * letters[-1]
    spans = [(e.start, e.end) for e in layout.elements if letters[e.end] - letters[e.start] >= enough]
    return min(spans, key=lambda span: span[1] - span[0], default=(0, len(layout.blocks)))


def _belongs(block: Block, headline: str) -> bool:
    if block.tags & _ELSEWHERE or block.own & _FOREIGN:
        return False
    if is_furniture(block.text) or repeats(block.text, headline):
        return False
    return weight(block.text) >= _PARAGRAPH or (block.linked < 0.5 * len(block.text) and block.text.endswith(_SENTENCE_ENDS))


def _without_trailer(layout: Layout, kept: list[int]) -> list[int]:
    """Cut name and mail address that close a text."""
    while kept and _is_signature(layout.blocks[kept[-1]].text):
        kept.pop()
    return kept


def _is_signature(text: str) -> bool:
    return len(text) < 80 and ("@" in text or (not text.endswith(_SENTENCE_ENDS) and bool(byline_of([text]).persons)))
