"""The standfirst: the line or two right below the headline that says what the article is about.

Where it agrees with the description of the page the model knows it. Else it agrees with nothing and stands outside of
the container of the text, so what its own element says of it ("dek", "article-subtitle") decides.
"""

from crawler.extract.blocks import Block, Layout
from crawler.extract.features import Context
from crawler.extract.hints import mask
from crawler.extract.people import starts_as_byline
from crawler.extract.text import folded, weight

_LEAD = mask("lead")
#: what else stands below a headline, and may be marked as a part of the lead too ("subtitle-byline")
_OTHER = mask("byline", "date", "share", "tags", "nav", "caption")
_HEADINGS = frozenset(("h1", "h2"))
#: letters of a standfirst; shorter lines are labels, longer ones a first paragraph, which the model knows well
_LEAST, _MOST = 20, 500
#: from this share of linked letters on a line is a way to somewhere
_LINKED = 0.3


def standfirst_of(layout: Layout, context: Context) -> int | None:
    """The place of the block right below the headline when it is marked as the standfirst."""
    head = _headline_place(layout, folded(context.headline))
    place = head + 1
    if head < 0 or place >= len(layout.blocks) or place in context.captions or place in context.teasers:
        return None
    return place if _is_standfirst(layout, layout.blocks[place]) else None


def _headline_place(layout: Layout, name: str) -> int:
    """The first heading that says the headline, behind a label perhaps; -1 when none does."""
    if not name:
        return -1
    headings = (place for place, block in enumerate(layout.blocks) if not block.tags.isdisjoint(_HEADINGS))
    return next((place for place in headings if folded(layout.blocks[place].text).endswith(name)), -1)


def _is_standfirst(layout: Layout, block: Block) -> bool:
    if block.hidden or "li" in block.tags or block.own & _OTHER or block.linked > _LINKED * len(block.text):
        return False
    parent = layout.elements[block.element].parent
    around = layout.elements[parent].hints if parent >= 0 else 0
    marked = (block.own | around) & _LEAD
    return bool(marked) and _LEAST <= weight(block.text) <= _MOST and not starts_as_byline(block.text)
